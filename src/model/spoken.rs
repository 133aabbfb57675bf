//! What scripts, units and documents speak of, beside what they configure.

use crate::source::Place;
use std::collections::BTreeSet;

/// What scripts, units and documents of the tree speak of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Speaks {
    /// Certificates are obtained: by certbot, or another client of ACME.
    pub of_certificates: bool,
    /// Something outside takes https: a CDN, a tunnel, a load balancer.
    pub of_outer_proxy: bool,
    /// Where a script obtains one, in a container that then ends.
    pub obtains: Option<Place>,
    /// Certificates are renewed.
    pub of_renewals: bool,
    /// A web server is told to read its configuration again.
    pub of_reloads: bool,
    /// A text for people says to set nginx's limit of what is uploaded.
    pub of_body_limits: bool,
    /// The headers that web servers of the tree add to what they pass on, in small letters.
    pub added_headers: BTreeSet<String>,
    /// What nginx's files give applications as variables of WSGI, in small letters: `uwsgi_param NAME`.
    pub wsgi_variables: BTreeSet<String>,
    /// Headers that a Caddy of the tree adds, in small letters: beside nginx it stands in front.
    pub added_in_front: BTreeSet<String>,
    /// Lines of web servers' files and of settings that say where https ends: before this machine.
    pub told_in_front: Vec<Place>,
    /// A text for people has Nginx Proxy Manager in front.
    pub of_proxy_manager: bool,
    /// A web server's user is put into some group.
    pub adds_to_groups: bool,
    /// Others are let into the home of root.
    pub opens_home_of_root: bool,
    /// The names that texts for people have addresses of by https.
    pub https_names: BTreeSet<String>,
    /// The commands by which certbot obtains certificates.
    pub certified: Vec<Certified>,
}

/// A command of certbot that obtains a certificate, in a script or in a guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    pub at: Place,
    /// The names that it is for, in small letters; none where they are not written out.
    pub names: Vec<String>,
}

impl Certified {
    /// Whether it is for a name, be it by a wildcard (RFC 6125, 6.4.3: for one label).
    pub fn is_for(&self, host: &str) -> bool {
        let above = host.split_once('.').map(|(_, above)| above);
        self.names.iter().any(|it| {
            it == host || it.strip_prefix("*.").is_some_and(|domain| above == Some(domain))
        })
    }
}

impl Speaks {
    /// With what another text says.
    pub(in crate::model) fn and(mut self, other: Self) -> Self {
        self.added_headers.extend(other.added_headers);
        self.wsgi_variables.extend(other.wsgi_variables);
        self.added_in_front.extend(other.added_in_front);
        self.told_in_front.extend(other.told_in_front);
        self.https_names.extend(other.https_names);
        self.certified.extend(other.certified);
        Self {
            of_certificates: self.of_certificates || other.of_certificates,
            of_outer_proxy: self.of_outer_proxy || other.of_outer_proxy,
            obtains: self.obtains.or(other.obtains),
            of_renewals: self.of_renewals || other.of_renewals,
            of_reloads: self.of_reloads || other.of_reloads,
            of_body_limits: self.of_body_limits || other.of_body_limits,
            of_proxy_manager: self.of_proxy_manager || other.of_proxy_manager,
            adds_to_groups: self.adds_to_groups || other.adds_to_groups,
            opens_home_of_root: self.opens_home_of_root || other.opens_home_of_root,
            ..self
        }
    }
}
