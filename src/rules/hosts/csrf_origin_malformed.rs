//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS, Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/csrf-origin-malformed",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/csrf-origin-malformed.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        if !app.checks_origin() {
            continue;
        }
        one_list(process, out);
        by_default(process, out);
        let entries = app.members(CSRF_TRUSTED_ORIGINS);
        for (index, entry) in entries.iter().enumerate() {
            let Some(fault) = fault(&entry.value) else { continue };
            let at = app.outside(entry).unwrap_or_else(|| entry.map(|_| ()));
            let finding = out.report(
                process,
                format!("`{}` in CSRF_TRUSTED_ORIGINS is no origin", entry.value),
                at.label(fault),
            );
            finding
                .through(app.assigned(CSRF_TRUSTED_ORIGINS), "becomes CSRF_TRUSTED_ORIGINS here")
                .because(entry)
                .help("write the scheme and the host: `https://example.org`");
            if let Some(meant) = without_path(&entry.value).filter(|_| !are_two(&entry.value)) {
                let edit = app.rewrite_entry(&entries, index, meant);
                finding.mend(Safety::Safe, format!("write `{meant}`"), edit);
            }
        }
    }
}

/// One variable gives hosts and origins: of `example.org` and `https://example.org` each fits one list alone.
fn one_list(process: &Process, out: &mut Findings) {
    let django = process.django.as_ref();
    let Some(read) = django.and_then(|it| it.trials.hosts_as_origins.as_ref()) else { return };
    let app = process.fact();
    let Some(at) = app.assigned(CSRF_TRUSTED_ORIGINS) else { return };
    let name = &read.name;
    let finding = out.report(
        process,
        format!("whatever `{name}` says, CSRF_TRUSTED_ORIGINS or ALLOWED_HOSTS is wrong"),
        at.label("an origin has a scheme, or Django refuses to start its commands"),
    );
    let hosts = app.assigned(ALLOWED_HOSTS);
    finding
        .through(hosts.filter(|it| it.evidence() != at.evidence()), "a host has none")
        .help("make the origins of the hosts: `[f\"https://{host}\" for host in ALLOWED_HOSTS]`");
}

/// Where no variable is set, and the settings have a text of their own for that.
fn by_default(process: &Process, out: &mut Findings) {
    let app = process.fact();
    let Some(all) = app.where_nothing_is_set(CSRF_TRUSTED_ORIGINS) else { return };
    let is_known = |it: &Fact<String>| {
        app.members(CSRF_TRUSTED_ORIGINS).iter().any(|known| known.value == it.value)
    };
    let mut wrong = all.value.iter().filter(|it| it.written_at().is_some() && !is_known(it));
    let found = wrong.find_map(|it| Some((it, fault(&it.value)?)));
    let Some((entry, fault)) = found else { return };
    out.report(
        process,
        format!(
            "`{}` is no origin, and CSRF_TRUSTED_ORIGINS where no variable is set",
            entry.value
        ),
        entry.label(fault),
    )
    .because(&all)
    .help("let a missing variable mean an empty list")
    .at_most(Severity::Warning);
}

/// `django.core.checks.compatibility.django_4_0` demands a scheme; what comes after the host is
/// compared and never sent.
fn fault(entry: &str) -> Option<&'static str> {
    if entry.is_empty() || entry.starts_with(['{', '$', '<']) {
        return None;
    }
    let Some((_, rest)) = entry.split_once("://") else {
        return Some("has no scheme, and Django refuses to start its commands");
    };
    if are_two(entry) {
        return Some("two origins are one text here, as a comma is missing");
    }
    if rest.starts_with('.') {
        return Some("no host begins with a dot: it stands for subdomains behind a `*` alone");
    }
    // Of what has a star, Django takes the host alone (`CsrfViewMiddleware.allowed_origin_subdomains`).
    let is_compared_whole = !entry.contains('*');
    (is_compared_whole && rest.contains('/')).then_some("no browser sends a path with an origin")
}

/// Python joins texts that nothing stands between.
fn are_two(entry: &str) -> bool {
    entry.matches("://").count() > 1
}

/// The origin alone. Which scheme is meant, nobody can tell.
fn without_path(entry: &str) -> Option<&str> {
    let (scheme, rest) = entry.split_once("://")?;
    let host = rest.split('/').next().filter(|host| !host.is_empty() && !host.starts_with('.'))?;
    Some(&entry[..scheme.len() + "://".len() + host.len()])
}
