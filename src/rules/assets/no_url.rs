//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{Asset, Deployment, STATIC_URL};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/no-url",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/no-url.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        let Some(staticfiles) = app.staticfiles() else { continue };
        let Some(unset) = app.missing(STATIC_URL) else { continue };
        // A storage of somebody else's, as of a bucket, makes links without it.
        if !app.stores_locally(Asset::Static) {
            continue;
        }
        let finding = out.report(
            process,
            "STATIC_URL has no value, so the first page that links a static file fails",
            staticfiles.label("refuses to make links without it"),
        );
        finding.because(&unset).because(&staticfiles);
        finding.through(app.assigned(STATIC_URL), "set to nothing here");
        finding.help("set `STATIC_URL = \"static/\"`");
        let edit = app.set(STATIC_URL.name, "\"static/\"");
        finding.mend(Safety::Safe, "set it to `static/`", edit);
    }
}
