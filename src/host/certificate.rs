//! X.509 certificates, as far as they decide whether a browser takes them.
//!
//! Chains are not verified: which roots a client trusts, only the client knows.

use crate::host::{Answer, Unknown};
use serde::{Deserialize, Serialize};
use x509_parser::extensions::GeneralName;
use x509_parser::pem::Pem;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Seconds since 1970.
    pub not_before: i64,
    pub not_after: i64,
    /// The names that it is for, as browsers look at them.
    pub names: Vec<String>,
    #[serde(default)]
    pub self_signed: bool,
}

/// The first certificate of a PEM file, which is the server's own.
pub(super) fn parse(bytes: &[u8]) -> Answer<Certificate> {
    let broken = || Unknown::new("it holds no certificate that can be read");
    let pems = Pem::iter_from_buffer(bytes).filter_map(Result::ok);
    let pem = pems.into_iter().find(|pem| pem.label == "CERTIFICATE").ok_or_else(broken)?;
    of_der(&pem.contents)
}

/// A certificate as it goes over the wire.
pub(super) fn of_der(bytes: &[u8]) -> Answer<Certificate> {
    let broken = |_| Unknown::new("it is no certificate that can be read");
    let (_, certificate) = x509_parser::parse_x509_certificate(bytes).map_err(broken)?;
    let names = certificate.subject_alternative_name().ok().flatten();
    let names = names.iter().flat_map(|names| &names.value.general_names);
    let names = names.filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    });
    Ok(Certificate {
        not_before: certificate.validity().not_before.timestamp(),
        not_after: certificate.validity().not_after.timestamp(),
        names: names.collect(),
        self_signed: certificate.subject() == certificate.issuer(),
    })
}

fn address(bytes: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(bytes).map(std::net::IpAddr::from);
    let v6 = || <[u8; 16]>::try_from(bytes).map(std::net::IpAddr::from);
    v4.or_else(|_| v6()).ok().map(|address| address.to_string())
}

impl Certificate {
    /// Whether it is for a host (RFC 6125, 6.4: a wildcard stands for one label).
    pub fn covers(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let above = host.split_once('.').map(|(_, above)| above);
        self.names.iter().any(|name| match name.strip_prefix("*.") {
            Some(parent) => above == Some(parent),
            None => *name == host,
        })
    }
}
