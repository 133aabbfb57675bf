//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Config, Listener};
use crate::rules::{Check, Rule};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "nginx/default-server-implicit",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/default-server-implicit.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let mut by_address = BTreeMap::<_, Vec<_>>::new();
    for listener in config.servers().flat_map(|server| server.listeners()) {
        by_address.entry(&listener.value.address).or_default().push(listener);
    }
    for (address, listeners) in by_address {
        let [first, second, ..] = listeners.as_slice() else { continue };
        if listeners.iter().any(|it| it.value.default_server) || !first.evidence().is_written() {
            continue;
        }
        // A `listen` in a file that several servers include would name each of them.
        let place = |it: &Fact<Listener>| it.written_at();
        let shared = listeners[1..].iter().any(|it| place(it) == place(first));
        let end = place(first).filter(|_| !shared).map(|it| Edit::behind(it, " default_server"));
        // Another file may have the one that is meant.
        let safety = if config.is_whole() { Safety::Safe } else { Safety::Unsafe };
        out.report(
            *first,
            format!("unknown names on `{address}` get this site, as it happens to be the first"),
            first.label("no server of this address is its default"),
        )
        .also(second.label("another one"))
        .help("write `default_server` where it is meant, best into a server that answers nothing")
        .mend(safety, "write `default_server`", end);
    }
}
