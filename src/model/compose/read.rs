//! The merged tree as services, networks and volumes.
//!
//! What has the wrong shape was told by `check`, and is left out here.

use crate::fact::{Environment, Fact, Origin};
use crate::model::compose::command::command;
use crate::model::compose::port::Port;
use crate::model::compose::service::{
    Attachment, Build, Condition, Dependency, EnvFile, Grant, Healthcheck, Lost, Mount, MountKind,
    Network, Resource, Service, Test, Volume,
};
use crate::model::compose::value::{Data, Entry, Value};
use crate::model::compose::variable::Variable;
use crate::model::compose::volumes_from::take_over;
use crate::model::compose::{Location, Project, Start, Usage, begins_in_folder, is_remote};
use crate::model::text::Text;
use crate::source::Place;
use camino::Utf8Path;
use std::collections::BTreeSet;

pub(super) fn project(value: &Value, start: Start<'_>) -> Project {
    let each = |section: &str| -> Vec<(&String, &Entry)> {
        value.get(section).and_then(Value::as_map).into_iter().flatten().collect()
    };
    let resources = |section: &str| {
        each(section).into_iter().map(|(name, entry)| resource(name, entry, start)).collect()
    };
    let mut services: Vec<Service> =
        each("services").into_iter().map(|it| service(it.0, it.1, start)).collect();
    take_over(&mut services);
    let networks: Vec<Network> =
        each("networks").into_iter().map(|it| network(it.0, it.1)).collect();
    for service in &mut services {
        if publishes_nothing(service, &networks) {
            service.ports.clear();
        }
    }
    Project {
        name: text(value, "name"),
        folder: start.folder.to_owned(),
        called_in: start.called_in.map(Utf8Path::to_owned),
        variables: Environment::default(),
        elsewhere: BTreeSet::new(),
        others_stand_alone: true,
        supplied_by_others: BTreeSet::new(),
        usage: Usage::default(),
        services,
        networks,
        volumes: each("volumes").into_iter().map(|it| volume(it.0, it.1)).collect(),
        version: value.as_map().and_then(|map| Some(Fact::at((), map.get("version")?.key))),
        version_pair: value.as_map().and_then(|map| map.get("version")).map(pair),
        secrets: resources("secrets"),
        configs: resources("configs"),
        faults: Vec::new(),
        missing: Vec::new(),
        extended: BTreeSet::new(),
        demanded: BTreeSet::new(),
    }
}

/// A project of one service, of which nothing is said.
pub(super) fn of_one(name: &str, place: Place, folder: &Utf8Path) -> Project {
    let under =
        |key: &str, value| Value::map(place, [(key.to_owned(), Entry::new(place, value))].into());
    project(&under("services", under(name, Value::null(place))), Start::at(folder))
}

/// An empty text says as much as none: compose leaves it out (`omitempty`).
fn text(value: &Value, key: &str) -> Option<Text> {
    value.get(key)?.as_text().filter(|text| !text.is_empty()).cloned()
}

fn texts(value: &Value, key: &str) -> Vec<Text> {
    let Some(value) = value.get(key) else { return Vec::new() };
    match &value.data {
        Data::Scalar(text, _) => vec![text.clone()],
        Data::List(items) => items.iter().filter_map(Value::as_text).cloned().collect(),
        Data::Null | Data::Map(_) => Vec::new(),
    }
}

fn flag(value: &Value, key: &str) -> Option<Fact<bool>> {
    value.get(key)?.known()?.try_map(|text| match text.to_ascii_lowercase().as_str() {
        "true" | "y" | "yes" | "on" => Some(true),
        "false" | "n" | "no" | "off" => Some(false),
        _ => None,
    })
}

/// `{A: 1, B: }` or `[A=1, B]`. Of one name in a list, the last counts.
fn variables(value: &Value, key: &str) -> Vec<Variable> {
    let Some(value) = value.get(key) else { return Vec::new() };
    match &value.data {
        Data::Map(map) => {
            let one = |(name, entry): (&String, &Entry)| Variable {
                name: Fact::at(name.clone(), entry.key),
                value: entry.value.as_text().cloned(),
                in_list: false,
            };
            map.iter().map(one).collect()
        }
        Data::List(items) => items.iter().filter_map(Value::as_text).map(assignment).collect(),
        Data::Null | Data::Scalar(..) => Vec::new(),
    }
}

fn assignment(text: &Text) -> Variable {
    match text.split_once('=') {
        Some((name, value)) => {
            // `NAME=` is the empty value, at the end of the item.
            let value = if value.is_empty() { Text::literal("", text.place) } else { value };
            Variable { name: name.fact(), value: Some(value), in_list: true }
        }
        None => Variable { name: text.fact(), value: None, in_list: true },
    }
}

/// What of `deploy` compose does nothing with: where and how Swarm puts and replaces its tasks.
const OF_SWARM: [&str; 4] = ["endpoint_mode", "placement", "rollback_config", "update_config"];

fn service(name: &str, entry: &Entry, start: Start<'_>) -> Service {
    let it = &entry.value;
    let deploy = it.get("deploy");
    let number = |value: Option<&Value>| value?.as_text()?.parse();
    let replicas = deploy.and_then(|deploy| deploy.get("replicas"));
    let restart_policy = deploy.and_then(|deploy| deploy.get("restart_policy"));
    let is_for_swarm = deploy.is_some_and(|it| OF_SWARM.iter().any(|key| it.get(key).is_some()));
    let is_provided = it.get("provider").is_some();
    let volumes = it.get("volumes").map_or(&[][..], Value::items);
    let ports = it.get("ports").map_or(&[][..], Value::items);
    let mut service = Service {
        name: Fact::at(name.to_owned(), entry.key),
        place: it.place,
        image: text(it, "image"),
        build: it.get("build").filter(|it| it.as_map().is_some()).map(|it| build(it, start)),
        command: it.get("command").and_then(command),
        entrypoint: it.get("entrypoint").and_then(command),
        environment: variables(it, "environment"),
        environment_key: it.entry("environment").map(|entry| match entry.before.first() {
            Some(first) => *first,
            None => entry.key,
        }),
        env_files: env_files(it, start),
        ports: ports.iter().filter_map(port).collect(),
        expose: texts(it, "expose"),
        volumes: volumes.iter().filter_map(|it| mount(it, start)).collect(),
        volumes_from: texts(it, "volumes_from"),
        tmpfs: texts(it, "tmpfs"),
        networks: networks(it),
        network_mode: text(it, "network_mode"),
        has_own_names: ["dns", "dns_search"].iter().any(|key| it.get(key).is_some()),
        depends_on: depends_on(it),
        healthcheck: it.get("healthcheck").map(healthcheck),
        user: text(it, "user"),
        group_add: texts(it, "group_add"),
        working_dir: text(it, "working_dir"),
        restart: text(it, "restart"),
        container_name: text(it, "container_name"),
        hostname: text(it, "hostname"),
        platform: text(it, "platform"),
        pid: text(it, "pid"),
        pull_policy: text(it, "pull_policy"),
        stop_signal: text(it, "stop_signal"),
        stop_grace_period: text(it, "stop_grace_period"),
        profiles: texts(it, "profiles"),
        cap_add: texts(it, "cap_add"),
        cap_drop: texts(it, "cap_drop"),
        security_opt: texts(it, "security_opt"),
        extra_hosts: extra_hosts(it),
        links: texts(it, "links"),
        labels: variables(it, "labels"),
        secrets: grants(it, "secrets"),
        configs: grants(it, "configs"),
        privileged: flag(it, "privileged"),
        read_only: flag(it, "read_only"),
        init: flag(it, "init"),
        interactive: ["tty", "stdin_open"]
            .iter()
            .any(|key| flag(it, key).is_some_and(|it| it.value)),
        replicas: number(replicas.or(it.get("scale"))),
        restart_policy: restart_policy.and_then(|policy| text(policy, "condition")),
        is_for_swarm,
        is_provided,
        by_command: false,
        lost: Vec::new(),
    };
    if service.network_mode.is_some() || is_provided {
        service.networks.clear();
    }
    lost(it, &mut String::new(), &mut service.lost);
    service
}

/// Every replaced value below, with the path to it.
fn lost(value: &Value, path: &mut String, into: &mut Vec<Lost>) {
    let replaced = value.lost.iter();
    into.extend(replaced.map(|it| Lost {
        path: path.clone(),
        place: it.place,
        text: it.text.clone(),
    }));
    let mut below = |key: &str, value: &Value| {
        let length = path.len();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
        lost(value, path, into);
        path.truncate(length);
    };
    match &value.data {
        Data::Null | Data::Scalar(..) => {}
        Data::Map(map) => map.iter().for_each(|(key, entry)| below(key, &entry.value)),
        Data::List(items) => {
            for (index, item) in items.iter().enumerate() {
                // Lists of assignments are read by name, and so is what they replaced.
                let name = item
                    .as_text()
                    .and_then(|it| it.to_string().split_once('=').map(|it| it.0.to_owned()));
                below(&name.unwrap_or_else(|| index.to_string()), item);
            }
        }
    }
}

fn build(value: &Value, start: Start<'_>) -> Build {
    let context = match value.get("context").and_then(Value::as_text) {
        Some(text) if is_remote(&text.searchable()) => {
            Some(text.fact().map(|text| Location::Remote(text.clone())))
        }
        Some(text) => Location::of(text, start),
        // compose-go's `normalize`: a build without a context is one of the project's folder.
        None => Some(Fact::at(Location::Tree(start.folder.to_owned()), value.place)),
    };
    let dockerfile = text(value, "dockerfile");
    // A variable that stands elsewhere in the name decides which file it is.
    let called = dockerfile.as_ref().filter(|it| begins_in_folder(it));
    Build {
        place: value.place,
        context,
        dockerfile_called: called.and_then(|it| Location::of(it, start)),
        dockerfile,
        dockerfile_inline: text(value, "dockerfile_inline"),
        target: text(value, "target"),
        args: variables(value, "args"),
        has_more_contexts: value.get("additional_contexts").is_some(),
    }
}

fn env_files(service: &Value, start: Start<'_>) -> Vec<EnvFile> {
    let items = service.get("env_file").map_or(&[][..], Value::items);
    let one = |item: &Value| {
        let path = text(item, "path")?;
        Some(EnvFile {
            location: Location::of(&path, start),
            required: flag(item, "required").unwrap_or_else(|| Fact::at(true, item.place)),
            format: text(item, "format"),
            path,
        })
    };
    items.iter().filter_map(one).collect()
}

fn port(item: &Value) -> Option<Port> {
    Some(Port {
        place: item.place,
        is_short: item
            .as_map()
            .and_then(|map| map.get("target"))
            .is_some_and(|it| it.key == item.place),
        host_ip: text(item, "host_ip"),
        published: text(item, "published").filter(|published| !published.is_empty()),
        target: text(item, "target")?,
        protocol: text(item, "protocol"),
    })
}

fn mount(item: &Value, start: Start<'_>) -> Option<Mount> {
    let source = text(item, "source");
    let subpath = item.get("volume").and_then(|volume| text(volume, "subpath"));
    let kind = match text(item, "type")?.to_string().as_str() {
        "bind" => {
            let source = source?;
            let location = Location::of(&source, start);
            MountKind::Bind(source, location)
        }
        "volume" => source.map_or(MountKind::Anonymous, MountKind::Volume),
        "tmpfs" => MountKind::Tmpfs,
        _ => MountKind::Other,
    };
    let target = text(item, "target")?;
    Some(Mount { place: item.place, kind, target, read_only: flag(item, "read_only"), subpath })
}

fn networks(service: &Value) -> Vec<Attachment> {
    let named = service.get("networks").and_then(Value::as_map).filter(|map| !map.is_empty());
    let Some(named) = named else {
        let source = "the Compose Specification, \"networks\"";
        let origin = Origin::Default { of: "compose", version: "", source };
        return vec![Attachment {
            network: Fact::new("default".to_owned(), origin),
            aliases: Vec::new(),
        }];
    };
    let one = |(name, entry): (&String, &Entry)| Attachment {
        network: Fact::at(name.clone(), entry.key),
        aliases: texts(&entry.value, "aliases"),
    };
    named.iter().map(one).collect()
}

fn depends_on(service: &Value) -> Vec<Dependency> {
    let map = service.get("depends_on").and_then(Value::as_map);
    let one = |(name, entry): (&String, &Entry)| {
        let condition = entry.value.get("condition").and_then(Value::known);
        let condition =
            condition.unwrap_or_else(|| Fact::at("service_started".to_owned(), entry.key));
        Dependency {
            is_short: entry.value.place == entry.key,
            service: Fact::at(name.clone(), entry.key),
            condition: condition.map(|text| match text.as_str() {
                "service_started" => Condition::Started,
                "service_healthy" => Condition::Healthy,
                "service_completed_successfully" => Condition::Completed,
                other => Condition::Other(other.to_owned()),
            }),
            required: flag(&entry.value, "required").unwrap_or_else(|| Fact::at(true, entry.key)),
        }
    };
    map.into_iter().flatten().map(one).collect()
}

fn healthcheck(value: &Value) -> Healthcheck {
    Healthcheck {
        place: value.place,
        test: value.get("test").and_then(test),
        disable: flag(value, "disable"),
        interval: text(value, "interval"),
        timeout: text(value, "timeout"),
        retries: text(value, "retries"),
        start_period: text(value, "start_period"),
    }
}

fn test(value: &Value) -> Option<Test> {
    let items = match &value.data {
        Data::Scalar(text, _) => return Some(Test::Shell(text.clone())),
        Data::List(items) => items.iter().filter_map(Value::as_text).cloned().collect::<Vec<_>>(),
        Data::Null | Data::Map(_) => return None,
    };
    let (first, rest) = items.split_first()?;
    match first.to_string().as_str() {
        "NONE" => Some(Test::None(value.place)),
        "CMD" => Some(Test::Exec(rest.to_vec())),
        "CMD-SHELL" => rest.first().cloned().map(Test::Shell),
        _ => None,
    }
}

/// `host:address` and `host=address` as they are, a map as the latter.
fn extra_hosts(service: &Value) -> Vec<Text> {
    let Some(value) = service.get("extra_hosts") else { return Vec::new() };
    let Some(map) = value.as_map() else { return texts(service, "extra_hosts") };
    let one =
        |(name, entry): (&String, &Entry)| Some(entry.value.as_text()?.behind(&format!("{name}=")));
    map.iter().filter_map(one).collect()
}

fn grants(service: &Value, key: &str) -> Vec<Grant> {
    let items = service.get(key).map_or(&[][..], Value::items);
    let one =
        |item: &Value| Some(Grant { source: text(item, "source")?, target: text(item, "target") });
    items.iter().filter_map(one).collect()
}

fn external(value: &Value) -> bool {
    flag(value, "external").is_some_and(|it| it.value)
}

fn network(name: &str, entry: &Entry) -> Network {
    Network {
        key: Fact::at(name.to_owned(), entry.key),
        name: text(&entry.value, "name"),
        external: external(&entry.value),
        internal: flag(&entry.value, "internal"),
        driver: text(&entry.value, "driver"),
    }
}

/// Whether a container is on internal networks only: Docker accepts its ports and opens none
/// (moby issue 36174, compose issue 6534). A swarm's ports are those of its own network.
fn publishes_nothing(service: &Service, networks: &[Network]) -> bool {
    let is_internal = |it: &Attachment| {
        let network = networks.iter().find(|network| network.key.value == it.network.value);
        network.is_some_and(|it| {
            let is_bridge = it.driver.as_ref().is_none_or(|it| it.to_string() == "bridge");
            is_bridge && it.internal.as_ref().is_some_and(|it| it.value)
        })
    };
    !service.is_for_swarm
        && !service.networks.is_empty()
        && service.networks.iter().all(is_internal)
}

fn volume(name: &str, entry: &Entry) -> Volume {
    let options = entry.value.get("driver_opts");
    let bound = options
        .and_then(|it| text(it, "o"))
        .is_some_and(|it| it.to_string().split(',').any(|option| option.trim() == "bind"));
    Volume {
        key: Fact::at(name.to_owned(), entry.key),
        place: pair(entry),
        name: text(&entry.value, "name"),
        external: external(&entry.value),
        driver: text(&entry.value, "driver"),
        device: options.filter(|_| bound).and_then(|it| text(it, "device")),
        mounted_beside: false,
    }
}

fn resource(name: &str, entry: &Entry, start: Start<'_>) -> Resource {
    let file = text(&entry.value, "file");
    Resource {
        key: Fact::at(name.to_owned(), entry.key),
        external: external(&entry.value),
        file: file.and_then(|file| Location::of(&file, start)),
        environment: text(&entry.value, "environment"),
        content: text(&entry.value, "content"),
    }
}

/// From a key to the end of its value.
fn pair(entry: &Entry) -> Place {
    let (key, value) = (entry.key, entry.value.place);
    if key.file == value.file && key.span.end <= value.span.start { key.to(value) } else { key }
}
