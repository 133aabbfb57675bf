//! `kilter init`: what it proposes is what holds.

use super::command::kilter;
use super::folder;
use crate::cli::Exit;
use crate::tests::{FIXTURES, copy_folder};
use std::fs;
use tempfile::TempDir;

fn fixture(name: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    copy_folder(&FIXTURES.join(name), folder.path());
    folder
}

fn found(folder: &TempDir) -> String {
    let said = kilter(&[], &["check", "--format", "json"], folder);
    let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    format!("{:#}", report["diagnostics"])
}

#[test]
fn what_is_proposed_holds_of_every_fixture() {
    let mut proposed = 0;
    for entry in fs::read_dir(FIXTURES.as_path()).unwrap() {
        let entry = entry.unwrap();
        if !entry.path().is_dir() {
            continue;
        }
        let name = entry.file_name().into_string().unwrap();
        let folder = fixture(&name);
        let before = found(&folder);
        let said = kilter(&[], &["init"], &folder);
        assert_eq!(said.exit, Exit::Clean, "{name}: {}", said.err);
        assert!(said.out.starts_with("Wrote `kilter.toml`: "), "{name}: {}", said.out);
        assert_eq!(found(&folder), before, "{name}");
        let text = fs::read_to_string(folder.path().join("kilter.toml")).unwrap();
        proposed += text.lines().filter(|line| line.contains("  # ")).count();
    }
    assert!(proposed > 40, "{proposed} declarations");
}

#[test]
fn each_declaration_says_what_it_is_for_and_where_it_was_read() {
    let said = kilter(&[], &["init", "--print"], &fixture("heypage"));
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
    insta::with_settings!({ snapshot_path => "../../../snapshots/cli", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("init", said.out);
    });
}

#[test]
fn a_declaration_is_broken_by_the_change_that_breaks_it() {
    let folder = fixture("heypage");
    kilter(&[], &["init"], &folder);
    let unit = folder.path().join("etc/systemd/system/heypage.service");
    let text = fs::read_to_string(&unit).unwrap();
    fs::write(&unit, text.replace("User=heypage", "User=www-data")).unwrap();
    let said = kilter(&[], &["check", "--format", "concise"], &folder);
    assert!(said.out.contains("identity/contract-user-differs"), "{}", said.out);
}

#[test]
fn nothing_that_configures_the_folder_already_is_replaced() {
    for (name, text) in [
        ("kilter.toml", "ignore = ['nginx']\n"),
        ("pyproject.toml", "[tool.kilter]\nignore = []\n"),
    ] {
        let folder = folder(&[(name, text), ("app.service", "[Service]\nExecStart=/bin/true\n")]);
        let said = kilter(&[], &["init"], &folder);
        assert_eq!((said.exit, said.out.as_str()), (Exit::Failed, ""));
        let wanted = format!("kilter: `{name}` is there already, and configures this folder\n");
        assert_eq!(said.err, wanted);
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), text);
    }
}

#[test]
fn where_nothing_is_deployed_nothing_is_written() {
    let folder = folder(&[("notes.txt", "")]);
    let said = kilter(&[], &["init"], &folder);
    assert_eq!(said.exit, Exit::Failed);
    assert_eq!(said.err, "kilter: nothing was found that is deployed\n");
    assert!(!folder.path().join("kilter.toml").exists());
}
