//! Where modules write secrets down.

use crate::fact::secret::{is_private_key, is_secret_name, url_credentials};
use crate::python::fabric::server_passwords;
use crate::python::superusers::{staff_passwords, superuser_password};
use crate::source::{FileId, Place};
use crate::syntax::python::ast::{
    Argument, Constant, Expression, ExpressionKind, Item, Module, Statement, StatementKind,
};
use crate::syntax::python::{each_expression, each_statement};

/// Whether a text is a URL with a password in it, a key that Django generates, or a private one.
pub(crate) fn has_credentials(text: &str) -> bool {
    text.starts_with("django-insecure-")
        || !url_credentials(text).is_empty()
        || is_private_key(text)
}

/// The string literals of a module that are secrets: assigned to a name that says so, given as its
/// default, or such by their form.
pub fn secrets(module: &Module) -> Vec<Place> {
    let mut found = Found { file: module.file, body: &module.body, places: Vec::new() };
    each_statement(&module.body, &mut |statement| match &statement.kind {
        StatementKind::Assign { targets, value }
            if targets.iter().any(|it| target_name(it).is_some_and(is_secret_name)) =>
        {
            found.within(value);
        }
        StatementKind::Annotated { target, value: Some(value), .. }
        | StatementKind::Augmented { target, value, .. }
            if target_name(target).is_some_and(is_secret_name) =>
        {
            found.within(value);
        }
        _ => {}
    });
    each_expression(&module.body, &mut |expression| found.look_at(expression));
    staff_passwords(&module.body).into_iter().for_each(|it| found.add(it));
    server_passwords(&module.body).into_iter().for_each(|it| found.add(it));
    found.places.sort();
    found.places.dedup();
    found.places
}

struct Found<'m> {
    file: FileId,
    body: &'m [Statement],
    places: Vec<Place>,
}

impl Found<'_> {
    fn look_at(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Constant(Constant::Str(text)) if has_credentials(text) => {
                self.add(expression);
            }
            ExpressionKind::Dict(items) => {
                for item in items {
                    if let Item::Pair(key, value) = item
                        && key.as_str().is_some_and(is_secret_name)
                    {
                        self.within(value);
                    }
                }
            }
            ExpressionKind::Call { arguments, .. } => {
                if let Some(password) = superuser_password(expression, self.body) {
                    self.add(password);
                }
                // `env("SECRET_KEY", default="…")`, `dict(PASSWORD="…")`.
                let named = arguments.first().is_some_and(|it| match it {
                    Argument::Positional(it) => it.as_str().is_some_and(is_secret_name),
                    _ => false,
                });
                for (at, argument) in arguments.iter().enumerate() {
                    match argument {
                        Argument::Keyword(name, value) if is_secret_name(&name.text) => {
                            self.within(value);
                        }
                        Argument::Keyword(name, value) if named && name.text == "default" => {
                            self.within(value);
                        }
                        Argument::Positional(value) if named && at == 1 => self.within(value),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// The text itself, or those of which it is one by a condition; not the arguments of calls,
    /// which are names of variables more often than secrets.
    fn within(&mut self, value: &Expression) {
        match &value.kind {
            ExpressionKind::Constant(Constant::Str(text)) if !text.is_empty() => self.add(value),
            ExpressionKind::Constant(Constant::Bytes(bytes)) if !bytes.is_empty() => {
                self.add(value);
            }
            ExpressionKind::Format(_) => self.add(value),
            ExpressionKind::Boolean { operands, .. } => {
                operands.iter().for_each(|it| self.within(it));
            }
            ExpressionKind::Conditional { then, otherwise, .. } => {
                self.within(then);
                self.within(otherwise);
            }
            // `"first half" + "second half"`.
            ExpressionKind::Binary { first, rest } => {
                self.within(first);
                rest.iter().for_each(|(_, it)| self.within(it));
            }
            ExpressionKind::List(items) | ExpressionKind::Tuple(items) => {
                items.iter().for_each(|it| self.within(it));
            }
            ExpressionKind::Call { function, arguments } => {
                let default = function.dotted().is_some_and(|it| {
                    it.ends_with(".get") || it.ends_with("getenv") || it.ends_with("setdefault")
                });
                // `"…".encode()`.
                if let ExpressionKind::Attribute { value, .. } = &function.kind
                    && let ExpressionKind::Constant(_) = &value.kind
                {
                    self.within(value);
                }
                for (at, argument) in arguments.iter().enumerate() {
                    match argument {
                        Argument::Keyword(name, value) if name.text == "default" => {
                            self.within(value);
                        }
                        Argument::Positional(value) if default && at == 1 => self.within(value),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, expression: &Expression) {
        let span = expression.span;
        self.places.push(Place { file: self.file, span });
    }
}

/// The last name of an assignment's target: `A`, `x.A`, `D["A"]`.
fn target_name(target: &Expression) -> Option<&str> {
    match &target.kind {
        ExpressionKind::Name(name) => Some(name),
        ExpressionKind::Attribute { name, .. } => Some(&name.text),
        ExpressionKind::Subscript { index, .. } => index.as_str(),
        _ => None,
    }
}
