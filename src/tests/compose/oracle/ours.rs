//! The model in the shape that both sides are compared in.

use crate::fact::Environment;
use crate::model::compose::{
    Attachment, Command, Condition, Dependency, Grant, Healthcheck, Location, Mount, MountKind,
    Port, Project, Service, Test, Variable,
};
use crate::model::text::Text;
use crate::tests::compose::oracle::HOME;
use camino::Utf8Path;
use serde_json::{Map, Value, json};

fn text(text: &Option<Text>) -> Value {
    text.as_ref().map_or(Value::Null, |text| Value::String(text.to_string()))
}

fn texts(texts: &[Text]) -> Value {
    if texts.is_empty() { Value::Null } else { texts.iter().map(ToString::to_string).collect() }
}

fn variables(variables: &[Variable]) -> Value {
    let one = |it: &Variable| (it.name.value.clone(), text(&it.value));
    let map: Map<String, Value> = variables.iter().map(one).collect();
    if map.is_empty() { Value::Null } else { Value::Object(map) }
}

fn path(location: &Location, folder: &Utf8Path) -> String {
    match location {
        Location::Tree(path) => crate::source::normalize(&folder.join(path)).into_string(),
        Location::Host(path) => path.to_string(),
        Location::Home(path) => path.as_str().replacen('~', HOME, 1),
        Location::Remote(text) => text.clone(),
    }
}

/// The model in the shape of [`simplified`](super::simplified).
pub(super) fn project(
    project: &Project,
    folder: &Utf8Path,
    environment: &Environment,
    env_file: &dyn Fn(&Utf8Path) -> Option<String>,
) -> Value {
    let services: Map<String, Value> = project
        .services
        .iter()
        .map(|it| (it.name.value.clone(), service(it, folder, environment, env_file)))
        .collect();
    let resource = |it: &crate::model::compose::Resource| {
        let file = it.file.as_ref().map_or(Value::Null, |it| json!(path(&it.value, folder)));
        let value =
            json!({"file": file, "external": it.external, "environment": text(&it.environment)});
        (it.key.value.clone(), value)
    };
    let network = |it: &crate::model::compose::Network| {
        let internal = it.internal.as_ref().is_some_and(|it| it.value);
        (
            it.key.value.clone(),
            json!({"external": it.external, "internal": internal, "driver": text(&it.driver)}),
        )
    };
    let volume = |it: &crate::model::compose::Volume| {
        let device = it.device.as_ref().and_then(|it| Location::of(it, project.start()));
        let device = device.map_or(Value::Null, |it| json!(path(&it.value, folder)));
        (
            it.key.value.clone(),
            json!({"external": it.external, "driver": text(&it.driver), "device": device}),
        )
    };
    json!({
        "services": services,
        "networks": project.networks.iter().map(network).collect::<Map<_, _>>(),
        "volumes": project.volumes.iter().map(volume).collect::<Map<_, _>>(),
        "secrets": project.secrets.iter().map(resource).collect::<Map<_, _>>(),
        "configs": project.configs.iter().map(resource).collect::<Map<_, _>>(),
    })
}

fn service(
    it: &Service,
    folder: &Utf8Path,
    environment: &Environment,
    env_file: &dyn Fn(&Utf8Path) -> Option<String>,
) -> Value {
    let flag = |it: &Option<crate::fact::Fact<bool>>| it.as_ref().is_some_and(|it| it.value);
    json!({
        "image": text(&it.image),
        "build": it.build.as_ref().map_or(Value::Null, |it| build(it, folder, environment)),
        "command": it.command.as_ref().map_or(Value::Null, command),
        "entrypoint": it.entrypoint.as_ref().map_or(Value::Null, command),
        "environment": supplied(it, environment, env_file),
        "ports": it.ports.iter().flat_map(ports).collect::<Vec<_>>(),
        "expose": texts(&it.expose),
        "volumes": it.volumes.iter().map(|it| mount(it, folder)).collect::<Vec<_>>(),
        "tmpfs": texts(&it.tmpfs),
        "networks": networks(&it.networks),
        "network_mode": text(&it.network_mode),
        "depends_on": depends_on(&it.depends_on),
        "healthcheck": it.healthcheck.as_ref().map_or(Value::Null, healthcheck),
        "user": text(&it.user),
        "group_add": texts(&it.group_add),
        "working_dir": text(&it.working_dir),
        "restart": text(&it.restart),
        "container_name": text(&it.container_name),
        "hostname": text(&it.hostname),
        "platform": text(&it.platform),
        "pid": text(&it.pid),
        "pull_policy": text(&it.pull_policy),
        "stop_signal": text(&it.stop_signal),
        "profiles": texts(&it.profiles),
        "cap_add": texts(&it.cap_add),
        "cap_drop": texts(&it.cap_drop),
        "security_opt": texts(&it.security_opt),
        "extra_hosts": hosts(&it.extra_hosts),
        "links": texts(&it.links),
        "labels": variables(&it.labels),
        "secrets": it.secrets.iter().map(grant).collect::<Vec<_>>(),
        "configs": it.configs.iter().map(grant).collect::<Vec<_>>(),
        "privileged": flag(&it.privileged),
        "read_only": flag(&it.read_only),
        "init": flag(&it.init),
        "replicas": it.replicas.as_ref().map(|it| it.value),
        "restart_policy": text(&it.restart_policy),
    })
}

/// Env files with `environment` on top, and names that are passed on.
fn supplied(
    service: &Service,
    environment: &Environment,
    env_file: &dyn Fn(&Utf8Path) -> Option<String>,
) -> Value {
    let mut all = Map::new();
    for file in &service.env_files {
        let Some(Location::Tree(path)) = file.location.as_ref().map(|it| &it.value) else {
            continue;
        };
        for (name, value) in
            env_file(path).unwrap_or_default().lines().filter_map(|it| it.split_once('='))
        {
            all.insert(name.to_owned(), json!(value));
        }
    }
    for variable in &service.environment {
        use crate::fact::Supplied;
        let value = match variable.supplied(environment).value {
            Supplied::Value(value) => json!(value),
            Supplied::Removed => Value::Null,
            Supplied::Unknown(why)
            | Supplied::MadeOf { why, .. }
            | Supplied::UrlTo { why, .. }
            | Supplied::OrEmpty(why)
            | Supplied::Perhaps(why) => {
                json!(format!("unknown: {why}"))
            }
        };
        all.insert(variable.name.value.clone(), value);
    }
    if all.is_empty() { Value::Null } else { Value::Object(all) }
}

fn build(it: &crate::model::compose::Build, folder: &Utf8Path, environment: &Environment) -> Value {
    let dockerfile = match (&it.dockerfile, &it.dockerfile_inline) {
        (None, None) => json!("Dockerfile"),
        (dockerfile, _) => text(dockerfile),
    };
    // Arguments that are passed on and set nowhere vanish.
    let mut args = Map::new();
    for argument in &it.args {
        if let crate::fact::Supplied::Value(value) = argument.supplied(environment).value {
            args.insert(argument.name.value.clone(), json!(value));
        }
    }
    json!({
        "context": it.context.as_ref().map(|it| path(&it.value, folder)),
        "dockerfile": dockerfile,
        "dockerfile_inline": text(&it.dockerfile_inline),
        "target": text(&it.target),
        "args": if args.is_empty() { Value::Null } else { Value::Object(args) },
    })
}

fn command(command: &Command) -> Value {
    command.words.iter().map(ToString::to_string).collect()
}

fn ports(port: &Port) -> Vec<String> {
    let show = |text: &Option<Text>| text.as_ref().map_or(String::new(), ToString::to_string);
    let (host, protocol) = (show(&port.host_ip), show(&port.protocol));
    let protocol = if protocol.is_empty() { "tcp" } else { &protocol };
    let target = port.target_range().expect("it is known").value;
    let published = port.published_range().map(|it| it.value);
    let one = |published: String, target: u16| format!("{host}|{published}|{target}|{protocol}");
    match published {
        Some((first, last)) if target.0 == target.1 && first != last => {
            vec![one(format!("{first}-{last}"), target.0)]
        }
        _ => (target.0..=target.1)
            .map(|at| {
                let published = published.map(|(first, _)| (first + (at - target.0)).to_string());
                one(published.unwrap_or_default(), at)
            })
            .collect(),
    }
}

fn mount(mount: &Mount, folder: &Utf8Path) -> String {
    let (kind, source) = match &mount.kind {
        MountKind::Bind(_, location) => {
            ("bind", path(&location.as_ref().expect("it is known").value, folder))
        }
        MountKind::Volume(name) => ("volume", name.to_string()),
        MountKind::Anonymous => ("volume", String::new()),
        MountKind::Tmpfs => ("tmpfs", String::new()),
        MountKind::Other => ("other", String::new()),
    };
    let target = crate::source::normalize(Utf8Path::new(&mount.target.to_string()));
    let read_only = mount.read_only.as_ref().is_some_and(|it| it.value);
    let subpath = mount.subpath.as_ref().map_or(String::new(), ToString::to_string);
    format!("{kind}|{source}|{target}|{read_only}|{subpath}")
}

fn networks(attachments: &[Attachment]) -> Value {
    let one = |it: &Attachment| (it.network.value.clone(), texts(&it.aliases));
    Value::Object(attachments.iter().map(one).collect())
}

fn depends_on(dependencies: &[Dependency]) -> Value {
    let one = |it: &Dependency| {
        let condition = match &it.condition.value {
            Condition::Started => "service_started",
            Condition::Healthy => "service_healthy",
            Condition::Completed => "service_completed_successfully",
            Condition::Other(other) => other,
        };
        (it.service.value.clone(), json!(format!("{condition}|{}", it.required.value)))
    };
    Value::Object(dependencies.iter().map(one).collect())
}

fn healthcheck(it: &Healthcheck) -> Value {
    let test = match &it.test {
        None => Value::Null,
        Some(Test::None(_)) => json!(["NONE"]),
        Some(Test::Shell(text)) => json!(["CMD-SHELL", text.to_string()]),
        Some(Test::Exec(words)) => {
            let words = words.iter().map(ToString::to_string);
            std::iter::once("CMD".to_owned()).chain(words).collect()
        }
    };
    let duration = |text: &Option<Text>| {
        text.as_ref().map_or(Value::Null, |it| json!(milliseconds(&it.to_string())))
    };
    json!({
        "test": test,
        "disable": it.disable.as_ref().is_some_and(|it| it.value),
        "interval": duration(&it.interval),
        "timeout": duration(&it.timeout),
        "start_period": duration(&it.start_period),
        "retries": text(&it.retries),
    })
}

/// `1m30s`, as Go reads durations.
pub(super) fn milliseconds(text: &str) -> f64 {
    let mut total = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(rest.len());
        let unit = rest[digits..]
            .find(|it: char| it.is_ascii_digit())
            .map_or(rest.len(), |at| digits + at);
        let factor = match &rest[digits..unit] {
            "h" => 3_600_000.0,
            "m" => 60_000.0,
            "s" => 1000.0,
            "ms" => 1.0,
            other => panic!("a unit: {other} of {text}"),
        };
        total += rest[..digits].parse::<f64>().expect("a number") * factor;
        rest = &rest[unit..];
    }
    total
}

fn hosts(hosts: &[Text]) -> Value {
    let one = |it: &Text| {
        let text = it.to_string();
        if text.contains('=') { text } else { text.replacen(':', "=", 1) }
    };
    let mut hosts: Vec<String> = hosts.iter().map(one).collect();
    hosts.sort();
    if hosts.is_empty() { Value::Null } else { json!(hosts) }
}

fn grant(grant: &Grant) -> String {
    let target = grant.target.as_ref().map_or(String::new(), ToString::to_string);
    format!("{}|{target}", grant.source)
}
