//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, NameConflict};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/server-name-conflict",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/server-name-conflict.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for NameConflict { address, first, ignored } in config.name_conflicts() {
        let name = &ignored.value;
        let at = &address.value.address;
        out.report(
            ignored,
            format!("nginx ignores this `{name}`: an earlier server has it on `{at}`"),
            ignored.label("no request for this name comes here"),
        )
        .also(first.label("all of them go to this server"))
        .because(address)
        .help("merge the two servers, or have them listen on different ports");
    }
}
