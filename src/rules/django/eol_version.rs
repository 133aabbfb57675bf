//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::version::{DJANGO_SUPPORT_AS_OF, Range, latest_django_series};
use crate::fact::{Certainty, Fact};
use crate::model::django::Narrowing;
use crate::model::{Deployment, Process};
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
        let Some((version, narrowings)) =
            deployment.django_version(app).or_else(|| of_tree(deployment, app))
        else {
            continue;
        };
        let Some(series) = latest_django_series(&version.value) else { continue };
        if !series.is_over(DJANGO_SUPPORT_AS_OF) {
            continue;
        }
        let (series, until) = (series.series, series.supported_until);
        let admitted = app.fact().admitted_django();
        let (message, help) = match breaks_when_new(app, &narrowings) {
            true => (
                "a new installation brings a Django that the code can not be loaded with"
                    .to_owned(),
                "name the Django that is installed today, and change what it imports",
            ),
            false => (
                format!("security fixes for Django {series} ended on {until}"),
                "go to a series that is supported: first to the next one with long-term support",
            ),
        };
        let finding = out.report(
            app,
            message,
            version.label(format!("admits {}", admitted.as_ref().unwrap_or(&version.value))),
        );
        for (by, how) in &narrowings {
            finding.also(by.label(how));
        }
        finding.help(help);
        break;
    }
}

/// Whether the code alone needs an old Django, where pip installs one of today.
fn breaks_when_new(app: &Process, narrowings: &[Narrowing]) -> bool {
    let admitted = app.fact().admitted_django();
    let newest = admitted.as_ref().and_then(latest_django_series);
    let is_of_today = newest.is_some_and(|it| !it.is_over(DJANGO_SUPPORT_AS_OF));
    is_of_today && narrowings.len() == 1 && app.fact().code_narrows().is_some()
}

/// Where it is not known which settings a server of Python's runs, it runs the tree's only project.
fn of_tree(deployment: &Deployment, app: &Process) -> Option<(Fact<Range>, Vec<Narrowing>)> {
    let runs_none = app.kind.is_web() && app.django.is_none();
    let own = deployment.surroundings.django.as_ref().filter(|_| runs_none)?;
    let why = "which settings run is not known, and this is the tree's only project";
    Some((own.clone().doubt(Certainty::Likely, why), Vec::new()))
}
