//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, PUBLIC_URLS, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/public-url-local",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/public-url-local.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.live() {
        let faults = app.value.django.as_ref().map(|it| &it.faults);
        let leads_nowhere = |name: &str| {
            faults.is_some_and(|it| it.unused_urls.iter().any(|unused| unused == name))
        };
        for setting in PUBLIC_URLS.into_iter().filter(|it| !leads_nowhere(it.name)) {
            let Some(at) = app.assigned(setting) else { continue };
            let known = app.get(setting);
            // What only DEBUG brings is a developer's.
            let possible = app.possible_without_debug(setting);
            let values = known.as_ref().map_or(possible.as_slice(), std::slice::from_ref);
            let Some(url) = values.iter().find(|it| is_local(&it.value)) else { continue };
            if known.is_none() && stops_where_unset(app.value) {
                continue;
            }
            let finding = out.report(
                app.value,
                match known {
                    Some(_) => "links in mails and pages lead to the reader's own machine",
                    None => "links lead to the reader's own machine where a variable is not set",
                },
                at.given(url).label(format!("{} is `{}`", setting.name, url.value)),
            );
            finding
                .through(app.outside(url), "as is said here")
                .help(format!("let {} be the address that visitors know", setting.name));
            if known.is_none() {
                finding.at_most(Severity::Advice);
            }
        }
    }
}

/// Whether the settings refuse the defaults of variables that are not set.
fn stops_where_unset(process: &Process) -> bool {
    let Some(django) = &process.django else { return false };
    let refused = django.trials.unset.as_ref().is_some_and(|it| it.outcome.is_err());
    refused && django.evaluation.outcome.is_ok()
}

fn is_local(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "host.docker.internal")
}
