//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{Deployment, Target};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/depends-on-missing",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/depends-on-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // `docker stack deploy` ignores `depends_on` (Docker's "docker stack deploy", compose options).
    if deployment.may_be_stack() {
        return;
    }
    apps(deployment, out);
    web_servers(deployment, out);
}

fn apps(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        if !process.kind.is_app() || container.waits() {
            continue;
        }
        let app = process.fact();
        let mut said: Vec<&str> = Vec::new();
        for connection in app.connections() {
            let Some(Target::Service(other, _)) = deployment.target(process, &connection) else {
                continue;
            };
            let name = other.name.value.as_str();
            // A server that sends tasks connects once it has one.
            let needed = match connection.setting.as_str() {
                "DATABASES" => true,
                "CELERY_BROKER_URL" => !process.kind.is_web(),
                _ => false,
            };
            if !needed || name == process.name || said.contains(&name) {
                continue;
            }
            if deployment.starts_after(service, name) {
                continue;
            }
            said.push(name);
            let host = &connection.host;
            let at = app.host_at(host);
            // Compose waits for no health of what is never asked for it: "has no healthcheck configured".
            let is_checked = other.healthcheck.as_ref().is_some_and(|it| it.test.is_some());
            let finding = out.report(
                process,
                format!("`{}` connects to `{name}`, and does not wait for it", process.name),
                at.label(format!("{} is at `{name}`", connection.setting)),
            );
            finding
                .also(service.name.label(format!("`depends_on` does not name `{name}`")))
                .because(&connection.known_by)
                .help(match is_checked {
                    true => {
                        format!("add `{name}` to `depends_on`, with `condition: service_healthy`")
                    }
                    false => format!(
                        "add `{name}` to `depends_on`, and give it a `healthcheck` to wait for"
                    ),
                })
                .mend(Safety::Safe, format!("wait for `{name}`"), service.depend_on(name));
            // It is tried until the other is there.
            if !service.stays_down() && connection.setting == "DATABASES" {
                finding.at_most(Severity::Advice);
            }
        }
    }
}

/// nginx ends with "host not found in upstream" where nobody answers to a name yet.
fn web_servers(deployment: &Deployment, out: &mut Findings) {
    let mut told: Vec<(&str, &str)> = Vec::new();
    for site in &deployment.sites {
        for upstream in deployment.looked_up(site) {
            let Some((service, needed)) = deployment.started_upon(site, &upstream) else {
                continue;
            };
            let (own, name) = (service.name.value.as_str(), needed.name.value.as_str());
            // What waits for nginx cannot be waited for.
            let is_in_order =
                deployment.starts_after(service, name) || deployment.starts_after(needed, own);
            if is_in_order || told.contains(&(own, name)) {
                continue;
            }
            told.push((own, name));
            let finding = out.report(
                site,
                format!("`{own}` may start before `{name}`, and its nginx does not start without"),
                upstream.label("looked up when nginx starts"),
            );
            finding.also(service.name.label(format!("`depends_on` does not name `{name}`")));
            finding.help(format!("add `{name}` to `depends_on`"));
            finding.mend(Safety::Safe, format!("start after `{name}`"), service.depend_on(name));
            // It is tried until the other is there.
            if !service.stays_down() {
                finding.at_most(Severity::Advice);
            }
        }
    }
}
