//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/version-disclosed",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/version-disclosed.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let lines = config.levels().flat_map(|level| level.own("server_tokens"));
    for line in lines {
        let Some(value) = line.args.first().filter(|it| it.value == "on" || it.value == "build")
        else {
            continue;
        };
        out.report(
            value,
            "every answer tells the version of nginx",
            value.label("in the header `Server` and on pages of errors"),
        )
        .help("write `server_tokens off;`")
        .replace(value, "off", Safety::Safe);
    }
}
