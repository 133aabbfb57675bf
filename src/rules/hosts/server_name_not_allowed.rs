//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::secret::is_placeholder;
use crate::fact::symbol::is_symbolic;
use crate::fact::{Certainty, Fact};
use crate::model::{
    ALLOWED_HOSTS, DEBUG, Deployment, Process, Site, SiteName, allowed_by_debug, allows,
};
use crate::rules::several::several;
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

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
        // An example that is a developer's lets every name pass, and says nothing of the server's.
        let is_open = |it: &Fact<Vec<Fact<String>>>| it.value.iter().any(|it| it.value == "*");
        let is_own = app.get(ALLOWED_HOSTS).is_some();
        let known = app.allowed_hosts().filter(|it| is_own || !is_open(it));
        // Of several assignments which one it is, the list itself tells.
        let assigned = known.as_ref().and_then(|_| app.assigned(ALLOWED_HOSTS));
        let Some(allowed) = known.or_else(|| meant_for(site, &app)) else { continue };
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
        // What stands there a second time is passed on no other way.
        let mut told = BTreeSet::new();
        let below = site.names.iter().filter_map(|it| with_www(it, &allowed.value));
        let sent: Vec<_> = deployment.sent_to(site).chain(below).collect();
        let refused: Vec<_> = site
            .names
            .iter()
            .chain(&sent)
            .filter_map(|name| Some((name, host_of(name)?)))
            .filter(|(_, host)| told.insert(*host))
            .filter(|(_, host)| !allowed.value.iter().any(|pattern| allows(&pattern.value, host)))
            .filter(|(_, host)| !(opens && allowed_by_debug(host)))
            .filter_map(|(name, host)| {
                Some((name, host, deployment.passes_host_on(site, host, app.value)?))
            })
            .collect();
        // Of an empty list it is one thing that no name is in it.
        let together = allowed.value.is_empty();
        let groups = refused.chunks(if together { refused.len().max(1) } else { 1 });
        for group in groups {
            let [(name, host, passed), more @ ..] = group else { continue };
            // All entries of one text stand at one place: that is where the name is missing.
            let entry = allowed.value.first();
            let supplied = entry.and_then(|entry| app.outside(entry));
            let written = || entry.map_or_else(|| allowed.map(|_| ()), |it| it.map(|_| ()));
            let at = supplied.unwrap_or_else(written);
            let hosts: Vec<&str> = group.iter().map(|(_, host, _)| *host).collect();
            let (is, its, them) = match more {
                [] => ("is", "requests for this name are passed on", "the name"),
                _ => ("are", "requests for these names are passed on", "the names"),
            };
            let named = several(&hosts);
            let finding = out.report(
                site,
                format!("{named} {is} passed on to Django, and {is} not in ALLOWED_HOSTS"),
                name.label(its),
            );
            for (name, ..) in more {
                finding.also(name.label("and for this one"));
            }
            finding
                .also(at.label(format!("{named} {is} not among these, so Django answers 400")))
                .through(assigned.clone(), "which become ALLOWED_HOSTS here")
                .because(&allowed)
                .because(passed)
                .help(format!("add {named} to ALLOWED_HOSTS, or redirect {them}"));
            if more.is_empty() {
                finding.mend(
                    Safety::Safe,
                    format!("allow `{host}`"),
                    app.add_beside(&allowed.value, host),
                );
            }
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

/// Of several lists the one that has a name of the site, where a variable decides which it is and each of them
/// is known: production's and not staging's.
fn meant_for(site: &Site, app: &Fact<&Process>) -> Option<Fact<Vec<Fact<String>>>> {
    let takes_any = |lists: &[Fact<Vec<Fact<String>>>]| {
        lists.iter().flat_map(|it| &it.value).any(|it| it.value == "*")
    };
    let mut lists = app.each_list(ALLOWED_HOSTS)?;
    // For developers alone, as a rule: `if DEBUG: ALLOWED_HOSTS.append("*")`.
    if takes_any(&lists) {
        lists = Vec::new();
        for list in app.possible_without_debug(ALLOWED_HOSTS) {
            // DEBUG may be off for several reasons, and the list is one.
            let is_same = |it: &Fact<Vec<Fact<String>>>| {
                it.value.iter().map(|it| &it.value).eq(list.value.iter().map(|it| &it.value))
            };
            if !lists.iter().any(is_same) {
                lists.push(list);
            }
        }
    }
    if takes_any(&lists) {
        return None;
    }
    let mut known = lists.into_iter().filter(|list| {
        let mut hosts = site.names.iter().filter_map(host_of);
        hosts.any(|host| list.value.iter().any(|it| allows(&it.value, host)))
    });
    let (only, None) = (known.next()?, known.next()) else { return None };
    let why = "the variable that decides may choose another list for this site";
    Some(only.doubt(Certainty::Likely, why))
}

/// The name with `www.` that a site answers by `.example.com`, where the bare one alone is allowed: of a domain
/// itself people ask for both.
fn with_www(name: &Fact<SiteName>, allowed: &[Fact<String>]) -> Option<Fact<SiteName>> {
    let SiteName::Many(pattern) = &name.value else { return None };
    let domain = pattern.strip_prefix('.').filter(|it| it.matches('.').count() == 1)?;
    let is_there = allowed.iter().any(|it| it.value == domain);
    let why = "nothing in view says whether `www.` leads here as well";
    let host = is_there.then(|| SiteName::Host(format!("www.{domain}")))?;
    Some(name.map(|_| host).doubt(Certainty::Likely, why))
}

/// A host that somebody asks for by this name.
fn host_of(name: &Fact<SiteName>) -> Option<&str> {
    let SiteName::Host(host) = &name.value else { return None };
    // What is to be put here is not known, and by a bare word or a loopback address nobody
    // asks from outside: it is what the site is called where each has to have a name.
    let is_local = !host.contains(['.', ':']) || host.starts_with("127.");
    let is_open = is_placeholder(host) || is_symbolic(host);
    // No host has these in its name (RFC 3986, 3.2.2), whatever somebody meant by them.
    let is_no_host = host.contains([',', '/']);
    // Of a name in other letters a client sends the ASCII form (RFC 5891), and never this.
    (!is_open && !is_local && !is_no_host && host.is_ascii()).then_some(host)
}
