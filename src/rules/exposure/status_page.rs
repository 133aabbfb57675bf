//! See the page.

use crate::diagnostic::{Edit, Findings, Kind, Safety, Severity};
use crate::fact::Certainty;
use crate::model::nginx::{Config, Line};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/status-page",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Nginx(check),
    page: include_str!("../../../rules/exposure/status-page.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let snippets = config.levels().filter(|level| level.unseen().is_some());
    for page in
        snippets.filter(|it| it.restrictions().is_empty()).flat_map(|it| it.own("stub_status"))
    {
        let why = "the server that this stands in is not in view";
        let at = page.fact(()).doubt(Certainty::Possible, why);
        out.report(
            &at,
            "everybody can read the server's status page",
            at.label("no `allow` and `deny`, and no password"),
        )
        .help("write `allow 127.0.0.1; deny all;` beside it")
        .mend(Safety::Unsafe, "let this machine read it only", shut(page));
    }
    for server in config.servers().filter(|server| server.is_written()) {
        let public = server.listeners().iter().find(|listener| {
            let port = listener.value.address.port();
            [Some(80), Some(443)].contains(&port)
                && listener.value.address.is_loopback() == Some(false)
        });
        let Some(public) = public else { continue };
        for location in server.level().locations().filter(|level| level.unseen().is_none()) {
            let Some(page) = location.own("stub_status").next() else { continue };
            if !location.restrictions().is_empty() {
                continue;
            }
            let at = page.fact(());
            out.report(
                &at,
                "everybody can read the server's status page",
                at.label("no `allow` and `deny`, and no password"),
            )
            .because(public)
            .help("write `allow 127.0.0.1; deny all;` beside it")
            // Whatever watches the server from elsewhere is shut out as well.
            .mend(Safety::Unsafe, "let this machine read it only", shut(page));
        }
    }
}

fn shut(page: &Line) -> Option<Edit> {
    let lines = "allow 127.0.0.1;\ndeny all;";
    Some(Edit::before(page.fact(()).written_at()?, lines, Kind::Statement))
}
