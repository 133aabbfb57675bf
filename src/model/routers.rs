//! Which lists of routes the `URLRouter` of an ASGI application takes, in whatever module they are.

use crate::model::django::absolute;
use crate::source::Span;
use crate::syntax::python::ast::{
    Argument, Expression, ExpressionKind, Imported, Item, Module, StatementKind,
};
use crate::syntax::python::{each_expression, each_statement, within};
use camino::Utf8Path;

/// A name of another module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Routes {
    pub module: String,
    pub name: String,
}

/// The routers of a module that take WebSockets, each with what it was given. What stands under
/// `"http"` in a `ProtocolTypeRouter` takes requests (Channels, "Routing"); what stands under an
/// `if` may be switched off.
pub(super) fn routers(module: &Module) -> Vec<&Expression> {
    let mut left_out: Vec<Span> = Vec::new();
    let mut found = Vec::new();
    each_expression(&module.body, &mut |expression| match &expression.kind {
        ExpressionKind::Dict(items) => {
            left_out.extend(items.iter().filter_map(|item| match item {
                Item::Pair(key, value) if key.as_str() == Some("http") => Some(value.span),
                Item::Pair(..) | Item::Spread(_) => None,
            }))
        }
        ExpressionKind::Call { function, arguments } => {
            let called = function.dotted();
            let is_router = called.is_some_and(|it| it.rsplit('.').next() == Some("URLRouter"));
            if let Some(Argument::Positional(routes)) = arguments.first().filter(|_| is_router) {
                found.push(routes);
            }
        }
        _ => {}
    });
    each_statement(&module.body, &mut |statement| {
        if let StatementKind::If { .. } = statement.kind {
            left_out.push(statement.span);
        }
    });
    found.retain(|it| !left_out.iter().any(|span| span.contains(it.span)));
    found
}

/// What an expression names of other modules, by the imports of the module it stands in.
pub(super) fn named(module: &Module, path: &Utf8Path, routes: &Expression) -> Vec<Routes> {
    let imports = imports(module, path);
    let mut found = Vec::new();
    within(routes, &mut |expression| {
        let Some(dotted) = expression.dotted() else { return };
        for (local, from) in &imports {
            let rest = dotted.strip_prefix(local.as_str());
            let whole = match rest.map(|rest| (rest, rest.starts_with('.'))) {
                Some((rest, is_part)) if is_part || rest.is_empty() => format!("{from}{rest}"),
                _ => continue,
            };
            if let Some((module, name)) = whole.rsplit_once('.') {
                found.push(Routes { module: module.to_owned(), name: name.to_owned() });
            }
        }
    });
    found
}

/// The lists of other modules that one of a module consists of: `[*chat.routes, *shop.routes]`, the sum of
/// such, or what is imported by its name.
pub(super) fn passed_on(module: &Module, path: &Utf8Path, name: &str) -> Vec<Routes> {
    let mut lists: Vec<&Expression> = Vec::new();
    each_statement(&module.body, &mut |statement| {
        if let StatementKind::Assign { targets, value } = &statement.kind
            && targets.iter().any(|it| it.dotted().as_deref() == Some(name))
        {
            parts(value, &mut lists);
        }
    });
    let mut found: Vec<Routes> = lists.into_iter().flat_map(|it| named(module, path, it)).collect();
    let own = imports(module, path).into_iter().filter(|(local, _)| local == name);
    found.extend(own.filter_map(|(_, whole)| {
        let (module, name) = whole.rsplit_once('.')?;
        Some(Routes { module: module.to_owned(), name: name.to_owned() })
    }));
    found
}

/// The lists that an expression puts together, and none of the routes in one.
fn parts<'e>(value: &'e Expression, found: &mut Vec<&'e Expression>) {
    match &value.kind {
        ExpressionKind::Name(_) | ExpressionKind::Attribute { .. } => found.push(value),
        ExpressionKind::Binary { first, rest } => {
            parts(first, found);
            rest.iter().for_each(|(_, it)| parts(it, found));
        }
        ExpressionKind::List(items) => {
            for item in items {
                if let ExpressionKind::Starred(inner) = &item.kind {
                    parts(inner, found);
                }
            }
        }
        _ => {}
    }
}

/// What imported names are called in full.
fn imports(module: &Module, path: &Utf8Path) -> Vec<(String, String)> {
    let own = path.as_str().trim_end_matches(".py").replace('/', ".");
    let mut found = Vec::new();
    each_statement(&module.body, &mut |statement| match &statement.kind {
        StatementKind::Import(names) => found.extend(names.iter().map(|it| {
            let local = it.alias.as_ref().unwrap_or(&it.name);
            (local.text.clone(), it.name.text.clone())
        })),
        StatementKind::ImportFrom { level, module, names: Imported::Names(names) } => {
            let from = module.as_ref().map_or("", |it| it.text.as_str());
            let from = absolute(&own, false, *level, from);
            found.extend(names.iter().map(|it| {
                let local = it.alias.as_ref().unwrap_or(&it.name);
                let dot = if from.is_empty() { "" } else { "." };
                (local.text.clone(), format!("{from}{dot}{}", it.name.text))
            }));
        }
        _ => {}
    });
    found
}
