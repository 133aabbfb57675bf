//! What compose refuses in a merged project: names that are declared nowhere, and values that
//! exclude each other. As compose-go's `checkConsistency`.

use crate::fact::symbol;
use crate::model::compose::value::{Data, Entry, Map, Value};
use crate::model::compose::{Fault, FaultKind, command};
use crate::source::Place;
use std::collections::{HashMap, HashSet};

/// `complete` tells whether every file was read: what an unread one declares is not missing.
pub(super) fn check(project: &Value, complete: bool, faults: &mut Vec<Fault>) {
    let mut checker = Checker { project, faults };
    let services = project.get("services").and_then(Value::as_map);
    for (name, entry) in services.into_iter().flatten() {
        if entry.value.as_map().is_none() {
            continue;
        }
        checker.service(name, entry);
        if complete {
            checker.origin(name, entry);
            checker.references(name, entry);
        }
    }
    let services: Vec<_> = services.into_iter().flatten().collect();
    checker.circles(&services);
}

struct Checker<'a> {
    project: &'a Value,
    faults: &'a mut Vec<Fault>,
}

impl Checker<'_> {
    fn refuse(&mut self, kind: FaultKind, place: Place, message: impl Into<String>) {
        self.faults.push(Fault::new(kind, place, message));
    }

    /// Something of a section that is declared nowhere in this project.
    fn lacks(&mut self, section: &'static str, name: &str, place: Place, message: String) {
        let fault = Fault::new(FaultKind::Reference, place, message);
        self.faults.push(Fault { missing: Some((section, name.to_owned())), ..fault });
    }

    fn declares(&self, section: &str, name: &str) -> bool {
        self.project.get(section).and_then(|it| it.entry(name)).is_some()
    }

    /// Whether a service says what its containers are of. Compose looks at those only whose profiles are
    /// asked for (compose-go, `checkConsistency` behind `WithProfiles`), and takes a name that begins
    /// with `x-` for an extension.
    fn origin(&mut self, name: &str, entry: &Entry) {
        let service = &entry.value;
        let is_looked_at = service.get("profiles").is_none_or(|it| it.items().is_empty())
            && !name.to_ascii_lowercase().starts_with("x-");
        let origins = ["image", "build", "provider", "extends"];
        if is_looked_at && !origins.into_iter().any(|key| has(service, key)) {
            let message = format!("service `{name}` has neither an image nor a build");
            let fault = Fault::new(FaultKind::NoImage, entry.key, message);
            self.faults.push(Fault { missing: Some(("services", name.to_owned())), ..fault });
        }
    }

    /// What a service says against itself.
    fn service(&mut self, name: &str, entry: &Entry) {
        let service = &entry.value;
        let networks = service.entry("networks").filter(|it| !is_empty(&it.value));
        if let (true, Some(networks)) = (has(service, "network_mode"), networks) {
            let message = format!("service `{name}` has a network mode, and networks");
            self.refuse(FaultKind::NetworkMode, networks.key, message);
        }
        let deploy = service.get("deploy").and_then(|it| it.get("replicas"));
        let replicas = service.get("scale").or(deploy).and_then(Value::as_text);
        let many = replicas.and_then(|it| it.parse::<u32>()).filter(|it| it.value > 1);
        if let (Some(many), Some(entry)) = (many, service.entry("container_name")) {
            let message = format!("{many} containers cannot have one name");
            self.refuse(FaultKind::ContainerName, entry.key, message);
        }
        for key in ["command", "entrypoint"] {
            let cut = service.get(key).and_then(command::command);
            if let Some(cut) = cut.filter(|it| it.malformed) {
                let message = format!(
                    "`{key}` has a quote that is not closed, or a parenthesis outside of quotes"
                );
                self.refuse(FaultKind::Schema, cut.place, message);
            }
        }
        self.mounts(service);
    }

    /// Two volumes on one target are one, the later; a tmpfs beside a volume is refused.
    fn mounts(&mut self, service: &Value) {
        let mut seen = HashSet::new();
        for item in service.get("tmpfs").map_or(&[][..], Value::items) {
            let path = item.as_text().map(|it| it.to_string()).unwrap_or_default();
            seen.insert(path.split(':').next().unwrap_or_default().to_owned());
        }
        for item in service.get("volumes").map_or(&[][..], Value::items) {
            let target = item.get("target").and_then(Value::known);
            if let Some(target) = target.filter(|it| seen.contains(&it.value)) {
                let message = format!("`{target}` is a tmpfs as well");
                self.refuse(FaultKind::DuplicateMount, item.place, message);
            }
        }
    }

    fn references(&mut self, name: &str, entry: &Entry) {
        let service = &entry.value;
        for (other, entry) in keys(service, "depends_on") {
            if !symbol::is_symbolic(other) && !self.declares("services", other) {
                let message = format!("`{name}` depends on `{other}`, which is no service");
                self.lacks("services", other, entry.key, message);
            }
            let condition = entry.value.get("condition").and_then(Value::known);
            if let Some(condition) = condition.filter(|it| !CONDITIONS.contains(&&*it.value)) {
                let place = condition.evidence().place().unwrap_or(entry.key);
                let message = format!("`{condition}` is nothing that a service can depend on");
                self.refuse(FaultKind::Schema, place, message);
            }
        }
        for item in service.get("links").map_or(&[][..], Value::items) {
            let link = item.as_text().and_then(|it| it.known());
            let other = link.as_ref().map(|it| it.value.split(':').next().unwrap_or_default());
            if let Some(other) = other.filter(|it| !self.declares("services", it)) {
                let message = format!("`{name}` links to `{other}`, which is no service");
                self.lacks("services", other, item.place, message);
            }
        }
        for (network, entry) in keys(service, "networks") {
            let is_known = network == "default" || symbol::is_symbolic(network);
            if !is_known && !self.declares("networks", network) {
                let message = format!("network `{network}` is declared nowhere");
                self.lacks("networks", network, entry.key, message);
            }
        }
        for item in service.get("volumes").map_or(&[][..], Value::items) {
            let kind = item.get("type").and_then(Value::known);
            let source = item.get("source").and_then(Value::known);
            if let (Some(kind), Some(source)) = (kind, source)
                && kind.value == "volume"
                && !symbol::is_symbolic(&source.value)
                && !self.declares("volumes", &source.value)
            {
                let message = format!("volume `{source}` is declared nowhere");
                self.lacks("volumes", &source.value, item.place, message);
            }
        }
        for section in ["secrets", "configs"] {
            for item in service.get(section).map_or(&[][..], Value::items) {
                if let Some(source) = item.get("source").and_then(Value::known)
                    && !self.declares(section, &source.value)
                {
                    let what = section.trim_end_matches('s');
                    let message = format!("{what} `{source}` is declared nowhere");
                    self.lacks(section, &source.value, item.place, message);
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
            self.lacks("services", other, place, message);
        }
    }

    /// Services that wait for each other: those that are left when all that wait for nobody, or
    /// only for such, are taken away.
    fn circles(&mut self, services: &[(&String, &Entry)]) {
        let mut waiting: HashMap<&str, usize> = HashMap::new();
        let mut awaited_by: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, entry) in services {
            let others = keys(&entry.value, "depends_on").map(|(other, _)| other.as_str());
            let declared: Vec<&str> = others.filter(|it| self.declares("services", it)).collect();
            waiting.insert(name, declared.len());
            declared.into_iter().for_each(|it| awaited_by.entry(it).or_default().push(name));
        }
        let free = waiting.iter().filter(|(_, left)| **left == 0);
        let mut free: Vec<&str> = free.map(|(name, _)| *name).collect();
        while let Some(name) = free.pop() {
            for waiter in awaited_by.remove(name).unwrap_or_default() {
                let left = waiting.entry(waiter).or_default();
                *left = left.saturating_sub(1);
                free.extend((*left == 0).then_some(waiter));
            }
        }
        let first = services.iter().find(|(name, _)| waiting.get(name.as_str()) != Some(&0));
        if let Some((name, entry)) = first {
            let message = format!("`{name}` waits for a service that waits for it");
            self.refuse(FaultKind::Cycle, entry.key, message);
        }
    }
}

const CONDITIONS: [&str; 3] =
    ["service_started", "service_healthy", "service_completed_successfully"];

fn keys<'a>(service: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Entry)> {
    service.get(key).and_then(Value::as_map).into_iter().flat_map(Map::iter)
}

fn has(service: &Value, key: &str) -> bool {
    let says = |value: &Value| value.as_text().is_none_or(|text| !text.is_empty());
    service.get(key).is_some_and(|it| !it.is_null() && says(it))
}

fn is_empty(value: &Value) -> bool {
    match &value.data {
        Data::Null => true,
        Data::Scalar(..) => false,
        Data::List(items) => items.is_empty(),
        Data::Map(map) => map.is_empty(),
    }
}
