//! Whole deployments: every rule, over each folder in `fixtures/deployments` and over its variants.
//!
//! A variant is laid over its deployment and breaks one contract. Its `expected.toml` says which
//! diagnostic that is and where, the primary place first; nothing else may be said. What a rule
//! that is not there yet would say is counted, not passed over in silence.

use crate::config::{self, Config};
use crate::diagnostic::Diagnostic;
use crate::fact::Certainty;
use crate::report::severity;
use crate::rules;
use crate::run::{Outcome, run};
use crate::source::{File, Tree};
use crate::tests::file;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item};

/// How many variants are held against their expectation; what is left waits for its rule.
const JUDGED: usize = 200;

/// Cases that need what the model does not tell yet: a default that an override file hides.

#[test]
fn deployments_say_what_they_are_expected_to_say() {
    let mut faults = Vec::new();
    for folder in folders("fixtures/deployments") {
        let expected = folder.with_extension("expected.toml");
        let expected = Expected::read(&expected).unwrap_or_default();
        faults.extend(expected.compare(&name(&folder), &judge(read(&folder))));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Each folder of `fixtures/deployments`, then each variant of one.
pub(super) fn each_deployment() -> Vec<(String, Vec<File>, Config)> {
    let of = |name: String, files: BTreeMap<String, Vec<u8>>| {
        let files: Vec<File> = files.into_iter().map(|(path, bytes)| file(&path, bytes)).collect();
        let config = files.iter().find(|file| file.path == "kilter.toml").cloned();
        let config = config.map(|file| config::parse(file).unwrap()).unwrap_or_default();
        (name, files, config)
    };
    let plain = folders("fixtures/deployments").into_iter().map(|it| of(name(&it), read(&it)));
    let varied = folders("fixtures/variants").into_iter().flat_map(|seed| {
        let variants = sorted(&seed).into_iter();
        variants.map(move |variant| {
            let expected = Expected::read(&variant.join("expected.toml")).unwrap();
            let case = format!("{}/{}", name(&seed), name(&variant));
            (case, laid_over(&seed, &variant, &expected))
        })
    });
    plain.chain(varied.map(|(name, files)| of(name, files))).collect()
}

/// The files of a deployment with those of its variant over them.
fn laid_over(seed: &Path, variant: &Path, expected: &Expected) -> BTreeMap<String, Vec<u8>> {
    let mut files = read(&root().join("fixtures/deployments").join(name(seed)));
    files.extend(read(variant));
    files.remove("expected.toml");
    expected.removed.iter().for_each(|path| _ = files.remove(path));
    files
}

/// Folders are read in whatever order the file system has.
#[test]
fn the_order_in_which_files_are_found_changes_no_byte() {
    let rules: Vec<_> = rules::all().filter(|rule| !rule.pedantic).collect();
    let said = |files: Vec<File>| {
        let config = Config { rules: rules.clone(), ..Config::default() };
        let outcome = run(&Tree::of(files), &config);
        let said = outcome.diagnostics.iter().map(|it| format!("{it:?} {}", shown(it, &outcome)));
        said.collect::<Vec<_>>().join("\n")
    };
    let files = read(&root().join("fixtures/deployments/first-look"));
    let forward: Vec<File> = files.iter().map(|(path, bytes)| file(path, bytes.clone())).collect();
    let backward: Vec<File> = forward.iter().rev().cloned().collect();
    let forward = said(forward);
    assert!(forward.contains("assets/root-not-served"), "{forward}");
    assert_eq!(forward, said(backward));
}

#[test]
fn variants_break_one_contract_each() {
    let (mut judged, mut waiting, mut faults) = (0, 0, Vec::new());
    for seed in folders("fixtures/variants") {
        for variant in sorted(&seed) {
            let expected = Expected::read(&variant.join("expected.toml")).unwrap();
            let case = format!("{}/{}", name(&seed), name(&variant));
            if expected.waits() {
                waiting += 1;
                continue;
            }
            judged += 1;
            let files = laid_over(&seed, &variant, &expected);
            faults.extend(expected.compare(&case, &judge(files)));
        }
    }
    println!("{judged} variants judged, {waiting} wait for a rule");
    assert!(faults.is_empty(), "{} of {judged} variants:\n{}", faults.len(), faults.join("\n"));
    assert!(judged >= JUDGED, "{judged} variants are judged, and {JUDGED} were");
}

fn judge(files: BTreeMap<String, Vec<u8>>) -> Outcome {
    let files: Vec<File> = files.iter().map(|(path, bytes)| file(path, bytes.clone())).collect();
    let rules = rules::all().filter(|rule| !rule.pedantic).collect();
    let config = files.iter().find(|file| file.path == "kilter.toml").cloned();
    let config = config.map(|file| config::parse(file).unwrap()).unwrap_or_default();
    run(&Tree::of(files), &Config { rules, ..config })
}

/// What a folder of files is expected to hear.
#[derive(Default)]
struct Expected {
    removed: Vec<String>,
    diagnostics: Vec<Finding>,
}

#[derive(Clone)]
struct Finding {
    rule: String,
    severity: String,
    certainty: String,
    places: Vec<String>,
}

impl Expected {
    fn read(path: &Path) -> Option<Self> {
        let document: DocumentMut = fs::read_to_string(path).ok()?.parse().unwrap();
        let strings = |item: Option<&Item>| -> Vec<String> {
            let values = item.and_then(Item::as_array).into_iter().flatten();
            values.map(|value| value.as_str().unwrap().to_owned()).collect()
        };
        let findings = document.get("diagnostic").and_then(Item::as_array_of_tables);
        let diagnostics = findings.into_iter().flatten().map(|table| {
            let text = |key| table[key].as_str().unwrap().to_owned();
            let places = strings(table.get("places"));
            let (severity, certainty) = (text("severity"), text("certainty"));
            Finding { rule: text("rule"), severity, certainty, places }
        });
        let removed = strings(document.get("removed"));
        Some(Self { removed, diagnostics: diagnostics.collect() })
    }

    /// Whether a rule is missing that would have to speak.
    fn waits(&self) -> bool {
        self.diagnostics.iter().any(|it| rules::find(&it.rule).is_none())
    }

    fn compare(&self, name: &str, outcome: &Outcome) -> Vec<String> {
        let expected = self.diagnostics.iter().filter(|it| rules::find(&it.rule).is_some());
        let mut said: Vec<&Diagnostic> = outcome.diagnostics.iter().collect();
        let mut faults = Vec::new();
        for finding in expected {
            match said.iter().position(|it| finding.matches(it, outcome)) {
                Some(at) => _ = said.remove(at),
                None => {
                    let Finding { rule, severity, certainty, places } = finding;
                    let places = places.join(" ");
                    faults
                        .push(format!("{name}: not said: {severity} {certainty} {rule} {places}"));
                }
            }
        }
        faults.extend(said.iter().map(|it| format!("{name}: said: {}", shown(it, outcome))));
        faults
    }
}

impl Finding {
    fn matches(&self, it: &Diagnostic, outcome: &Outcome) -> bool {
        let places = places(it, outcome);
        it.rule == self.rule
            && severity(it.severity()) == self.severity
            && certainty(it) == self.certainty
            && places.first() == self.places.first()
            && self.places.iter().all(|place| places.contains(place))
    }
}

fn certainty(it: &Diagnostic) -> &'static str {
    match it.certainty() {
        Certainty::Possible => "possible",
        Certainty::Likely => "likely",
        Certainty::Certain => "certain",
    }
}

/// `path:line` of each label.
fn places(it: &Diagnostic, outcome: &Outcome) -> Vec<String> {
    let shown = outcome.sources.shown();
    let places = it.labels.iter().filter_map(|label| label.evidence.place());
    places.map(|at| format!("{}:{}", shown.path(at.file), shown.position(at).0)).collect()
}

fn shown(it: &Diagnostic, outcome: &Outcome) -> String {
    let (severity, places) = (severity(it.severity()), places(it, outcome).join(" "));
    let why = it.doubt().map_or_else(String::new, |doubt| format!(" ({})", doubt.why));
    format!("{severity} {} {} {places}: {}{why}", certainty(it), it.rule, it.message)
}

/// Files by their path from the folder.
fn read(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in sorted(&next) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn folders(path: &str) -> Vec<PathBuf> {
    sorted(&root().join(path)).into_iter().filter(|path| path.is_dir()).collect()
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}
