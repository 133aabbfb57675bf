//! How a PostgreSQL server is set up, as far as listening and trust go.
//!
//! Options of the command win over its file (its manual, 20.1.4). What somebody sets with
//! `ALTER SYSTEM` lies with the data, where nobody looks.

use crate::fact::{Fact, Origin};
use crate::model::Host;
use crate::source::FileId;
use crate::syntax::postgres::{self, Line, Record, Word};
use std::net::IpAddr;

#[derive(Debug, Default)]
pub struct PostgresServer {
    /// In their order; of one name the last counts.
    settings: Vec<(String, Fact<String>)>,
    /// What it listens on if no setting says; `None` where nobody can tell.
    pub default: Option<Fact<String>>,
    /// `None` where nobody can tell.
    records: Option<Vec<Line>>,
}

/// How many machines a record is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    /// One, which may be the server itself.
    One,
    /// A private network.
    Network,
    /// The internet, or a part of it.
    Public,
}

/// A record that asks nobody who they are.
#[derive(Debug)]
pub struct Trust {
    pub at: Fact<()>,
    pub breadth: Breadth,
    /// Superusers need no password either.
    pub whoever: bool,
}

impl PostgresServer {
    /// Adds what a file says. What it includes stands where it is included.
    pub fn read_settings<'t>(
        &mut self,
        (file, text): (FileId, &'t str),
        included: &dyn Fn(&str) -> Vec<(FileId, &'t str)>,
    ) {
        for (name, value) in postgres::settings(file, text) {
            let further = if name == "include_dir" { included(&value.value) } else { Vec::new() };
            self.settings.push((name, value.into()));
            let further =
                further.into_iter().flat_map(|(file, text)| postgres::settings(file, text));
            self.settings.extend(further.map(|(name, value)| (name, value.into())));
        }
    }

    pub fn read_records(&mut self, file: FileId, text: &str) {
        self.records = Some(postgres::records(file, text));
    }

    /// Adds what the command says: `-c name=value`, `--name=value`, `-h`, `-i` and `-p`.
    pub fn told(&mut self, words: &[Fact<String>]) {
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let named = |name: &str, value: Fact<String>| Some((name.to_owned(), value));
            let given = match word.value.as_str() {
                "-i" => named("listen_addresses", word.map(|_| "*".to_owned())),
                "-h" => words.next().and_then(|it| named("listen_addresses", it.clone())),
                "-p" => words.next().and_then(|it| named("port", it.clone())),
                "-c" => words.next().and_then(|it| assigned(it, &it.value)),
                long => {
                    let setting = long.strip_prefix("--").or_else(|| long.strip_prefix("-c"));
                    setting.and_then(|it| assigned(word, it))
                }
            };
            self.settings.extend(given);
        }
    }

    pub fn get(&self, name: &str) -> Option<&Fact<String>> {
        self.settings.iter().rfind(|(it, _)| it == name).map(|(_, value)| value)
    }

    pub fn port(&self) -> u16 {
        self.get("port").and_then(|it| it.value.parse().ok()).unwrap_or(5432)
    }

    /// The addresses that it listens on.
    fn listen(&self) -> Option<&Fact<String>> {
        self.get("listen_addresses").or(self.default.as_ref()).filter(|it| !it.value.contains('$'))
    }

    /// What has it listen where only its own machine or container connects.
    pub fn only_to_itself(&self) -> Option<&Fact<String>> {
        self.listen().filter(|it| addresses(&it.value).all(|it| it == Host::Loopback))
    }

    /// What has it listen at addresses that other machines reach.
    pub fn open_to_all(&self) -> Option<&Fact<String>> {
        self.listen().filter(|it| addresses(&it.value).any(|it| it.is_public()))
    }

    /// The record that lets most machines in without a password, if one that comes before it does
    /// not decide for all of them.
    pub fn trusts(&self) -> Option<Trust> {
        let mut before: Vec<&Record> = Vec::new();
        let mut found: Vec<Trust> = Vec::new();
        for line in self.records.iter().flatten() {
            let Line::Record(record) = line else { break };
            let breadth = breadth(record).filter(|it| *it > Breadth::One);
            if let Some(breadth) = breadth
                && record.method.value == "trust"
                && !before.iter().any(|it| decides_for(it, record))
            {
                let at = Fact::new((), Origin::At(record.place));
                let whoever = record.users.iter().any(|it| it.is("all") || it.text == "postgres");
                found.push(Trust { at, breadth, whoever });
            }
            before.push(record);
        }
        found.into_iter().rev().max_by_key(|it| it.breadth)
    }
}

/// `name=value`, in quotes or not. A dash stands for an underscore.
fn assigned(word: &Fact<String>, setting: &str) -> Option<(String, Fact<String>)> {
    let (name, value) = setting.split_once('=')?;
    let value = value.trim_matches('\'').to_owned();
    Some((name.trim().replace('-', "_").to_ascii_lowercase(), word.map(|_| value)))
}

/// `*` and `localhost,10.0.0.5`; an empty list is for sockets alone.
fn addresses(list: &str) -> impl Iterator<Item = Host> + '_ {
    list.split(',').map(str::trim).filter(|it| !it.is_empty()).map(Host::parse)
}

fn is_public(address: std::net::Ipv4Addr) -> bool {
    !address.is_private() && !address.is_link_local() && !address.is_loopback()
}

/// An address and the length of its prefix.
fn network(record: &Record) -> Option<(IpAddr, u32)> {
    let text = &record.address.as_ref()?.text;
    if let Some((address, length)) = text.split_once('/') {
        return Some((address.parse().ok()?, length.parse().ok()?));
    }
    let length = match record.mask.as_ref()?.text.parse().ok()? {
        IpAddr::V4(mask) => u32::from(mask).leading_ones(),
        IpAddr::V6(mask) => u128::from(mask).leading_ones(),
    };
    Some((text.parse().ok()?, length))
}

/// `None` where a name or a placeholder decides, and for sockets.
fn breadth(record: &Record) -> Option<Breadth> {
    let address = record.address.as_ref()?;
    if address.is("all") {
        return Some(Breadth::Public);
    }
    if address.is("samenet") {
        return Some(Breadth::Network);
    }
    let (address, length) = network(record)?;
    let wide = |private: bool| if private { Breadth::Network } else { Breadth::Public };
    Some(match address {
        IpAddr::V4(it) if it.is_loopback() || length >= 32 => Breadth::One,
        IpAddr::V4(it) => wide(!is_public(it) || it.is_unspecified() && length > 0),
        IpAddr::V6(it) if it.is_loopback() || length >= 128 => Breadth::One,
        IpAddr::V6(it) => wide(it.is_unique_local() || it.is_unicast_link_local()),
    })
}

/// Whether an earlier record fits all that a later one fits.
fn decides_for(earlier: &Record, later: &Record) -> bool {
    let same_way = earlier.connection == "host" || earlier.connection == later.connection;
    let all = |words: &[Word], of: &[Word]| {
        let same = |a: &Word, b: &Word| a.text == b.text && a.is("all") == b.is("all");
        let takes = |it: &Word| words.iter().any(|own| same(own, it));
        words.iter().any(|it| it.is("all")) || of.iter().all(takes)
    };
    // `all` is every database, and no replication (21.1).
    let replicates = later.databases.iter().any(|it| it.is("replication"))
        && !earlier.databases.iter().any(|it| it.is("replication"));
    let everywhere = earlier.address.as_ref().is_some_and(|it| it.is("all"));
    let within = || {
        let ((at, length), (of, longer)) = (network(earlier)?, network(later)?);
        let shift = |bits: u32| bits.saturating_sub(length);
        Some(match (at, of) {
            _ if length > longer => false,
            (IpAddr::V4(at), IpAddr::V4(of)) => {
                let cut = |it| u64::from(u32::from(it)) >> shift(32);
                cut(at) == cut(of)
            }
            (IpAddr::V6(at), IpAddr::V6(of)) => {
                let cut = |it| u128::from(it).checked_shr(shift(128)).unwrap_or(0);
                cut(at) == cut(of)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        })
    };
    same_way
        && !replicates
        && all(&earlier.databases, &later.databases)
        && all(&earlier.users, &later.users)
        && (everywhere || within() == Some(true))
}
