//! Whether Caddy accepts a file, and whether kilter has nothing against it.

use crate::fact::Environment;
use crate::fact::version::Series;
use crate::syntax::caddy::OF_MODULES;
use crate::tests::caddy::model::config_of;
use crate::tests::caddy::oracle::{current, debian};
use std::fs;
use std::path::Path;
use std::process::Command;

const CASES: &str = include_str!("../../../../fixtures/syntax/caddy/acceptance.txt");

/// Name and text of each case; `=== name` heads it.
fn cases() -> Vec<(String, String)> {
    let mut cases: Vec<(String, String)> = CASES
        .split("=== ")
        .skip(1)
        .map(|case| case.split_once('\n').unwrap())
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/syntax/caddy/edges");
    let mut edges: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    edges.sort();
    cases.extend(edges.into_iter().map(|path| {
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap())
    }));
    cases
}

fn accepts(caddy: &Path, text: &str) -> Result<(), String> {
    let folder = tempdir();
    let path = folder.join("Caddyfile");
    fs::write(&path, text).unwrap();
    let output = Command::new(caddy)
        .args(["adapt", "--adapter", "caddyfile", "--config"])
        .arg(&path)
        .env_clear()
        .env("HOME", &folder)
        .output()
        .unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = message.lines().last().unwrap_or_default().to_owned();
    if output.status.success() { Ok(()) } else { Err(last) }
}

fn tempdir() -> std::path::PathBuf {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name =
        format!("kilter-caddy-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let path = std::env::temp_dir().join(name);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Where kilter and Caddy differ, and why that is meant.
const MEANT: &[(&str, &str)] = &[
    ("block-closed-in-line", "Caddy takes the brace for the status and answers every request 500"),
    ("words-after-close", "Caddy forgets what stands behind the brace"),
    ("template", "the file is for somebody who renders it first"),
    ("template-argument", "the file is for somebody who renders it first"),
    ("directive-110", "Debian builds its Caddy without `tracing`"),
    ("24_global", "`trusted_proxies` came with 2.6.4, and kilter knows no patch releases"),
    ("empty", "an empty file is no mistake in a tree that Caddy does not run"),
    ("41_empty", "an empty file is no mistake in a tree that Caddy does not run"),
];

fn compare(caddy: &Path, version: Series) -> Vec<String> {
    let mut differences = Vec::new();
    let mut meant = 0;
    for (name, text) in cases() {
        let (_, problems) =
            config_of(&[("Caddyfile", &text)], &Environment::default(), Some(version));
        match (accepts(caddy, &text), problems.is_empty()) {
            (Ok(()), true) | (Err(_), false) => {}
            _ if MEANT.iter().any(|(known, _)| *known == name) => meant += 1,
            (Ok(()), false) => differences.push(format!("{name}: accepted; kilter: {problems:?}")),
            (Err(message), true) => differences.push(format!("{name}: refused: {message}")),
        }
    }
    let (count, wrong) = (cases().len(), differences.len());
    println!(
        "caddy {version}: {count} files compared, {wrong} differ, and {meant} that are meant to"
    );
    assert!(count >= 340);
    differences
}

#[test]
fn a_current_caddy_refuses_what_kilter_does() {
    let differences = compare(&current(), Series::new(2, 11));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn debians_caddy_refuses_what_kilter_does() {
    let differences = compare(&debian(), Series::new(2, 6));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_standard_build_has_no_directive_of_a_module() {
    let (current, debian) = (current(), debian());
    for caddy in [&current, &debian] {
        let refused = OF_MODULES.iter().filter(|name| {
            let said = accepts(caddy, &format!(":80 {{\n    {name}\n}}\n")).unwrap_err();
            said.contains(&format!("unrecognized directive: {name}"))
        });
        assert_eq!(refused.count(), OF_MODULES.len());
    }
    println!("caddy: {} directives of modules refused by two builds", OF_MODULES.len());
}
