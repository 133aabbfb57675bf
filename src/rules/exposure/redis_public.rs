//! See the page.

use crate::diagnostic::{Edit, Safety, Subject};
use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/redis-public",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("9.8"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/redis-public.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    if deployment.compose.is_some() {
        return;
    }
    let Some(server) = &deployment.surroundings.redis else { return };
    let Some(bind) = server.open_to_all() else { return };
    let finding = out.report(
        Subject::Nothing,
        "everybody may use the Redis of this machine",
        bind.label("listens on public addresses"),
    );
    if let Some(mode) = server.get("protected-mode") {
        finding.also(mode.label("and takes whoever comes, as no password is set"));
    }
    finding.help("bind it to `127.0.0.1 -::1`, or set `requirepass`");
    // Another machine may use it on purpose.
    let whole = bind.written_as(&format!("bind {}", bind.value));
    let edit = whole.map(|place| Edit::replace(place, "bind 127.0.0.1 -::1"));
    finding.mend(Safety::Unsafe, "bind it to this machine", edit);
}
