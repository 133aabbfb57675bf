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
    let renewing: Vec<&Service> = project.services.iter().filter(|it| renews(it)).collect();
    if renewing.iter().any(|it| !it.stays_down()) {
        return;
    }
    let by_script = deployment.surroundings.tls.obtains.map(|place| Fact::at((), place));
    let by_service = project.services.iter().find_map(obtains_once);
    let (obtains, label) = if let Some(service) = renewing.first() {
        let Some(command) = service.commands().next() else { return };
        (Fact::at((), command.place), "renews once, when the service is brought up, and ends")
    } else if let Some(obtains) = by_service.or(by_script) {
        (obtains, "obtains it once")
    } else {
        return;
    };
    for site in &deployment.sites {
        let Some(certificate) = of_lets_encrypt(deployment, site) else { continue };
        let why = "the machine itself may have a timer for it";
        out.report(
            site,
            "the certificate expires after three months, and nothing renews it",
            certificate.label("valid for ninety days"),
        )
        .also(obtains.clone().doubt(Certainty::Likely, why).label(label))
        .help("run `certbot renew` twice a day, in a loop of the service or by a timer");
        break;
    }
}

/// Whether a service runs `certbot renew`, and no shell that does it again.
fn renews(service: &Service) -> bool {
    service.words().any(|it| it == "renew")
}

/// The command of a service that obtains a certificate and ends.
fn obtains_once(service: &Service) -> Option<Fact<()>> {
    let mut commands = service.commands().filter(|command| {
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
