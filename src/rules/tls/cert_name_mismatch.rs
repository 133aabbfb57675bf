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
    of_another_domain(deployment, out);
    left_out(deployment, out);
}

/// A name that the command which obtains the certificate does not ask for.
fn left_out(deployment: &Deployment, out: &mut Findings) {
    let commands = &deployment.surroundings.tls.certified;
    // One that asks for its names, or takes them from a variable, may have asked for any.
    if commands.iter().any(|it| it.names.is_empty()) {
        return;
    }
    for site in deployment.sites.iter().filter(|it| !it.is_template) {
        let issued = site.certificates().into_iter().find_map(|path| {
            let issued = path.try_map(|path| issued_for(path.as_str()))?;
            (!symbol::is_symbolic(&issued.value)).then_some(issued)
        });
        // Where no name is of its domain, that is what there is to say.
        let is_own = |issued: &Fact<String>| {
            let mut sites = deployment.sites.iter().flat_map(hosts);
            sites.any(|(_, host)| are_related(host, &issued.value))
        };
        let Some(issued) = issued.filter(is_own) else { continue };
        let Some(command) = commands.iter().find(|it| it.is_for(&issued.value)) else { continue };
        let refused = hosts(site).filter(|(_, host)| {
            host.contains('.') && host.bytes().any(|it| it.is_ascii_alphabetic())
        });
        let mut refused = refused.filter(|(_, host)| !commands.iter().any(|it| it.is_for(host)));
        let Some((name, host)) = refused.next() else { continue };
        let why = "the certificate may have been extended since";
        let asked = Fact::at((), command.at).doubt(Certainty::Likely, why);
        let finding = out.report(
            site,
            format!("browsers refuse `{host}`: its certificate is not obtained for that name"),
            name.label("served with the certificate that is named below"),
        );
        for (name, _) in refused {
            finding.also(name.label("and so is this"));
        }
        finding
            .also(issued.label(format!("the certificate of `{issued}`")))
            .also(asked.label("obtained for no other names than these"))
            .because(&asked)
            .help(format!("obtain it with `-d {host}` as well, which `--expand` allows"));
    }
}

/// A certificate in the folder of a domain that no site has.
fn of_another_domain(deployment: &Deployment, out: &mut Findings) {
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
