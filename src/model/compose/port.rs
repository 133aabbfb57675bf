//! What a service publishes, and on which addresses.

use crate::fact::Fact;
use crate::model::compose::canonical::range;
use crate::model::text::Text;
use crate::source::Place;

/// One entry of `ports`. A range stays one: `8000-8010`.
#[derive(Clone, Debug)]
pub struct Port {
    pub place: Place,
    /// Written as `"8000:80"`, and not as a mapping.
    pub is_short: bool,
    /// Every address, if none is named.
    pub host_ip: Option<Text>,
    /// Without it, Docker picks a free port.
    pub published: Option<Text>,
    pub target: Text,
    pub protocol: Option<Text>,
}

impl Port {
    /// That whoever reaches the host reaches this port. `None` if an address says that only some
    /// do, or nobody can tell.
    pub fn open(&self) -> Option<Fact<()>> {
        let here = Fact::at((), self.place);
        let udp = |text: &Text| text.to_string() == "udp";
        if self.protocol.as_ref().is_some_and(udp) {
            return None;
        }
        let Some(address) = &self.host_ip else { return Some(here) };
        let address = address.known()?;
        let every = ["", "0.0.0.0", "::", "[::]"].contains(&address.value.as_str());
        every.then(|| here.given(&address))
    }

    /// Whether it leads to a port of the container.
    pub fn leads_to(&self, port: u16) -> bool {
        self.target_range().is_some_and(|it| (it.value.0..=it.value.1).contains(&port))
    }

    /// Whether a port of the host leads there.
    pub fn takes(&self, port: u16) -> bool {
        self.published_range().is_some_and(|it| (it.value.0..=it.value.1).contains(&port))
    }

    /// Whether it is one port of the host, and this.
    pub fn is_published_as(&self, port: u16) -> bool {
        self.published_range().is_some_and(|it| it.value == (port, port))
    }

    /// The ports of the host, first and last.
    pub fn published_range(&self) -> Option<Fact<(u16, u16)>> {
        range_of(self.published.as_ref()?)
    }

    pub fn target_range(&self) -> Option<Fact<(u16, u16)>> {
        range_of(&self.target)
    }
}

fn range_of(text: &Text) -> Option<Fact<(u16, u16)>> {
    text.known()?.try_map(|text| range(text))
}
