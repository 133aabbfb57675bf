//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::secret::is_placeholder;
use crate::fact::{Certainty, Fact, symbol};
use crate::model::{Deployment, Host, Site, SiteName};
use crate::rules::unfilled::is_of_guide;
use crate::rules::{Check, Rule};
use camino::Utf8Path;
use std::iter::repeat;

pub(super) static RULE: Rule = Rule {
    id: "nginx/placeholder",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/nginx/placeholder.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut found: Vec<(&Site, Fact<&str>)> = Vec::new();
    for site in &deployment.sites {
        let names = site.names.iter().filter_map(|name| Some((site, never_filled_in(site, name)?)));
        // `sed -i "s/___my.example.com___/$DOMAIN/" /etc/nginx/nginx.conf`, in whatever script.
        let edits = &deployment.surroundings.edits;
        let is_edited = |word: &str| edits.iter().any(|line| line.contains(word));
        found.extend(names.filter(|(_, name)| !is_edited(name.value)));
    }
    let file = |name: &Fact<&str>| name.evidence().place().map(|place| place.file);
    while let Some((site, first)) = found.first().cloned() {
        let is_named = has_another_name(site, &found) || deployment.answers_every_name(site);
        let then = if is_named { "" } else { ", so the site has no name" };
        let finding = out.report(
            site,
            format!("`{first}` was never filled in{then}"),
            first.label("nobody asks for this host"),
        );
        if is_named {
            finding.at_most(Severity::Advice);
        }
        for (_, name) in found.iter().skip(1).filter(|(_, it)| file(it) == file(&first)) {
            finding.also(name.label("nor for this"));
        }
        finding.help(format!("write the host's name in place of `{first}`"));
        if !site.installed {
            let why = "whoever installs it by hand may fill it in";
            finding.because(&first.map(|_| ()).doubt(Certainty::Likely, why));
        }
        found.retain(|(_, it)| file(it) != file(&first));
    }
    for site in deployment.sites.iter().filter(|site| !site.is_template) {
        paths(deployment, site, out);
    }
}

/// Directives that name what the server has, and what becomes of them with a path that it has not.
const NAMING: [(&str, &str); 4] = [
    ("alias", "nothing that is asked for is found there"),
    ("root", "nothing that is asked for is found there"),
    ("ssl_certificate", "nginx does not start without the file"),
    ("ssl_certificate_key", "nginx does not start without the file"),
];

/// Paths that a guide has, in the place of the server's own.
fn paths(deployment: &Deployment, site: &Site, out: &mut Findings) {
    let edits = &deployment.surroundings.edits;
    // Whoever edits such a path fills in all that begin so.
    if edits.iter().any(|line| line.contains("/path/to")) {
        return;
    }
    let is_open = |path: &str| is_of_guide(Utf8Path::new(path));
    let named = site.levels().into_iter().flat_map(|level| {
        let lines = NAMING.iter().flat_map(move |(name, then)| level.own(name).zip(repeat(*then)));
        lines.filter_map(|(line, then)| Some((line.args.first()?, then)))
    });
    let mut named: Vec<_> = named.filter(|(path, _)| is_open(&path.value)).collect();
    // What is named is what is shown first.
    named.sort_by_key(|(path, _)| path.evidence().place().map(|it| (it.file, it.span.start)));
    let mut named = named.into_iter();
    let Some((first, then)) = named.next() else { return };
    let finding = out.report(site, format!("`{first}` was never filled in"), first.label(then));
    for (path, then) in named {
        finding.also(path.label(then));
    }
    finding.help(format!("write the path on the server in place of `{first}`"));
    if !site.installed {
        let why = "whoever installs it by hand may fill it in";
        finding.because(&first.map(|_| ()).doubt(Certainty::Likely, why));
    }
}

/// Whether a site has a name that somebody elsewhere may ask for, beside those that are to be filled in.
fn has_another_name(site: &Site, found: &[(&Site, Fact<&str>)]) -> bool {
    let own = || found.iter().filter(|(it, _)| std::ptr::eq(*it, site));
    let is_open = |name: &str| own().any(|(_, it)| it.value == name);
    let is_real = |name: &str| !matches!(Host::parse(name), Host::Loopback);
    site.hosts().any(|it| !is_open(&it.value) && is_real(&it.value))
}

/// The placeholder in a name. What scripts fill in is a template's, wherever the server does not
/// read it itself.
fn never_filled_in<'a>(site: &Site, name: &'a Fact<SiteName>) -> Option<Fact<&'a str>> {
    let (SiteName::Many(text) | SiteName::Host(text)) = &name.value;
    let placeholder = match symbol::find(text) {
        Some(symbol) => Some(symbol).filter(|_| site.installed),
        None => (!site.is_template && asks_for_name(text)).then_some(text.as_str()),
    };
    name.try_map(|_| placeholder)
}

/// Whether a name asks to be replaced by the site's, or is the directive's own.
fn asks_for_name(text: &str) -> bool {
    // `YOUR_PUBLIC_IP_OR_DOMAIN`: no name that is looked up everywhere is without a dot.
    let lower = text.to_ascii_lowercase();
    let addressed = ["your_", "your-"].iter().any(|it| lower.starts_with(it));
    is_placeholder(text)
        || text == "server_name"
        || text.ends_with("_here")
        || addressed && !text.contains('.')
}
