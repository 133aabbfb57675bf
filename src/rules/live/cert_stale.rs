//! See the page.

use crate::diagnostic::Subject;
use crate::diagnostic::{Area, Findings, Severity};
use crate::model::Deployment;
use crate::model::observed::Observed;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/cert-stale",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Tls, check),
    page: include_str!("../../../rules/live/cert-stale.md"),
};

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for certificate in &observed.certificates {
        let path = &certificate.path;
        let Ok(content) = &certificate.content else { continue };
        let Some(served) = &content.served else { continue };
        let host = &served.host;
        let shown = match &served.certificate {
            Ok(shown) => shown,
            Err(unseen) => {
                let what = format!("which certificate is shown for `{host}`");
                out.unknown(what, &unseen.why, unseen.remedy);
                continue;
            }
        };
        if shown.is_on_disk {
            out.passed(format!("`{host}` is served with `{path}` as it is on the disk"));
            continue;
        }
        let finding = out.report(
            Subject::Path(path.to_string()),
            format!("`{host}` is served with another certificate than `{path}` holds now"),
            shown.not_after.label("is shown to visitors"),
        );
        finding.also(content.not_after.label("is on the disk"));
        finding.also(path.label("named here"));
        finding.help(
            "reload the web server: it reads certificates when it starts and when it is told to",
        );
        if shown.not_after.value > observed.now {
            finding.at_most(Severity::Warning);
        }
    }
}
