//! Tasks for certain times that the module of a Celery application names itself.

use crate::source::{FileId, Place};
use crate::syntax::python::ast::{ExpressionKind, Module, StatementKind};

/// Where `app.conf.beat_schedule` gets entries, whatever the environment says.
pub(super) fn schedule(file: FileId, module: &Module) -> Option<Place> {
    module.body.iter().find_map(|statement| {
        let StatementKind::Assign { targets, value } = &statement.kind else { return None };
        let ExpressionKind::Dict(items) = &value.kind else { return None };
        let named = targets.iter().find(|it| {
            let name = it.dotted().unwrap_or_default();
            name.ends_with(".conf.beat_schedule") || name.ends_with(".conf.CELERYBEAT_SCHEDULE")
        })?;
        (!items.is_empty()).then_some(Place { file, span: named.span })
    })
}
