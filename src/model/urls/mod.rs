//! URLconfs: which paths have a view, as `django.urls` resolves them.
//!
//! Read from the code of the modules, which never runs. What is not written out (routers, other
//! people's packages, comprehensions) may have any path below its prefix; languages in front of
//! paths make all of them unknown.

use crate::fact::Fact;

mod folder;
mod known;
mod read;
mod resolve;
mod route;
mod view;

pub use folder::{DocumentRoot, ServedFolder};
pub(super) use read::read;
pub use resolve::Resolved;
pub use route::Expression;

/// The patterns of a module, in the order in which they are tried.
#[derive(Clone, Debug, Default)]
pub struct UrlConf {
    pub patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
pub struct Pattern {
    pub route: Route,
    /// The line that has it, as it is written there: `path("admin/")`.
    pub shown: Fact<String>,
    pub target: Target,
    /// It depends on what is not known whether the pattern is there.
    pub perhaps: bool,
    /// Django itself sends the files of a folder.
    pub folder: Option<ServedFolder>,
}

/// Which paths a pattern is for.
#[derive(Clone, Debug)]
pub enum Route {
    /// Exactly this, or what begins with it where it leads on.
    Literal(String),
    /// The expression that Django makes of a route, or that the pattern has itself.
    Regex(Expression),
    /// Nobody can tell.
    Unknown,
}

#[derive(Clone, Debug)]
pub enum Target {
    View(View),
    /// `include()`: the rest of the path is looked up there.
    Include(Vec<Pattern>),
    /// What a module has that is somebody else's, or not in view. Some of the paths below have views.
    Foreign(String),
    /// Some of the paths below have views, and nobody can tell which.
    Unseen(String),
    /// Every path below has a view, as with the admin's.
    All(View),
}

/// What answers in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub name: String,
    /// Whether the CSRF middleware checks it; `None` if nobody can tell.
    pub is_checked: Option<bool>,
    /// It is there for another path than its own, and takes no slash: `no_append_slash`.
    pub appends_slash: bool,
    /// The pattern is there for its name, from which links to a front end's pages are made.
    pub is_name_only: bool,
}

impl UrlConf {
    /// Whether nothing but the admin has paths, which checks its forms by itself
    /// (`AdminSite.admin_view`).
    pub fn is_admin_alone(&self) -> bool {
        let of_admin = |it: &Pattern| matches!(it.target, Target::All(_));
        !self.patterns.is_empty() && self.patterns.iter().all(of_admin)
    }

    /// Whether addresses may begin with a language: only the root's own list says so, by a call
    /// that no path is known of (`i18n_patterns`). What is there under a condition, as the files that are
    /// served in DEBUG, says nothing of it.
    pub fn may_begin_with_languages(&self) -> bool {
        let anywhere = |route: &Route| match route {
            Route::Literal(text) => text.is_empty(),
            Route::Regex(expression) => expression.regex().is_none(),
            Route::Unknown => true,
        };
        let is_unseen = |it: &Pattern| it.target.is_unseen() && !it.perhaps;
        self.patterns.iter().any(|it| is_unseen(it) && anywhere(&it.route))
    }

    /// Whether some address leads to the patterns of somebody else's module, as `silk.urls`. `None` where
    /// that hangs on what nobody sees.
    pub fn leads_to(&self, module: &str) -> Option<bool> {
        among(&self.patterns, module)
    }

    /// Where Django's admin is, as the URLconf itself says it in one line: its path, and the line.
    pub fn admin(&self) -> Option<(String, &Fact<String>)> {
        self.patterns.iter().find_map(|pattern| match (&pattern.route, &pattern.target) {
            (Route::Literal(text), Target::All(view))
                if !pattern.perhaps && !text.is_empty() && view.name == "admin.site" =>
            {
                Some((format!("/{text}"), &pattern.shown))
            }
            _ => None,
        })
    }

    /// Views that are there for links, as their paths have a part that differs: a path of each, and the
    /// line that has it. What programs ask for inside (health checks, metrics) has no such part.
    pub fn linked(&self) -> impl Iterator<Item = (String, &Fact<String>)> {
        self.patterns.iter().filter_map(|pattern| match (&pattern.route, &pattern.target) {
            (Route::Regex(expression), Target::View(view))
                if !pattern.perhaps && !view.is_name_only =>
            {
                Some((format!("/{}", expression.sample()?), &pattern.shown))
            }
            _ => None,
        })
    }

    /// A path that each pattern is for, or the paths below it begin with, and what is there. `None` if
    /// nobody can tell. Files of a folder, which whoever stands before it sends as well, are no part.
    pub fn sampled(&self) -> Option<Vec<(String, &Target)>> {
        let sampled = self.surely().map(|pattern| Some((pattern.sample()?, &pattern.target)));
        sampled.collect()
    }

    /// A path of each pattern that one is known of, whatever the others are for.
    pub fn samples(&self) -> impl Iterator<Item = String> {
        self.surely().filter_map(Pattern::sample)
    }

    fn surely(&self) -> impl Iterator<Item = &Pattern> {
        self.patterns.iter().filter(|it| !it.perhaps && it.folder.is_none())
    }

    /// How the paths begin that may have a view, with a slash before each. `None` if nobody can tell.
    pub fn heads(&self) -> Option<Vec<String>> {
        let surely = self.patterns.iter().filter(|it| !it.perhaps);
        let heads = surely.map(|pattern| match &pattern.route {
            Route::Literal(text) => Some(format!("/{text}")),
            Route::Regex(_) | Route::Unknown => None,
        });
        heads.collect::<Option<Vec<_>>>().filter(|it| !it.is_empty())
    }
}

impl Pattern {
    /// A path that it is for, or the paths below it begin with.
    fn sample(&self) -> Option<String> {
        match &self.route {
            Route::Literal(text) => Some(format!("/{text}")),
            Route::Regex(expression) => Some(format!("/{}", expression.sample()?)),
            Route::Unknown => None,
        }
    }
}

impl Target {
    fn is_unseen(&self) -> bool {
        matches!(self, Self::Foreign(_) | Self::Unseen(_))
    }
}

fn among(patterns: &[Pattern], module: &str) -> Option<bool> {
    let mut found = Some(false);
    for pattern in patterns {
        let leads = match &pattern.target {
            Target::Foreign(name) => Some(name == module),
            Target::Unseen(_) => None,
            Target::Include(inner) => among(inner, module),
            Target::View(_) | Target::All(_) => Some(false),
        };
        match leads {
            Some(true) if !pattern.perhaps => return Some(true),
            Some(true) | None => found = None,
            Some(false) => {}
        }
    }
    found
}
