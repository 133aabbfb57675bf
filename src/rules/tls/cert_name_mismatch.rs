//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact, symbol};
use crate::model::{Deployment, Site, SiteName};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/cert-name-mismatch",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/cert-name-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // Where a site has the certificate's own name, it was obtained for several at once.
    let all: Vec<&str> = deployment.sites.iter().flat_map(hosts).map(|(_, host)| host).collect();
    for site in &deployment.sites {
        if site.is_template || !site.names.iter().all(|name| is_host(&name.value)) {
            continue;
        }
        // Nobody can ask for a name without a dot from outside.
        let Some((name, _)) = hosts(site).find(|(_, host)| host.contains('.')) else { continue };
        let issued = site.certificates().into_iter().find_map(|path| {
            path.try_map(|path| issued_for(path.as_str()))
                .filter(|it| !symbol::is_symbolic(&it.value))
        });
        let Some(issued) = issued else { continue };
        if all.iter().any(|host| are_related(host, &issued.value)) {
            continue;
        }
        let why = "a certificate may have names that its folder does not tell";
        let issued = issued.doubt(Certainty::Likely, why);
        out.report(
            site,
            format!("browsers refuse `{}`: its certificate is another domain's", site.name),
            issued.label(format!("obtained for `{issued}`")),
        )
        .also(name.label("the name that browsers ask for"))
        .help("name the folder of this site's own certificate, or obtain one for the name");
    }
}

fn is_host(name: &SiteName) -> bool {
    matches!(name, SiteName::Host(_))
}

fn hosts(site: &Site) -> impl Iterator<Item = (&Fact<SiteName>, &str)> {
    site.names.iter().filter_map(|name| match &name.value {
        SiteName::Host(host) => Some((name, host.as_str())),
        SiteName::Many(_) => None,
    })
}

/// The domain that certbot named the folder of a certificate by. A second one for the same domain
/// has a number behind it.
fn issued_for(path: &str) -> Option<String> {
    let (folder, _) = path.strip_prefix("/etc/letsencrypt/live/")?.split_once('/')?;
    let numbered = folder.rsplit_once('-').filter(|(_, number)| {
        number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    let domain = numbered.map_or(folder, |(domain, _)| domain).to_ascii_lowercase();
    // Any other name was made up by somebody, and tells nothing.
    domain.contains('.').then_some(domain)
}

/// Whether both may be of one owner: one lies in the other, or they end in the same two labels.
fn are_related(host: &str, domain: &str) -> bool {
    let end = |name: &str| {
        let labels: Vec<&str> = name.rsplit('.').take(2).collect();
        labels.join(".")
    };
    end(host) == end(domain)
}
