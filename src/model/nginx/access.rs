//! Who may ask: `allow` and `deny`, and what else restricts a level.

use crate::fact::Fact;
use crate::model::nginx::level::Level;
use crate::model::nginx::scope::Line;
use std::net::IpAddr;

/// An address and how many of its first bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    address: IpAddr,
    pub(super) length: u8,
}

impl Network {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address.parse().ok()?, Some(length.parse().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let whole = if matches!(address, IpAddr::V4(_)) { 32 } else { 128 };
        let length = length.unwrap_or(whole);
        (length <= whole).then_some(Self { address, length })
    }

    pub(super) fn holds(self, address: IpAddr) -> bool {
        let bits = |address: IpAddr| match address {
            IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
            IpAddr::V6(address) => (address.to_bits(), 128),
        };
        let ((own, family), (other, other_family)) = (bits(self.address), bits(address));
        let differing = (own ^ other).leading_zeros();
        family == other_family && differing.min(128) >= u32::from(self.length)
    }
}

/// What `allow` and `deny` say of a client.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    /// No line is about the client.
    Open,
    Allowed,
    /// Some line decides, by an address that is not known.
    Depends(Fact<()>),
    Denied(Fact<()>),
}

/// The first line that is about the client decides.
pub(super) fn verdict(level: Level<'_>, client: Option<IpAddr>) -> Verdict {
    let found = level.in_effect(&["allow", "deny"]);
    for line in &found.lines {
        let about = match (line.arg(0), client) {
            (Some("all"), _) => Some(true),
            (Some("unix:"), Some(_)) => Some(false),
            (Some(network), Some(client)) => {
                Network::parse(network).map(|network| network.holds(client))
            }
            (_, None) | (None, _) => None,
        };
        let fact = || found.doubted(line.fact(()));
        match about {
            Some(false) => {}
            Some(true) if line.is("deny") => return Verdict::Denied(fact()),
            Some(true) => return Verdict::Allowed,
            None => return Verdict::Depends(fact()),
        }
    }
    Verdict::Open
}

impl<'c> Level<'c> {
    /// The lines that keep some clients out here: addresses, passwords, what asks another server,
    /// and `internal`, which keeps out all. Empty if everybody may ask.
    pub fn restrictions(self) -> Vec<&'c Line> {
        let off = |line: &&Line| line.arg(0) != Some("off");
        let denies = self.in_effect(&["allow", "deny"]).lines;
        let addresses = denies.into_iter().filter(|line| line.is("deny"));
        let passwords = self.in_effect(&["auth_basic"]).lines.into_iter().filter(off);
        let asked = self.in_effect(&["auth_request"]).lines.into_iter().filter(off);
        let tokens = self.in_effect(&["auth_jwt"]).lines.into_iter().filter(off);
        let internal = self.in_effect(&["internal"]).lines;
        addresses.chain(passwords).chain(asked).chain(tokens).chain(internal).collect()
    }
}
