//! What a deployment expects of the machine that it runs on.

use crate::fact::Fact;
use crate::model::units::Unit;
use crate::model::{Deployment, Endpoint, Process, ProcessKind, UnitKind, reaches};

impl Deployment {
    /// The processes whose command is in view and that should run all the time on the machine.
    pub fn daemons(&self) -> impl Iterator<Item = &Process> {
        self.processes.iter().filter(|process| {
            self.is_on_host(process)
                && process.started.is_some()
                && !matches!(process.kind, ProcessKind::OneOff | ProcessKind::Other)
        })
    }

    /// Whether a socket unit starts it when somebody connects.
    pub fn is_started_by_socket(&self, unit: &Unit) -> bool {
        let name = unit.name.to_string();
        let sockets = self.units.iter().filter(|it| it.is(UnitKind::Socket));
        let mut partners = sockets.filter_map(Unit::partner);
        partners.any(|partner| partner.value == name)
    }

    /// Whether some site passes requests on to what it starts.
    pub fn is_waited_for(&self, unit: &Unit) -> bool {
        let process = self.process_of(unit);
        let listens = process.iter().flat_map(|it| &it.listens);
        listens.into_iter().any(|it| !self.routes_to(&it.value.endpoint).is_empty())
    }

    /// Whether another unit starts it: its socket, its timer, or one that wants it.
    pub fn is_pulled_in(&self, unit: &Unit) -> bool {
        let name = unit.name.to_string();
        self.units.iter().filter(|it| it.name != unit.name).any(|other| {
            let pulls = ["Wants", "Requires", "BindsTo", "Requisite", "Upholds"];
            let named = pulls.iter().flat_map(|key| other.words("Unit", key));
            named.map(|it| it.value).any(|it| it == name)
                || other.partner().is_some_and(|partner| partner.value == name)
        })
    }

    /// The lines of sites that pass requests on to an endpoint.
    pub fn routes_to(&self, endpoint: &Endpoint) -> Vec<Fact<Endpoint>> {
        let routes = self.sites.iter().flat_map(|site| &site.routes);
        let upstreams = routes.flat_map(|route| &route.upstreams);
        upstreams.filter(|it| reaches(&it.value, endpoint) == Some(true)).cloned().collect()
    }

    /// The ports of the machine's own sites that pass requests on, each once.
    pub fn site_ports(&self) -> Vec<Fact<u16>> {
        let sites = self.sites.iter().filter(|site| site.installed && !site.routes.is_empty());
        let listeners = sites.flat_map(|site| &site.listeners);
        let mut ports: Vec<Fact<u16>> = Vec::new();
        for port in listeners.filter_map(|listener| listener.try_map(|it| it.port)) {
            if !ports.iter().any(|known| known.value == port.value) {
                ports.push(port);
            }
        }
        ports
    }
}

impl Unit {
    /// Whether `systemctl enable` would do anything.
    pub fn is_installable(&self) -> bool {
        ["WantedBy", "RequiredBy", "UpheldBy", "Also"]
            .iter()
            .any(|key| self.all("Install", key).next().is_some())
    }
}
