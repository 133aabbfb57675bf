//! Compose v2 itself: what its `config` says of a folder, and what kilter's model says of it.

use crate::fact::Environment;
use crate::model::compose::{
    Attachment, Command, Condition, Dependency, Grant, Healthcheck, Location, Mount, MountKind,
    Port, Project, Service, Test, Variable,
};
use crate::model::text::Text;
use crate::tests::compose::{Folder, lay_file, load};
use crate::tests::tool;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::Command as Process;

const HOME: &str = "/home/nobody";

/// The program that `scripts/tools/compose` put there.
pub(super) fn program() -> PathBuf {
    tool("compose/usr/libexec/docker/cli-plugins/docker-compose")
}

/// What `config` prints for the files in a folder, or why it refuses them.
pub(super) fn config(folder: &Utf8Path, files: &[String]) -> Result<Value, String> {
    let mut process = Process::new(program());
    process.current_dir(folder).env_clear().env("HOME", HOME).env("PATH", "/usr/bin:/bin");
    files.iter().for_each(|file| _ = process.args(["-f", file]));
    process.args(["--profile", "*", "config", "--format", "json"]);
    let output = process.output().expect("compose runs");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(serde_json::from_slice(&output.stdout).expect("config prints JSON"))
}

struct Case {
    name: String,
    files: Vec<String>,
    folder: Vec<(String, String)>,
}

/// `=== name -f file…`, then `--- path` and what is in it. A document's own `---` stands alone.
fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("=== ") {
            let mut parts = head.split(" -f ").map(str::to_owned);
            let name = parts.next().unwrap_or_default();
            cases.push(Case { name, files: parts.collect(), folder: Vec::new() });
        } else if let Some(path) = line.strip_prefix("--- ") {
            let case = cases.last_mut().expect("a case");
            case.folder.push((path.to_owned(), String::new()));
        } else if let Some((_, text)) = cases.last_mut().and_then(|case| case.folder.last_mut()) {
            text.push_str(line);
            text.push('\n');
        }
    }
    for case in cases.iter_mut().filter(|case| case.files.is_empty()) {
        let default = ["compose.yml", "compose.override.yml"];
        let there = |name: &&str| case.folder.iter().any(|(path, _)| path == name);
        case.files = default.into_iter().filter(there).map(str::to_owned).collect();
    }
    cases
}

/// Every difference between the two, as lines to read.
fn compare(case: &Case, root: &Utf8Path) -> Result<bool, String> {
    let folder = root.join(case.name.replace(|it: char| !it.is_ascii_alphanumeric(), "-"));
    for (path, text) in &case.folder {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }
    let borrowed: Vec<(&str, &str)> =
        case.folder.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let files: Vec<&str> = case.files.iter().map(String::as_str).collect();
    let main = Utf8Path::new(files[0]).parent().unwrap_or(Utf8Path::new(""));
    let mut environment = Environment::default();
    let text_of = |path: &Utf8Path| {
        borrowed.iter().find(|(name, _)| *name == path.as_str()).map(|(_, text)| *text)
    };
    lay_file(&mut environment, text_of(&main.join(".env")).unwrap_or_default());
    lay_file(&mut environment, &format!("HOME={HOME}\nPATH=/usr/bin:/bin\n"));
    let ours = load(&borrowed, &files, &environment);
    let refused = |project: &Project| {
        project.faults.iter().map(|it| it.problem.message.clone()).collect::<Vec<_>>()
    };
    let broken = broken(&borrowed, &case.files);
    match (config(&folder, &case.files), ours) {
        (Err(_), None) => Ok(false),
        // Somewhere outside the checkout, where none can be made.
        (Err(error), Some(_)) if error.contains("env file /") => Ok(false),
        (Err(error), Some(ours)) if refused(&ours.project).is_empty() && broken.is_empty() => {
            Err(format!("compose refuses it: {error}"))
        }
        (Err(_), Some(_)) => Ok(false),
        (Ok(_), None) => Err("kilter finds no project".to_owned()),
        (Ok(_), Some(ours)) if !refused(&ours.project).is_empty() => {
            Err(format!("compose takes it: {:?}", refused(&ours.project)))
        }
        (Ok(theirs), Some(ours)) => {
            let env_files = |path: &Utf8Path| text_of(path).map(str::to_owned);
            let mut ours = project(&ours.project, &folder, &environment, &env_files);
            let theirs = simplified(&theirs);
            drop_unused(&mut ours, &theirs);
            let differences = differences(&ours, &theirs);
            if differences.is_empty() { Ok(true) } else { Err(differences.join("\n")) }
        }
    }
}

/// What the parser refuses before any merging.
fn broken(folder: Folder<'_>, files: &[String]) -> Vec<String> {
    let yaml = folder.iter().filter(|(path, _)| files.iter().any(|it| it == path));
    let problems = yaml.flat_map(|(path, text)| {
        let (sources, id) = crate::tests::source(path, text);
        crate::syntax::yaml::parse(id, sources.get(id).text()).problems
    });
    problems.map(|it| it.message).collect()
}

/// `config` leaves out what no service uses, and a `default` network about which nothing is said.
pub(super) fn drop_unused(ours: &mut Value, theirs: &Value) {
    let services = ours["services"].to_string();
    for (section, open, close) in [
        ("networks", "\"", "\":"),
        ("volumes", "|", "|"),
        ("secrets", "\"", "|"),
        ("configs", "\"", "|"),
    ] {
        let Some(map) = ours[section].as_object_mut() else { continue };
        let used = |key: &str| services.contains(&format!("{open}{key}{close}"));
        map.retain(|key, _| theirs[section].get(key).is_some() || (used(key) && key != "default"));
    }
}

/// Where ours and theirs differ, one line each.
pub(super) fn differences(ours: &Value, theirs: &Value) -> Vec<String> {
    let mut found = Vec::new();
    differ("", ours, theirs, &mut found);
    found
}

fn differ(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let (a, b) =
                    (a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null));
                differ(&format!("{path}.{key}"), a, b, found);
            }
        }
        _ if ours == theirs => {}
        _ => found.push(format!("{path}\n    ours   {ours}\n    theirs {theirs}")),
    }
}

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

/// The model in the shape of [`simplified`].
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
        let device = it.device.as_ref().and_then(|it| Location::of(it, &project.folder));
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
            Supplied::Unknown(why) | Supplied::Perhaps(why) => json!(format!("unknown: {why}")),
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
fn milliseconds(text: &str) -> f64 {
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

/// Compose's own result, as far as the model has it.
pub(super) fn simplified(config: &Value) -> Value {
    let config = unescaped(config);
    let section =
        |name: &str| config.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    let services: Map<String, Value> =
        section("services").iter().map(|(name, it)| (name.clone(), simple_service(it))).collect();
    let external = |it: &Value| it.get("external").and_then(Value::as_bool).unwrap_or(false);
    let got = |it: &Value, key: &str| it.get(key).cloned().unwrap_or(Value::Null);
    let resource = |it: &Value| json!({"file": got(it, "file"), "external": external(it), "environment": got(it, "environment")});
    let network = |it: &Value| {
        let internal = it.get("internal").and_then(Value::as_bool).unwrap_or(false);
        json!({"external": external(it), "internal": internal, "driver": got(it, "driver")})
    };
    let volume = |it: &Value| {
        let options = got(it, "driver_opts");
        let bound = options.get("o").and_then(Value::as_str).is_some_and(|it| it.contains("bind"));
        let device = if bound { got(&options, "device") } else { Value::Null };
        json!({"external": external(it), "driver": got(it, "driver"), "device": device})
    };
    let each = |name: &str, f: &dyn Fn(&Value) -> Value| {
        section(name).iter().map(|(key, it)| (key.clone(), f(it))).collect::<Map<_, _>>()
    };
    let mut networks = each("networks", &network);
    // The implicit one is declared by nobody.
    if networks.get("default") == Some(&network(&json!({}))) {
        networks.remove("default");
    }
    json!({
        "services": services,
        "networks": networks,
        "volumes": each("volumes", &volume),
        "secrets": each("secrets", &resource),
        "configs": each("configs", &resource),
    })
}

/// `config` writes `$$` for `$`, so that it could be read again.
fn unescaped(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(text.replace("$$", "$")),
        Value::Array(items) => items.iter().map(unescaped).collect(),
        Value::Object(map) => {
            let one = |(key, it): (&String, &Value)| (key.replace("$$", "$"), unescaped(it));
            Value::Object(map.iter().map(one).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn simple_service(it: &Value) -> Value {
    let got = |key: &str| it.get(key).cloned().unwrap_or(Value::Null);
    let flag = |key: &str| got(key).as_bool().unwrap_or(false);
    let items = |key: &str| got(key).as_array().cloned().unwrap_or_default();
    let show = |it: &Value, key: &str| match it.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    let port = |it: &Value| {
        let parts = ["host_ip", "published", "target", "protocol"].map(|key| show(it, key));
        parts.join("|")
    };
    let mount = |it: &Value| {
        let read_only = it.get("read_only").and_then(Value::as_bool).unwrap_or(false);
        let subpath = it.get("volume").map_or(String::new(), |it| show(it, "subpath"));
        // Absolute paths are left as they are written: `/a//b/`.
        let source = crate::source::normalize(Utf8Path::new(&show(it, "source")));
        let (kind, target) = (show(it, "type"), show(it, "target"));
        format!("{kind}|{source}|{target}|{read_only}|{subpath}")
    };
    let network = |(name, it): (&String, &Value)| {
        (name.clone(), it.get("aliases").cloned().unwrap_or(Value::Null))
    };
    // What follows from `links` and `network_mode` is compose's own addition.
    let named = |name: &str| {
        let link = |it: &Value| it.as_str().is_some_and(|it| it.split(':').next() == Some(name));
        items("links").iter().any(link) || got("network_mode") == json!(format!("service:{name}"))
    };
    let dependency = |(name, it): (&String, &Value)| {
        (name.clone(), json!(format!("{}|{}", show(it, "condition"), show(it, "required"))))
    };
    let map = |key: &str| got(key).as_object().cloned().unwrap_or_default();
    let deploy = got("deploy");
    let mut hosts: Vec<String> =
        items("extra_hosts").iter().filter_map(|it| it.as_str().map(str::to_owned)).collect();
    hosts.sort();
    let grant = |it: &Value| {
        let (source, target) = (show(it, "source"), show(it, "target"));
        // Where a secret goes by itself.
        let target = if target == format!("/run/secrets/{source}") { "" } else { &target };
        format!("{source}|{target}")
    };
    let build = match it.get("build") {
        None | Some(Value::Null) => Value::Null,
        Some(build) => {
            let got = |key: &str| build.get(key).cloned().unwrap_or(Value::Null);
            json!({"context": got("context"), "dockerfile": got("dockerfile"), "dockerfile_inline": got("dockerfile_inline"), "target": got("target"), "args": got("args")})
        }
    };
    let healthcheck = match it.get("healthcheck") {
        None | Some(Value::Null) => Value::Null,
        Some(check) => {
            let got = |key: &str| check.get(key).cloned().unwrap_or(Value::Null);
            let duration = |key: &str| got(key).as_str().map(milliseconds);
            let retries = got("retries").as_u64().map(|it| it.to_string());
            json!({"test": got("test"), "disable": got("disable").as_bool().unwrap_or(false), "interval": duration("interval"), "timeout": duration("timeout"), "start_period": duration("start_period"), "retries": retries})
        }
    };
    json!({
        "image": got("image"),
        "build": build,
        "command": got("command"),
        "entrypoint": got("entrypoint"),
        "environment": got("environment"),
        "ports": items("ports").iter().map(port).collect::<Vec<_>>(),
        "expose": got("expose"),
        "volumes": items("volumes").iter().map(mount).collect::<Vec<_>>(),
        "tmpfs": got("tmpfs"),
        "networks": map("networks").iter().map(network).collect::<Map<_, _>>(),
        "network_mode": got("network_mode"),
        "depends_on": map("depends_on").iter().filter(|(name, _)| !named(name)).map(dependency).collect::<Map<_, _>>(),
        "healthcheck": healthcheck,
        "user": got("user"),
        "group_add": got("group_add"),
        "working_dir": got("working_dir"),
        "restart": got("restart"),
        "container_name": got("container_name"),
        "hostname": got("hostname"),
        "platform": got("platform"),
        "pid": got("pid"),
        "pull_policy": got("pull_policy"),
        "stop_signal": got("stop_signal"),
        "profiles": got("profiles"),
        "cap_add": got("cap_add"),
        "cap_drop": got("cap_drop"),
        "security_opt": got("security_opt"),
        "extra_hosts": if hosts.is_empty() { Value::Null } else { json!(hosts) },
        "links": got("links"),
        "labels": got("labels"),
        "secrets": items("secrets").iter().map(grant).collect::<Vec<_>>(),
        "configs": items("configs").iter().map(grant).collect::<Vec<_>>(),
        "privileged": flag("privileged"),
        "read_only": flag("read_only"),
        "init": flag("init"),
        "replicas": deploy.get("replicas").cloned().unwrap_or(got("scale")),
        "restart_policy": deploy.get("restart_policy").map_or(Value::Null, |it| it.get("condition").cloned().unwrap_or(Value::Null)),
    })
}

#[test]
fn the_merged_project_is_that_of_compose() {
    let texts = [
        include_str!("../../../fixtures/syntax/compose/interpolation.txt"),
        include_str!("../../../fixtures/syntax/compose/merge.txt"),
        include_str!("../../../fixtures/syntax/compose/extends.txt"),
        include_str!("../../../fixtures/syntax/compose/forms.txt"),
        include_str!("../../../fixtures/syntax/compose/refused.txt"),
    ];
    let root = std::env::temp_dir().join(format!("kilter-compose-{}", std::process::id()));
    let root = Utf8PathBuf::from_path_buf(root).expect("a name in UTF-8");
    let (mut equal, mut refused, mut wrong) = (0, 0, Vec::new());
    for case in texts.iter().flat_map(|text| cases(text)) {
        match compare(&case, &root) {
            Ok(true) => equal += 1,
            Ok(false) => refused += 1,
            Err(why) => wrong.push(format!("{}\n{why}", case.name)),
        }
    }
    fs::remove_dir_all(&root).expect("it was made here");
    println!("compose: {equal} projects equal, {refused} refused by both, {} differ", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(equal >= 55 && refused >= 30);
}

/// The compose files of a folder of checkouts, each on its own and with the override beside it:
/// `KILTER_CHECKOUTS`, or else the deployments among the fixtures.
#[test]
fn compose_files_found_in_checkouts_are_merged_alike() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/deployments");
    let checkouts = std::env::var("KILTER_CHECKOUTS").unwrap_or_else(|_| fixtures.to_owned());
    let root = std::env::temp_dir().join(format!("kilter-checkouts-{}", std::process::id()));
    let root = Utf8PathBuf::from_path_buf(root).expect("a name in UTF-8");
    let (mut equal, mut refused, mut wrong) = (0, 0, Vec::new());
    for entry in fs::read_dir(&checkouts).expect("a folder of checkouts").flatten() {
        let checkout = Utf8PathBuf::from_path_buf(entry.path()).expect("a name in UTF-8");
        let files = yaml_files(&checkout);
        for (path, _) in files.iter().filter(|(path, _)| is_compose(path)) {
            let folder: Vec<(String, String)> = files.clone();
            let beside = Utf8Path::new(path).with_file_name("docker-compose.override.yml");
            let mut sets = vec![vec![path.clone()]];
            if path.ends_with("docker-compose.yml") && files.iter().any(|it| it.0 == beside) {
                sets.push(vec![path.clone(), beside.into_string()]);
            }
            for files in sets {
                let name =
                    format!("{} {}", checkout.file_name().unwrap_or_default(), files.join(" "));
                let mut case = Case { name, files, folder: folder.clone() };
                give_env_files(&mut case);
                match compare(&case, &root) {
                    Ok(true) => equal += 1,
                    Ok(false) => refused += 1,
                    Err(why) => wrong.push(format!("{}\n{why}", case.name)),
                }
            }
        }
        let _ = fs::remove_dir_all(&root);
    }
    println!(
        "checkouts: {equal} projects equal, {refused} refused by both, {} differ",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(equal > 0, "no compose file below {checkouts}");
}

fn is_compose(path: &str) -> bool {
    let name = Utf8Path::new(path).file_name().unwrap_or_default();
    let ours = ["local.yml", "production.yml"].contains(&name);
    (ours || name.contains("compose")) && !name.contains("example")
}

/// Every YAML file of a checkout that may be a part of a project, by its path there.
fn yaml_files(checkout: &Utf8Path) -> Vec<(String, String)> {
    let tree = crate::source::Tree::walk(&[checkout.as_std_path().to_owned()]).expect("a folder");
    let yaml = |path: &&Utf8PathBuf| matches!(path.extension(), Some("yml" | "yaml"));
    let paths: Vec<Utf8PathBuf> = tree.files().filter(yaml).cloned().collect();
    let read = tree.read(&paths).into_iter().flatten();
    let mut files = Vec::new();
    for file in read {
        let Ok(path) = file.path.strip_prefix(checkout) else { continue };
        let text = String::from_utf8(file.bytes).ok().filter(|text| text.contains("services:"));
        files.extend(text.map(|text| (path.to_string(), text)));
    }
    files
}

/// Compose refuses a project whose env files are not there; those of a checkout seldom are.
fn give_env_files(case: &mut Case) {
    let borrowed: Vec<(&str, &str)> =
        case.folder.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let files: Vec<&str> = case.files.iter().map(String::as_str).collect();
    let Some(loaded) = load(&borrowed, &files, &Environment::default()) else { return };
    let env_files = loaded.project.services.iter().flat_map(|service| &service.env_files);
    let paths = env_files.filter_map(|file| match &file.location.as_ref()?.value {
        Location::Tree(path) => Some(path.to_string()),
        Location::Host(_) | Location::Home(_) | Location::Remote(_) => None,
    });
    let paths: Vec<String> = paths.filter(|path| !path.starts_with("..")).collect();
    case.folder.extend(paths.into_iter().map(|path| (path, String::new())));
}
