//! See the page.

use crate::diagnostic::Subject;
use crate::diagnostic::{Area, Findings, Severity};
use crate::model::observed::{Backend, Observed};
use crate::model::{Deployment, ServerKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/backing-service-down",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Services, check),
    page: include_str!("../../../rules/live/backing-service-down.md"),
};

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for backend in &observed.backends {
        let what = match backend.kind {
            ServerKind::Postgres => "PostgreSQL",
            ServerKind::Mysql => "MySQL",
            ServerKind::Mongo => "MongoDB",
            ServerKind::Redis => "Redis",
            ServerKind::Amqp => "RabbitMQ",
            ServerKind::Memcached => "memcached",
            ServerKind::Smtp => "the mail server",
            ServerKind::Http => "a web service",
        };
        let Backend { at, process, setting, .. } = backend;
        match &backend.answers {
            Ok(answers) if answers.value => out.passed(format!("{what} answers on {at}")),
            Ok(answers) => {
                out.report(
                    Subject::Process(process.clone()),
                    format!("`{process}` needs {what} on {at}, and none answers"),
                    answers.label("asked as the application would"),
                )
                .also(backend.named.label(format!("{setting} leads there")))
                .help("start it, or name the address that it listens on");
            }
            Err(unseen) => {
                out.unknown(format!("whether {what} answers on {at}"), &unseen.why, unseen.remedy);
            }
        }
    }
}
