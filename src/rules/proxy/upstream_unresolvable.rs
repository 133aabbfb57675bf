//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::compose::Service;
use crate::model::{Deployment, Endpoint, Model, Site, Stage};
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

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
        let mut told = BTreeSet::new();
        for site in &deployment.sites {
            for upstream in deployment.looked_up(site) {
                if let Some((name, mode)) = deployment.asked_of_host(site, &upstream) {
                    // Of a name that no container has in view, the machine may well know.
                    if let Some(service) = meant(model, deployment, &name)
                        && told.insert(upstream.evidence().place())
                    {
                        of_host(site, (&name, &mode), &upstream, service, out);
                    }
                    continue;
                }
                let Some(name) = deployment.unresolved(site, &upstream) else { continue };
                // What braces are left stood for something.
                if name.contains(['{', '}'])
                    || brought_by_others(model, deployment, &name)
                    || !told.insert(upstream.evidence().place())
                {
                    continue;
                }
                let own = deployment.compose.as_ref();
                let apart = own.and_then(|it| it.answering_to(&name));
                // What shares the namespace of another container may answer by that one's names.
                if apart.is_some_and(|it| it.network_mode.is_some()) {
                    continue;
                }
                let (what, when) = match site.is_of_caddy() {
                    true => (
                        "requests are answered with 502",
                        "this name is looked up for each request",
                    ),
                    false => ("nginx does not start", "this name is looked up when nginx starts"),
                };
                match apart {
                    None => {
                        let message = format!("{what}: no container is called `{name}`");
                        out.report(site, message, upstream.label(when)).help(format!(
                            "name the service that listens there, or call one `{name}`"
                        ));
                    }
                    Some(service) => {
                        let message = format!("{what}: it shares no network with `{name}`");
                        let finding = out.report(site, message, upstream.label(when));
                        finding.also(service.name.label("this is on another network"));
                        finding.help("attach both services to one network");
                    }
                }
            }
        }
    }
}

/// The service that has a name for Docker's networks, the deployment's own before others of the tree.
fn meant<'m>(model: &'m Model, deployment: &'m Deployment, name: &str) -> Option<&'m Service> {
    let others = model.deployments.iter().filter_map(|it| it.compose.as_ref());
    let mut projects = deployment.compose.iter().chain(others);
    projects.find_map(|it| it.answering_to(name))
}

/// A name of Docker's that is looked up on the network of the host.
fn of_host(
    site: &Site,
    (name, mode): (&str, &Fact<()>),
    upstream: &Fact<Endpoint>,
    service: &Service,
    out: &mut Findings,
) {
    let why = "the host may have the name in its own list of hosts";
    let at = upstream.clone().doubt(Certainty::Likely, why);
    let finding = out.report(
        site,
        format!("nginx does not start: the host knows no `{name}`"),
        at.label("this name is looked up when nginx starts"),
    );
    finding.also(mode.label("it asks the host, which has no names of services"));
    finding.also(service.name.label("known by this name to networks of Docker's alone"));
    finding.help(format!(
        "attach both to one network, or pass on to a port of `{name}` on `127.0.0.1`"
    ));
}

/// Whether files that are started together may bring it: in a way that nobody wrote down, or by a call of
/// more files than these.
fn brought_by_others(model: &Model, own: &Deployment, name: &str) -> bool {
    let Some(project) = &own.compose else { return false };
    let others = model.deployments.iter().filter(|it| !std::ptr::eq(*it, own));
    let others = others.filter_map(|it| it.compose.as_ref());
    let mut others = others.filter(|other| !project.replaces(other) || other.is_laid_over(project));
    others.any(|it| it.answering_to(name).is_some())
}
