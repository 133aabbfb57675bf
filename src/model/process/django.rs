//! The settings that a process loads, and what they come to.

use crate::fact::Fact;
use crate::model::collected::Collected;
use crate::model::django::{self, EntryPoint, Project, Role};
use crate::model::early::Early;
use crate::model::faults::Faults;
use crate::model::project::Requirements;
use crate::model::urls::UrlConf;
use crate::python::{Answer, Evaluation, Missing, Read};
use crate::source::FileId;
use camino::Utf8PathBuf;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A key that stands in the settings for a variable.
#[derive(Clone, Debug)]
pub struct KeyWithout {
    pub read: Read,
    pub key: Fact<String>,
}

/// A setting into whose text `None` comes where a variable is not set.
#[derive(Clone, Debug)]
pub struct NoneText {
    pub setting: String,
    pub variable: String,
    /// Where it is asked for.
    pub at: Fact<()>,
    /// How it would be asked for so that nothing starts without it.
    pub demanded: String,
    /// Nothing supplies it.
    pub happens: bool,
    /// The text is that and nothing else.
    pub whole: bool,
    /// The statement that assigns the setting.
    pub assigned: Option<Fact<()>>,
}

/// What a process's settings come to otherwise: with other variables, or without some.
#[derive(Clone, Debug)]
pub struct Trials {
    /// With what the project's example of an env file says.
    pub documented: Option<Arc<Evaluation>>,
    /// With some Redis or other, if theirs is not in view.
    pub with_redis: Option<Arc<Evaluation>>,
    /// With the URLs of which only the server is known, and symbols in them.
    pub with_servers: Option<Arc<Evaluation>>,
    /// Where no variable is set that nobody has seen, if a switch depends on one.
    pub unset: Option<Arc<Evaluation>>,
    /// Without the modules that each machine has for itself, if they go on without.
    pub alone: Option<Arc<Evaluation>>,
    /// As if those were there and said nothing, if they do not.
    pub beside_empty: Option<Arc<Evaluation>>,
    /// The variable that has no default where it is read, and without which DEBUG is on.
    pub debug_without: Option<Read>,
    /// The variable whose absence makes a text of the settings the key, by no default of its own.
    pub key_without: Option<KeyWithout>,
    /// What becomes of variables that are not set, and of which the settings make a text.
    pub none_texts: Vec<NoneText>,
    /// The variable whose text ALLOWED_HOSTS is, with nothing that makes a list of it.
    pub hosts_of_text: Option<Read>,
    /// The variable whose texts are in ALLOWED_HOSTS and in CSRF_TRUSTED_ORIGINS as they are.
    pub hosts_as_origins: Option<Read>,
}

#[derive(Clone, Debug)]
pub struct Django {
    pub project: Arc<Project>,
    /// What is installed where it runs: by the steps of its image, if all of them can be followed, or
    /// else what the files of the project tell.
    pub requirements: Arc<Requirements>,
    /// The settings module, from where it was named.
    pub module: Fact<String>,
    pub named: Named,
    /// The module that it names, where the project's package is there and has no such module. What
    /// `manage.py` loads is judged in its place then, if anything is.
    pub absent: Option<Fact<String>>,
    /// The module is there, and has not one setting: Django refuses to start without a SECRET_KEY.
    pub hollow: bool,
    /// Variables without which the module stops, in the order in which it would.
    pub missing: Vec<Missing>,
    /// Names and texts that the settings compare with something, to raise an exception for it.
    pub refused: BTreeSet<String>,
    /// What the settings come to otherwise.
    pub trials: Trials,
    /// Settings that a deploy script writes into the module on the server, so that nobody knows them.
    pub rewritten: Arc<BTreeSet<String>>,
    /// A script puts another file in the module's place, so that nobody knows any of its settings.
    pub replaced: bool,
    /// What is wrong with the settings' text, and with what they name.
    pub faults: Arc<Faults>,
    /// The model that its application imports too early.
    pub early: Option<Early>,
    /// Entries of `STATICFILES_DIRS` that would lie in the tree, and do not.
    pub absent_sources: Vec<Fact<String>>,
    /// The tree has files where `collectstatic` puts them.
    pub keeps_collected: bool,
    /// The module's own file.
    pub file: Option<FileId>,
    /// The settings, as if nothing were missing.
    pub evaluation: Arc<Evaluation>,
    /// Where the process has that file.
    pub at: Option<Utf8PathBuf>,
    /// `ROOT_URLCONF`, if its module is in the tree.
    pub urls: Option<Arc<UrlConf>>,
    /// What `collectstatic` collects under these settings.
    pub collected: Arc<Collected>,
}

impl Django {
    /// The module that the process names, be it there or not.
    pub fn named_module(&self) -> &Fact<String> {
        self.absent.as_ref().unwrap_or(&self.module)
    }

    /// Whether only a module for developers or tests asks for a variable, that others may be taken for.
    pub fn asks_for_few(&self, read: &Read) -> bool {
        let module = read.in_branch.as_ref().filter(|it| **it != self.module.value);
        module.is_some_and(|it| matches!(django::role(it), Role::Development | Role::Test))
    }

    /// The only variable that is read where the settings raise ValueError, or one of its kind, if somebody
    /// gave it.
    pub fn refuses(&self) -> Option<Refusal> {
        let raise = self.evaluation.outcome.as_ref().err()?;
        // What this raises for a text that is no URL is a ValueError as well.
        let is_url = raise.kind.starts_with("dj_database_url.");
        let stopped = raise.place.filter(|_| is_url || raise.kind == "ValueError")?;
        let is_there = |read: &&Read| {
            let mut places = [read.place, read.statement].into_iter().flatten();
            places.any(|place| place.nests_with(stopped))
        };
        let mut reads = self.evaluation.reads.iter().filter(is_there);
        let (read, None) = (reads.next()?, reads.next()) else { return None };
        let given = match &read.answer {
            Answer::Set(evidence) => Fact::resting((), evidence.clone()),
            Answer::Loaded(_) | Answer::Absent | Answer::Unknown(_) => return None,
        };
        Some(Refusal { name: read.name.clone(), given, at: Fact::at((), stopped), is_url })
    }

    /// Whether the server probably has other settings than these: a module for production lies
    /// beside them, and the environment that would name it is not in view.
    pub fn may_be_replaced(&self) -> bool {
        self.module.evidence().doubt().is_some()
            && self.project.production_instead(&self.module.value).is_some()
    }
}

/// A variable whose value the settings stop at.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub name: String,
    pub given: Fact<()>,
    /// Where it is read.
    pub at: Fact<()>,
    /// It is read as the URL of a database.
    pub is_url: bool,
}

/// Who named the settings module.
#[derive(Clone, Debug)]
pub enum Named {
    /// `DJANGO_SETTINGS_MODULE` of the process, or `--settings`.
    Environment,
    /// The operator, of an environment that is not in view; until that says it, the entry point's own
    /// default holds.
    Declared(Option<EntryPoint>),
    /// Nothing did, so the entry point's own default holds.
    Default(EntryPoint),
    /// No process is in view: the module is there for production, or so the operator says.
    Assumed,
}
