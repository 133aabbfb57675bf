//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::contract::{Contract, Tls};
use crate::model::{ALLOWED_HOSTS, Deployment, Site, allows};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/contract-domain-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/contract-domain-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(contract) = &deployment.contract else { return };
    for domain in &contract.domains {
        let domain = Fact::at(domain.value.clone(), domain.place);
        if !is_unserved(deployment, contract, &domain, out) {
            refused(deployment, &domain, out);
        }
    }
}

/// Whether no site answers for it, or none by https, where sites are in view.
fn is_unserved(
    deployment: &Deployment,
    contract: &Contract,
    domain: &Fact<String>,
    out: &mut Findings,
) -> bool {
    let https = |site: &Site| site.https().is_none_or(|it| it.value);
    // What it would be added to is the site itself, not what leads there.
    let nearest = deployment.sites.iter().find(|site| https(site));
    let Some(nearest) = nearest.or(deployment.sites.first()) else { return false };
    let sites: Vec<_> = deployment.sites.iter().filter(|it| it.is_for(&domain.value)).collect();
    let Some(site) = sites.first() else {
        out.report(
            nearest,
            format!("`{}` is declared, and no site has this name", domain.value),
            domain.label("is to be served"),
        )
        .also(nearest.declared.label("this site has other names"))
        .help(format!("add `{}` to the names of its site", domain.value));
        return true;
    };
    let by_tls = match contract.tls.as_ref().map(|it| it.value) {
        Some(Tls::Elsewhere | Tls::None) => false,
        Some(Tls::Here) => true,
        None => deployment.sites.iter().any(|site| site.https().is_some_and(|it| it.value)),
    };
    if !by_tls || sites.iter().any(|site| https(site)) {
        return false;
    }
    let named = site.named(&domain.value).unwrap_or_else(|| site.declared.clone());
    let finding = out.report(
        *site,
        format!("`{}` is declared, and has no site with a certificate", domain.value),
        domain.label("is to be served"),
    );
    finding.also(named.label("answers for it in the clear only"));
    if https(nearest) {
        finding.also(nearest.declared.label("has a certificate, and other names"));
    }
    finding.help(format!("add a site for `{}` that listens with TLS", domain.value));
    true
}

/// Django answers 400 to a name that is not among its own.
fn refused(deployment: &Deployment, domain: &Fact<String>, out: &mut Findings) {
    for process in deployment.apps().filter(|it| it.kind.is_web()) {
        let app = process.fact();
        let mut sites = deployment.sites_before(process).filter(|it| it.is_for(&domain.value));
        let passed = match sites.next() {
            Some(site) => deployment.passes_host_on(site, &domain.value, process),
            None => deployment.sites.is_empty().then(|| process.declared.clone()),
        };
        let (Some(passed), Some(allowed)) = (passed, app.hosts_by_default()) else { continue };
        if allowed.value.iter().any(|pattern| allows(&pattern.value, &domain.value)) {
            continue;
        }
        let entry = allowed.value.first();
        let written = || entry.map_or_else(|| allowed.map(|_| ()), |it| it.map(|_| ()));
        let at = entry.and_then(|it| app.outside(it)).unwrap_or_else(written);
        out.report(
            process,
            format!("`{}` is declared, and Django refuses requests for it", domain.value),
            domain.label("is to be served"),
        )
        .also(at.label("is not among these, so Django answers 400"))
        .through(app.assigned(ALLOWED_HOSTS), "which become ALLOWED_HOSTS here")
        .because(&passed)
        .because(&allowed)
        .help(format!("add `{}` to ALLOWED_HOSTS", domain.value));
        return;
    }
}
