//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{
    ALLOWED_HOSTS, CORS_ALLOWED_ORIGINS, CSRF_TRUSTED_ORIGINS, Deployment, INSTALLED_APPS, Process,
};
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
        for setting in [ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS, CORS_ALLOWED_ORIGINS] {
            let known = app.get(setting);
            // Django answers 400 to everything then, which another rule says.
            if known.is_some() && setting.name == ALLOWED_HOSTS.name {
                continue;
            }
            // Before 4.0 nothing is like an empty host, and nothing checks for one.
            if setting.name == CSRF_TRUSTED_ORIGINS.name && !app.checks_origin() {
                continue;
            }
            // django-cors-headers checks what it has, where it is installed as an app.
            if setting.name == CORS_ALLOWED_ORIGINS.name && !has_cors(&app) {
                continue;
            }
            // Code may look at the list before it takes it.
            let tried = if known.is_some() { known } else { app.where_nothing_is_set(setting) };
            let Some(empty) = tried.filter(|it| is_empty_text(&it.value)) else { continue };
            let of_default = app.possible(setting).into_iter().find(|it| is_empty_text(&it.value));
            let read = of_default.as_ref().and_then(|it| app.default_in(it));
            let Some(read) = read.or_else(|| app.left_empty(&empty)) else { continue };
            let empty = of_default.as_ref().unwrap_or(&empty);
            let Some(at) = app.assigned_from(setting, empty) else { continue };
            let read = app.asked_for(&at, read);
            let label = match setting.name {
                "ALLOWED_HOSTS" => "splitting an empty text leaves one empty entry",
                "CORS_ALLOWED_ORIGINS" => "an empty text leaves an empty entry: corsheaders.E013",
                _ => "splitting an empty text leaves one empty entry, and checks stop (4_0.E001)",
            };
            let finding = out.report(
                process,
                format!("{} has an empty entry if `{}` is not set", setting.name, read.name),
                at.label(label),
            );
            finding
                .because(empty)
                .help("leave empty entries out of the list: `[it for it in … if it]`");
            // No host is like an empty one: the list lets as few pass as an empty list does.
            if setting.name == ALLOWED_HOSTS.name {
                finding.at_most(Severity::Advice);
            }
        }
    }
}

fn is_empty_text(entries: &[Fact<String>]) -> bool {
    matches!(entries, [only] if only.value.is_empty())
}

/// Whether django-cors-headers is installed, by its name or by that of its configuration.
fn has_cors(app: &Fact<&Process>) -> bool {
    app.get(INSTALLED_APPS)
        .is_some_and(|it| it.value.iter().any(|it| it.value.starts_with("corsheaders")))
}
