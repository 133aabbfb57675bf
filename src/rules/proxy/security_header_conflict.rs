//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::nginx::Handler;
use crate::model::own_headers::{OWN_HEADERS, OwnHeader};
use crate::model::{Deployment, Process, Route, Setting, Site};
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "proxy/security-header-conflict",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/security-header-conflict.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told = BTreeSet::new();
    // A connection for a WebSocket gets no page, so that no header of one is of use to it.
    let routes = deployment.app_routes().into_iter();
    for (site, route, app) in routes.filter(|(_, route, _)| !route.is_for_websockets()) {
        let mut doubles = doubles(site, route, &app);
        // The headers of one level are one thing to mend, for all that it is passed on from.
        let new = doubles.iter().filter(|it| told.insert(it.added.evidence().place())).count();
        if new > 0 && new == doubles.len() {
            // What does harm comes first.
            doubles.sort_by_key(|it| !it.does_harm());
            report(out, site, route, &app, &doubles);
        }
    }
}

/// A header that the web server adds to what Django sends.
struct Double {
    header: &'static OwnHeader,
    added: Fact<String>,
    own: Fact<String>,
}

impl Double {
    fn differs(&self) -> bool {
        let bare = |text: &str| text.to_ascii_lowercase().replace(' ', "");
        bare(&self.added.value) != bare(&self.own.value)
    }

    /// A structured field has one value: of two, though they be equal, browsers take none (RFC 8941,
    /// 4.2).
    fn does_harm(&self) -> bool {
        self.differs() || self.header.name == "cross-origin-opener-policy"
    }

    /// As people write its name.
    fn name(&self) -> String {
        let words = self.header.name.split('-').map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_ascii_uppercase() + rest
        });
        words.collect::<Vec<_>>().join("-")
    }

    fn label(&self) -> String {
        let (theirs, ours) = (&self.added, &self.own);
        match (self.header.name, self.differs()) {
            ("x-frame-options", true) => {
                format!("adds `{theirs}` to Django's `{ours}`: nobody may frame the page")
            }
            ("referrer-policy", true) => {
                format!("adds `{theirs}` to Django's `{ours}`: the last one holds")
            }
            (_, true) => format!("adds `{theirs}` to Django's `{ours}`"),
            ("cross-origin-opener-policy", false) => {
                format!("adds `{theirs}`, as Django sends: given twice, it is not heeded")
            }
            (_, false) => format!("adds `{theirs}`, as Django sends"),
        }
    }
}

fn doubles(site: &Site, route: &Route, app: &Fact<&Process>) -> Vec<Double> {
    let double = |header: &'static OwnHeader| {
        let own = header.sent_by(app)?;
        let added = site.added_beside(route, header.name, &own.value)?;
        Some(Double { header, added, own })
    };
    OWN_HEADERS.iter().filter_map(double).collect()
}

fn report(
    out: &mut Findings,
    site: &Site,
    route: &Route,
    app: &Fact<&Process>,
    doubles: &[Double],
) {
    let [first, more @ ..] = doubles else { return };
    let name = first.name();
    let message = match (more.len(), first.differs()) {
        (0, true) => format!("pages have `{name}` twice, `{}` and `{}`", first.own, first.added),
        (0, false) => format!("pages have `{name}` twice"),
        (1, _) => format!("pages have `{name}` and one other header twice"),
        (count, _) => format!("pages have `{name}` and {count} other headers twice"),
    };
    let finding = out.report(site, message, first.added.label(first.label()));
    for double in more {
        finding.also(double.added.label(double.label()));
    }
    for double in doubles {
        finding.because(&double.own);
        if double.differs() {
            let own = Setting::whole(double.header.setting);
            let at = app.assigned(own).or_else(|| app.passes(double.header.middleware));
            finding.through(at, format!("`{}` is sent from here", double.own));
        }
    }
    if !doubles.iter().any(Double::does_harm) {
        finding.at_most(Severity::Advice);
    }
    finding.because(&route.pass).because(app);
    if site.is_of_caddy() {
        let each = if more.is_empty() { "it" } else { "each" };
        finding.help(format!("set {each} in one of them, or replace Django's: `>{name}`"));
        return;
    }
    let handler = site.level(route).map(|level| level.handler().value);
    let hides = if matches!(handler, Some(Handler::Gateway(_))) { "uwsgi" } else { "proxy" };
    let line = format!("{hides}_hide_header {name};");
    if more.is_empty() {
        finding.help(format!("set it in one of them, or hide Django's: `{line}`"));
        finding.mend(Safety::Unsafe, format!("add `{line}`"), site.before_pass(route, line));
    } else {
        finding.help(format!("set each in one of them, or hide Django's, as `{line}`"));
    }
}
