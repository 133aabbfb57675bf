//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::command::{Program, Started};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/timeout-inverted",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/timeout-inverted.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        let Some(started) = app.value.started.as_ref().filter(|it| kills_slow_requests(it)) else {
            continue;
        };
        let Some(worker) = &started.timeout else { continue };
        let here = site.routes.iter().filter(|route| {
            let process = deployment.process(route);
            process.is_some_and(|it| std::ptr::eq(it.value, app.value)) && !route.upgrades()
        });
        for route in here {
            let Some(proxy) = &route.read_timeout else { continue };
            let (seconds, waits) = (u64::from(worker.value), proxy.value.as_secs());
            if seconds <= waits || waits == 0 {
                continue;
            }
            let set = proxy.evidence().is_written();
            let at = if set { proxy.map(|_| ()) } else { route.pass.map(|_| ()) };
            out.report(
                site,
                format!("the worker may take {seconds} s, and the proxy gives up after {waits} s"),
                worker.label(format!("requests may take {seconds} s")),
            )
            .also(at.given(proxy).label(format!("answers 504 after {waits} s")))
            .help(format!("set `proxy_read_timeout {}s`, or a shorter `--timeout`", seconds + 5));
            break;
        }
    }
}

/// Whether `--timeout` bounds a request: with other workers than gunicorn's plain ones it only
/// says how long a process may be silent.
fn kills_slow_requests(started: &Started) -> bool {
    let plain = started.worker_class.as_ref().is_none_or(|class| class.value == "sync");
    let threads = started.threads.as_ref().is_some_and(|threads| threads.value > 1);
    started.program.value == Program::Gunicorn && plain && !threads
}
