//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::secret::is_placeholder;
use crate::fact::{Certainty, Fact};
use crate::model::{ALLOWED_HOSTS, DEBUG, Deployment, SiteName, allowed_by_debug, allows};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/server-name-not-allowed",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/server-name-not-allowed.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        let Some(allowed) = app.allowed_hosts() else { continue };
        let takes_any = app.takes_any_host() || app.takes_any_host_in_debug();
        if deployment.is_a_trial(app.value) || takes_any {
            continue;
        }
        // What deploys writes the list, in words that nobody else knows.
        let is_sure = allowed.evidence().certainty() == Certainty::Certain;
        if !is_sure && deployment.is_set_by_scripts(&app, ALLOWED_HOSTS) {
            continue;
        }
        // While DEBUG is on, an empty list is one of the machine's own names.
        let debug = app.get(DEBUG).filter(|_| allowed.value.is_empty());
        let opens = debug.as_ref().is_none_or(|debug| debug.value) && allowed.value.is_empty();
        // That settings for developers are loaded is what is wrong then.
        if opens && !app.value.has_settings_to_judge() {
            continue;
        }
        // A list that is only an example has to know the site at all.
        let knows = |name: &Fact<SiteName>| match &name.value {
            SiteName::Host(host) => allowed.value.iter().any(|it| allows(&it.value, host)),
            SiteName::Many(_) => false,
        };
        if app.get(ALLOWED_HOSTS).is_none() && !site.names.iter().any(knows) {
            continue;
        }
        for name in &site.names {
            let SiteName::Host(host) = &name.value else { continue };
            // What is to be put here is not known, and by a bare word or a loopback address nobody
            // asks from outside: it is what the site is called where each has to have a name.
            let is_local = !host.contains(['.', ':']) || host.starts_with("127.");
            // Of a name in other letters a client sends the ASCII form (RFC 5891), and never this.
            if is_placeholder(host) || is_local || !host.is_ascii() {
                continue;
            }
            let Some(passed) = site.passes_part_of_host(host) else { continue };
            let is_allowed = allowed.value.iter().any(|pattern| allows(&pattern.value, host));
            if is_allowed || opens && allowed_by_debug(host) {
                continue;
            }
            // All entries of one text stand at one place: that is where the name is missing.
            let entry = allowed.value.first();
            let supplied = entry.and_then(|entry| app.outside(entry));
            let written = || entry.map_or_else(|| allowed.map(|_| ()), |it| it.map(|_| ()));
            let at = supplied.unwrap_or_else(written);
            let finding = out.report(
                site,
                format!("`{host}` is passed on to Django, and is not in ALLOWED_HOSTS"),
                name.label("requests for this name are passed on"),
            );
            finding
                .also(at.label(format!("`{host}` is not among these, so Django answers 400")))
                .through(app.assigned(ALLOWED_HOSTS), "which become ALLOWED_HOSTS here")
                .because(&allowed)
                .because(&passed)
                .help(format!("add `{host}` to ALLOWED_HOSTS, or redirect the name"))
                .mend(
                    Safety::Safe,
                    format!("allow `{host}`"),
                    app.add_beside(&allowed.value, host),
                );
            match &debug {
                Some(on) if on.value => {
                    finding.also(on.label("opens an empty list to the machine's own names alone"));
                }
                Some(off) => {
                    finding.because(off);
                }
                None => {}
            }
        }
    }
}
