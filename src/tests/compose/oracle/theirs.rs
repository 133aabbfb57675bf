//! What `config` prints, in the shape that both sides are compared in.

use crate::tests::compose::oracle::ours::milliseconds;
use camino::Utf8Path;
use serde_json::{Map, Value, json};

/// A service with what `volumes_from` gives it, which compose leaves to the engine.
fn with_volumes_of_others(service: &Value, all: &Map<String, Value>) -> Value {
    let items = |it: &Value, key: &str| it[key].as_array().cloned().unwrap_or_default();
    let mut whole = service.clone();
    for other in items(service, "volumes_from") {
        let Some(other) = other.as_str().and_then(|it| all.get(it)) else { continue };
        let mut taken = items(other, "volumes");
        // No name tells that it is the same one.
        for nameless in taken.iter_mut().filter(|it| it.get("source").is_none()) {
            nameless["type"] = json!("other");
        }
        whole["volumes"] = Value::Array([items(&whole, "volumes"), taken].concat());
    }
    whole
}

/// Compose's own result, as far as the model has it.
pub(super) fn simplified(config: &Value) -> Value {
    let config = unescaped(config);
    let section =
        |name: &str| config.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    let all = section("services");
    let services: Map<String, Value> = all
        .iter()
        .map(|(name, it)| (name.clone(), simple_service(&with_volumes_of_others(it, &all))))
        .collect();
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
    // What follows from `links` and `network_mode` is compose's own addition, and restarts with it.
    let is_added = |(name, dependency): &(&String, &Value)| {
        let link = |it: &Value| it.as_str().is_some_and(|it| it.split(':').next() == Some(name));
        let named = items("links").iter().any(link)
            || got("network_mode") == json!(format!("service:{name}"));
        named && dependency.get("restart") == Some(&Value::Bool(true))
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
        "depends_on": map("depends_on").iter().filter(|it| !is_added(it)).map(dependency).collect::<Map<_, _>>(),
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
