//! The certificates that sites name.

use crate::doctor::observe::moment;
use crate::doctor::transcript::Transcript;
use crate::fact::Fact;
use crate::host::Host;
use crate::model::observed::{Certificate, Content};
use crate::model::{Deployment, SiteName};
use crate::source::Sources;
use camino::Utf8PathBuf;

pub(super) fn of_sites(
    deployment: &Deployment,
    host: &dyn Host,
    sources: &mut Sources,
) -> Vec<Certificate> {
    let mut named: Vec<(Fact<Utf8PathBuf>, Vec<Fact<String>>)> = Vec::new();
    for site in &deployment.sites {
        let hosts = site.names.iter().filter_map(|name| {
            name.try_map(|name| match name {
                SiteName::Host(host) => Some(host.clone()),
                SiteName::Many(_) => None,
            })
        });
        let hosts: Vec<Fact<String>> = hosts.collect();
        for path in site.certificates() {
            match named.iter_mut().find(|(known, _)| known.value == path.value) {
                Some((_, of)) => of.extend(hosts.clone()),
                None => named.push((path, hosts.clone())),
            }
        }
    }
    let each = named.into_iter().map(|(path, hosts)| {
        let content = host.certificate(&path.value).map_err(Into::into);
        let content = content.map(|it| {
            let mut transcript = Transcript::new(format!("certificate {}", path.value));
            let until = transcript.line(&format!("valid until {}", moment(it.not_after)));
            let names = transcript.line(&format!("for {}", it.names.join(", ")));
            let kept = transcript.keep(sources);
            // One without names is taken for its subject by nobody any more (RFC 9525, 2).
            let uncovered = hosts.iter().filter(|host| !it.covers(&host.value)).cloned();
            Content {
                not_after: kept.fact(it.not_after, until),
                uncovered: uncovered.collect(),
                names: kept.fact(it.names, names),
            }
        });
        Certificate { path, content }
    });
    each.collect()
}
