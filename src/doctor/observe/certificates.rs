//! The certificates that sites name, and those that are shown for their names.

use crate::doctor::observe::answers::local;
use crate::doctor::observe::moment;
use crate::doctor::transcript::Transcript;
use crate::fact::Fact;
use crate::host::{self, Answer, Ask, Host, Probe, Unknown};
use crate::model::observed::{Certificate, Content, Seen, Served, Shown};
use crate::model::{Deployment, Site};
use crate::source::Sources;
use camino::Utf8PathBuf;

/// A file, and the sites that name it: each with a port and its hosts.
struct Named<'a> {
    path: Fact<Utf8PathBuf>,
    sites: Vec<&'a Site>,
    on_disk: Answer<host::Certificate>,
}

pub(super) fn of_sites(
    deployment: &Deployment,
    host: &dyn Host,
    sources: &mut Sources,
) -> Vec<Certificate> {
    let mut named: Vec<Named> = Vec::new();
    for site in &deployment.sites {
        for path in site.certificates() {
            match named.iter_mut().find(|known| known.path.value == path.value) {
                Some(known) => known.sites.push(site),
                None => {
                    let on_disk = host.certificate(&path.value);
                    named.push(Named { path, sites: vec![site], on_disk });
                }
            }
        }
    }
    named.iter().map(|it| read(it, &named, host, sources)).collect()
}

fn read(
    named: &Named<'_>,
    all: &[Named<'_>],
    host: &dyn Host,
    sources: &mut Sources,
) -> Certificate {
    let path = &named.path;
    let content = named.on_disk.clone().map_err(Into::into).map(|it| {
        let mut transcript = Transcript::new(format!("certificate {}", path.value));
        let until = transcript.line(&format!("valid until {}", moment(it.not_after)));
        let names = transcript.line(&format!("for {}", it.names.join(", ")));
        let kept = transcript.keep(sources);
        // One without names is taken for its subject by nobody any more (RFC 9525, 2).
        let hosts = named.sites.iter().flat_map(|site| site.hosts());
        let uncovered = hosts.filter(|host| !it.covers(&host.value)).collect();
        Content {
            not_after: kept.fact(it.not_after, until),
            uncovered,
            names: kept.fact(it.names, names),
            served: served(named, all, host, sources),
        }
    });
    Certificate { path: path.clone(), content }
}

/// What the first site shows for its first name, on the machine itself.
fn served(
    named: &Named<'_>,
    all: &[Named<'_>],
    host: &dyn Host,
    sources: &mut Sources,
) -> Option<Served> {
    let site = named.sites.first()?;
    let asked = site.hosts().next()?;
    let port = site.listeners.iter().find(|it| it.value.tls)?.value.port?;
    let ask = Ask::Tls { host: asked.value.clone() };
    let shown: Seen<host::Certificate> = match host.probe(&Probe { to: local(port), ask }) {
        Ok(reply) if reply.refused => return None,
        Ok(reply) => {
            let nothing = || Unknown::new("it shows no certificate");
            reply.certificate.ok_or_else(nothing).map_err(Into::into)
        }
        Err(why) => Err(why.into()),
    };
    let certificate = shown.map(|shown| {
        let mut transcript = Transcript::new(format!("TLS to {} on port {port}", asked.value));
        let until = transcript.line(&format!("valid until {}", moment(shown.not_after)));
        transcript.line(&format!("for {}", shown.names.join(", ")));
        let kept = transcript.keep(sources);
        // A site can have one for each kind of key, and shows the client's favourite.
        let same_site = |it: &&Named| it.sites.iter().any(|other| std::ptr::eq(*other, *site));
        let is_same = |it: &Named| it.on_disk.as_ref().map_or(true, |it| *it == shown);
        let is_on_disk = all.iter().filter(same_site).any(is_same);
        Shown { not_after: kept.fact(shown.not_after, until), is_on_disk }
    });
    Some(Served { host: asked, certificate })
}
