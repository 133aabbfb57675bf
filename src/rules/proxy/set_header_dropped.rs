//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Level, Line};
use crate::model::{ALLOWED_HOSTS, Deployment, Process, Route};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/set-header-dropped",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["hosts/host-header-not-forwarded"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/set-header-dropped.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, route, app) in deployment.app_routes() {
        let Some(level) = site.level(route).filter(|level| level.scope().unseen.is_empty()) else {
            continue;
        };
        let Some(lost) = lost_host(level) else { continue };
        let Some(own) = level.own("proxy_set_header").next() else { continue };
        let Some(sent) = route.sends("host") else { continue };
        let at = own.fact(());
        let finding = out.report(
            site,
            "a `proxy_set_header` here drops `Host`, so Django is asked for the upstream's name",
            at.label("replaces all headers that the level around it sets"),
        );
        finding.also(lost.fact(()).label("`Host` is not sent from there"));
        finding.because(&app).because(sent);
        finding.help("repeat it here, or put the headers into a file that both levels include");
        let edits = own.repeating(&[lost]);
        // Channels asks nobody for a host, and looks at the origin.
        let is_upgrade = route.sends("upgrade").is_some_and(|it| it.evidence().is_written());
        let is_switched = is_upgrade && !route.for_everything;
        match refused(&app, route).filter(|_| !is_switched) {
            // Nothing that is refused now can work otherwise.
            Some(hosts) => {
                finding.because(&hosts).mend(Safety::Safe, "repeat `Host`", edits);
            }
            None => {
                finding.at_most(Severity::Warning).mend(Safety::Unsafe, "repeat `Host`", edits);
            }
        }
    }
}

/// The outer line that would send `Host`, had the level no headers of its own.
fn lost_host(level: Level<'_>) -> Option<&Line> {
    let is_host = |line: &&Line| line.arg(0).is_some_and(|it| it.eq_ignore_ascii_case("host"));
    level.dropped("proxy_set_header").into_iter().find(is_host)
}

/// The known hosts of Django, if the upstream's name is surely none of them.
fn refused(app: &Fact<&Process>, route: &Route) -> Option<Fact<()>> {
    let sent = route.pass.value.split("://").nth(1)?;
    let host = sent.split(['/', ':']).next()?;
    // Refused before ALLOWED_HOSTS is asked (`django.http.request.host_validation_re`).
    if host.contains('_') {
        return Some(app.map(|_| ()));
    }
    let hosts = app.get(ALLOWED_HOSTS).filter(|hosts| !hosts.value.is_empty())?;
    let passes = |pattern: &String| {
        let domain = pattern.strip_prefix('.');
        pattern == "*" || pattern == host || domain.is_some_and(|it| host.ends_with(it))
    };
    (!hosts.value.iter().any(|it| passes(&it.value))).then(|| hosts.map(|_| ()))
}
