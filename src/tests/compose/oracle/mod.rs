//! Compose v2 itself: what its `config` says of a folder, and what kilter's model says of it.

use crate::fact::Environment;
use crate::model::compose::Project;
use crate::tests::compose::{Folder, lay_file, load};
use crate::tests::tool;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::Command as Process;

mod checkouts;
mod ours;
mod theirs;

use ours::project;
use theirs::simplified;

/// The folder that compose starts in names the project, unless it has a name of its own.
const PROJECT_NAME: &str = "COMPOSE_PROJECT_NAME";

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
    if !environment.sets(PROJECT_NAME) && !names_itself(&borrowed, files[0]) {
        let own = Utf8Path::new(files[0]).parent().filter(|it| !it.as_str().is_empty());
        let name = own.unwrap_or(&folder).file_name().unwrap_or_default().to_lowercase();
        let is_part = |it: &char| it.is_ascii_alphanumeric() || "_-".contains(*it);
        let name: String = name.chars().filter(is_part).collect();
        let name = name.trim_start_matches(['_', '-']);
        lay_file(&mut environment, &format!("{PROJECT_NAME}={name}\n"));
    }
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

fn names_itself(folder: Folder<'_>, path: &str) -> bool {
    let text = folder.iter().find(|(name, _)| *name == path).map(|(_, text)| *text);
    text.is_some_and(|text| text.lines().any(|line| line.starts_with("name:")))
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

#[test]
fn the_merged_project_is_that_of_compose() {
    let texts = [
        include_str!("../../../../fixtures/syntax/compose/interpolation.txt"),
        include_str!("../../../../fixtures/syntax/compose/merge.txt"),
        include_str!("../../../../fixtures/syntax/compose/extends.txt"),
        include_str!("../../../../fixtures/syntax/compose/forms.txt"),
        include_str!("../../../../fixtures/syntax/compose/refused.txt"),
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
