//! nginx's configuration as nginx has it in memory: includes followed, levels nested, values
//! inherited; which server and which location answer a request, and what they do with it.
//!
//! Built from trees and a way to find included files, and borrows neither. A file whose includer
//! is not in view is as good a root as `nginx.conf`: what it inherits from nowhere in view is
//! nginx's default, with a doubt. Nothing here knows Django, compose or other servers.
//!
//! Behaviour is that of nginx 1.22, which the tests run; what later versions changed is named
//! where it matters, after nginx's change log.

mod access;
mod answer;
mod apart;
mod choose;
mod content;
mod expand;
mod handler;
mod headers;
mod level;
mod listen;
mod locate;
mod map;
mod matcher;
mod misplaced;
mod names;
mod origins;
mod pattern;
mod reply;
mod request;
mod rewrite;
mod scope;
mod shape;
mod stock;
mod stranger;
mod taint;
mod text;
mod tls;
mod twice;
mod undefined;
mod upstream;
mod uri;
mod whole;
mod zones;

pub use choose::{Chosen, NameConflict, Server};
pub use expand::{Included, Root, context_of};
pub use handler::{Gateway, Handler, Pass, Target};
pub use headers::{AddedHeader, SentHeader, UWSGI_MODULE};
pub use level::{InEffect, Level, Served};
pub use listen::{Address, Listener};
pub use locate::Located;
pub use matcher::Matcher;
pub use misplaced::Misplaced;
pub use names::Name;
pub use origins::{OriginCheck, Passing};
pub use pattern::Pattern;
pub use reply::{Answer, Header, Proxied, Reply, Step, Tried};
pub use request::{Arrival, Disk, Entry, Request};
pub use scope::{Context, Line, Scope, ScopeId, Trouble, Unseen};
pub use shape::{Shape, Slow};
pub use stock::{as_packaged, stock_file};
pub use stranger::Stranger;
pub use taint::{Taint, Tainted};
pub use text::{Part, Unknown, parts, quoted};
pub use tls::{ciphers, weak_ciphers};
pub use twice::{Claim, DoubleListen, Named, Twice};
pub use undefined::UnknownFormat;
pub use upstream::{Upstream, UpstreamServer};
pub use zones::{Zone, ZoneKind};

use crate::fact::Fact;
use crate::source::{FileId, Place};
use camino::Utf8PathBuf;
use expand::Expanded;
use pattern::Patterns;
use scope::Table;
use std::collections::{BTreeMap, BTreeSet};

/// Where nginx begins, as Debian's package and the official image have it.
pub const MAIN_FILE: &str = "/etc/nginx/nginx.conf";

/// Everything that one nginx serves.
#[derive(Debug)]
pub struct Config {
    table: Table,
    /// What stopped the reading of the configuration somewhere.
    pub troubles: Vec<Fact<Trouble>>,
    servers: Vec<choose::ServerData>,
    /// By address, so that a choice does not look at every server there is.
    listening: BTreeMap<Address, choose::Listening>,
    patterns: Patterns,
    whole: bool,
    /// Where a container has the files that nginx begins with, by the line that puts them there.
    brought: BTreeMap<FileId, Fact<Utf8PathBuf>>,
    /// Files that nginx gets otherwise than they are.
    unsettled: BTreeSet<FileId>,
    /// The `include` lines that name files by a pattern.
    patterned: BTreeSet<Place>,
}

impl Config {
    /// Puts roots and what they include together.
    ///
    /// `resolve` finds the files of an `include`, given its argument and the file it stands in.
    /// Roots that belong to one level (`sites-enabled/*`) come in the order nginx reads them.
    pub fn build<'t>(roots: &[Root<'t>], resolve: &dyn Fn(&str, FileId) -> Included<'t>) -> Self {
        let patterns = Patterns::default();
        let Expanded { table, troubles, unsettled, patterned } =
            expand::expand(roots, resolve, &patterns);
        let servers = choose::servers(&table, &patterns);
        let listening = choose::listening(&table, &servers);
        let http = table.get(Table::HTTP);
        let whole = http.opener.is_some() || roots.iter().any(|root| root.context.is_some());
        let brought = BTreeMap::new();
        Self { table, troubles, servers, listening, patterns, whole, brought, unsettled, patterned }
    }

    pub fn brought(self, files: impl Iterator<Item = (FileId, Fact<Utf8PathBuf>)>) -> Self {
        Self { brought: files.collect(), ..self }
    }

    /// Whether everything that nginx reads is in view: what is not here is nowhere.
    pub fn is_whole(&self) -> bool {
        let unseen = |level: Level| !level.scope().unseen.is_empty();
        let stops = |it: &Fact<Trouble>| !matches!(it.value, Trouble::Misplaced(_));
        self.whole && !self.troubles.iter().any(stops) && !self.levels().any(unseen)
    }

    pub fn scope(&self, id: ScopeId) -> &Scope {
        self.table.get(id)
    }

    /// Every level there is, outer ones before inner ones.
    pub fn levels(&self) -> impl Iterator<Item = Level<'_>> {
        self.table.ids().map(|id| self.level(id))
    }

    pub fn level(&self, id: ScopeId) -> Level<'_> {
        Level { config: self, id }
    }

    /// The outermost level: `user`, `worker_processes`.
    pub fn main(&self) -> Level<'_> {
        self.level(Table::MAIN)
    }

    /// The `http` level, written or implied by what stands in it.
    pub fn http(&self) -> Level<'_> {
        self.level(Table::HTTP)
    }

    /// The HTTP servers in reading order, which is the order of precedence.
    pub fn servers(&self) -> impl Iterator<Item = Server<'_>> {
        (0..self.servers.len()).map(|index| Server { config: self, index })
    }
}
