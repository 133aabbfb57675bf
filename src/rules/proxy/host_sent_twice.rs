//! See the page.

use crate::diagnostic::{Findings, Kind, Safety, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::nginx::{Level, Line};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/host-sent-twice",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/host-sent-twice.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (site, route, app) in deployment.app_routes() {
        let Some(level) = site.level(route).filter(|level| level.pass().is_some()) else {
            continue;
        };
        // nginx before 1.17.9 took the first of two, and others do as they like: one goes on.
        if deployment.leads_to_another_server(site, route) {
            continue;
        }
        let hosts = hosts(level);
        let [first, .., last] = hosts.as_slice() else { continue };
        // What nginx's package has in its files is nobody's to change.
        let is_written = |line: &Line| line.fact(()).evidence().is_written();
        let (line, other) = if is_written(last) { (last, first) } else { (first, last) };
        let here = line.fact(());
        if !is_written(line) || said.contains(&here.evidence().place()) {
            continue;
        }
        said.push(here.evidence().place());
        let also = match (is_written(other), other.via.last()) {
            (false, Some(include)) => Fact::at((), *include),
            _ => other.fact(()),
        };
        out.report(
            site,
            format!(
                "`Host` is sent twice, and `{}` answers such requests with 400",
                app.value.name
            ),
            here.label("sends it once more"),
        )
        .also(also.label("sends `Host` as well"))
        .because(&app)
        .help("take one of both away")
        .remove(&here, "this one", Kind::Statement, Safety::Safe);
    }
}

/// What sends `Host` from a level: lines of its own, or of the nearest level around it that has any.
fn hosts(level: Level<'_>) -> Vec<&Line> {
    let sends = |line: &&Line| {
        let is_host = line.arg(0).is_some_and(|it| it.eq_ignore_ascii_case("host"));
        is_host && line.arg(1).is_some_and(|it| !it.is_empty())
    };
    level.in_effect(&["proxy_set_header"]).lines.into_iter().filter(sends).collect()
}
