//! What compose refuses in a merged project: keys that do not exist, values of the wrong shape,
//! names that are declared nowhere.

use crate::model::compose::value::{Data, Entry, Value};
use crate::model::compose::{Fault, FaultKind};
use crate::source::Place;
use camino::Utf8PathBuf;

/// The properties of a service in the Compose Specification's schema, with what they hold.
const SERVICE: &[(&str, Shape)] = &[
    ("annotations", Shape::Pairs),
    ("attach", Shape::Bool),
    ("blkio_config", Shape::Map),
    ("build", Shape::TextOrMap),
    ("cap_add", Shape::List),
    ("cap_drop", Shape::List),
    ("cgroup", Shape::Text),
    ("cgroup_parent", Shape::Text),
    ("command", Shape::Command),
    ("configs", Shape::List),
    ("container_name", Shape::Text),
    ("cpu_count", Shape::Scalar),
    ("cpu_percent", Shape::Scalar),
    ("cpu_period", Shape::Scalar),
    ("cpu_quota", Shape::Scalar),
    ("cpu_rt_period", Shape::Scalar),
    ("cpu_rt_runtime", Shape::Scalar),
    ("cpu_shares", Shape::Scalar),
    ("cpus", Shape::Scalar),
    ("cpuset", Shape::Text),
    ("credential_spec", Shape::Map),
    ("depends_on", Shape::Pairs),
    ("deploy", Shape::OptionalMap),
    ("develop", Shape::OptionalMap),
    ("device_cgroup_rules", Shape::List),
    ("devices", Shape::List),
    ("dns", Shape::TextOrList),
    ("dns_opt", Shape::List),
    ("dns_search", Shape::TextOrList),
    ("domainname", Shape::Text),
    ("entrypoint", Shape::Command),
    ("env_file", Shape::TextOrList),
    ("environment", Shape::Pairs),
    ("expose", Shape::List),
    ("extends", Shape::TextOrMap),
    ("external_links", Shape::List),
    ("extra_hosts", Shape::Pairs),
    ("gpus", Shape::TextOrList),
    ("group_add", Shape::List),
    ("healthcheck", Shape::Map),
    ("hostname", Shape::Text),
    ("image", Shape::Text),
    ("init", Shape::Bool),
    ("ipc", Shape::Text),
    ("isolation", Shape::Text),
    ("label_file", Shape::TextOrList),
    ("labels", Shape::Pairs),
    ("links", Shape::List),
    ("logging", Shape::Map),
    ("mac_address", Shape::Text),
    ("mem_limit", Shape::Scalar),
    ("mem_reservation", Shape::Scalar),
    ("mem_swappiness", Shape::Scalar),
    ("memswap_limit", Shape::Scalar),
    ("models", Shape::Pairs),
    ("network_mode", Shape::Text),
    ("networks", Shape::Pairs),
    ("oom_kill_disable", Shape::Bool),
    ("oom_score_adj", Shape::Scalar),
    ("pid", Shape::OptionalText),
    ("pids_limit", Shape::Scalar),
    ("platform", Shape::Text),
    ("ports", Shape::List),
    ("post_start", Shape::List),
    ("pre_start", Shape::List),
    ("pre_stop", Shape::List),
    ("privileged", Shape::Bool),
    ("profiles", Shape::List),
    ("provider", Shape::Map),
    ("pull_policy", Shape::Text),
    ("pull_refresh_after", Shape::Text),
    ("read_only", Shape::Bool),
    ("restart", Shape::Text),
    ("runtime", Shape::Text),
    ("scale", Shape::Scalar),
    ("secrets", Shape::List),
    ("security_opt", Shape::List),
    ("shm_size", Shape::Scalar),
    ("stdin_open", Shape::Bool),
    ("stop_grace_period", Shape::Text),
    ("stop_signal", Shape::Text),
    ("storage_opt", Shape::Map),
    ("sysctls", Shape::Pairs),
    ("tmpfs", Shape::TextOrList),
    ("tty", Shape::Bool),
    ("ulimits", Shape::Map),
    ("use_api_socket", Shape::Bool),
    ("user", Shape::Text),
    ("userns_mode", Shape::Text),
    ("uts", Shape::Text),
    ("volumes", Shape::List),
    ("volumes_from", Shape::List),
    ("working_dir", Shape::Text),
];

const TOP: [&str; 9] = [
    "configs", "include", "models", "name", "networks", "secrets", "services", "version", "volumes",
];

#[derive(Clone, Copy, Debug)]
enum Shape {
    /// A number is refused: `user: 1000`.
    Text,
    OptionalText,
    Scalar,
    Bool,
    List,
    TextOrList,
    Map,
    OptionalMap,
    TextOrMap,
    /// A list or a map.
    Pairs,
    /// Text, a list, or nothing.
    Command,
}

impl Shape {
    fn fits(self, value: &Value) -> bool {
        use crate::model::compose::value::Type;
        match (self, &value.data) {
            // Whatever a symbol turns into is text, and compose casts it.
            (Self::Text | Self::OptionalText, Data::Scalar(_, Type::Number | Type::Bool)) => false,
            (Self::Bool, Data::Scalar(text, Type::Text)) => {
                let words = ["true", "false", "y", "yes", "n", "no", "on", "off"];
                text.known().is_none_or(|it| words.contains(&&*it.value.to_ascii_lowercase()))
            }
            (Self::Bool, Data::Scalar(_, Type::Number)) => false,
            (
                Self::Text
                | Self::OptionalText
                | Self::Scalar
                | Self::Bool
                | Self::TextOrList
                | Self::TextOrMap
                | Self::Command,
                Data::Scalar(..),
            )
            | (Self::List | Self::TextOrList | Self::Pairs | Self::Command, Data::List(_))
            | (Self::Map | Self::OptionalMap | Self::TextOrMap | Self::Pairs, Data::Map(_))
            | (Self::OptionalText | Self::OptionalMap | Self::Command, Data::Null) => true,
            (_, Data::Null | Data::Scalar(..) | Data::List(_) | Data::Map(_)) => false,
        }
    }

    fn wanted(self) -> &'static str {
        match self {
            Self::Text | Self::OptionalText => "text",
            Self::Scalar => "a single value",
            Self::Bool => "`true` or `false`",
            Self::List => "a list",
            Self::TextOrList | Self::Command => "text or a list",
            Self::Map | Self::OptionalMap => "a mapping",
            Self::TextOrMap => "text or a mapping",
            Self::Pairs => "a mapping or a list",
        }
    }
}

pub(super) fn check(project: &Value, missing: &[(Utf8PathBuf, Place)], faults: &mut Vec<Fault>) {
    let mut checker = Checker { project, faults };
    checker.top();
    // What an unread file declares is not known to be missing.
    let complete = missing.is_empty();
    for (name, entry) in checker.section("services") {
        if !matches!(entry.value.data, Data::Map(_)) {
            let message = format!("service `{name}` must be a mapping");
            checker.refuse(FaultKind::Schema, entry.value.place, message);
            continue;
        }
        checker.service(entry);
        if complete {
            checker.references(name, entry);
        }
    }
}

struct Checker<'a> {
    project: &'a Value,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Checker<'a> {
    fn refuse(&mut self, kind: FaultKind, place: Place, message: impl Into<String>) {
        self.faults.push(Fault::new(kind, place, message));
    }

    fn section(&self, name: &str) -> Vec<(&'a String, &'a Entry)> {
        let section = self.project.get(name).and_then(Value::as_map);
        section.into_iter().flatten().collect()
    }

    fn declares(&self, section: &str, name: &str) -> bool {
        self.project.get(section).and_then(|it| it.entry(name)).is_some()
    }

    fn top(&mut self) {
        for (name, entry) in self.project.as_map().into_iter().flatten() {
            let message = if !TOP.contains(&name.as_str()) && !name.starts_with("x-") {
                format!("`{name}` is nothing that a compose file has at its top")
            } else if !["version", "name", "include"].contains(&name.as_str())
                && !name.starts_with("x-")
                && !matches!(entry.value.data, Data::Map(_) | Data::Null)
            {
                format!("`{name}` must be a mapping")
            } else {
                continue;
            };
            self.refuse(FaultKind::Schema, entry.key, message);
        }
    }

    fn service(&mut self, entry: &Entry) {
        for (key, entry) in entry.value.as_map().into_iter().flatten() {
            if key.starts_with("x-") {
                continue;
            }
            match SERVICE.iter().find(|(name, _)| name == key) {
                None => {
                    let message = format!("`{key}` is nothing that a service has");
                    self.refuse(FaultKind::Schema, entry.key, message);
                }
                Some((_, shape)) if !shape.fits(&entry.value) => {
                    let message = format!("`{key}` must be {}", shape.wanted());
                    self.refuse(FaultKind::Schema, entry.value.place, message);
                }
                Some(_) => {}
            }
        }
    }

    fn references(&mut self, name: &str, entry: &Entry) {
        let service = &entry.value;
        let keys = |key: &str| service.get(key).and_then(Value::as_map).into_iter().flatten();
        for (other, entry) in keys("depends_on") {
            let required = entry.value.get("required").and_then(Value::known);
            let required = required.is_none_or(|it| it.value != "false");
            if required && !self.declares("services", other) {
                let message = format!("`{name}` depends on `{other}`, which is no service");
                self.refuse(FaultKind::Reference, entry.key, message);
            }
        }
        for (network, entry) in keys("networks") {
            if network != "default" && !self.declares("networks", network) {
                let message = format!("network `{network}` is declared nowhere");
                self.refuse(FaultKind::Reference, entry.key, message);
            }
        }
        for item in service.get("volumes").map_or(&[][..], Value::items) {
            let kind = item.get("type").and_then(Value::known);
            let source = item.get("source").and_then(Value::known);
            if let (Some(kind), Some(source)) = (kind, source)
                && kind.value == "volume"
                && !self.declares("volumes", &source.value)
            {
                let message = format!("volume `{source}` is declared nowhere");
                self.refuse(FaultKind::Reference, item.place, message);
            }
        }
        for section in ["secrets", "configs"] {
            for item in service.get(section).map_or(&[][..], Value::items) {
                if let Some(source) = item.get("source").and_then(Value::known)
                    && !self.declares(section, &source.value)
                {
                    let what = section.trim_end_matches('s');
                    let message = format!("{what} `{source}` is declared nowhere");
                    self.refuse(FaultKind::Reference, item.place, message);
                }
            }
        }
        let mode = service.get("network_mode").and_then(Value::known);
        if let Some(mode) = mode
            && let Some(other) = mode.value.strip_prefix("service:")
            && !self.declares("services", other)
        {
            let place = mode.evidence().place().unwrap_or(service.place);
            let message = format!("`{name}` uses the network of `{other}`, which is no service");
            self.refuse(FaultKind::Reference, place, message);
        }
    }
}
