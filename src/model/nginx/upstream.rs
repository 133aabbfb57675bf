//! Groups of servers that requests are passed on to.

use crate::fact::Fact;
use crate::model::nginx::Config;
use crate::model::nginx::handler::Target;
use crate::model::nginx::level::Level;

#[derive(Clone, Debug)]
pub struct Upstream<'c> {
    pub name: Fact<String>,
    pub level: Level<'c>,
}

#[derive(Clone, Debug)]
pub struct UpstreamServer {
    pub target: Target,
    pub backup: bool,
    pub down: bool,
}

impl Config {
    pub fn upstreams(&self) -> impl Iterator<Item = Upstream<'_>> {
        self.http().own("upstream").filter_map(|line| {
            Some(Upstream { name: line.args.first()?.clone(), level: self.level(line.body?) })
        })
    }

    /// An upstream by its name, which nginx compares in any case.
    pub fn upstream(&self, name: &str) -> Option<Upstream<'_>> {
        self.upstreams().find(|upstream| upstream.name.value.eq_ignore_ascii_case(name))
    }
}

impl<'c> Upstream<'c> {
    pub fn servers(&self) -> Vec<Fact<UpstreamServer>> {
        let server = |address: &String, line: &crate::model::nginx::Line| UpstreamServer {
            // An upstream's server is no upstream.
            target: Target::address(address, 80),
            backup: line.has_arg("backup"),
            down: line.has_arg("down"),
        };
        let lines = self.level.own("server");
        lines
            .filter_map(|line| Some(line.args.first()?.map(|address| server(address, line))))
            .collect()
    }
}
