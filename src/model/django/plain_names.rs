//! Applications of Celery that take settings by names of their own, and not by those that begin with
//! `CELERY_`.

use crate::source::{FileId, Place};
use crate::syntax::python::ast::{Argument, ExpressionKind, Module};
use crate::syntax::python::each_expression;

/// The one call that has Django's settings read without a namespace, where the module says nothing of a
/// broker itself. `BROKER_URL` is read then, and `CELERY_BROKER_URL` is not; with `namespace="CELERY"`
/// both are (measured with Celery 5.7).
pub(super) fn plain_names(file: FileId, module: &Module) -> Option<Place> {
    let (mut calls, mut others) = (Vec::new(), false);
    each_expression(&module.body, &mut |expression| match &expression.kind {
        ExpressionKind::Call { function, arguments } => {
            let named = |name: &str| {
                arguments
                    .iter()
                    .any(|it| matches!(it, Argument::Keyword(key, _) if key.text == name))
            };
            let is_open = arguments.iter().any(|it| matches!(it, Argument::SpreadKeywords(_)));
            let called = function.dotted().unwrap_or_default();
            if called.ends_with(".config_from_object") {
                others |= arguments.len() != 1 || named("namespace") || is_open;
                calls.push(Place { file, span: expression.span });
            } else {
                others |= named("broker") || called.contains(".conf.") || is_open;
            }
            // The broker may be among what stands behind the name of the application.
            let is_positional = |it: &Argument| matches!(it, Argument::Positional(_));
            others |= called.ends_with("Celery") && arguments.iter().skip(1).any(is_positional)
                || called.ends_with(".config_from_envvar");
        }
        ExpressionKind::Attribute { name, .. } => {
            others |= name.text.starts_with("broker") || name.text.starts_with("BROKER");
        }
        ExpressionKind::Subscript { value, .. } => {
            others |= value.dotted().is_some_and(|it| it.ends_with(".conf"));
        }
        ExpressionKind::Constant(_) => {
            others |= expression.as_str().is_some_and(|it| it.contains("BROKER"));
        }
        _ => {}
    });
    match calls.as_slice() {
        [call] if !others => Some(*call),
        _ => None,
    }
}
