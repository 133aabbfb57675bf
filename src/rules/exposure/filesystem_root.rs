//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::Config;
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
    let mut said = Vec::new();
    for level in config.levels() {
        let Some(path) = level.whole_file_system() else { continue };
        if said.contains(&path.evidence().place()) {
            continue;
        }
        said.push(path.evidence().place());
        out.report(
            &path,
            "the whole file system is served to everybody",
            path.label("every file that nginx may read is below this"),
        )
        .help("name the directory that is to be served");
    }
}
