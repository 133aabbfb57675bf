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
    let all: Vec<&str> = deployment.sites.iter().flat_map(hosts).map(|(_, host)| host).collect();
    for site in deployment.sites.iter().filter(|it| !it.is_template) {
        let Some(issued) = issued(site) else { continue };
        // Where a site has the certificate's own name, it was obtained for several at once.
        match all.iter().any(|host| are_related(host, &issued.value)) {
            true => left_out(deployment, site, &issued, out),
            false => of_another_domain(site, issued, out),
        }
    }
}

/// A name that the command which obtains the certificate does not ask for.
fn left_out(deployment: &Deployment, site: &Site, issued: &Fact<String>, out: &mut Findings) {
    let commands = &deployment.surroundings.tls.certified;
    // One that asks for its names, or takes them from a variable, may have asked for any.
    if commands.iter().any(|it| it.names.is_empty()) {
        return;
    }
    let Some(command) = commands.iter().find(|it| it.is_for(&issued.value)) else { return };
    let is_asked = |host: &str| commands.iter().any(|it| it.is_for(host));
    let mut refused = hosts(site).filter(|(_, host)| {
        host.contains('.') && host.bytes().any(|it| it.is_ascii_alphabetic()) && !is_asked(host)
    });
    let Some((name, host)) = refused.next() else { return };
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

/// A certificate in the folder of a domain that no site has.
fn of_another_domain(site: &Site, issued: Fact<String>, out: &mut Findings) {
    if !site.names.iter().all(|name| is_host(&name.value)) {
        return;
    }
    // Nobody can ask for a name without a dot from outside.
    let Some((name, _)) = hosts(site).find(|(_, host)| host.contains('.')) else { return };
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

/// The domain that the certificate of a site is called after.
fn issued(site: &Site) -> Option<Fact<String>> {
    site.certificates().into_iter().find_map(|path| {
        path.try_map(|path| issued_for(path.as_str())).filter(|it| !symbol::is_symbolic(&it.value))
    })
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
