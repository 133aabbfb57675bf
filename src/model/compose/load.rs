//! From files to one merged project: includes, `extends`, several `-f`, in compose-go's order.
//!
//! Every file is filled in, includes what it includes, is extended, and is merged onto those
//! before it. Relative paths of a file that lies elsewhere are rewritten to be relative to the
//! project.

use crate::fact::{Environment, symbol};
use crate::model::compose::canonical::canonical;
use crate::model::compose::first_format::{self, services};
use crate::model::compose::interpolate::demanded;
use crate::model::compose::merge::{make_unique, merge, reset};
use crate::model::compose::rebase::{rebase, rebase_service, relative};
use crate::model::compose::value::{self, Data, Document, Entry, Map, Path, Value};
use crate::model::compose::{Fault, FaultKind};
use crate::model::{Files, Found, Kind, Read};
use crate::source::{Place, normalize};
use crate::syntax::Parsed;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// Includes and `extends` in each other: what is deeper is a loop or a prank.
const DEEPEST: usize = 24;

/// Values that `extends` and merging may make in all: each use of a service copies it.
const MOST: usize = 200_000;

pub(super) struct Loader<'a> {
    files: &'a Files<'a>,
    pub faults: Vec<Fault>,
    /// Files that were named and are not there, or not read yet.
    pub missing: Vec<(Utf8PathBuf, Place)>,
    /// The services of the project that others extend.
    pub extended: BTreeSet<String>,
    /// The variables that compose starts nothing without.
    pub demanded: BTreeSet<String>,
    /// The first service of a file that has them at its top.
    pub first_format: Option<Place>,
    made: usize,
}

/// Which files, with which folder for relative paths, under which variables.
pub(super) struct Job<'a> {
    pub files: &'a [Utf8PathBuf],
    pub folder: &'a Utf8Path,
    pub environment: &'a Environment,
    /// The env files of an `include`, for whoever can read them.
    pub read_env_files: &'a dyn Fn(&[Utf8PathBuf]) -> Environment,
}

impl<'a> Loader<'a> {
    pub(super) fn new(files: &'a Files<'a>) -> Self {
        Self {
            files,
            faults: Vec::new(),
            missing: Vec::new(),
            extended: BTreeSet::new(),
            demanded: BTreeSet::new(),
            first_format: None,
            made: 0,
        }
    }

    /// The merged project, paths still relative to the job's folder.
    pub(super) fn load(&mut self, job: &Job<'_>, trail: &mut Vec<Utf8PathBuf>) -> Option<Value> {
        let mut project: Option<Value> = None;
        for path in job.files {
            let Some(read) = self.find(path, None) else { continue };
            trail.push(read.path.to_owned());
            for document in self.documents(read, job.environment) {
                project = Some(self.add(project, document, read.path, job, trail));
            }
            trail.pop();
        }
        project
    }

    /// A file's documents, filled in.
    fn documents(&mut self, read: Read<'_>, environment: &Environment) -> Vec<Document> {
        let Parsed::Compose(file) = read.parsed else { return Vec::new() };
        self.demanded.extend(demanded(read.text).map(str::to_owned));
        let mut documents = Vec::new();
        for node in &file.documents {
            let mut document = value::read(node, read.text, environment, &mut self.faults);
            if first_format::is_first(node) {
                let top = node.pairs().first().map(|it| it.key.place);
                self.first_format = self.first_format.or(top);
                document.value = first_format::of_today(document.value);
            }
            match document.value.data {
                Data::Map(_) => documents.push(document),
                Data::Null => {}
                Data::Scalar(..) | Data::List(_) => {
                    self.fault(FaultKind::Schema, node.place, "a compose file is a mapping");
                }
            }
        }
        documents
    }

    fn fault(&mut self, kind: FaultKind, place: Place, message: impl Into<String>) {
        self.faults.push(Fault::new(kind, place, message));
    }

    fn find(&mut self, path: &Utf8Path, from: Option<Place>) -> Option<Read<'a>> {
        match self.files.find(path) {
            Found::Read(read) => Some(read),
            Found::Wanted | Found::Folder | Found::Absent => {
                self.missing.extend(from.map(|place| (path.to_owned(), place)));
                None
            }
        }
    }

    /// Puts one document on top of what came before.
    fn add(
        &mut self,
        before: Option<Value>,
        document: Document,
        file: &Utf8Path,
        job: &Job<'_>,
        trail: &mut Vec<Utf8PathBuf>,
    ) -> Value {
        let Document { value: mut own, resets } = document;
        self.include(&mut own, job, trail);
        let mut before = before;
        if let Some(before) = &mut before {
            reset(before, &resets);
        }
        self.extend_services(&mut own, file, job, &resets);
        let mut project = match before {
            None => own,
            Some(before) => merge(before, own, &mut Path::new(), &mut self.faults),
        };
        make_unique(&mut project, &mut Path::new());
        canonical(&mut project, &mut self.faults);
        make_unique(&mut project, &mut Path::new());
        project
    }

    /// Brings in what the file includes. What it says itself of the same name comes on top.
    fn include(&mut self, own: &mut Value, job: &Job<'_>, trail: &mut Vec<Utf8PathBuf>) {
        let Some(map) = own.as_map_mut() else { return };
        let Some(include) = map.shift_remove("include") else { return };
        for item in include.value.items() {
            let paths = item.as_text().map_or_else(|| item.get("path"), |_| Some(item));
            let Some(paths) = paths.map(|it| self.included(it, job.folder)) else { continue };
            let Some(first) = paths.first().cloned() else { continue };
            if trail.contains(&first) || trail.len() >= DEEPEST {
                let message = format!("`{first}` includes itself");
                self.fault(FaultKind::Cycle, item.place, message);
                continue;
            }
            for path in &paths {
                self.find(path, Some(item.place));
            }
            let folder = item.get("project_directory").and_then(Value::known);
            let folder = match folder {
                Some(folder) => normalize(&job.folder.join(folder.value)),
                None => first.parent().unwrap_or(Utf8Path::new("")).to_owned(),
            };
            let env_files = match item.get("env_file") {
                Some(env_files) => self.paths(env_files, job.folder),
                None => vec![folder.join(".env")],
            };
            let mut environment = (job.read_env_files)(&env_files);
            environment.lay(job.environment);
            let inner = Job { files: &paths, folder: &folder, environment: &environment, ..*job };
            let Some(mut included) = self.load(&inner, trail) else { continue };
            rebase(&mut included, &relative(job.folder, &folder));
            self.import(included, own);
        }
    }

    /// The files of an entry. Where a variable nobody knows is in a path, it is the only one that it fits.
    fn included(&mut self, value: &Value, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let mut paths = self.paths(value, folder);
        let items = std::iter::once(value).chain(value.items());
        let texts = items.filter_map(|it| Some((it.as_text()?, it.place)));
        for (text, place) in texts.filter(|(text, _)| !text.is_known()) {
            let named = text.to_string();
            match <[Utf8PathBuf; 1]>::try_from(fitting(self.files, folder, &named)) {
                Ok([path]) => paths.push(path),
                Err(_) => self.missing.push((normalize(&folder.join(named)), place)),
            }
        }
        paths
    }

    fn paths(&self, value: &Value, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let items =
            if value.as_text().is_some() { std::slice::from_ref(value) } else { value.items() };
        let known = items.iter().filter_map(Value::known);
        known.map(|path| normalize(&folder.join(path.value))).collect()
    }

    fn import(&mut self, included: Value, own: &mut Value) {
        let (Data::Map(included), Some(own)) = (included.data, own.as_map_mut()) else { return };
        for section in ["services", "volumes", "networks", "secrets", "configs", "models"] {
            let Some(entry) = included.get(section) else { continue };
            let Entry { key, value, .. } = entry.clone();
            let Data::Map(resources) = value.data else { continue };
            let empty = || Entry::new(key, Value::map(value.place, Map::new()));
            let into = own.entry(section.to_owned()).or_insert_with(empty);
            let Some(into) = into.value.as_map_mut() else { continue };
            for (name, entry) in resources {
                let mut path = vec![section.to_owned(), name.clone()];
                let merged = match into.shift_remove(&name) {
                    None => entry,
                    Some(own) => {
                        let value = merge(entry.value, own.value, &mut path, &mut self.faults);
                        Entry { key: own.key, before: vec![entry.key], merged: own.merged, value }
                    }
                };
                into.insert(name, merged);
            }
        }
    }

    fn extend_services(
        &mut self,
        own: &mut Value,
        file: &Utf8Path,
        job: &Job<'_>,
        resets: &[Path],
    ) {
        let Some(services) = own.as_map_mut().and_then(|map| map.get_mut("services")) else {
            return;
        };
        let Some(map) = services.value.as_map_mut() else { return };
        for index in 0..map.len() {
            let Some((name, _)) = map.get_index(index) else { continue };
            let name = name.clone();
            let mut at = Extending { file: file.to_owned(), job, resets, trail: Vec::new() };
            if let Some(value) = self.extended(map, &name, &mut at)
                && let Some((_, entry)) = map.get_index_mut(index)
            {
                entry.value = value;
            }
        }
    }

    /// The service with what it extends below it; `None` if it extends nothing.
    fn extended(&mut self, services: &Map, name: &str, at: &mut Extending<'_>) -> Option<Value> {
        let service = &services.get(name)?.value;
        let extends = service.get("extends")?;
        let (base, file) = match extends.as_text() {
            Some(_) => (extends.known()?, None),
            None => {
                let base = extends.get("service").and_then(Value::known);
                let Some(base) = base else {
                    self.fault(FaultKind::Schema, extends.place, "extends needs a service");
                    return None;
                };
                (base, extends.get("file"))
            }
        };
        let key = (at.file.clone(), name.to_owned());
        if at.trail.contains(&key) || at.trail.len() >= DEEPEST {
            self.fault(FaultKind::Cycle, extends.place, format!("`{name}` extends itself"));
            return None;
        }
        at.trail.push(key);
        let found = match file {
            None => self.base_here(services, &base.value, at),
            Some(file) => self.base_elsewhere(file, &base.value, at),
        };
        at.trail.pop();
        let Some(base_value) = found else {
            let message = format!("no service `{}` to extend", base.value);
            if !self.missing.iter().any(|(_, place)| *place == extends.place) {
                self.fault(FaultKind::Reference, extends.place, message);
            }
            return None;
        };
        self.made += weight(&base_value);
        if self.made > MOST {
            self.fault(FaultKind::Limit, extends.place, "services extend each other too often");
            return None;
        }
        let mut base = base_value;
        let own: Vec<Path> = at.resets.iter().filter_map(|path| within(path, name)).collect();
        reset(&mut base, &own);
        let mut own = service.clone();
        own.as_map_mut()?.shift_remove("extends");
        base.as_map_mut()?.shift_remove("extends");
        let mut path = vec!["services".to_owned(), "x".to_owned()];
        Some(merge(base, own, &mut path, &mut self.faults))
    }

    fn base_here(&mut self, services: &Map, base: &str, at: &mut Extending<'_>) -> Option<Value> {
        let plain = services.get(base)?.value.clone();
        if at.job.files.contains(&at.file) {
            self.extended.insert(base.to_owned());
        }
        Some(self.extended(services, base, at).unwrap_or(plain))
    }

    /// A service of another file. Its own relative paths become relative to this project.
    fn base_elsewhere(
        &mut self,
        file: &Value,
        base: &str,
        at: &mut Extending<'_>,
    ) -> Option<Value> {
        let path = normalize(&at.job.folder.join(file.known()?.value));
        let read = match extended_file(self.files, &path, base) {
            Some(read) => read,
            None => {
                self.missing.push((path, file.place));
                return None;
            }
        };
        let mut documents = self.documents(read, at.job.environment);
        let Document { value: mut other, resets } = documents.pop()?;
        let before = std::mem::replace(&mut at.file, read.path.to_owned());
        let folder = read.path.parent().unwrap_or(Utf8Path::new(""));
        let job = Job { folder, files: at.job.files, ..*at.job };
        let found = other.as_map_mut().and_then(|map| {
            let services = map.get("services")?.value.as_map()?.clone();
            let trail = std::mem::take(&mut at.trail);
            let file = at.file.clone();
            let mut inner = Extending { file, job: &job, resets: &resets, trail };
            let found = self.base_here(&services, base, &mut inner);
            at.trail = inner.trail;
            found
        });
        at.file = before;
        let mut found = found?;
        rebase_service(&mut found, &relative(at.job.folder, folder));
        Some(found)
    }
}

/// The compose files that a path with a variable may name, as `db/${ENGINE}.yml` does those of a folder. One
/// that begins with the variable may be any.
pub(in crate::model) fn fitting(
    files: &Files<'_>,
    folder: &Utf8Path,
    named: &str,
) -> Vec<Utf8PathBuf> {
    if !named.contains("${") || named.trim_start_matches("./").starts_with('$') {
        return Vec::new();
    }
    let pattern = normalize(&folder.join(named));
    let depth = |path: &Utf8Path| path.components().count();
    let all = files.of(Kind::Compose).into_iter().map(|it| it.path);
    let fits = |path: &&Utf8Path| {
        depth(path) == depth(&pattern) && symbol::may_become(pattern.as_str(), path.as_str())
    };
    all.filter(fits).map(Utf8Path::to_owned).collect()
}

/// The file that `extends` names. Where it is not there or lacks the service, it is the only other one of its
/// name that has it: what lies in one folder on the server may come of several here.
pub(in crate::model) fn extended_file<'a>(
    files: &Files<'a>,
    named: &Utf8Path,
    service: &str,
) -> Option<Read<'a>> {
    let has = |read: &Read<'_>| {
        let Parsed::Compose(tree) = read.parsed else { return false };
        let mut roots = tree.documents.iter().flat_map(services);
        roots.any(|it| it.key.text() == Some(service))
    };
    let there = files.find(named).read();
    if there.as_ref().is_some_and(has) {
        return there;
    }
    let is_called_so = |read: &Read<'_>| read.path.file_name() == named.file_name();
    let mut others = files.of(Kind::Compose).into_iter().filter(is_called_so).filter(has);
    let other = others.next().filter(|_| others.next().is_none());
    other.or(there)
}

/// Where in the chain of `extends` one is.
struct Extending<'a> {
    file: Utf8PathBuf,
    job: &'a Job<'a>,
    resets: &'a [Path],
    trail: Vec<(Utf8PathBuf, String)>,
}

/// The rest of a path below `services.<name>`.
fn within(path: &[String], name: &str) -> Option<Path> {
    match path {
        [services, service, rest @ ..] if services == "services" && service == name => {
            Some(rest.to_vec())
        }
        _ => None,
    }
}

fn weight(value: &Value) -> usize {
    1 + match &value.data {
        Data::Null | Data::Scalar(..) => 0,
        Data::List(items) => items.iter().map(weight).sum(),
        Data::Map(map) => map.values().map(|entry| weight(&entry.value)).sum(),
    }
}
