//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/http2-listen-param",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/http2-listen-param.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let lines = config.servers().flat_map(|server| server.level().own("listen"));
    let mut old =
        lines.filter_map(|line| line.args.iter().skip(1).find(|arg| arg.value == "http2"));
    let Some(first) = old.next() else { return };
    let finding = out.report(
        first,
        "`listen … http2` is deprecated since nginx 1.25.1",
        first.label("newer versions warn of this each time they start"),
    );
    for more in old {
        finding.also(more.label("and of this"));
    }
    finding.help("write `http2 on;` into the server, and leave `http2` out here");
}
