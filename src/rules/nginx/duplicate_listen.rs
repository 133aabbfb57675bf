//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Claim, Config, DoubleListen};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/duplicate-listen",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/duplicate-listen.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for DoubleListen { claim, address, lines } in config.repeated_listens() {
        let (what, help) = match claim {
            Claim::Address => (
                format!("a server listens on `{address}` twice"),
                "leave one of them in, with the options of both",
            ),
            Claim::Default => (
                format!("two servers are the default of `{address}`"),
                "leave `default_server` with the one that answers what no name decides",
            ),
            Claim::Options => (
                format!("the options of the socket `{address}` are said twice"),
                "leave the options with one `listen` of the address; they hold for all",
            ),
        };
        let (at, first) = (lines.at(), lines.first_at());
        out.report(&at, format!("nginx does not start: {what}"), at.label("nginx stops here"))
            .also(first.label("this is the first"))
            .help(help);
    }
}
