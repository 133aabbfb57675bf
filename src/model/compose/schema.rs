//! The Compose Specification's schema, as far as it says which keys there are and which shape
//! their values have.

use crate::diagnostic::{Edit, Fix, Safety};
use crate::model::compose::merged_keys::MergedKeys;
use crate::model::compose::value::{Data, Entry, Type, Value};
use crate::model::compose::{Fault, FaultKind};
use crate::source::Place;

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
    ("mem_limit", Shape::Size),
    ("mem_reservation", Shape::Size),
    ("mem_swappiness", Shape::Size),
    ("memswap_limit", Shape::Size),
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
    ("shm_size", Shape::Size),
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
    /// A number of bytes, perhaps with its unit.
    Size,
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
        match (self, &value.data) {
            // Whatever a symbol turns into is text, and compose casts it.
            (Self::Text | Self::OptionalText, Data::Scalar(_, Type::Number | Type::Bool)) => false,
            (Self::Bool, Data::Scalar(text, Type::Text)) => {
                let words = ["true", "false", "y", "yes", "n", "no", "on", "off"];
                text.known().is_none_or(|it| words.contains(&&*it.value.to_ascii_lowercase()))
            }
            (Self::Bool, Data::Scalar(_, Type::Number)) => false,
            (Self::Size, Data::Scalar(text, Type::Text)) => {
                text.known().is_none_or(|it| is_size(&it.value))
            }
            (
                Self::Text
                | Self::OptionalText
                | Self::Scalar
                | Self::Size
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
            Self::Size => "a size, such as `512m`",
            Self::Bool => "`true` or `false`",
            Self::List => "a list",
            Self::TextOrList | Self::Command => "text or a list",
            Self::Map | Self::OptionalMap => "a mapping",
            Self::TextOrMap => "text or a mapping",
            Self::Pairs => "a mapping or a list",
        }
    }
}

/// As go-units reads a size (`RAMInBytes`): a number, a blank at most, `k` to `p` with `b` or `ib`.
fn is_size(text: &str) -> bool {
    let Some(last) = text.rfind(|it: char| it.is_ascii_digit() || it == '.' || it == ' ') else {
        return false;
    };
    let (number, unit) = text.split_at(last + 1);
    let number = number.strip_suffix(' ').unwrap_or(number);
    let is_number = number.parse::<f64>().is_ok_and(|it| it >= 0.0);
    let unit = unit.to_ascii_lowercase();
    let multiple = unit.strip_prefix(['k', 'm', 'g', 't', 'p']);
    let is_unit =
        multiple.map_or(["", "b"].contains(&unit.as_str()), |it| ["", "b", "ib"].contains(&it));
    is_number && is_unit
}

/// Lists of which every item is text; a number among them is refused.
const TEXTS: [&str; 13] = [
    "cap_add",
    "cap_drop",
    "command",
    "dns",
    "dns_opt",
    "dns_search",
    "entrypoint",
    "environment",
    "external_links",
    "links",
    "profiles",
    "security_opt",
    "volumes_from",
];

/// Lists of which an item is text or, in its long form, a mapping.
const MOUNTS: [&str; 3] = ["configs", "secrets", "volumes"];

/// What does not fit at the top of a file and in its services.
pub(super) fn check(project: &Value, faults: &mut Vec<Fault>) {
    for (name, entry) in project.as_map().into_iter().flatten() {
        let extension = name.starts_with("x-");
        if !TOP.contains(&name.as_str()) && !extension {
            refuse(
                faults,
                entry.key,
                format!("`{name}` is nothing that a compose file has at its top"),
            );
        } else if !["version", "name", "include"].contains(&name.as_str())
            && !extension
            && !matches!(entry.value.data, Data::Map(_) | Data::Null)
        {
            refuse(faults, entry.key, format!("`{name}` must be a mapping"));
        }
    }
    let services = project.get("services").and_then(Value::as_map);
    for (name, entry) in services.into_iter().flatten() {
        let Some(service) = entry.value.as_map() else {
            refuse(faults, entry.value.place, format!("service `{name}` must be a mapping"));
            continue;
        };
        let mut merged = MergedKeys::default();
        for (key, entry) in service.iter().filter(|(key, _)| !key.starts_with("x-")) {
            match SERVICE.iter().find(|(name, _)| name == key) {
                None if near(key, entry).is_none() && merged.take(project, key, entry) => {}
                None => {
                    let message = format!("`{key}` is nothing that a service has");
                    let mut fault = Fault::new(FaultKind::Schema, entry.key, message);
                    fault.problem.fix = near(key, entry).map(Box::new);
                    faults.push(fault);
                }
                Some((_, shape)) if !shape.fits(&entry.value) => {
                    let message = format!("`{key}` must be {}", shape.wanted());
                    refuse(faults, entry.value.place, message);
                }
                Some(_) => {
                    for item in entry.value.items().iter().filter(|item| !item_fits(key, item)) {
                        refuse(faults, item.place, format!("an item of `{key}` must be text"));
                    }
                }
            }
        }
        merged.report(project, name, faults);
    }
}

fn refuse(faults: &mut Vec<Fault>, place: Place, message: String) {
    faults.push(Fault::new(FaultKind::Schema, place, message));
}

/// By the one key that is spelled nearly so, and takes what stands there.
fn near(key: &str, entry: &Entry) -> Option<Fix> {
    let close = |name: &str| strsim::damerau_levenshtein(key, name) <= 2 && key.len() > 4;
    let mut names = SERVICE.iter().filter(|(name, shape)| close(name) && shape.fits(&entry.value));
    let (name, _) = names.next()?;
    let plain = names.next().is_none() && entry.key.span.len() == key.len();
    let (title, edits) = (format!("write `{name}`"), vec![Edit::replace(entry.key, *name)]);
    plain.then_some(Fix { safety: Safety::Safe, title, edits })
}

fn item_fits(list: &str, item: &Value) -> bool {
    match &item.data {
        Data::Scalar(_, Type::Text) => true,
        Data::Scalar(_, Type::Number | Type::Bool) => {
            !TEXTS.contains(&list) && !MOUNTS.contains(&list)
        }
        Data::Map(_) => !TEXTS.contains(&list),
        Data::Null | Data::List(_) => false,
    }
}
