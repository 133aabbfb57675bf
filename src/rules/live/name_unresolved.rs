//! See the page.

use crate::diagnostic::{Area, Findings, Severity, Subject};
use crate::model::Deployment;
use crate::model::observed::{Named, Observed};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/name-unresolved",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Answers, check),
    page: include_str!("../../../rules/live/name-unresolved.md"),
};

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for Named { host, addresses } in &observed.names {
        match addresses {
            Ok(addresses) if addresses.value.is_empty() => {
                out.report(
                    Subject::Site(host.value.clone()),
                    format!("`{host}` is the name of a site, and has no address"),
                    host.label("is served here"),
                )
                .also(addresses.label("was answered"))
                .help("add the name where the domain is kept, or take it out of the site");
            }
            Ok(addresses) => {
                let each: Vec<String> = addresses.value.iter().map(ToString::to_string).collect();
                out.passed(format!("`{host}` leads to {}", each.join(" and ")));
            }
            Err(unseen) => {
                out.unknown(format!("where `{host}` leads"), &unseen.why, unseen.remedy);
            }
        }
    }
}
