//! What ufw lets in, as its files say.
//!
//! Other firewalls, those in front of the machine, and what Docker puts before ufw's rules are
//! nowhere in them.

use crate::fact::Fact;
use crate::model::observed::{Seen, Unseen};

/// One that is switched on, and takes nothing that no rule lets in.
#[derive(Clone, Debug)]
pub struct Firewall {
    /// Where it is switched on.
    pub on: Fact<()>,
    /// In the order in which they are tried.
    pub rules: Seen<Vec<Fact<Rule>>>,
}

/// A rule for TCP that does not look at who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub lets_in: bool,
    /// Ranges with both ends; none for every port.
    pub ports: Vec<(u16, u16)>,
}

impl Firewall {
    /// Whether everybody may connect to a port: the first rule that is about it says so, and
    /// without one nobody may.
    pub fn lets_in(&self, port: u16) -> Result<Option<&Fact<Rule>>, &Unseen> {
        let rules = self.rules.as_ref()?;
        let is_about = |it: &&Fact<Rule>| {
            let ports = &it.value.ports;
            ports.is_empty() || ports.iter().any(|(from, to)| (*from..=*to).contains(&port))
        };
        Ok(rules.iter().find(is_about).filter(|it| it.value.lets_in))
    }
}
