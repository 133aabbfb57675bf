//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::nginx::{Config, Context, Level};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/autoindex",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Nginx(check),
    page: include_str!("../../../rules/exposure/autoindex.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels().filter(|level| is_decided(*level)) {
        let Some(line) = level.own("autoindex").last().filter(|it| it.arg(0) == Some("on")) else {
            continue;
        };
        // Where requests are passed on, no folder is looked at.
        if !level.restrictions().is_empty() || level.pass().is_some() {
            continue;
        }
        // What is around all servers may still ask for a password.
        let at = line.fact(());
        let at = match level.unseen() {
            Some(unseen) => unseen.doubt(at),
            None => at,
        };
        let finding = out.report(
            &at,
            "folders without an index are listed to everybody",
            at.label("names files that no page links to"),
        );
        if is_for_visitors(level) {
            finding.at_most(Severity::Advice);
        }
        finding
            .help("leave out `autoindex on`")
            // A folder may be meant to be listed.
            .replace(&at, "autoindex off", Safety::Unsafe);
    }
}

/// Whether all lines of the server are in view. What nobody sees around it, as `conf.d/*.conf`, has
/// servers of its own, and seldom a line for all.
fn is_decided(level: Level<'_>) -> bool {
    let is_around = |level: &Level<'_>| matches!(level.context(), Context::Main | Context::Http);
    let mut own = level.outwards().take_while(|it| !is_around(it)).peekable();
    match own.peek() {
        Some(_) => own.all(|it| it.scope().unseen.is_empty()),
        None => level.unseen().is_none(),
    }
}

/// Names of folders that are there to be looked through.
const LISTED: &[&str] = &["download", "downloads", "pub", "public", "ftp", "mirror", "mirrors"];

/// Whether a location's own name says that its files are to be found by visitors.
fn is_for_visitors(level: Level<'_>) -> bool {
    let path = level.opener().and_then(|it| it.args.last());
    path.is_some_and(|it| it.value.split('/').any(|part| LISTED.contains(&part)))
}
