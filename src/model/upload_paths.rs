//! Below which folder of `MEDIA_ROOT` a field keeps what it takes, as its `upload_to` says
//! (Django's documentation, "FileField.upload_to").

use crate::syntax::python::ast::{
    Argument, Constant, Expression, ExpressionKind, Function, Module, Operator, Segment,
    StatementKind,
};
use crate::syntax::python::each_statement;
use camino::Utf8PathBuf;

/// Whether a field is given a storage of its own, or may be.
pub(super) fn may_have_storage(arguments: &[Argument]) -> bool {
    arguments.iter().any(|argument| match argument {
        Argument::Keyword(name, _) => name.text == "storage",
        Argument::Spread(_) | Argument::SpreadKeywords(_) => true,
        Argument::Positional(_) => false,
    })
}

/// The folder, empty if it is `MEDIA_ROOT` itself; `None` if nobody can tell.
pub(super) fn folder(module: &Module, arguments: &[Argument]) -> Option<Utf8PathBuf> {
    // Where it keeps files is a matter of its own storage then.
    if may_have_storage(arguments) {
        return None;
    }
    let to = arguments.iter().find_map(|argument| match argument {
        Argument::Keyword(name, value) if name.text == "upload_to" => Some(value),
        _ => None,
    });
    let Some(to) = to else { return Some(Utf8PathBuf::new()) };
    match &to.kind {
        ExpressionKind::Constant(Constant::Str(text)) => {
            // Dates are filled in: `photos/%Y`.
            let parts = text.split('/').take_while(|part| !part.contains('%'));
            Some(parts.collect())
        }
        ExpressionKind::Name(name) => returned(function(module, name)?),
        _ => None,
    }
}

fn function<'m>(module: &'m Module, name: &str) -> Option<&'m Function> {
    module.body.iter().find_map(|statement| match &statement.kind {
        StatementKind::Function(function) if function.name.text == name => Some(function),
        _ => None,
    })
}

/// The folder that every path begins with that a function may return.
fn returned(function: &Function) -> Option<Utf8PathBuf> {
    let mut folders = Vec::new();
    each_statement(&function.body, &mut |statement| {
        if let StatementKind::Return(value) = &statement.kind {
            folders.push(value.as_ref().and_then(start));
        }
    });
    let first = folders.first()?.clone()?;
    folders.iter().all(|it| it.as_ref() == Some(&first)).then(|| first.into())
}

/// The folders that a path surely begins with, at least one.
fn start(path: &Expression) -> Option<String> {
    let text = match &path.kind {
        ExpressionKind::Constant(Constant::Str(text)) => text.as_str(),
        ExpressionKind::Format(segments) => match segments.first()? {
            Segment::Text(text) => text,
            Segment::Value { .. } => return None,
        },
        ExpressionKind::Binary { first, rest } => {
            let text = first.as_str()?;
            match rest.first()?.0 {
                Operator::Modulo => text.split('%').next()?,
                Operator::Add => text,
                _ => return None,
            }
        }
        ExpressionKind::Call { function, .. } => match &function.kind {
            ExpressionKind::Attribute { value, name } if name.text == "format" => {
                value.as_str()?.split('{').next()?
            }
            _ => return None,
        },
        _ => return None,
    };
    let (folders, _) = text.rsplit_once('/')?;
    (!folders.is_empty()).then(|| folders.to_owned())
}
