//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/allow-without-deny",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/allow-without-deny.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels().filter(|level| level.unseen().is_none()) {
        let Some(allow) = level.own("allow").next() else { continue };
        let opens = level.own("allow").any(|line| line.arg(0) == Some("all"));
        let any = level.value("satisfy").is_some_and(|it| it.value == "any");
        // What is compared then is the visitor's address, and the list may be that of a proxy: who
        // denies the rest denies it to everybody.
        let is_replaced = level.own("set_real_ip_from").next().is_some()
            || level.value("real_ip_header").is_some();
        if opens || any || is_replaced || level.own("deny").next().is_some() {
            continue;
        }
        let at = allow.fact(());
        out.report(
            &at,
            "`allow` without `deny` keeps nobody out",
            at.label("who is not listed may come in as well"),
        )
        .help("add `deny all;` after it")
        // Whoever comes in unlisted today is kept out then.
        .insert_after(
            &level.own("allow").last().unwrap_or(allow).fact(()),
            "deny all;",
            Safety::Unsafe,
        );
    }
}
