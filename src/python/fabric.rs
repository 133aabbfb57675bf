//! Passwords of servers that scripts of Fabric have written out.

use crate::syntax::python::ast::{
    Argument, Block, Expression, ExpressionKind, Item, StatementKind,
};
use crate::syntax::python::{each_expression, each_statement};

const PASSWORDS: [&str; 2] = ["password", "sudo_password"];

/// The texts that Fabric logs in with: `env.password`, and `env.passwords` by host (Fabric 1.14, "The
/// environment dictionary"); what `settings(…)` sets for a while; and the `password` of a Connection's
/// `connect_kwargs` (Fabric 3, "Authentication").
pub fn server_passwords(body: &Block) -> Vec<&Expression> {
    let mut found = Vec::new();
    each_statement(body, &mut |statement| {
        if let StatementKind::Assign { targets, value } = &statement.kind {
            match targets.iter().find_map(of_env) {
                Some("passwords") => found.extend(values(value, &|_| true)),
                Some(name) if PASSWORDS.contains(&name) => found.push(value),
                _ => {}
            }
        }
    });
    each_expression(body, &mut |expression| {
        let ExpressionKind::Call { function, arguments } = &expression.kind else { return };
        let called = function.dotted().unwrap_or_default();
        for argument in arguments {
            let Argument::Keyword(name, value) = argument else { continue };
            match called.rsplit('.').next().unwrap_or_default() {
                "settings" if PASSWORDS.contains(&name.text.as_str()) => found.push(value),
                "Connection" if name.text == "connect_kwargs" => {
                    found.extend(values(value, &|key| key == "password"));
                }
                _ => {}
            }
        }
    });
    found.retain(|it| it.as_str().is_some_and(|text| !text.is_empty()));
    found
}

/// What is set of Fabric's `env`: `env.password`, `env["password"]`.
fn of_env(target: &Expression) -> Option<&str> {
    let (holder, name) = match &target.kind {
        ExpressionKind::Attribute { value, name } => (value, name.text.as_str()),
        ExpressionKind::Subscript { value, index } => (value, index.as_str()?),
        _ => return None,
    };
    matches!(holder.dotted()?.as_str(), "env" | "api.env" | "fabric.api.env").then_some(name)
}

/// The values of a dict's keys.
fn values<'m>(dict: &'m Expression, is_meant: &dyn Fn(&str) -> bool) -> Vec<&'m Expression> {
    let ExpressionKind::Dict(items) = &dict.kind else { return Vec::new() };
    let meant = items.iter().filter_map(|item| match item {
        Item::Pair(key, value) => key.as_str().is_some_and(is_meant).then_some(value),
        _ => None,
    });
    meant.collect()
}
