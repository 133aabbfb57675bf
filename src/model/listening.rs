//! Where a process takes connections, as its command and its socket units say.

use crate::fact::Fact;
use crate::model::command::{Bind, Started};
use crate::model::{Endpoint, Host};
use crate::source::normalize;
use camino::Utf8Path;

/// An address that a process takes connections on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    pub endpoint: Endpoint,
    /// Made by a socket unit, which hands it over.
    pub activated: bool,
}

impl Started {
    /// The addresses that it is told to take connections on; a descriptor has one that only who
    /// hands it over knows.
    pub fn listens(&self) -> Vec<Fact<Listening>> {
        let listening = |bind: &Bind| match bind {
            Bind::Endpoint(endpoint) => {
                Some(Listening { endpoint: endpoint.clone(), activated: false })
            }
            Bind::Descriptor(_) => None,
        };
        self.binds.iter().filter_map(|bind| bind.try_map(listening)).collect()
    }

    /// Whether it takes connections on a descriptor that nobody in view hands over.
    pub fn inherits(&self) -> bool {
        self.binds.iter().any(|bind| matches!(bind.value, Bind::Descriptor(_)))
    }

    /// A descriptor that it takes connections on is known by who hands it over.
    pub fn hand_over(&mut self, number: u32, endpoint: Fact<Endpoint>) {
        for bind in self.binds.iter_mut().filter(|it| it.value == Bind::Descriptor(number)) {
            *bind = endpoint.map(|it| Bind::Endpoint(it.clone())).given(bind);
        }
    }

    /// Where it listens at such an address, nobody knows.
    pub fn forget_binds(&mut self, is_unknown: impl Fn(&Endpoint) -> bool) {
        let all = self.binds.len();
        self.binds.retain(|it| !matches!(&it.value, Bind::Endpoint(at) if is_unknown(at)));
        self.binds_known &= self.binds.len() == all;
    }

    /// Has sockets with a relative path lie in a folder. Without one nobody knows where they are.
    pub fn bind_from(&mut self, folder: Option<&Utf8Path>) {
        let is_relative = |bind: &Bind| match bind {
            Bind::Endpoint(Endpoint::Unix(path)) => {
                path.as_str().starts_with(|first: char| first.is_alphanumeric() || first == '.')
            }
            Bind::Endpoint(Endpoint::Tcp { .. }) | Bind::Descriptor(_) => false,
        };
        match folder {
            Some(folder) => {
                for bind in self.binds.iter_mut().filter(|it| is_relative(&it.value)) {
                    if let Bind::Endpoint(Endpoint::Unix(path)) = &mut bind.value {
                        *path = normalize(&folder.join(&*path));
                    }
                }
            }
            None => {
                let all = self.binds.len();
                self.binds.retain(|it| !is_relative(&it.value));
                self.binds_known &= self.binds.len() == all;
            }
        }
    }
}

/// The port of every interface, where that is a variable's: `0.0.0.0:${PORT}`.
pub(super) fn variable_port(text: &str) -> Option<String> {
    let (host, port) = text.split_at(text.find("${")?);
    let name = port.strip_prefix("${")?.strip_suffix('}')?;
    let is_name = name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    (is_name && Host::parse(host.strip_suffix(':')?) == Host::Any).then(|| port.to_owned())
}
