//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/stapling-without-resolver",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/tls/stapling-without-resolver.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for server in config.servers().filter(|server| server.may_speak_tls()) {
        let level = server.level();
        let Some(stapling) = level.value("ssl_stapling").filter(|it| it.value == "on") else {
            continue;
        };
        // `tls/stapling-dead`: there is nobody to ask.
        if level.certificate_without_responder().is_some() {
            continue;
        }
        let has = |name: &str| !level.in_effect(&[name]).lines.is_empty();
        if has("resolver") || has("ssl_stapling_file") || !level.in_effect(&["resolver"]).is_seen()
        {
            continue;
        }
        out.report(
            &stapling,
            "the responder's addresses are those of when nginx started",
            stapling.label("asks it, and no resolver looks its name up anew"),
        )
        .help("set `resolver` beside it");
        break;
    }
}
