//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::command::{Program, Started};
use crate::model::{Deployment, Process, Route, Site};
use crate::rules::{Check, Rule};
use std::time::Duration;

pub(super) static RULE: Rule = Rule {
    id: "proxy/worker-killed-early",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/worker-killed-early.md"),
};

/// What gunicorn gives a silent worker where nobody says otherwise, in seconds (its settings,
/// `timeout`).
const PATIENCE: u64 = 30;

/// What nginx waits where nobody says otherwise, in seconds (ngx_http_proxy_module).
const DEFAULT: u64 = 60;

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.webs() {
        let Some(started) = app.started.as_ref().filter(|it| kills_early(it)) else { continue };
        let sites = deployment.sites.iter();
        let mut found: Vec<(&Site, Fact<u64>)> =
            sites.filter_map(|site| Some((site, waits(deployment, site, app)?))).collect();
        found.sort_by_key(|(_, waits)| std::cmp::Reverse(waits.value));
        let Some((site, waits)) = found.first() else { continue };
        let seconds = waits.value;
        out.report(
            *site,
            format!("the proxy waits {seconds} s, and gunicorn ends a worker after {PATIENCE} s"),
            waits.label(format!("somebody expects answers that take up to {seconds} s")),
        )
        .also(
            started.executable.label(format!("no `--timeout`: what takes {PATIENCE} s is killed")),
        )
        .because(waits)
        .help(format!("start gunicorn with `--timeout {seconds}`, or with `--threads`"));
    }
}

/// Whether it is a gunicorn of plain workers, each of which has to answer within the default.
fn kills_early(started: &Started) -> bool {
    let is_plain = started.worker_class.as_ref().is_none_or(|it| it.value == "sync")
        && started.threads.as_ref().is_none_or(|it| it.value == 1);
    let is_known = started.workers_known && (started.config_file.is_none() || started.config_read);
    started.program.value == Program::Gunicorn && is_plain && is_known && started.timeout.is_none()
}

/// The longest that a site waits for a process on a route of its own, at the line that says so.
fn waits(deployment: &Deployment, site: &Site, app: &Process) -> Option<Fact<u64>> {
    let raised = |route: &Route| {
        let behind = deployment.leads_to(route, app)?;
        let waits = route.read_timeout.as_ref().filter(|it| it.evidence().is_written())?;
        let waits = waits.map(Duration::as_secs).given(&behind);
        (waits.value > DEFAULT).then_some(waits)
    };
    let routes = site.routes.iter().filter(|route| !route.upgrades());
    routes.filter_map(raised).max_by_key(|it| it.value)
}
