//! Passwords that code gives those who administer a site.

use crate::syntax::python::ast::{
    Argument, Block, Constant, Expression, ExpressionKind, Function, Item, Statement, StatementKind,
};
use crate::syntax::python::{bound_names, each_statement, within};

/// The text that `create_superuser` is given as a password: by name, or behind the address of mail
/// (`UserManager.create_superuser`, and that of managers without a name of the user). `body` is that of
/// the module.
pub fn superuser_password<'m>(
    call: &'m Expression,
    body: &'m [Statement],
) -> Option<&'m Expression> {
    let ExpressionKind::Call { function, arguments } = &call.kind else { return None };
    let ExpressionKind::Attribute { name, .. } = &function.kind else { return None };
    let named = arguments.iter().find_map(|it| match it {
        Argument::Keyword(name, value) if name.text == "password" => Some(value),
        _ => None,
    });
    let positional = |at: usize| match arguments.get(at) {
        Some(Argument::Positional(value)) => Some(value),
        _ => None,
    };
    // It follows the address, wherever that stands.
    let is_address = |at: &usize| {
        positional(*at).and_then(Expression::as_str).is_some_and(|it| it.contains('@'))
    };
    let count = arguments.iter().take_while(|it| matches!(it, Argument::Positional(_))).count();
    let address = (0..count).rev().filter(|at| at + 1 < count).find(is_address);
    let given = named.or_else(|| positional(address.map_or(2, |at| at + 1)));
    given.filter(|_| name.text == "create_superuser").and_then(|it| text_of(it, body))
}

/// The text that an expression is, or that its name is given once, at the top of where that is known: in
/// the function around it, or in the module.
fn text_of<'m>(given: &'m Expression, body: &'m [Statement]) -> Option<&'m Expression> {
    if given.as_str().is_some() {
        return Some(given);
    }
    let name = name_of(given)?;
    let scopes = functions_around(given, body);
    let has = |it: &&Function| {
        it.locals.iter().any(|it| it == name) || it.parameters.iter().any(|it| it.name.text == name)
    };
    let scope = match scopes.into_iter().rfind(has) {
        Some(function) if function.parameters.iter().any(|it| it.name.text == name) => return None,
        Some(function) => &function.body,
        None => body,
    };
    let is_once = bound_names(scope).iter().filter(|it| *it == name).count() == 1;
    let mut assigned = scope.iter().filter_map(|statement| match &statement.kind {
        StatementKind::Assign { targets, value } => {
            targets.iter().any(|it| name_of(it) == Some(name)).then_some(value)
        }
        _ => None,
    });
    assigned.next().filter(|it| is_once && it.as_str().is_some())
}

/// The functions that an expression stands in, the outermost first.
fn functions_around<'m>(inner: &Expression, body: &'m [Statement]) -> Vec<&'m Function> {
    let mut around = Vec::new();
    each_statement(body, &mut |statement| {
        if let StatementKind::Function(function) = &statement.kind
            && statement.span.contains(inner.span)
        {
            around.push(function);
        }
    });
    around
}

/// The texts that `set_password` is given of users who may enter the admin: those that are made with
/// `is_staff` or `is_superuser` (django.contrib.auth, "User"), or get it afterwards.
pub fn staff_passwords(body: &Block) -> Vec<&Expression> {
    let mut events = Vec::new();
    each_statement(body, &mut |statement| events.extend(Event::of(statement, body)));
    let given = events.iter().enumerate().filter_map(|(at, event)| match event {
        Event::Password(user, text) => Some((at, *user, *text)),
        Event::Made(..) | Event::Granted(_) => None,
    });
    let may_enter = |at: usize, user: &str| {
        let is_made = |it: &Event| matches!(it, Event::Made(name, _) if *name == user);
        // As long as the name is the same user's.
        let begin = events[..at].iter().rposition(is_made);
        let end = events[at..].iter().position(is_made).map_or(events.len(), |it| at + it);
        events[begin.unwrap_or(0)..end].iter().any(|it| match it {
            Event::Made(name, grants) => *name == user && *grants,
            Event::Granted(name) => *name == user,
            Event::Password(..) => false,
        })
    };
    given.filter(|(at, user, _)| may_enter(*at, user)).map(|(_, _, text)| text).collect()
}

/// What happens to a user that a name stands for.
enum Event<'m> {
    /// Whether it may enter the admin from the beginning.
    Made(&'m str, bool),
    Granted(&'m str),
    Password(&'m str, &'m Expression),
}

impl<'m> Event<'m> {
    fn of(statement: &'m Statement, body: &'m [Statement]) -> Option<Self> {
        match &statement.kind {
            StatementKind::Assign { targets, value } => match &targets.first()?.kind {
                ExpressionKind::Attribute { value: user, name } => {
                    (is_right(&name.text) && is_true(value)).then_some(())?;
                    Some(Self::Granted(name_of(user)?))
                }
                // `user, created = User.objects.get_or_create(…)`
                ExpressionKind::Tuple(names) => {
                    Some(Self::Made(name_of(names.first()?)?, grants(value)))
                }
                _ => Some(Self::Made(name_of(targets.first()?)?, grants(value))),
            },
            StatementKind::Expression(call) => {
                let ExpressionKind::Call { function, arguments } = &call.kind else { return None };
                let ExpressionKind::Attribute { value: user, name } = &function.kind else {
                    return None;
                };
                let [Argument::Positional(text)] = arguments.as_slice() else { return None };
                (name.text == "set_password").then_some(())?;
                Some(Self::Password(name_of(user)?, text_of(text, body)?))
            }
            _ => None,
        }
    }
}

fn is_right(name: &str) -> bool {
    matches!(name, "is_staff" | "is_superuser")
}

/// Whether an expression has such a right among what it gives: `defaults={"is_staff": True}`.
fn grants(value: &Expression) -> bool {
    let mut found = false;
    within(value, &mut |expression| match &expression.kind {
        ExpressionKind::Call { arguments, .. } => {
            found |= arguments.iter().any(|it| {
                matches!(it, Argument::Keyword(name, value) if is_right(&name.text) && is_true(value))
            });
        }
        ExpressionKind::Dict(items) => {
            found |= items.iter().any(|it| {
                matches!(it, Item::Pair(key, value)
                    if key.as_str().is_some_and(is_right) && is_true(value))
            });
        }
        _ => {}
    });
    found
}

fn is_true(value: &Expression) -> bool {
    matches!(value.kind, ExpressionKind::Constant(Constant::Bool(true)))
}

fn name_of(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(name),
        _ => None,
    }
}
