//! The sentences of a contract, as a deployment keeps them today, and the file that they make.

use crate::config;
use crate::fact::{Certainty, Fact, Lookup, symbol};
use crate::model::{Deployment, Host, MEDIA_ROOT, Process, ProcessKind, STATIC_ROOT};
use crate::model::{ServerKind, Setting, SiteName, Stage};
use crate::source::{Place, Shown};
use camino::Utf8PathBuf;
use std::collections::BTreeSet;
use toml_edit::Value;

/// Whoever declares hundreds of something would not read them.
const MOST: usize = 24;

pub(super) struct Draft {
    contracts: Vec<Contract>,
}

struct Contract {
    deployment: String,
    sentences: Vec<Sentence>,
}

/// One key.
struct Sentence {
    key: &'static str,
    values: Vec<Stated>,
    is_list: bool,
}

struct Stated {
    value: Value,
    /// The place that says so today, for the comment.
    by: Option<String>,
}

/// What a deployment says of one key: values with the places that they come from.
type Said = Vec<(Value, Fact<()>)>;

impl Draft {
    /// `folder` is the one of the file: paths in comments begin there.
    pub(super) fn of(deployments: &[&Deployment], shown: Shown<'_>, folder: &str) -> Self {
        let by = |fact: &Fact<()>| Some(address(shown, fact.evidence().place()?, folder));
        let sentence = |(key, is_list, said): (&'static str, bool, Said)| {
            let stated = |(value, fact): (Value, Fact<()>)| Stated { value, by: by(&fact) };
            Sentence { key, is_list, values: said.into_iter().take(MOST).map(stated).collect() }
        };
        let contract = |deployment: &&Deployment| Contract {
            deployment: deployment.name.clone(),
            sentences: sentences(deployment).into_iter().map(sentence).collect(),
        };
        Self { contracts: deployments.iter().map(contract).collect() }
    }

    pub(super) fn text(&self) -> String {
        self.lines().into_iter().map(|(line, _)| line + "\n").collect()
    }

    /// Takes out what is read at these lines of other files, as `path:line`.
    pub(super) fn doubt(&mut self, addresses: &BTreeSet<String>) {
        let sentences = self.contracts.iter_mut().flat_map(|it| &mut it.sentences);
        for sentence in sentences.filter(|it| it.key != "stage") {
            sentence.values.retain(|it| it.by.as_ref().is_none_or(|by| !addresses.contains(by)));
        }
    }

    /// Takes out what stands in these lines; a key goes as a whole.
    pub(super) fn leave_out(&mut self, lines: &BTreeSet<usize>) {
        let broken: BTreeSet<At> = self
            .lines()
            .into_iter()
            .enumerate()
            .filter(|(index, _)| lines.contains(&(index + 1)))
            .filter_map(|(_, (_, at))| at)
            .collect();
        for (contract, it) in self.contracts.iter_mut().enumerate() {
            for (sentence, it) in it.sentences.iter_mut().enumerate() {
                let at = |value| At { contract, sentence, value };
                let whole = broken.contains(&at(None));
                let mut value = 0;
                it.values.retain(|_| {
                    value += 1;
                    !whole && !broken.contains(&at(Some(value - 1)))
                });
            }
        }
    }

    pub(super) fn counted(&self) -> String {
        let sentences = self.contracts.iter().flat_map(|it| &it.sentences);
        let values: usize = sentences.map(|it| it.values.len()).sum();
        let of =
            |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        let (what, whose) = (of(values, "declaration"), of(self.contracts.len(), "deployment"));
        format!("{what} about {whose}; `kilter check` holds them from now on")
    }

    fn lines(&self) -> Vec<(String, Option<At>)> {
        let mut lines: Vec<(String, Option<At>)> =
            HEAD.iter().map(|it| ((*it).to_owned(), None)).collect();
        for (contract, it) in self.contracts.iter().enumerate() {
            let name = Value::from(it.deployment.as_str());
            lines.push((String::new(), None));
            lines.push((format!("[deployment.{}]", name.to_string().trim()), None));
            for (sentence, it) in it.sentences.iter().enumerate() {
                it.draw(|value| At { contract, sentence, value }, &mut lines);
            }
        }
        lines
    }
}

/// A line, from the folder of the configuration.
pub(super) fn address(shown: Shown<'_>, place: Place, folder: &str) -> String {
    let path = shown.path(place.file);
    let path = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
    format!("{path}:{}", shown.position(place).0)
}

const HEAD: &[&str] = &[
    "# What holds of these deployments today. `kilter check` says when a change breaks one of the",
    "# sentences: take out what is no promise, and add what is. `kilter config schema` has all keys.",
];

/// A sentence, or one of its values.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct At {
    contract: usize,
    sentence: usize,
    value: Option<usize>,
}

impl Sentence {
    fn draw(&self, at: impl Fn(Option<usize>) -> At, lines: &mut Vec<(String, Option<At>)>) {
        let Some(first) = self.values.first() else { return };
        let comment = |it: &Stated| it.by.as_ref().map_or(String::new(), |by| format!("  # {by}"));
        if let Some(purpose) = config::purpose(self.key) {
            lines.push((format!("# {purpose}"), None));
        }
        if !self.is_list {
            lines.push((
                format!("{} = {}{}", self.key, first.value, comment(first)),
                Some(at(None)),
            ));
            return;
        }
        lines.push((format!("{} = [", self.key), Some(at(None))));
        for (index, it) in self.values.iter().enumerate() {
            lines.push((format!("    {},{}", it.value, comment(it)), Some(at(Some(index)))));
        }
        lines.push(("]".to_owned(), None));
    }
}

fn sentences(deployment: &Deployment) -> Vec<(&'static str, bool, Said)> {
    let apps: Vec<&Process> = deployment.processes.iter().filter(|it| it.kind.is_app()).collect();
    let modules = apps.iter().map(|it| it.django.as_ref().map(|it| it.module.clone()));
    let users = apps.iter().map(|it| it.user.clone());
    vec![
        ("stage", false, stage(deployment)),
        ("settings", false, one(modules)),
        ("run-as", false, one(users)),
        ("domains", true, domains(deployment)),
        ("requires", true, required(&apps)),
        ("static-root", false, root(deployment, STATIC_ROOT)),
        ("media-root", false, root(deployment, MEDIA_ROOT)),
        ("ports", true, ports(deployment)),
        ("loopback-only", true, local(deployment)),
    ]
}

fn stage(deployment: &Deployment) -> Said {
    let stage = &deployment.stage;
    let sure =
        stage.evidence().certainty() == Certainty::Certain && stage.value == Stage::Production;
    if sure { vec![(stage.value.name().into(), stage.map(|_| ()))] } else { Vec::new() }
}

/// What all of them have alike, and somebody wrote.
fn one(all: impl Iterator<Item = Option<Fact<String>>>) -> Said {
    let Some(all) = all.collect::<Option<Vec<_>>>() else { return Vec::new() };
    let Some(first) = all.first() else { return Vec::new() };
    let sure = |it: &Fact<String>| {
        it.evidence().certainty() == Certainty::Certain
            && it.evidence().is_written()
            && it.value == first.value
            && !symbol::is_symbolic(&it.value)
    };
    let is_number = first.value.bytes().all(|byte| byte.is_ascii_digit());
    if is_number || !all.iter().all(sure) {
        return Vec::new();
    }
    vec![(first.value.as_str().into(), first.map(|_| ()))]
}

fn domains(deployment: &Deployment) -> Said {
    let sites = deployment.sites.iter().filter(|it| !it.left_out && !it.is_local());
    let mut said: Said = Vec::new();
    let mut seen = BTreeSet::new();
    for name in sites.flat_map(|site| &site.names) {
        let SiteName::Host(host) = &name.value else { continue };
        let is_public = matches!(Host::parse(host), Host::Name(_)) && host.contains('.');
        let is_plain = host.bytes().all(|it| it.is_ascii_alphanumeric() || b".-".contains(&it));
        if is_public && is_plain && seen.insert(host.clone()) {
            said.push((host.as_str().into(), name.map(|_| ())));
        }
    }
    said
}

/// What the settings stop without, and every application has.
fn required(apps: &[&Process]) -> Said {
    let reads = apps.iter().filter_map(|it| it.django.as_ref());
    let reads = reads.flat_map(|it| &it.evaluation.reads).filter(|it| it.required);
    let has = |app: &&Process, name: &str| matches!(app.environment.get(name), Lookup::Set(_));
    let mut said: Said = Vec::new();
    let mut seen = BTreeSet::new();
    for read in reads {
        let all = apps.iter().filter(|it| it.django.is_some()).all(|it| has(it, &read.name));
        if all && seen.insert(read.name.clone()) {
            let Some(place) = read.statement.or(read.place) else { continue };
            said.push((read.name.as_str().into(), Fact::at((), place)));
        }
    }
    said
}

/// A folder of the settings, where it is known to be one of the server.
fn root(deployment: &Deployment, setting: Setting<Utf8PathBuf>) -> Said {
    let roots = deployment.apps().filter(|it| deployment.is_on_host(it)).map(|process| {
        let app = process.fact();
        let dir = app.dir(deployment.view(process.view), &app.get(setting)?)?;
        Some(dir.map(|it| it.path.as_str().trim_end_matches('/').to_owned()))
    });
    one(roots)
}

fn ports(deployment: &Deployment) -> Said {
    let mut ports: Vec<_> = deployment.open_ports();
    ports.sort_by_key(|it| it.ports);
    ports.dedup_by_key(|it| it.ports);
    let single = ports.iter().filter(|it| it.ports.0 == it.ports.1);
    let said = single.map(|it| (i64::from(it.ports.0).into(), it.at.clone()));
    said.collect()
}

/// Datastores that run here and are not open, by the names of their services and kinds.
fn local(deployment: &Deployment) -> Said {
    let is_store = |it: &&Process| matches!(it.kind, ProcessKind::Database | ProcessKind::Cache);
    let stores = deployment.processes.iter().filter(is_store);
    let stores = stores.map(|it| (it.name.clone(), it.declared.clone()));
    let apps = deployment.apps().filter(|it| deployment.is_on_host(it));
    let clients = apps.flat_map(|it| it.fact().connections()).filter_map(|it| {
        let name = named(it.kind).filter(|_| it.address() == Host::Loopback)?;
        Some((name.to_owned(), it.host.map(|_| ())))
    });
    let mut seen = BTreeSet::new();
    let all = stores.chain(clients).filter(|(name, _)| seen.insert(name.clone()));
    all.map(|(name, at)| (name.into(), at)).collect()
}

/// As `loopback-only` calls a server of the machine.
fn named(kind: ServerKind) -> Option<&'static str> {
    match kind {
        ServerKind::Postgres => Some("postgres"),
        ServerKind::Mysql => Some("mysql"),
        ServerKind::Mongo => Some("mongo"),
        ServerKind::Redis => Some("redis"),
        ServerKind::Memcached => Some("memcached"),
        ServerKind::Amqp => Some("rabbitmq"),
        ServerKind::Smtp | ServerKind::Http => None,
    }
}
