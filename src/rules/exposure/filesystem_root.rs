//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Context, Handler, Level};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/filesystem-root",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("7.5"),
    check: Check::Nginx(check),
    page: include_str!("../../../rules/exposure/filesystem-root.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let serves = |context: Context| {
        matches!(context, Context::Http | Context::Server | Context::Location | Context::LocationIf)
    };
    for level in config.levels().filter(|level| serves(level.context()) && reads_files(*level)) {
        for path in level.whole_file_systems() {
            out.report(
                path,
                "the whole file system is served to everybody",
                path.label("every file that nginx may read is below this"),
            )
            .help("name the directory that is to be served");
        }
    }
}

/// Whether files are looked for at a level or inside it: what passes requests on needs none.
fn reads_files(level: Level) -> bool {
    matches!(level.handler().value, Handler::Files)
        || level.own("try_files").next().is_some()
        || level.locations().next().is_some()
}
