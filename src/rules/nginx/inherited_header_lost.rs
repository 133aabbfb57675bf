//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::nginx::{Config, Line};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/inherited-header-lost",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/inherited-header-lost.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let mut lost: Vec<(&Line, Vec<&Line>)> = Vec::new();
    for level in config.levels().filter(|level| level.scope().unseen.is_empty()) {
        for name in ["add_header", "add_trailer"] {
            let dropped = level.dropped(name);
            // Those that guard a page are said elsewhere.
            let guards = dropped.iter().any(|line| line.arg(0).is_some_and(is_security));
            if let Some(own) = level.own(name).next().filter(|_| !dropped.is_empty() && !guards) {
                lost.push((own, dropped));
            }
        }
    }
    let Some(((own, dropped), more)) = lost.split_first() else { return };
    let at = own.fact(());
    let first = dropped[0].arg(0).unwrap_or_default();
    let finding = out.report(
        &at,
        format!("an `{}` here drops `{first}` of the level around it", own.name),
        at.label("replaces all of the level around it"),
    );
    for line in dropped {
        finding.also(line.fact(()).label("not sent from there"));
    }
    for (own, _) in more {
        finding.also(own.fact(()).label("so does this one"));
    }
    finding.help("repeat the lines here, or put them into a file that both levels include");
    // Some levels are meant to send less than the one around them.
    let edits = lost.iter().flat_map(|(own, dropped)| own.repeating(dropped));
    finding.mend(Safety::Unsafe, "repeat what is lost", edits);
}

fn is_security(name: &str) -> bool {
    let security = [
        "strict-transport-security",
        "content-security-policy",
        "x-frame-options",
        "x-content-type-options",
        "referrer-policy",
    ];
    security.contains(&name.to_ascii_lowercase().as_str())
}
