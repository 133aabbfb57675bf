//! What holds wherever a module is not there that each machine has for itself.

use crate::diagnostic::{Diagnostic, Findings};
use crate::fact::Fact;
use crate::model::{Alone, Process};

/// Tells what a setting comes to without the module.
pub(super) fn report<'o, T>(
    process: &Process,
    alone: &Alone,
    what: &str,
    setting: &Fact<T>,
    out: &'o mut Findings,
) -> &'o mut Diagnostic {
    out.report(
        process,
        format!("{what} wherever `{}` is not there", alone.module.value),
        setting.label("holds unless that module says otherwise"),
    )
    .also(alone.module.label("nobody notices if this finds nothing"))
}
