//! What is known already: baselines, and findings that are older than a revision.

use super::command::{BROKEN, Said, concise};
use super::folder;
use crate::cli::Exit;
use crate::tests::git_in;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

fn baseline(folder: &TempDir) -> (PathBuf, String) {
    let path = folder.path().join("known.json");
    let text = path.to_str().unwrap().to_owned();
    (path, text)
}

#[test]
fn what_is_in_the_baseline_is_not_shown_and_what_is_new_is() {
    let folder = folder(&[("deploy/nginx.conf", BROKEN)]);
    let (path, file) = baseline(&folder);
    let said = concise(&folder, &["--baseline", &file, "--write-baseline"]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
    assert!(said.out.contains("listed in"), "{}", said.out);
    let said = concise(&folder, &["--baseline", &file]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.out);

    let lower = format!("{}{BROKEN}", "# a line\n".repeat(30));
    fs::create_dir(folder.path().join("ops")).unwrap();
    fs::write(folder.path().join("ops/nginx.conf"), lower).unwrap();
    fs::remove_file(folder.path().join("deploy/nginx.conf")).unwrap();
    let said = concise(&folder, &["--baseline", &file]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.out);

    fs::write(folder.path().join("app.service"), "[Service]\nExecStrat=x\n").unwrap();
    let said = concise(&folder, &["--baseline", &file]);
    assert_eq!(said.exit, Exit::Found);
    assert!(said.out.contains("app.service:2"), "{}", said.out);
    assert!(!said.out.contains("nginx.conf:"), "{}", said.out);
    assert!(fs::read_to_string(path).unwrap().contains("nginx"));
}

#[test]
fn a_baseline_shrinks_when_it_is_asked_to() {
    let unit = "[Service]\nExecStrat=x\n";
    let folder = folder(&[("nginx.conf", BROKEN), ("app.service", unit)]);
    let (path, file) = baseline(&folder);
    concise(&folder, &["--baseline", &file, "--write-baseline"]);
    let all = fs::read_to_string(&path).unwrap();
    fs::remove_file(folder.path().join("app.service")).unwrap();

    concise(&folder, &["--baseline", &file]);
    assert_eq!(fs::read_to_string(&path).unwrap(), all, "only when asked to");
    concise(&folder, &["--baseline", &file, "--shrink-baseline"]);
    let shrunk = fs::read_to_string(&path).unwrap();
    assert!(shrunk.contains("nginx/") && !shrunk.contains("systemd/"), "{shrunk}");
}

#[test]
fn a_baseline_that_cannot_be_used_ends_the_run_with_one_line() {
    let folder = folder(&[("nginx.conf", BROKEN)]);
    let (path, file) = baseline(&folder);
    let told = |text: Option<&str>| -> Said {
        _ = fs::remove_file(&path);
        if let Some(text) = text {
            fs::write(&path, text).unwrap();
        }
        concise(&folder, &["--baseline", &file])
    };
    for (text, wanted) in [
        (None, "it does not exist; `--write-baseline` writes it"),
        (Some("{\"version\": 9}"), "it is a baseline of version 9"),
        (Some("nonsense"), "it is no baseline"),
        (Some(""), "it is no baseline"),
    ] {
        let said = told(text);
        assert_eq!((said.exit, said.out.as_str()), (Exit::Failed, ""), "{text:?}");
        assert!(said.err.contains(wanted), "{}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
    let said = concise(&folder, &["--baseline", "/nonexistent/b.json", "--write-baseline"]);
    assert_eq!(said.exit, Exit::Failed, "{}", said.out);
}

#[test]
fn only_what_is_new_since_a_revision_is_shown() {
    let folder = folder(&[
        ("spare/nginx.conf", BROKEN),
        (".gitignore", ".env\n"),
        (".env", "# kilter: ignore[nonsense/name]\n"),
    ]);
    git_in(&folder, &["init", "-q"]);
    git_in(&folder, &["add", "."]);
    git_in(&folder, &["commit", "-qm", "first"]);
    let said = concise(&folder, &[]);
    assert!(said.out.contains("nonsense/name") && said.out.contains("spare/nginx.conf"));
    let said = concise(&folder, &["--since", "HEAD"]);
    assert_eq!(said.exit, Exit::Clean, "{}{}", said.out, said.err);

    fs::write(folder.path().join("app.service"), "[Service]\nExecStrat=x\n").unwrap();
    let said = concise(&folder, &["--since", "HEAD"]);
    assert_eq!(said.exit, Exit::Found, "{}", said.err);
    assert!(said.out.contains("app.service:2"), "{}", said.out);
    assert!(!said.out.contains("nginx.conf:"), "{}", said.out);
}

#[test]
fn what_git_does_not_know_ends_the_run_with_one_line() {
    let folder = folder(&[("nginx.conf", BROKEN)]);
    let said = concise(&folder, &["--since", "HEAD"]);
    assert_eq!(said.exit, Exit::Failed);
    assert!(said.err.starts_with("kilter: cannot tell what is new since `HEAD`: "), "{}", said.err);
    git_in(&folder, &["init", "-q"]);
    for revision in ["nowhere", "--all", "HEAD"] {
        let said = concise(&folder, &[&format!("--since={revision}")]);
        assert_eq!((said.exit, said.out.as_str()), (Exit::Failed, ""), "{revision}");
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
}

#[test]
fn without_git_nothing_can_be_told_from_a_revision() {
    let folder = folder(&[("nginx.conf", BROKEN)]);
    let nowhere = [("PATH", "/nonexistent")];
    let said = super::command::kilter(&nowhere, &["check", "--since", "HEAD"], &folder);
    assert_eq!((said.exit, said.out.as_str()), (Exit::Failed, ""));
    let wanted = "kilter: cannot tell what is new since `HEAD`: git is not installed\n";
    assert_eq!(said.err, wanted);
}

#[test]
fn rules_are_counted_instead_of_heard() {
    let folder =
        folder(&[("a.service", "[Service]\nExecStrat=x\nExecStrt=y\n"), ("nginx.conf", BROKEN)]);
    let said = concise(&folder, &["--statistics"]);
    assert_eq!(said.exit, Exit::Found);
    assert!(said.out.lines().any(|line| line.trim_start().starts_with("2  ")), "{}", said.out);
    let said = super::command::kilter(&[], &["check", "--statistics", "--format", "json"], &folder);
    let rows: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(rows[0]["count"], 2, "{}", said.out);
}

#[test]
fn nothing_to_mend_is_an_empty_patch_and_changes_nothing() {
    let folder = folder(&[("nginx.conf", BROKEN)]);
    let said = concise(&folder, &["--diff"]);
    assert_eq!((said.exit, said.out.as_str()), (Exit::Clean, ""));
    let said = concise(&folder, &["--fix", "--unsafe-fixes"]);
    assert_eq!(said.exit, Exit::Found, "{}", said.err);
    assert_eq!(fs::read_to_string(folder.path().join("nginx.conf")).unwrap(), BROKEN);
    assert_eq!(concise(&folder, &["--fix", "--diff"]).exit, Exit::Failed);
}
