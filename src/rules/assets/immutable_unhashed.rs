//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::nginx::Level;
use crate::model::{Answer, Deployment, STATIC_URL, is_own_url};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/immutable-unhashed",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/immutable-unhashed.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        let Some(url) = app.get(STATIC_URL).filter(|url| is_own_url(&url.value)) else { continue };
        let Some(names) = app.keeps_names() else { continue };
        let Some(answer) = site.answer(&url) else { continue };
        let (Answer::Dir(_), Some(level)) = (&answer.value, site.level_for(&url.value)) else {
            continue;
        };
        let Some((kept, says)) = kept_for_long(level) else { continue };
        out.report(
            site,
            "browsers keep static files without asking, and new versions have the old names",
            kept.label(says),
        )
        .also(url.label("these files are called the same after each deploy"))
        .because(&names)
        .because(&answer)
        .because(&app)
        .help("use ManifestStaticFilesStorage, or let browsers ask again sooner");
    }
}

const YEAR: u64 = 365 * 24 * 60 * 60;

/// What tells browsers not to ask again for a year or more.
fn kept_for_long(level: Level<'_>) -> Option<(Fact<()>, &'static str)> {
    let control = level.added_headers().into_iter().find(|header| {
        header.name.value.eq_ignore_ascii_case("cache-control") && is_long(&header.value.value)
    });
    if let Some(header) = control {
        return Some((header.value.map(|_| ()), "no browser asks again for as long"));
    }
    let expires = level.expires().filter(|expires| expires.value.as_secs() >= YEAR)?;
    Some((expires.map(|_| ()), "no browser asks again for as long"))
}

fn is_long(control: &str) -> bool {
    control.split(',').map(str::trim).any(|word| {
        let age = word.strip_prefix("max-age=").and_then(|age| age.parse::<u64>().ok());
        word == "immutable" || age.is_some_and(|age| age >= YEAR)
    })
}
