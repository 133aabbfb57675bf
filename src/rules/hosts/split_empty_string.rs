//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/split-empty-string",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/split-empty-string.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let app = process.fact();
        for setting in [ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS] {
            let known = app.get(setting);
            // Django answers 400 to everything then, which another rule says.
            if known.is_some() && setting.name == ALLOWED_HOSTS.name {
                continue;
            }
            let possible = app.possible(setting);
            let empty = possible.iter().filter(|it| is_empty_text(&it.value));
            let Some(empty) = empty.into_iter().next() else { continue };
            let Some(read) = app.default_in(empty) else { continue };
            let Some(at) = app.assigned(setting) else { continue };
            out.report(
                process,
                format!("{} has an empty entry if `{}` is not set", setting.name, read.name),
                at.label("splitting an empty text leaves one empty entry"),
            )
            .because(empty)
            .help("leave empty entries out: `[it for it in value.split(\",\") if it]`");
        }
    }
}

fn is_empty_text(entries: &[Fact<String>]) -> bool {
    matches!(entries, [only] if only.value.is_empty())
}
