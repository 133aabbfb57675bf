//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::nginx::{Context, Handler, Level, Matcher, Served};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "assets/parent-not-traversable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/parent-not-traversable.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, user) in deployment.shut_out_of_roots_home() {
        let mut closed: Vec<Fact<String>> = Vec::new();
        for level in site.levels() {
            let known = |path: &Fact<String>| {
                closed.iter().any(|it| it.evidence().place() == path.evidence().place())
            };
            let found = below_root(level).filter(|path| !known(path));
            closed.extend(found);
        }
        let [first, more @ ..] = closed.as_slice() else { continue };
        let finding = out.report(
            site,
            format!("nginx may not enter `/root`, so files below `{first}` are refused"),
            first.label("every request for these is answered with 403"),
        );
        for path in more {
            finding.also(path.label("and for these"));
        }
        finding.because(&user);
        finding.help("put the files into a directory that everybody may enter, as `/srv`");
    }
}

/// The directory of files that lies in root's own.
fn below_root(level: Level<'_>) -> Option<Fact<String>> {
    let everything = |it: &Level| it.matcher().and_then(Matcher::path) == Some("/");
    if level.context() == Context::Server && level.locations().any(|it| everything(&it)) {
        return None;
    }
    let tries = level.own("try_files").next().is_some();
    if !tries && !matches!(level.handler().value, Handler::Files) {
        return None;
    }
    let path = match level.served() {
        Served::Root(path) => path,
        Served::Alias { to, .. } => to,
    };
    Utf8Path::new(&path.value).starts_with("/root").then_some(path)
}
