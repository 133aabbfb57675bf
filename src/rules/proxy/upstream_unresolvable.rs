//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, Model, Stage};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/upstream-unresolvable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Model(check),
    page: include_str!("../../../rules/proxy/upstream-unresolvable.md"),
};

fn check(model: &Model, out: &mut Findings) {
    let production = |it: &&Deployment| it.stage.value == Stage::Production;
    for deployment in model.deployments.iter().filter(production) {
        for site in &deployment.sites {
            for upstream in site.routes.iter().flat_map(|route| &route.upstreams) {
                let Some(name) = deployment.unresolved(site, upstream) else { continue };
                // Files that are started together in a way that nobody wrote down.
                let projects = model.deployments.iter().filter_map(|it| it.compose.as_ref());
                let elsewhere = projects.into_iter().any(|project| {
                    project.services.iter().any(|service| service.answers_to(&name))
                });
                if elsewhere {
                    continue;
                }
                out.report(
                    site,
                    format!("nginx does not start: no container is called `{name}`"),
                    upstream.label("this name is looked up when nginx starts"),
                )
                .help(format!("name the service that listens there, or call one `{name}`"));
            }
        }
    }
}
