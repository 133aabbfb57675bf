//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::symbol;
use crate::model::{Deployment, SiteName};
use crate::rules::{Check, Rule};

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
    for site in deployment.sites.iter().filter(|site| site.installed) {
        for name in &site.names {
            let (SiteName::Many(text) | SiteName::Host(text)) = &name.value;
            let Some(placeholder) = symbol::find(text) else { continue };
            out.report(
                site,
                format!("`{placeholder}` was never filled in, so the site has no name"),
                name.label("nobody asks for this host"),
            )
            .help(format!("write the host's name in place of `{placeholder}`"));
        }
    }
}
