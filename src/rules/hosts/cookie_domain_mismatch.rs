//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::secret::is_placeholder;
use crate::fact::{Fact, symbol};
use crate::model::{
    CSRF_COOKIE_DOMAIN, Deployment, Process, SESSION_COOKIE_DOMAIN, Setting, Site, SiteName,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/cookie-domain-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/cookie-domain-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.for_others() {
        for setting in [SESSION_COOKIE_DOMAIN, CSRF_COOKIE_DOMAIN] {
            of_several(&app, setting, out);
        }
        let sites: Vec<&Site> = deployment.sites_before(app.value).collect();
        let names: Vec<&Fact<SiteName>> = sites.iter().flat_map(|site| &site.names).collect();
        let hosts: Option<Vec<(&str, &Fact<SiteName>)>> = names
            .iter()
            .map(|name| match &name.value {
                SiteName::Host(host) if !is_placeholder(host) && !symbol::is_symbolic(host) => {
                    Some((host.as_str(), *name))
                }
                SiteName::Host(_) | SiteName::Many(_) => None,
            })
            .collect();
        let Some(hosts) = hosts else { continue };
        let Some((host, name)) = hosts.first() else { continue };
        for setting in [SESSION_COOKIE_DOMAIN, CSRF_COOKIE_DOMAIN] {
            let Some(domain) = app.get(setting).filter(|it| !it.value.is_empty()) else { continue };
            if is_placeholder(&domain.value)
                || hosts.iter().any(|(host, _)| takes(host, &domain.value))
            {
                continue;
            }
            let Some(at) = app.assigned(setting) else { continue };
            out.report(
                app.value,
                format!("browsers drop the cookie: `{}` is not theirs to set", domain.value),
                at.given(&domain).label(format!("{} is `{}`", setting.name, domain.value)),
            )
            .through(app.supplied(setting), "as is said here")
            .also(name.label(format!("the site is `{host}`")))
            .help(format!("take {} out, or let it be a domain that the site is in", setting.name));
        }
    }
}

/// A list, or a text with a comma behind it: Django writes into the header what Python prints of it
/// (`http.cookies.Morsel`).
fn of_several(app: &Fact<&Process>, setting: Setting<String>, out: &mut Findings) {
    let name = setting.name;
    let Some(value) = app.setting(name) else { return };
    let Some(at) = app.assigned(setting).filter(|_| value.value.items().is_some()) else { return };
    out.report(
        app.value,
        format!("browsers drop the cookie, as {name} is a list and no domain"),
        at.given(&value).label("the header has all of it, brackets too"),
    )
    .help(format!("take {name} out, or write one domain as a text"));
}

/// RFC 6265, section 5.1.3.
fn takes(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.to_ascii_lowercase(), domain.to_ascii_lowercase());
    let domain = domain.trim_start_matches('.');
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}
