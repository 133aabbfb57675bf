//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Level, Matcher};
use crate::model::{Answer, Deployment, Process, STATIC_URL, Site, is_own_url};
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
    let mut told: Vec<&Site> = Vec::new();
    for (site, app) in deployment.proxied() {
        let Some(url) = app.get(STATIC_URL).filter(|url| is_own_url(&url.value)) else { continue };
        let Some(names) = app.keeps_names() else { continue };
        let Some(answer) = site.answer(&url) else { continue };
        let (Answer::Dir(_), Some(level)) = (&answer.value, site.level_for(&url.value)) else {
            continue;
        };
        // By its ending a file may be of anything, as of a front end that hashes its names.
        let by_ending = matches!(level.matcher(), Some(Matcher::Regex(_)));
        if by_ending && !serves_collected(deployment, site, &app, &url) {
            continue;
        }
        let Some((kept, says)) = kept_for_long(level) else { continue };
        // A machine has one of them, and the settings are what makes it wrong in both.
        if told.iter().any(|it| it.is_instead_of(site)) {
            continue;
        }
        told.push(site);
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

/// Whether what answers below a URL is the directory that `collectstatic` fills.
fn serves_collected(
    deployment: &Deployment,
    site: &Site,
    app: &Fact<&Process>,
    url: &Fact<String>,
) -> bool {
    let served = || {
        let served = site.dir_for(deployment, url)?;
        let collected = app.dir(deployment.view(app.value.view), &app.collects_into()?)?;
        deployment.same_dir(&served, &collected)
    };
    served().is_some_and(|same| same.value)
}

/// Releases are closer together than this.
const LONG: u64 = 30 * 24 * 60 * 60;

/// What tells browsers not to ask again for a month or more, and for how long.
fn kept_for_long(level: Level<'_>) -> Option<(Fact<()>, String)> {
    let control = level.added_headers().into_iter().find_map(|header| {
        let is_it = header.name.value.eq_ignore_ascii_case("cache-control");
        let says = is_it.then(|| lasting(&header.value.value)).flatten()?;
        Some((header.value.map(|_| ()), says))
    });
    control.or_else(|| {
        let expires = level.expires()?;
        Some((expires.map(|_| ()), for_seconds(expires.value.as_secs())?))
    })
}

/// The age decides; without one, `immutable` keeps a file for as long as the browser likes.
fn lasting(control: &str) -> Option<String> {
    let words = || control.split(',').map(str::trim);
    let mut ages = words().filter_map(|word| word.strip_prefix("max-age=")?.parse::<u64>().ok());
    match ages.next() {
        Some(age) => for_seconds(age),
        None => words()
            .any(|word| word == "immutable")
            .then(|| "no browser asks again, even where the page is loaded anew".to_owned()),
    }
}

fn for_seconds(seconds: u64) -> Option<String> {
    let days = seconds / (24 * 60 * 60);
    (seconds >= LONG).then(|| format!("no browser asks again for {days} days"))
}
