//! Which compose files are used together, and what for.
//!
//! An override is a file that leaves out what another in its folder has for the same service. A
//! file's name says its stage; where the names tell production from the rest, the rest is not.

use crate::fact::Fact;
use crate::model::{Files, Kind, Stage};
use crate::source::Place;
use crate::syntax::Parsed;
use crate::syntax::yaml::{File, Node, Pair};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};

/// Files as `docker compose -f … -f …` would take them.
#[derive(Clone, Debug)]
pub(super) struct Set {
    pub(super) files: Vec<Utf8PathBuf>,
    pub(super) stage: Fact<Stage>,
    /// Whether a file's name says the stage, and it is not merely assumed.
    pub(super) stage_is_said: bool,
    /// Services of other files of the folder, which may be meant to be used with them.
    pub(super) elsewhere: BTreeSet<String>,
}

/// The names that compose finds by itself, and their overrides.
const BASES: &[&str] =
    &["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

struct Candidate<'a> {
    path: &'a Utf8Path,
    whole: Place,
    stage: Option<Stage>,
    /// Its services, and whether each says what image it is of.
    services: BTreeMap<String, bool>,
}

/// Every set that somebody could start, by path.
pub(super) fn sets(files: &Files) -> Vec<Set> {
    let mut folders: BTreeMap<&Utf8Path, Vec<Candidate>> = BTreeMap::new();
    for read in files.of(Kind::Compose) {
        let Parsed::Compose(tree) = read.parsed else { continue };
        let services = services(tree);
        // What was cut off may say the opposite.
        if services.is_empty() || !tree.complete {
            continue;
        }
        let folder = read.path.parent().unwrap_or(Utf8Path::new(""));
        let name = read.path.file_name().unwrap_or_default();
        let whole = Place::of(read.id, read.text, read.text);
        let candidate = Candidate {
            path: read.path,
            whole,
            stage: stage_of(name).or_else(|| folder_stage(folder)),
            services,
        };
        folders.entry(folder).or_default().push(candidate);
    }
    folders.values().flat_map(|candidates| in_folder(candidates)).collect()
}

fn in_folder(candidates: &[Candidate]) -> Vec<Set> {
    let base = BASES
        .iter()
        .find_map(|name| candidates.iter().find(|it| it.path.file_name() == Some(name)));
    let is_base = |it: &Candidate| base.is_some_and(|base| base.path == it.path);
    let elsewhere = |of: &Candidate| {
        let others = candidates.iter().filter(|it| it.path != of.path);
        others.flat_map(|it| it.services.keys().cloned()).collect::<BTreeSet<_>>()
    };
    let mut sets = Vec::new();
    for candidate in candidates.iter().filter(|it| !is_base(it)) {
        let over = base.filter(|base| candidate.overrides(base));
        let files = over.iter().copied().chain([candidate]).map(|it| it.path.to_owned()).collect();
        let stage = candidate.stage.unwrap_or(Stage::Production);
        sets.push(Set {
            elsewhere: if over.is_none() { elsewhere(candidate) } else { BTreeSet::new() },
            files,
            stage: Fact::at(stage, candidate.whole),
            stage_is_said: candidate.stage.is_some(),
        });
    }
    if let Some(base) = base {
        let others = || candidates.iter().filter(|it| !is_base(it));
        let has = |stage| others().any(|it| it.stage == Some(stage));
        // Beside a file for production, the plain one is for developers.
        let stage = match base.stage {
            Some(stage) => stage,
            None if has(Stage::Production) => Stage::Development,
            None => Stage::Production,
        };
        sets.push(Set {
            files: vec![base.path.to_owned()],
            stage: Fact::at(stage, base.whole),
            stage_is_said: base.stage.is_some() || has(Stage::Production),
            elsewhere: BTreeSet::new(),
        });
    }
    sets.sort_by(|a, b| a.files.last().cmp(&b.files.last()));
    sets
}

impl Candidate<'_> {
    /// Whether it makes no sense without the base: a service of both has its image only there.
    fn overrides(&self, base: &Candidate) -> bool {
        self.services.iter().any(|(name, whole)| !whole && base.services.contains_key(name))
    }
}

fn services(tree: &File) -> BTreeMap<String, bool> {
    let services = tree.documents.first().and_then(|root| root.get("services"));
    let pairs = services.map(Node::pairs).unwrap_or_default();
    let service = |pair: &Pair| {
        let whole = ["image", "build", "extends"].iter().any(|key| pair.value.get(key).is_some());
        Some((pair.key.text()?.to_owned(), whole))
    };
    pairs.iter().filter_map(service).collect()
}

/// What the folders say that the file lies in, the innermost first: `tests/`, `deploy/dev/`.
fn folder_stage(folder: &Utf8Path) -> Option<Stage> {
    folder.iter().rev().find_map(stage_of)
}

/// What a file's name says that it is for.
fn stage_of(name: &str) -> Option<Stage> {
    let words = name.split(['.', '-', '_']);
    words.into_iter().find_map(|word| match word.to_ascii_lowercase().as_str() {
        "prod" | "production" | "live" | "deploy" | "server" | "staging" | "stage" => {
            Some(Stage::Production)
        }
        "dev" | "devel" | "development" | "local" | "override" | "debug" => {
            Some(Stage::Development)
        }
        "test" | "tests" | "testing" | "ci" | "e2e" => Some(Stage::Test),
        _ => None,
    })
}
