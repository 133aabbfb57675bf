//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Certainty;
use crate::model::{Deployment, SECURE_HSTS_PRELOAD, SECURE_HSTS_SECONDS, Value};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/hsts-weak",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/hsts-weak.md"),
};

/// Half a year: less is a value to begin with (Django's documentation, "HTTP Strict Transport Security").
const HALF_A_YEAR: i128 = 180 * 86_400;

/// What tls/hsts-unset advises to begin with. Where nothing in view takes https, nobody knows how far the
/// site is on its way from there.
const AN_HOUR: i128 = 3600;

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.live().filter(|app| app.value.kind.is_web()) {
        let sites = deployment.https_sites(app.value);
        let seen = sites.iter().find(|(site, _)| site.may_be_public()).map(|(_, listens)| listens);
        // What takes https may be in nobody's view: Django sends the header where it hears of https.
        let told = || {
            // One in view that leads to nobody known may be the one that sends another value.
            if deployment.surroundings.tls.added_headers.contains("strict-transport-security") {
                return None;
            }
            let why = "a proxy that is not in view may send another value";
            Some(deployment.told_of_https_only(&app)?.doubt(Certainty::Likely, why))
        };
        let Some(https) = seen.cloned().or_else(told) else { continue };
        let Some(seconds) = app.get(SECURE_HSTS_SECONDS) else { continue };
        let Some(at) = app.assigned(SECURE_HSTS_SECONDS) else { continue };
        let enough = if seen.is_some() { HALF_A_YEAR } else { AN_HOUR };
        let is_short = seconds.value > 0 && seconds.value < enough;
        // A variable may be raised by whoever runs the site, once it has shown to work.
        if !is_short || app.default_in(&seconds).is_some() || app.outside(&seconds).is_some() {
            continue;
        }
        // Django writes it into the header as it stands, `max-age=True`, and browsers ignore a header
        // that they cannot read (`SecurityMiddleware`; RFC 6797, sections 6.1.1 and 8.1).
        let value = app.setting(SECURE_HSTS_SECONDS.name);
        let is_number = value.is_some_and(|it| matches!(it.value, Value::Int(_)));
        let (message, label) = match is_number {
            true => (
                format!(
                    "browsers forget after {} that the site is to be asked by https",
                    span(seconds.value)
                ),
                "a value to begin with",
            ),
            false => (
                "browsers ignore the header that asks them to come by https".to_owned(),
                "no number of seconds",
            ),
        };
        let finding = out.report(app.value, message, at.label(label));
        finding.through(seen.cloned(), "browsers come by https here");
        finding.because(&https).because(&seconds);
        let preload = app.get(SECURE_HSTS_PRELOAD).filter(|it| it.value);
        if preload.is_some() {
            finding.through(
                app.assigned(SECURE_HSTS_PRELOAD),
                "the lists of browsers take no site with less than a year",
            );
        }
        finding.help(match is_number {
            true => "raise it to a year (31536000) once every page is reached by https",
            false => "write the seconds: a year (31536000) once every page is reached by https",
        });
    }
}

/// A number of seconds as people say it.
fn span(seconds: i128) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let whole = units.into_iter().find(|(unit, _)| seconds % unit == 0 && seconds >= *unit);
    let (unit, name) = whole.unwrap_or((1, "second"));
    let count = seconds / unit;
    if count == 1 {
        format!("a {name}").replace("a hour", "an hour")
    } else {
        format!("{count} {name}s")
    }
}
