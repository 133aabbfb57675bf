//! Containers that a script starts one by one: `docker run` with its options, as the service that compose
//! would have with the same (Docker's documentation, "docker container run").
//!
//! Which calls the script really comes to is not asked: each stands there to start a container. What goes
//! away with its terminal (no `-d`) is nothing that stays.

mod words;

use crate::model::compose::canonical::canonical;
use crate::model::compose::read;
use crate::model::compose::usage::Started;
use crate::model::compose::value::{Entry, Map, Value};
use crate::model::compose::{Project, Start};
use crate::model::text::Text;
use crate::source::Place;
use crate::syntax::shell::{Script, Simple, Word};
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};
use words::Words;

/// Options that have no value of their own, in their long form.
const SWITCHES: [&str; 12] = [
    "--detach",
    "--disable-content-trust",
    "--init",
    "--interactive",
    "--no-healthcheck",
    "--oom-kill-disable",
    "--privileged",
    "--publish-all",
    "--quiet",
    "--read-only",
    "--rm",
    "--tty",
];

/// The same in one letter; several may go together: `-dit`.
const LETTERS: &str = "ditPq";

/// Options whose values make a list of the service's, and where that goes.
const LISTS: [(&[&str], &str); 12] = [
    (&["-p", "--publish"], "ports"),
    (&["-e", "--env"], "environment"),
    (&["--env-file"], "env_file"),
    (&["-v", "--volume"], "volumes"),
    (&["--volumes-from"], "volumes_from"),
    (&["--tmpfs"], "tmpfs"),
    (&["--expose"], "expose"),
    (&["--link"], "links"),
    (&["-l", "--label"], "labels"),
    (&["--cap-add"], "cap_add"),
    (&["--cap-drop"], "cap_drop"),
    (&["--security-opt"], "security_opt"),
];

/// Options with one value, and the key for that.
const SINGLE: [(&[&str], &str); 6] = [
    (&["--name"], "container_name"),
    (&["--restart"], "restart"),
    (&["-u", "--user"], "user"),
    (&["-w", "--workdir"], "working_dir"),
    (&["-h", "--hostname"], "hostname"),
    (&["--entrypoint"], "entrypoint"),
];

const NETWORK: [&str; 2] = ["--network", "--net"];
const ALIAS: [&str; 2] = ["--network-alias", "--net-alias"];

/// More of them are no deployment's.
const MOST: usize = 64;

/// The containers of a script as one project, whose paths are relative to a folder.
pub(super) fn project(script: &Script, folder: &Utf8Path) -> Option<Project> {
    let words = Words::of(script);
    let steps = script.steps();
    let calls = steps.iter().enumerate().filter_map(|(number, step)| {
        let call = Call::read(&words, step.simple).filter(|it| it.detached)?;
        let behind = steps[number + 1..].iter().filter(|it| it.function == step.function);
        let ends = |name: &str| behind.clone().any(|it| takes_away(&words, it.simple, name));
        call.name().is_none_or(|(name, _)| !ends(&name)).then_some(call)
    });
    let calls: Vec<Call> = calls.take(MOST).collect();
    // What is started under one name in two ways is one of them at a time, and nobody knows which.
    let mut named: BTreeMap<String, Vec<&Call>> = BTreeMap::new();
    for call in &calls {
        named.entry(call.name()?.0).or_default().push(call);
    }
    named.retain(|_, calls| calls.len() == 1);
    let kept = calls.iter().filter_map(|it| {
        let (name, at) = it.name()?;
        named.contains_key(&name).then_some((name, at, it))
    });
    let (mut services, mut volumes) = (Map::new(), Map::new());
    for (name, at, call) in kept {
        for volume in call.named_volumes() {
            let place = volume.place;
            volumes.entry(volume.to_string()).or_insert(Entry::new(place, Value::null(place)));
        }
        services.insert(name.clone(), Entry::new(at, call.service(&name)));
    }
    let place = calls.first()?.place;
    let sections = [("services", services), ("volumes", volumes)];
    let sections =
        sections.map(|(key, map)| (key.to_owned(), Entry::new(place, Value::map(place, map))));
    let mut whole = Value::map(place, sections.into());
    // What Docker refuses, it says to whoever runs the script.
    canonical(&mut whole, &mut Vec::new());
    let mut project = read::project(&whole, Start::at(folder));
    for service in &mut project.services {
        service.by_command = true;
    }
    // Each is started by itself, perhaps instead of another.
    let each = project.services.iter().map(|it| BTreeSet::from([it.name.value.clone()]));
    project.usage.started = Started::Named(each.collect());
    Some(project)
}

/// One call of `docker run`.
struct Call {
    place: Place,
    detached: bool,
    /// By the key of a service.
    lists: BTreeMap<&'static str, Vec<Text>>,
    single: BTreeMap<&'static str, Text>,
    switches: Vec<&'static str>,
    networks: Vec<Text>,
    aliases: Vec<Text>,
    image: Text,
    command: Vec<Text>,
}

impl Call {
    /// None if it is another command, or nobody can tell which of its words is the image.
    fn read(words: &Words<'_>, simple: &Simple) -> Option<Self> {
        let (_, rest) = verb(simple).filter(|(verb, _)| verb.is_bare("run"))?;
        let mut call = Self {
            place: simple.place,
            detached: false,
            lists: BTreeMap::new(),
            single: BTreeMap::new(),
            switches: Vec::new(),
            networks: Vec::new(),
            aliases: Vec::new(),
            image: Text::new(simple.place),
            command: Vec::new(),
        };
        let mut rest = rest.iter().map(|it| words.text(it));
        let image = loop {
            let word = rest.next()?;
            let flat = word.searchable();
            if !flat.starts_with('-') {
                // A variable that nobody knows may be options, and more than one.
                break Some(word).filter(|it| it.is_known() || flat.contains([':', '/']))?;
            }
            let (option, value) = match word.split_once('=').filter(|_| flat.starts_with("--")) {
                Some((option, value)) => (option.to_string(), Some(value)),
                None => (flat, None),
            };
            if call.takes_switch(&option, value.as_ref()) {
                continue;
            }
            // `-p8000:8000`
            let (option, value) = match short(&word, &option).filter(|_| value.is_none()) {
                Some((option, value)) => (option, Some(value)),
                None => (option, value),
            };
            call.take(&option, value.or_else(|| rest.next())?);
        };
        call.image = image;
        call.command = rest.collect();
        Some(call)
    }

    /// Whether an option is one without a value of its own word.
    fn takes_switch(&mut self, option: &str, value: Option<&Text>) -> bool {
        let is_on = value.is_none_or(|it| it.to_string() != "false");
        let letters = option.strip_prefix('-').filter(|it| !it.starts_with('-'));
        let is_short = letters.is_some_and(|it| it.chars().all(|c| LETTERS.contains(c)));
        let has = |letter: char| is_short && letters.is_some_and(|it| it.contains(letter));
        if !is_short && !SWITCHES.contains(&option) {
            return false;
        }
        self.detached |= is_on && (option == "--detach" || has('d'));
        let known =
            [("--privileged", "privileged"), ("--read-only", "read_only"), ("--init", "init")];
        let meant = known.iter().filter(|(name, _)| *name == option && is_on);
        self.switches.extend(meant.map(|(_, key)| *key));
        true
    }

    fn take(&mut self, option: &str, value: Text) {
        let of = |table: &[(&[&str], &'static str)]| {
            table.iter().find(|(names, _)| names.contains(&option)).map(|(_, key)| *key)
        };
        if let Some(key) = of(&LISTS) {
            self.lists.entry(key).or_default().push(value);
        } else if let Some(key) = of(&SINGLE) {
            self.single.insert(key, value);
        } else if NETWORK.contains(&option) {
            self.networks.push(value);
        } else if ALIAS.contains(&option) {
            self.aliases.push(value);
        }
    }

    /// What the container is called, and where; without a name of its own it goes by its image.
    fn name(&self) -> Option<(String, Place)> {
        if let Some(name) = self.single.get("container_name") {
            return Some((name.to_string(), name.place));
        }
        let image = self.image.to_string();
        let last = image.rsplit('/').next()?.split([':', '@']).next()?;
        (!last.is_empty()).then(|| (last.to_owned(), self.image.place))
    }

    /// The volumes that Docker keeps under a name.
    fn named_volumes(&self) -> impl Iterator<Item = Text> {
        let volumes = self.lists.get("volumes").into_iter().flatten();
        let sources = volumes.filter_map(|it| Some(it.split_once(':')?.0));
        sources.filter(|it| it.is_known() && !it.to_string().contains(['/', '.', '~']))
    }

    fn service(&self, name: &str) -> Value {
        let here = self.place;
        let list =
            |texts: &[Text]| Value::list(here, texts.iter().cloned().map(Value::text).collect());
        let mut map = Map::new();
        let mut set = |key: &str, place: Place, value: Value| {
            map.insert(key.to_owned(), Entry::new(place, value));
        };
        for (key, texts) in &self.lists {
            set(key, texts.first().map_or(here, |it| it.place), list(texts));
        }
        for (key, text) in &self.single {
            // One word is a list of one: nothing parts it.
            let value = match *key {
                "entrypoint" => list(std::slice::from_ref(text)),
                _ => Value::text(text.clone()),
            };
            set(key, text.place, value);
        }
        for key in &self.switches {
            set(key, here, Value::constant("true", here));
        }
        set("image", self.image.place, Value::text(self.image.clone()));
        if let Some(first) = self.command.first() {
            set("command", first.place, list(&self.command));
        }
        let mode = self.networks.first().map(ToString::to_string).filter(|it| is_mode(it));
        match (mode, self.networks.first()) {
            (Some(mode), Some(at)) => {
                set("network_mode", at.place, Value::constant(&mode, at.place))
            }
            _ => set("networks", here, self.attached(name)),
        }
        Value::map(here, map)
    }

    /// The networks that it is on. On the one that Docker has by itself no container knows another by name
    /// (Docker's documentation, "Bridge network driver"), so that it is as good as one of its own.
    fn attached(&self, name: &str) -> Value {
        let here = self.place;
        let aliases = || Value::list(here, self.aliases.iter().cloned().map(Value::text).collect());
        let of = |place: Place, name: String| {
            let aliases = Map::from([("aliases".to_owned(), Entry::new(here, aliases()))]);
            (name, Entry::new(place, Value::map(here, aliases)))
        };
        let mut networks: Map =
            self.networks.iter().map(|it| of(it.place, it.to_string())).collect();
        if networks.is_empty() {
            networks.extend([of(here, format!("bridge of {name}"))]);
        }
        Value::map(here, networks)
    }
}

/// Whether a command ends the container of a name: whoever does so behind its start has only tried it.
fn takes_away(words: &Words<'_>, simple: &Simple, name: &str) -> bool {
    let Some((verb, rest)) = verb(simple) else { return false };
    ["stop", "kill", "rm"].iter().any(|it| verb.is_bare(it))
        && rest.iter().any(|it| words.text(it).to_string() == name)
}

/// What a command has Docker do, and what stands behind that: `sudo docker container run …`.
fn verb(simple: &Simple) -> Option<(&Word, &[Word])> {
    let bare = |word: &Word, all: &[&str]| all.iter().any(|it| word.is_bare(it));
    let words = match simple.words.split_first()? {
        (first, rest) if first.is_bare("sudo") => rest,
        _ => &simple.words,
    };
    let (program, rest) = words.split_first()?;
    let rest = match rest.split_first()? {
        (first, behind) if first.is_bare("container") => behind,
        _ => rest,
    };
    rest.split_first().filter(|_| bare(program, &["docker", "podman"]))
}

/// What `--network` says that is no network with names: the machine's own, none, another container's.
fn is_mode(network: &str) -> bool {
    matches!(network, "host" | "none") || network.starts_with("container:")
}

/// An option of one letter with its value behind it.
fn short(word: &Text, option: &str) -> Option<(String, Text)> {
    const VALUED: [&str; 6] = ["-p", "-e", "-v", "-u", "-w", "-l"];
    let name = VALUED.iter().find(|it| option.starts_with(**it) && option.len() > it.len())?;
    let whole = word.searchable();
    Some(((*name).to_owned(), word.slice(name.len()..whole.len())))
}
