//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{CORS_ALLOWED_ORIGINS, CORS_ORIGIN_WHITELIST, Deployment};
use crate::rules::hosts::cors_any_origin::is_installed;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/cors-origin-malformed",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/cors-origin-malformed.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        if !is_installed(&app) {
            continue;
        }
        for setting in [CORS_ALLOWED_ORIGINS, CORS_ORIGIN_WHITELIST] {
            let name = setting.name;
            // The old name has been read since before 3.0, which took hosts without a scheme.
            let wants_scheme = name == CORS_ALLOWED_ORIGINS.name;
            let entries = app.members(setting);
            for (index, entry) in entries.iter().enumerate() {
                let Some(fault) = fault(&entry.value, wants_scheme) else { continue };
                let at = app.outside(entry).unwrap_or_else(|| entry.map(|_| ()));
                let finding = out.report(
                    process,
                    format!("`{}` in {name} is no origin", entry.value),
                    at.label(fault),
                );
                finding
                    .through(app.assignment(name), format!("becomes {name} here"))
                    .because(entry)
                    .help("write scheme, host and port: `https://example.org`");
                if let Some(meant) = without_path(&entry.value) {
                    let edit = app.rewrite_entry(&entries, index, meant);
                    finding.mend(Safety::Safe, format!("write `{meant}`"), edit);
                }
            }
        }
    }
}

/// What `corsheaders.checks` refuses (E013 and E014, since 3.0), before any migration runs. Browsers send
/// no path either.
fn fault(entry: &str, wants_scheme: bool) -> Option<&'static str> {
    // Both are sent by what is no page of a site.
    let is_special = matches!(entry, "" | "null" | "file://");
    if is_special || entry.contains(['{', '$', '<']) || entry.matches("://").count() > 1 {
        return None;
    }
    match entry.split_once("://") {
        None => wants_scheme.then_some("has no scheme, and django-cors-headers stops `migrate`"),
        Some((_, rest)) => rest
            .contains(['/', '?', '#'])
            .then_some("an origin has no path, and django-cors-headers stops `migrate`"),
    }
}

/// The origin alone.
fn without_path(entry: &str) -> Option<&str> {
    let (scheme, rest) = entry.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|it| !it.is_empty())?;
    Some(&entry[..scheme.len() + "://".len() + host.len()])
}
