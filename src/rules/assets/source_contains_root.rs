//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, STATIC_ROOT};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "assets/source-contains-root",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/source-contains-root.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.serving() {
        // It is what collects, and what has the check.
        if app.staticfiles().is_none() {
            continue;
        }
        let Some(root) = app.get(STATIC_ROOT).filter(|root| root.value.is_absolute()) else {
            continue;
        };
        let is_root = |source: &str| Utf8Path::new(source) == root.value;
        let sources = app.static_sources();
        let Some(source) = sources.iter().find(|source| is_root(&source.value)) else { continue };
        let at = app.written(source).unwrap_or_else(|| source.map(|_| ()));
        out.report(
            app.value,
            "static files are to be collected from the folder that they are collected into",
            at.label("an entry that is STATIC_ROOT is refused"),
        )
        .through(app.assigned(STATIC_ROOT), "the same folder")
        .because(&root)
        .because(source)
        .help(match app.below_base_dir("staticfiles") {
            Some(folder) => format!("collect into a folder of its own: `STATIC_ROOT = {folder}`"),
            None => "collect into a folder of its own".to_owned(),
        });
    }
}
