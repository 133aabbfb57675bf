//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::version::{DJANGO_SUPPORT_AS_OF, latest_django_series};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/eol-version",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.0"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/eol-version.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // Whatever its settings and its server, it is this Django.
    for app in deployment.processes.iter().filter(|it| it.kind.is_app()) {
        let Some((version, python)) = deployment.django_version(app) else { continue };
        let Some(series) = latest_django_series(&version.value) else { continue };
        if !series.is_over(DJANGO_SUPPORT_AS_OF) {
            continue;
        }
        let (series, until) = (series.series, series.supported_until);
        let finding = out.report(
            app,
            format!("security fixes for Django {series} ended on {until}"),
            version.label(format!("admits {}", version.value)),
        );
        if let Some(python) = &python {
            finding.also(python.label("this Python has no later one"));
        }
        finding
            .help("go to a series that is supported: first to the next one with long-term support");
        break;
    }
}
