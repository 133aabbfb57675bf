//! Folders whose files Django sends by itself: `django.views.static.serve`.
//!
//! The helper `static()` adds its pattern under DEBUG alone, the view asks for nothing (Django's
//! `django/conf/urls/static.py` and `django/views/static.py`). Both join the rest of the path to
//! `document_root`, of which an empty one is the working directory (`safe_join`).

use crate::fact::Fact;
use crate::model::urls::read::setting_name;
use crate::model::urls::view::{self, Imports};
use crate::model::urls::{Pattern, Route, Target, UrlConf};
use crate::syntax::python::ast::{Argument, Expression, ExpressionKind, Item};

/// Where Python finds `static()`.
pub(super) const HELPER: &str = "django.conf.urls.static.static";

/// The view, and the module of the helper, which has it by an import.
const VIEWS: &[&str] = &["django.views.static.serve", "django.conf.urls.static.serve"];

const DOCUMENT_ROOT: &str = "document_root";

/// Files that Django sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedFolder {
    /// What comes before the file's path in its address, without a slash in front: `media/`.
    pub prefix: String,
    pub root: DocumentRoot,
    /// Only under DEBUG.
    pub in_debug: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentRoot {
    /// The value of this setting.
    Setting(String),
    Text(String),
}

impl UrlConf {
    /// The folders that are surely served, each with the address that its files begin with, and
    /// the pattern.
    pub fn folders(&self) -> Vec<(String, &ServedFolder, &Fact<String>)> {
        let mut found = Vec::new();
        collect("/", &self.patterns, &mut found);
        found
    }
}

fn collect<'u>(
    above: &str,
    patterns: &'u [Pattern],
    out: &mut Vec<(String, &'u ServedFolder, &'u Fact<String>)>,
) {
    for pattern in patterns.iter().filter(|it| !it.perhaps) {
        if let Some(folder) = &pattern.folder {
            out.push((format!("{above}{}", folder.prefix), folder, &pattern.shown));
        }
        if let (Route::Literal(prefix), Target::Include(inner)) = (&pattern.route, &pattern.target)
        {
            collect(&format!("{above}{prefix}"), inner, out);
        }
    }
}

/// The folder of a pattern for the view: `re_path(r"^media/(?P<path>.*)$", serve,
/// {"document_root": settings.MEDIA_ROOT})`. Decorators may ask for a login.
pub(super) fn of_view(
    route: &str,
    view: &Expression,
    positional: &[&Expression],
    arguments: &[Argument],
    imports: &Imports,
) -> Option<ServedFolder> {
    let named = view.as_str().is_some_and(|name| VIEWS.contains(&name));
    if !named && !VIEWS.iter().any(|name| view::is(view, imports, name)) {
        return None;
    }
    let given = positional.get(2).copied().or_else(|| keyword(arguments, "kwargs"))?;
    let ExpressionKind::Dict(items) = &given.kind else { return None };
    let root = items.iter().find_map(|item| match item {
        Item::Pair(key, value) if key.as_str() == Some(DOCUMENT_ROOT) => Some(value),
        _ => None,
    })?;
    Some(ServedFolder { prefix: prefix(route)?, root: root_of(root)?, in_debug: false })
}

/// The folder of `static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)`.
pub(super) fn of_helper(prefix: Option<&str>, arguments: &[Argument]) -> Option<ServedFolder> {
    let root = root_of(keyword(arguments, DOCUMENT_ROOT)?)?;
    // Of an empty prefix Django's answer depends on its version, of another host's it makes nothing.
    let prefix = prefix.filter(|it| !it.is_empty() && !it.contains("://"))?;
    Some(ServedFolder { prefix: prefix.to_owned(), root, in_debug: true })
}

fn keyword<'a>(arguments: &'a [Argument], wanted: &str) -> Option<&'a Expression> {
    arguments.iter().find_map(|argument| match argument {
        Argument::Keyword(name, it) if name.text == wanted => Some(it),
        _ => None,
    })
}

fn root_of(it: &Expression) -> Option<DocumentRoot> {
    match it.as_str() {
        Some(text) => Some(DocumentRoot::Text(text.to_owned())),
        None => Some(DocumentRoot::Setting(setting_name(it)?.to_owned())),
    }
}

/// What a route has before its one part that takes everything: `^media/(?P<path>.*)$`,
/// `media/<path:path>`.
fn prefix(route: &str) -> Option<String> {
    let route = route.trim_start_matches('^').trim_end_matches('$');
    let wholes = ["(?P<path>.*)", "(?P<path>.+)", "(.*)", "(.+)", "<path:path>"];
    let before = wholes.iter().find_map(|whole| route.strip_suffix(whole))?;
    let before = before.trim_start_matches('/');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_".contains(c);
    before.chars().all(is_plain).then(|| before.to_owned())
}
