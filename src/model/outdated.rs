//! Up to which Django a project's code can be loaded: what it imports is gone from later ones.

use crate::fact::version::Range;
use crate::fact::{Certainty, Fact};
use crate::source::{FileId, Place};
use crate::syntax::python::ast::{Imported, Module, StatementKind};
use camino::Utf8Path;

/// A module, names in it, and a release.
type Listed = (&'static str, &'static [&'static str], [u64; 2]);

/// Names that a release took out of a module, after its release notes ("Features removed in …").
/// Without names it is the module, or what is below it.
const GONE: &[Listed] = &[
    ("django.conf.urls", &["patterns"], [1, 10]),
    ("django.conf.urls.defaults", &[], [1, 6]),
    ("django.core.urlresolvers", &[], [2, 0]),
    (
        "django.contrib.auth.views",
        &["login", "logout", "password_change", "password_reset", "password_reset_confirm"],
        [2, 1],
    ),
    ("django.contrib.staticfiles.templatetags", &[], [3, 0]),
    ("django.shortcuts", &["render_to_response"], [3, 0]),
    ("django.utils", &["six", "lru_cache"], [3, 0]),
    ("django.utils.six", &[], [3, 0]),
    ("django.utils.encoding", &["python_2_unicode_compatible"], [3, 0]),
    ("django.utils.encoding", &["force_text", "smart_text"], [4, 0]),
    ("django.conf.urls", &["url"], [4, 0]),
    ("django.utils.http", &["urlquote", "urlquote_plus", "urlunquote", "is_safe_url"], [4, 0]),
    ("django.utils.translation", &["ugettext", "ugettext_lazy", "ungettext"], [4, 0]),
];

/// What came with a release: where a module has it, a module for older ones is dead.
const NEW: &[Listed] = &[("django.urls", &["path", "re_path", "include"], [2, 0])];

/// Up to where the modules of a project that were read can be loaded, and from where on.
#[derive(Default)]
pub(super) struct Loadable {
    gone: Option<([u64; 2], Place, bool)>,
    since: Option<[u64; 2]>,
}

impl Loadable {
    /// Takes over what a module imports whatever happens: what is tried, or asked for under a
    /// condition, is nobody's promise.
    pub(super) fn read(&mut self, file: FileId, path: &Utf8Path, module: &Module) {
        // The routes of the whole project, mostly.
        let is_root = path.file_name() == Some("urls.py") && path.components().count() <= 2;
        for statement in &module.body {
            let StatementKind::ImportFrom { level: 0, module: Some(module), names } =
                &statement.kind
            else {
                continue;
            };
            let known = |list: &'static [Listed]| versions(list, &module.text, names);
            if let Some(in_) = known(GONE).min()
                && self.gone.is_none_or(|(earliest, ..)| in_ < earliest)
            {
                self.gone = Some((in_, Place { file, span: statement.span }, is_root));
            }
            self.since = self.since.max(known(NEW).max());
        }
    }

    /// The versions that have all of it, unless there is none: then some of it is dead code.
    pub(super) fn versions(&self) -> Option<Fact<Range>> {
        let is_met = |in_: [u64; 2]| self.since.is_none_or(|since| since < in_);
        let (in_, at, is_root) = self.gone.filter(|(in_, ..)| is_met(*in_))?;
        let versions = Fact::at(Range::since(in_).complement(), at);
        let why = "what imports it may be a module that nothing loads";
        Some(if is_root { versions } else { versions.doubt(Certainty::Likely, why) })
    }
}

/// The releases that a list has for what is imported of a module.
fn versions(
    list: &'static [Listed],
    module: &str,
    names: &Imported,
) -> impl Iterator<Item = [u64; 2]> {
    let has = move |name: &&str| match names {
        Imported::Names(names) => names.iter().any(|it| it.name.text == *name),
        Imported::Star(_) => false,
    };
    let is_meant = move |(from, of, _): &&'static Listed| match of.is_empty() {
        true => module.strip_prefix(from).is_some_and(|it| it.is_empty() || it.starts_with('.')),
        false => module == *from && of.iter().any(has),
    };
    list.iter().filter(is_meant).map(|(_, _, in_)| *in_)
}
