//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{CSRF_TRUSTED_ORIGINS, Deployment};
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
