//! The ways in which kilter reaches people: the wheel, the pre-commit hook, the GitHub action, and
//! what a release holds.

use crate::tests::{FIXTURES, copy_folder, tool};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use tempfile::TempDir;

mod fleet;
mod release;
mod site;
mod workflows;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A folder with the wheel of this tree, built once.
static WHEELS: LazyLock<TempDir> = LazyLock::new(|| {
    let wheels = TempDir::new().unwrap();
    let mut maturin = Command::new(tool("packaging/bin/maturin"));
    maturin.args(["build", "--quiet", "--manifest-path", "../../Cargo.toml", "--out"]);
    run(maturin.arg(wheels.path()).current_dir(Path::new(ROOT).join("packages/wheel")), 0);
    wheels
});

fn run(command: &mut Command, code: i32) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    assert_eq!(status.code(), Some(code), "{command:?}\n{text}");
    text
}

/// A fresh virtual environment that has the wheel.
fn installed() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    run(Command::new(tool("packaging/bin/python")).args(["-m", "venv"]).arg(folder.path()), 0);
    let mut pip = Command::new(folder.path().join("bin/pip"));
    pip.args(["install", "--quiet", "--no-index", "--find-links"]).arg(WHEELS.path());
    run(pip.arg("kilter"), 0);
    let bin = folder.path().join("bin");
    (folder, bin)
}

fn deployment(name: &str) -> PathBuf {
    FIXTURES.join(name)
}

#[test]
fn the_wheel_has_the_program() {
    let (_folder, bin) = installed();
    let kilter = bin.join("kilter");
    let version = run(Command::new(&kilter).arg("--version"), 0);
    assert_eq!(version.trim(), concat!("kilter ", env!("CARGO_PKG_VERSION")));
    let said = run(Command::new(&kilter).arg("check").arg(deployment("first-look")), 1);
    assert!(said.contains("assets/root-not-served"), "{said}");
    run(Command::new(&kilter).arg("check").arg(deployment("heypage")).env_clear(), 0);
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=kilter", "-c", "user.email=kilter@example.com"]);
    git.args(["-c", "init.defaultBranch=main", "-c", "core.autocrlf=false"]);
    run(git.args(arguments).current_dir(folder), 0)
}

/// What pre-commit takes of this repository, in one of its own.
fn hooks() -> TempDir {
    let folder = TempDir::new().unwrap();
    for file in [".pre-commit-hooks.yaml", "setup.py", "Cargo.toml"] {
        fs::copy(Path::new(ROOT).join(file), folder.path().join(file)).unwrap();
    }
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message", "hooks"]);
    git(folder.path(), &["tag", "v0"]);
    folder
}

#[test]
fn the_hook_judges_what_is_staged() {
    let (hooks, project, cache) = (hooks(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let folder = project.path();
    copy_folder(&deployment("heypage"), folder);
    let config = format!(
        "repos:\n  - repo: file://{}\n    rev: v0\n    hooks:\n      - id: kilter\n",
        hooks.path().display()
    );
    fs::write(folder.join(".pre-commit-config.yaml"), config).unwrap();
    fs::write(folder.join(".gitignore"), ".env\n").unwrap();
    git(folder, &["init", "--quiet"]);
    git(folder, &["add", "."]);
    let commit = |code| {
        let mut hook = Command::new(tool("packaging/bin/pre-commit"));
        hook.arg("run").current_dir(folder).env("PRE_COMMIT_HOME", cache.path());
        run(hook.env("PIP_FIND_LINKS", WHEELS.path()), code)
    };
    let said = commit(0);
    assert!(said.contains("Passed"), "{said}");

    // The faulty unit is staged, and mended in the worktree only.
    let unit = folder.join("etc/systemd/system/heypage.service");
    let good = fs::read_to_string(&unit).unwrap();
    fs::write(&unit, good.replace("User=", "# User=")).unwrap();
    git(folder, &["add", "."]);
    fs::write(&unit, &good).unwrap();
    let said = commit(1);
    assert!(said.contains("identity/runs-as-root"), "{said}");
    assert_eq!(fs::read_to_string(&unit).unwrap(), good);

    git(folder, &["add", "."]);
    commit(0);
    // Where nothing of a deployment changes there is nothing to ask.
    git(folder, &["commit", "--quiet", "--no-verify", "--message", "site"]);
    fs::write(folder.join("notes.txt"), "x\n").unwrap();
    git(folder, &["add", "."]);
    let said = commit(0);
    assert!(said.contains("no files to check"), "{said}");
}

/// The shell of the step with this name.
fn step(name: &str) -> String {
    let action = fs::read_to_string(Path::new(ROOT).join("action.yml")).unwrap();
    let (_, step) = action.split_once(&format!("- name: {name}\n")).unwrap();
    let (_, script) = step.split_once("run: |\n").unwrap();
    let lines = script.lines().take_while(|line| line.starts_with("        "));
    lines.map(|line| format!("{}\n", &line[8..])).collect()
}

#[test]
fn the_action_annotates_and_writes_sarif_and_a_summary() {
    let (_folder, bin) = installed();
    let temp = TempDir::new().unwrap();
    let (sarif, summary) = (temp.path().join("kilter.sarif"), temp.path().join("summary.md"));
    fs::write(&summary, "before\n").unwrap();
    let bash = |deployment: &Path, code| {
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step("Run kilter")]);
        bash.env("PATH", path).env("RUNNER_TEMP", temp.path()).env("SARIF", &sarif);
        bash.env("GITHUB_STEP_SUMMARY", &summary).env("PATHS", deployment);
        run(bash.env("ARGUMENTS", "--select\nassets\n"), code)
    };
    let said = bash(&deployment("first-look"), 1);
    assert!(said.contains("::error "), "{said}");
    let log: serde_json::Value = serde_json::from_slice(&fs::read(&sarif).unwrap()).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(!results.is_empty());
    let is_asset = |it: &serde_json::Value| it["ruleId"].as_str().unwrap().starts_with("assets/");
    assert!(results.iter().all(is_asset), "{results:?}");
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.starts_with("before\n") && text.contains("assets/root-not-served"), "{text}");
    bash(&deployment("heypage"), 0);
}
