//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::compose::Service;
use crate::model::{Deployment, Site};
use crate::rules::{Check, Rule};
use camino::Utf8PathBuf;

pub(super) static RULE: Rule = Rule {
    id: "tls/renewal-missing",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/renewal-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(project) = &deployment.compose else { return };
    if deployment.surroundings.tls.of_renewals {
        return;
    }
    let by_script = deployment.surroundings.tls.obtains.map(|place| Fact::at((), place));
    let by_service = project.services.iter().find_map(obtains_once);
    let Some(obtains) = by_service.or(by_script) else { return };
    for site in &deployment.sites {
        let Some(certificate) = of_lets_encrypt(deployment, site) else { continue };
        let why = "the machine itself may have a timer for it";
        out.report(
            site,
            "the certificate expires after three months, and nothing renews it",
            certificate.label("valid for ninety days"),
        )
        .also(obtains.clone().doubt(Certainty::Likely, why).label("obtains it once"))
        .help("run `certbot renew` twice a day, in a loop of the service or by a timer");
        break;
    }
}

/// The command of a service that obtains a certificate and ends.
fn obtains_once(service: &Service) -> Option<Fact<()>> {
    let commands = [&service.command, &service.entrypoint].into_iter().flatten();
    let mut commands = commands.filter(|command| {
        command
            .words
            .iter()
            .any(|word| word.to_string().split_whitespace().any(|it| it == "certonly"))
    });
    Some(Fact::at((), commands.next()?.place))
}

/// The certificate of a site with TLS in a container, if Let's Encrypt is where it comes from.
fn of_lets_encrypt(deployment: &Deployment, site: &Site) -> Option<Fact<Utf8PathBuf>> {
    deployment.view(site.view).container.as_ref()?;
    let certificates = site.certificates().into_iter();
    certificates.into_iter().find(|path| path.value.starts_with("/etc/letsencrypt/live"))
}
