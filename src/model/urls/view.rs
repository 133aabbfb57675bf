//! The view that a pattern names, and whether the CSRF middleware checks it.

use crate::model::urls::View;
use crate::model::{Files, Found, django};
use crate::syntax::Parsed;
use crate::syntax::python::ast::{
    Argument, Block, Class, Expression, ExpressionKind, Function, Imported, StatementKind,
};
use crate::syntax::python::each_statement;
use camino::Utf8Path;
use std::collections::BTreeMap;

/// Decorators that leave a view as it is to the middleware.
const HARMLESS: &[&str] = &[
    "cache_control",
    "cache_page",
    "condition",
    "csrf_protect",
    "ensure_csrf_cookie",
    "etag",
    "gzip_page",
    "last_modified",
    "login_required",
    "never_cache",
    "permission_required",
    "require_GET",
    "require_POST",
    "require_http_methods",
    "require_safe",
    "sensitive_post_parameters",
    "staff_member_required",
    "transaction.atomic",
    "user_passes_test",
    "vary_on_cookie",
    "vary_on_headers",
    "xframe_options_exempt",
    "xframe_options_sameorigin",
];

/// What a module's names stand for, by its imports.
#[derive(Clone, Debug, Default)]
pub(super) struct Imports(BTreeMap<String, String>);

impl Imports {
    pub(super) fn of(module: &str, is_package: bool, body: &Block) -> Self {
        let mut names = BTreeMap::new();
        each_statement(body, &mut |statement| match &statement.kind {
            StatementKind::Import(aliases) => {
                for it in aliases {
                    let whole = it.name.text.clone();
                    let bound = match &it.alias {
                        Some(alias) => alias.text.clone(),
                        None => whole.split('.').next().unwrap_or_default().to_owned(),
                    };
                    let stands_for = if it.alias.is_some() { whole } else { bound.clone() };
                    names.insert(bound, stands_for);
                }
            }
            StatementKind::ImportFrom { level, module: from, names: Imported::Names(aliases) } => {
                let from = from.as_ref().map_or("", |it| it.text.as_str());
                let from = django::absolute(module, is_package, *level, from);
                for it in aliases {
                    let bound = it.alias.as_ref().unwrap_or(&it.name).text.clone();
                    let whole = [from.as_str(), it.name.text.as_str()];
                    names.insert(bound, whole.join(".").trim_start_matches('.').to_owned());
                }
            }
            _ => {}
        });
        Self(names)
    }

    /// `views.home` as it is called from anywhere: `shop.views.home`.
    pub(super) fn full(&self, dotted: &str) -> Option<String> {
        let (first, rest) = match dotted.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (dotted, None),
        };
        let whole = self.0.get(first)?;
        Some(rest.map_or_else(|| whole.clone(), |rest| format!("{whole}.{rest}")))
    }
}

/// `a.b.c`, if that is all there is.
pub(super) fn dotted(it: &Expression) -> Option<String> {
    let mut parts = Vec::new();
    let mut at = it;
    loop {
        match &at.kind {
            ExpressionKind::Attribute { value, name } => {
                parts.push(name.text.as_str());
                at = value;
            }
            ExpressionKind::Name(name) => {
                parts.push(name);
                break;
            }
            _ => return None,
        }
    }
    parts.reverse();
    Some(parts.join("."))
}

pub(super) fn last_name(it: &Expression) -> Option<&str> {
    match &it.kind {
        ExpressionKind::Name(name) => Some(name),
        ExpressionKind::Attribute { name, .. } => Some(&name.text),
        _ => None,
    }
}

/// Whether an expression is what Python finds under this name.
pub(super) fn is(it: &Expression, imports: &Imports, full: &str) -> bool {
    dotted(it).and_then(|name| imports.full(&name)).is_some_and(|name| name == full)
}

/// The view of an expression: a function, `View.as_view()`, or either in decorators.
pub(super) fn view(
    files: &Files,
    root: &Utf8Path,
    it: &Expression,
    imports: &Imports,
    body: &Block,
) -> View {
    let (mut at, mut exempt, mut known) = (it, false, true);
    let mut is_bare_class = false;
    while let ExpressionKind::Call { function, arguments } = &at.kind {
        let name = last_name(function).unwrap_or_default();
        let inner = match (&function.kind, arguments.as_slice()) {
            (ExpressionKind::Attribute { value, name }, _) if name.text == "as_view" => {
                at = value;
                is_bare_class = arguments.is_empty();
                break;
            }
            // `cache_page(60)(view)`
            (ExpressionKind::Call { .. }, [Argument::Positional(inner), ..]) => {
                known &= matches!(&function.kind, ExpressionKind::Call { function, .. } if is_harmless(function));
                inner
            }
            (_, [Argument::Positional(inner), ..]) => {
                exempt |= name == "csrf_exempt";
                known &= exempt || is_harmless(function);
                inner
            }
            _ => {
                known = false;
                break;
            }
        };
        at = inner;
    }
    let name = dotted(at).unwrap_or_else(|| "a view".to_owned());
    let shown = imports.full(&name).unwrap_or_else(|| name.clone());
    let is_checked = match (exempt, known) {
        (true, _) => Some(false),
        (false, false) => None,
        (false, true) => is_checked(files, root, &name, imports, body),
    };
    let is_name_only = match is_bare_class && is_django(&shown) {
        true => ["View", "TemplateView", "RedirectView"].contains(&last_part(&shown)),
        false => SAY_NOTHING.iter().any(|it| last_part(&shown).to_ascii_lowercase().contains(it)),
    };
    View { name: shown, is_checked, appends_slash: true, is_name_only }
}

/// What views are called that are there for the name of their pattern: dj-rest-auth makes its links from
/// `password_reset_confirm`, and people bind an empty view to it (its issues 152 and 231).
const SAY_NOTHING: &[&str] = &["dummy", "empty", "null", "placeholder", "stub"];

fn last_part(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

fn is_harmless(decorator: &Expression) -> bool {
    let called = match &decorator.kind {
        ExpressionKind::Call { function, .. } => function,
        _ => decorator,
    };
    let name = dotted(called).unwrap_or_default();
    HARMLESS.iter().any(|it| name == *it || name.ends_with(&format!(".{it}")))
}

fn is_checked(
    files: &Files,
    root: &Utf8Path,
    name: &str,
    imports: &Imports,
    body: &Block,
) -> Option<bool> {
    if !name.contains('.')
        && let Some(found) = defined(body, name)
    {
        return checked(found, imports);
    }
    let full = imports.full(name)?;
    if is_django(&full) {
        return Some(true);
    }
    let (module, attribute) = full.rsplit_once('.')?;
    let path = django::find_module(files, root, module)?;
    if !files.follows_views {
        return None;
    }
    let Found::Read(read) = files.find(&path) else { return None };
    let Parsed::Python(parsed) = read.parsed else { return None };
    let is_package = path.file_name() == Some("__init__.py");
    let imports = Imports::of(module, is_package, &parsed.body);
    checked(defined(&parsed.body, attribute)?, &imports)
}

/// Views that Django brings check their forms; none of them is exempt.
fn is_django(full: &str) -> bool {
    full.starts_with("django.views.") || full.starts_with("django.contrib.auth.")
}

#[derive(Clone, Copy)]
enum Defined<'m> {
    Function(&'m Function),
    Class(&'m Class),
}

/// What the module binds the name to at its top, if that happens once.
fn defined<'m>(body: &'m Block, name: &str) -> Option<Defined<'m>> {
    let mut found = body.iter().filter_map(|statement| match &statement.kind {
        StatementKind::Function(it) if it.name.text == name => Some(Defined::Function(it)),
        StatementKind::Class(it) if it.name.text == name => Some(Defined::Class(it)),
        _ => None,
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn checked(found: Defined<'_>, imports: &Imports) -> Option<bool> {
    let (decorators, bases) = match found {
        Defined::Function(it) => (&it.decorators, None),
        Defined::Class(it) => (&it.decorators, Some(it)),
    };
    if decorators.iter().any(|it| last_name(it) == Some("csrf_exempt")) {
        return Some(false);
    }
    if !decorators.iter().all(is_harmless) {
        return None;
    }
    let Some(class) = bases else { return Some(true) };
    let of_django = class.arguments.iter().all(|it| match it {
        Argument::Positional(base) => {
            dotted(base).and_then(|name| imports.full(&name)).is_some_and(|it| is_django(&it))
        }
        _ => false,
    });
    // What is called first could be decorated.
    let dispatches = class
        .body
        .iter()
        .any(|it| matches!(&it.kind, StatementKind::Function(it) if it.name.text == "dispatch"));
    (of_django && !dispatches).then_some(true)
}
