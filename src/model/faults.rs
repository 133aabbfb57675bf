//! What the settings modules of a process say as text, and the project's code that they name.
//!
//! Evaluation tells what a setting is; these are faults that a value does not show.

use crate::fact::Fact;
use crate::python::Read;
use crate::source::{FileId, Place};
use std::collections::BTreeSet;

#[derive(Clone, Debug, Default)]
pub struct Faults {
    pub overwritten: Vec<Overwritten>,
    /// Assignments of one module of which nothing is left, as another that takes all its names has
    /// its own in their place, and nothing else reads them.
    pub replaced: Vec<Place>,
    /// Names that the modules have more than once, so that something may read what is assigned.
    pub named_again: BTreeSet<String>,
    /// The modules that a script writes anew or puts another file in the place of, where it runs.
    pub overlaid: Vec<FileId>,
    pub raw_switches: Vec<RawSwitch>,
    pub tested: Vec<Tested>,
    pub compared: Vec<Compared>,
    pub guarded: Vec<Guarded>,
    /// Some module writes a file when it is loaded, or has a function that does.
    pub writes: bool,
    /// The entries of MIDDLEWARE that are the project's own and keep something in the cache.
    pub caching_middleware: Vec<Fact<()>>,
    /// The callbacks by which everybody sees the debug toolbar.
    pub open_toolbars: Vec<Fact<()>>,
    /// Entries of INSTALLED_APPS and MIDDLEWARE, and backends, that surely cannot be imported.
    pub unimportable: Vec<Unimportable>,
    /// The model that AUTH_USER_MODEL names, if there is none.
    pub no_user: Option<NoUser>,
    /// Names that look like Django's settings, and nothing reads.
    pub unread: Vec<UnreadName>,
    /// Settings that Django has no more, and that code of the project asks for.
    pub read_still: Vec<&'static str>,
    /// Settings that a URLconf asks for when it is loaded, and that nothing sets.
    pub unset: Vec<Fact<String>>,
    /// Settings for the site's own address that nothing of the project has.
    pub unused_urls: Vec<String>,
    /// Something of the project empties the cache as a whole.
    pub clears_cache: bool,
    /// The module that the settings stop at, as it is not there.
    pub lacking: Option<LackingModule>,
    pub asides: Vec<Aside>,
    pub helper_defaults: Vec<HelperDefault>,
}

/// A block that a server need not come to.
#[derive(Clone, Debug)]
pub struct Aside {
    pub within: Place,
    /// The variable without which it is run; none if DEBUG has to be on.
    pub without: Option<String>,
}

/// What the call of a helper has for the case that the variable is not set.
#[derive(Clone, Debug)]
pub struct HelperDefault {
    pub call: Place,
    /// As it is written.
    pub text: String,
}

impl Faults {
    /// Whether what a variable is asked for there is lost again.
    pub fn is_replaced(&self, read: &Read) -> bool {
        let Some(at) = read.asked_at() else { return false };
        self.replaced.iter().any(|it| it.contains(at))
    }
}

/// A setting that one module assigns twice, with nothing between that reads the first.
#[derive(Clone, Debug)]
pub struct Overwritten {
    pub name: String,
    pub lost: Fact<()>,
    pub by: Fact<()>,
}

/// A switch that is a variable's text as it is.
#[derive(Clone, Debug)]
pub struct RawSwitch {
    pub name: String,
    pub variable: String,
    /// How the library that it is asked of is to be asked for a switch.
    pub asked: Option<String>,
    /// The expression.
    pub at: Fact<()>,
    /// Another module that takes all names has its own in its place.
    pub lost: bool,
    /// A module for production does, which is not the one that runs here.
    pub settled: bool,
}

/// A branch that asks for the text of a variable alone: `if os.getenv("DEVELOPMENT"):`.
#[derive(Clone, Debug)]
pub struct Tested {
    pub variable: String,
    /// The expression.
    pub at: Fact<()>,
}

/// A setting that is on for some texts of a variable: `os.environ.get("DEBUG") == "True"`.
#[derive(Clone, Debug)]
pub struct Compared {
    pub name: String,
    pub variable: String,
    pub texts: Vec<String>,
    /// The text is put into lower case before.
    pub lowered: bool,
    pub at: Fact<()>,
}

/// Settings that protect visitors, assigned where DEBUG is off and nowhere else.
#[derive(Clone, Debug)]
pub struct Guarded {
    pub condition: Fact<()>,
    pub names: Vec<Fact<String>>,
}

#[derive(Clone, Debug)]
pub struct Unimportable {
    pub entry: Fact<String>,
    pub when: Needed,
    pub why: Missing,
}

/// When Django first needs what a name leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    AtStart,
    /// Nothing stops before a page is asked for, or a command looks at the URLs.
    ForPages,
    /// `django.core.mail.get_connection` imports the backend when the first mail is sent.
    ForMail,
    /// `django.contrib.auth.load_backend` imports them all when somebody logs in.
    ForLogin,
    /// `django.core.cache.CacheHandler` imports the backend when the cache is first used.
    ForCache,
}

#[derive(Clone, Debug)]
pub enum Missing {
    /// No such module in a package of the project.
    Module(String),
    /// The module is there and has no such class.
    Class { module: String, class: String },
    /// The project has the module in a package of nearly the same name.
    Misspelt { meant: String },
    /// Nothing that is installed has it; where it would be listed.
    Distribution(Fact<()>),
}

#[derive(Clone, Debug)]
pub struct NoUser {
    pub named: Fact<String>,
    pub why: NoModel,
}

#[derive(Clone, Debug)]
pub enum NoModel {
    /// The application is there and not among the installed.
    NotInstalled { app: String },
    /// The models of the application, without the class.
    NoClass { app: String, class: String, models: Option<Fact<()>> },
}

#[derive(Clone, Debug)]
pub struct UnreadName {
    pub name: String,
    pub at: Fact<()>,
    /// The setting of its owner's that is nearest, and that is not set as well.
    pub near: Option<&'static str>,
    /// Why that setting would refuse what this one has.
    pub unfit: Option<Unfit>,
}

#[derive(Clone, Copy, Debug)]
pub enum Unfit {
    /// Origins without a scheme.
    Schemeless,
    /// It is neither a list nor a tuple.
    NoList,
}

#[derive(Clone, Debug)]
pub struct LackingModule {
    /// The import, or the file's name where it is included.
    pub at: Fact<()>,
    pub named: Named,
    /// The line of `.gitignore` that keeps it out of the repository.
    pub ignored: Option<Fact<()>>,
}

/// How settings name a module of theirs.
#[derive(Clone, Debug)]
pub enum Named {
    Module(String),
    /// By its path from the file that includes it.
    File(String),
}

impl UnreadName {
    /// Whose setting it looks like.
    pub fn owner(&self) -> &'static str {
        match self.name.split('_').next() {
            Some("CORS") => "django-cors-headers",
            _ if self.is_of_storages() => "django-storages",
            _ => "Django's",
        }
    }

    /// Whether it is nearly one of django-storages'.
    pub fn is_of_storages(&self) -> bool {
        self.name.starts_with("AWS_")
    }

    /// Whether it is a key of a database's.
    pub fn is_of_databases(&self) -> bool {
        let begins = ["ATOMIC_", "CONN_", "DISABLE_SERVER_"];
        self.near.is_none() && begins.iter().any(|it| self.name.starts_with(it))
    }
}
