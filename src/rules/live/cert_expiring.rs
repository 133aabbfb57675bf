//! See the page.

use crate::diagnostic::Subject;
use crate::diagnostic::{Area, Findings, Severity};
use crate::model::Deployment;
use crate::model::observed::Observed;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/cert-expiring",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Tls, check),
    page: include_str!("../../../rules/live/cert-expiring.md"),
};

const DAY: i64 = 86_400;

/// Let's Encrypt renews with thirty days left, so with less than this nothing has renewed it.
const SOON: i64 = 14 * DAY;

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for certificate in &observed.certificates {
        let path = &certificate.path;
        let content = match &certificate.content {
            Ok(content) => content,
            Err(unseen) => {
                out.unknown(format!("until when `{path}` is valid"), &unseen.why, unseen.remedy);
                continue;
            }
        };
        let left = content.not_after.value - observed.now;
        if left < SOON {
            let said = match left {
                ..0 => format!("`{path}` has expired"),
                _ => format!("`{path}` expires in {}", days(left)),
            };
            let finding = out.report(
                Subject::Path(path.to_string()),
                said,
                content.not_after.label("no browser takes it after this"),
            );
            finding.also(path.label("is served here"));
            finding.help(
                "`certbot renew --dry-run` says why it is not renewed; reload nginx after it",
            );
            if left >= 0 {
                finding.at_most(Severity::Warning);
            }
        }
        for name in &content.uncovered {
            out.report(
                Subject::Path(path.to_string()),
                format!("`{path}` is not for `{name}`"),
                content.names.label("the names that it is for"),
            )
            .also(name.label("is served with it"))
            .help(format!("have it issued with `{name}` as well, as by `certbot --expand`"));
        }
        if left >= SOON && content.uncovered.is_empty() {
            out.passed(format!("`{path}` is valid for {}", days(left)));
        }
    }
}

fn days(seconds: i64) -> String {
    match seconds / DAY {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}
