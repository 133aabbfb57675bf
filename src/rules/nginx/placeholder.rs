//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::secret::is_placeholder;
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
    for site in &deployment.sites {
        for name in &site.names {
            let (SiteName::Many(text) | SiteName::Host(text)) = &name.value;
            // What scripts fill in is a template's, wherever the server does not read it itself.
            let placeholder = match symbol::find(text) {
                Some(symbol) => Some(symbol).filter(|_| site.installed),
                None => (!site.is_template && is_placeholder(text)).then_some(text.as_str()),
            };
            let Some(placeholder) = placeholder else { continue };
            let finding = out.report(
                site,
                format!("`{placeholder}` was never filled in, so the site has no name"),
                name.label("nobody asks for this host"),
            );
            finding.help(format!("write the host's name in place of `{placeholder}`"));
            if !site.installed {
                finding.at_most(Severity::Warning);
            }
        }
    }
}
