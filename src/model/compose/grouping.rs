//! Which compose files of a tree are used together.
//!
//! Compose itself puts an override on top of the file that it finds. Beyond that, people say so
//! when they call it, and a file whose services have no image cannot stand alone. What nothing
//! of this decides is a guess, and doubted.

use crate::fact::{Certainty, Fact};
use crate::model::compose::invocation::{Invocation, invocations};
use crate::model::{Files, Found, Kind, Read, Stage};
use crate::source::{Place, normalize};
use crate::syntax::{Parsed, yaml};
use camino::{Utf8Path, Utf8PathBuf};

/// Files that make one project.
#[derive(Clone, Debug)]
pub struct Group {
    /// In the order of `-f`.
    pub files: Vec<Utf8PathBuf>,
    /// Why they belong together: the call that names them, or the files themselves.
    pub because: Fact<()>,
    /// Every call with exactly these files.
    pub calls: Vec<Fact<Invocation>>,
    /// By the files' names; `None` where they say nothing.
    pub stage: Option<Fact<Stage>>,
}

/// The names that compose looks for, the first found counts (compose-go's `DefaultFileNames`).
const DEFAULT: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const OVERRIDE: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

impl Group {
    /// Where relative paths start.
    pub fn folder(&self) -> &Utf8Path {
        self.files.first().and_then(|file| file.parent()).unwrap_or(Utf8Path::new(""))
    }
}

/// Every set of files that somebody runs, or could.
pub fn groups(files: &Files<'_>) -> Vec<Group> {
    let found = files.of(Kind::Compose);
    let known: Vec<Entry<'_>> = found.iter().filter_map(|read| Entry::new(*read)).collect();
    let mut groups: Vec<Group> = Vec::new();
    for call in calls(files, &known) {
        let (paths, call) = call;
        match groups.iter_mut().find(|group| group.files == paths) {
            Some(group) => group.calls.push(call),
            None => {
                let because = call.map(|_| ());
                groups.push(Group { files: paths, because, calls: vec![call], stage: None });
            }
        }
    }
    for entry in &known {
        let named = groups.iter().any(|group| group.files.iter().any(|it| it == entry.path));
        let set = entry.by_itself(&known);
        let Some(set) = set else { continue };
        let already = groups.iter().any(|group| group.files == set);
        // A file that only ever comes with others is no project of its own.
        if already || (named && set.len() == 1 && !entry.is_default()) {
            continue;
        }
        let at = Fact::at((), entry.place);
        let guessed = set.len() > 1 && !entry.is_default();
        let why = format!("nothing says that {} is used on top of {}", entry.name(), set[0]);
        let because = if guessed { at.doubt(Certainty::Likely, &why) } else { at };
        groups.push(Group { files: set, because, calls: Vec::new(), stage: None });
    }
    for group in &mut groups {
        group.stage = stage(&group.files, &known);
    }
    groups.sort_by(|a, b| a.files.cmp(&b.files));
    groups
}

/// A compose file.
struct Entry<'a> {
    path: &'a Utf8Path,
    place: Place,
    /// A service of it has neither image nor build, so another file has to have it.
    partial: bool,
}

impl<'a> Entry<'a> {
    fn new(read: Read<'a>) -> Option<Self> {
        let Parsed::Compose(file) = read.parsed else { return None };
        let document = file.documents.first()?;
        let services = document.get("services").map_or(&[][..], yaml::Node::pairs);
        let includes = document.get("include").is_some();
        let lacks = |service: &yaml::Node| {
            let keys = ["image", "build", "extends", "provider"];
            !keys.iter().any(|key| service.get(key).is_some())
        };
        // Without services it brings networks or volumes to others.
        let needs =
            |pair: &yaml::Pair| lacks(&pair.value) || refers_elsewhere(&pair.value, document);
        let partial = !includes && (services.is_empty() || services.iter().any(needs));
        Some(Self { path: read.path, place: document.place, partial })
    }

    fn name(&self) -> &str {
        self.path.file_name().unwrap_or_default()
    }

    fn is_default(&self) -> bool {
        DEFAULT.contains(&self.name())
    }

    /// The files that this one is used with if nobody says anything. `None` if it is used by way
    /// of another.
    fn by_itself(&self, all: &[Self]) -> Option<Vec<Utf8PathBuf>> {
        let folder = self.path.parent().unwrap_or(Utf8Path::new(""));
        let beside = |name: &&str| all.iter().find(|it| it.path == folder.join(*name));
        let base = DEFAULT.iter().find_map(beside);
        let own = self.path.to_owned();
        if self.is_default() {
            // Compose takes the first of the names, and its override.
            if base.is_some_and(|base| base.path != self.path) {
                return Some(vec![own]);
            }
            let over = OVERRIDE.iter().find_map(beside);
            return Some(
                [Some(own), over.map(|it| it.path.to_owned())].into_iter().flatten().collect(),
            );
        }
        match base {
            Some(_) if OVERRIDE.contains(&self.name()) => None,
            Some(base) if self.partial => Some(vec![base.path.to_owned(), own]),
            Some(_) | None => Some(vec![own]),
        }
    }
}

/// Whether a service names another, or a network, that only another file can declare.
fn refers_elsewhere(service: &yaml::Node, document: &yaml::Node) -> bool {
    [("depends_on", "services"), ("networks", "networks")].into_iter().any(|(key, section)| {
        let Some(node) = service.get(key) else { return false };
        let listed = node.items().iter().filter_map(yaml::Node::text);
        let named = node.pairs().iter().filter_map(|pair| pair.key.text());
        let declared = |name: &str| document.get(section).is_some_and(|it| it.get(name).is_some());
        listed.chain(named).any(|name| name != "default" && !declared(name))
    })
}

/// The calls of the tree whose files are all there, with those files.
fn calls(files: &Files<'_>, known: &[Entry<'_>]) -> Vec<(Vec<Utf8PathBuf>, Fact<Invocation>)> {
    let mut found = Vec::new();
    for read in callers(files, known) {
        for call in invocations(read.id, read.text) {
            let folder = read.path.parent().unwrap_or(Utf8Path::new(""));
            // Scripts are run from anywhere above; most often from the root.
            let resolved = folder.ancestors().find_map(|from| {
                let paths = call.value.files.iter().map(|file| normalize(&from.join(file)));
                let paths: Vec<Utf8PathBuf> = paths.collect();
                let there = |path: &Utf8PathBuf| known.iter().any(|it| it.path == path);
                (!paths.is_empty() && paths.iter().all(there)).then_some(paths)
            });
            found.extend(resolved.map(|paths| (paths, call)));
        }
    }
    found
}

/// What may call compose: everything that is a list of commands, and the READMEs.
fn callers<'a>(files: &Files<'a>, known: &[Entry<'_>]) -> Vec<Read<'a>> {
    let kinds = [Kind::Makefile, Kind::Shell, Kind::Workflow, Kind::Systemd, Kind::Crontab];
    let mut callers: Vec<Read<'a>> = kinds.iter().flat_map(|kind| files.of(*kind)).collect();
    let mut folders: Vec<&Utf8Path> =
        known.iter().flat_map(|it| it.path.ancestors().skip(1)).collect();
    folders.sort();
    folders.dedup();
    for folder in folders {
        for name in ["README.md", "readme.md", "README.rst", "DEPLOYMENT.md", "DEPLOY.md"] {
            if let Found::Read(read) = files.find(&folder.join(name)) {
                callers.push(read);
            }
        }
    }
    callers
}

/// What the names say: the last file that says something decides.
fn stage(files: &[Utf8PathBuf], known: &[Entry<'_>]) -> Option<Fact<Stage>> {
    let entry = |path: &Utf8PathBuf| known.iter().find(|it| it.path == path);
    let said = files.iter().rev().find_map(|path| Some((named(path)?, entry(path)?)));
    if let Some((stage, entry)) = said {
        let why = format!("only the name of {} says so", entry.name());
        return Some(Fact::at(stage, entry.place).doubt(Certainty::Likely, &why));
    }
    // A file beside one that is for production is most often not.
    let own = entry(files.first()?)?;
    let folder = own.path.parent();
    let siblings = known
        .iter()
        .filter(|it| it.path.parent() == folder && !files.contains(&it.path.to_owned()));
    let stages: Vec<Stage> = siblings.filter_map(|it| named(it.path)).collect();
    let (stage, other) =
        match (stages.contains(&Stage::Production), stages.contains(&Stage::Development)) {
            (true, false) => (Stage::Development, "production"),
            (false, true) => (Stage::Production, "development"),
            (true, true) | (false, false) => return None,
        };
    let why = format!("a file beside {} is for {other}", own.name());
    Some(Fact::at(stage, own.place).doubt(Certainty::Likely, &why))
}

/// The stage in a file's name, or else in its folder's.
fn named(path: &Utf8Path) -> Option<Stage> {
    let folder = path.parent().and_then(Utf8Path::file_name).unwrap_or_default();
    [path.file_name().unwrap_or_default(), folder].into_iter().find_map(|name| {
        let name = name.to_ascii_lowercase();
        let mut words = name.split(|it: char| !it.is_ascii_alphanumeric());
        words.find_map(|word| match word {
            "prod" | "production" | "live" | "deploy" | "staging" | "stage" | "swarm" => {
                Some(Stage::Production)
            }
            "dev" | "devel" | "development" | "local" | "override" | "debug" => {
                Some(Stage::Development)
            }
            "test" | "tests" | "testing" | "ci" | "e2e" => Some(Stage::Test),
            _ => None,
        })
    })
}
