//! The workflows of this repository, and the one version that everything has.

use super::{ROOT, run};
use crate::tests::tool;
use std::fs;
use std::path::Path;
use std::process::Command;

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

#[test]
fn zizmor_has_nothing_to_say_about_our_workflows() {
    let mut zizmor = Command::new(tool("zizmor/bin/zizmor"));
    zizmor.args(["--offline", "--no-progress", "--persona=pedantic", "--collect=all"]);
    zizmor.args(["--min-severity=informational", "."]).current_dir(ROOT);
    let said = run(&mut zizmor, 0);
    assert!(said.contains("No findings to report"), "{said}");
    for file in ["ci.yml", "release.yml", "kilter.yml"] {
        assert!(said.contains(file), "{file} was not looked at: {said}");
    }
}

#[test]
fn every_action_is_pinned_to_a_commit() {
    let mut pinned = 0;
    for entry in fs::read_dir(Path::new(ROOT).join(".github/workflows")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let used = |line: &'_ str| {
            line.trim().trim_start_matches("- ").strip_prefix("uses: ").map(str::to_owned)
        };
        for action in text.lines().filter_map(used) {
            let (_, revision) = action.split_once('@').expect("actions are others'");
            let (commit, version) = revision.split_once(" # v").expect("the version is named");
            assert_eq!(commit.len(), 40, "{commit}");
            assert!(version.starts_with(|it: char| it.is_ascii_digit()), "{version}");
            pinned += 1;
        }
    }
    assert!(pinned > 8, "{pinned}");
}

#[test]
fn there_is_one_version() {
    let version = env!("CARGO_PKG_VERSION");
    let told = [
        ("action.yml", format!("default: \"{version}\"")),
        (".github/workflows/kilter.yml", format!("default: \"{version}\"")),
        ("packages/gitlab/kilter.gitlab-ci.yml", format!("KILTER_VERSION: \"{version}\"")),
        ("packages/gitlab/kilter.gitlab-ci.yml", format!("/v{version}/")),
        ("docs/ci.md", format!("rev: v{version}")),
        ("docs/ci.md", format!("kilter@v{version}")),
        ("docs/ci.md", format!("/v{version}/packages/gitlab")),
        ("CHANGELOG.md", format!("## {version}")),
    ];
    for (file, wanted) in told {
        assert!(text(file).contains(&wanted), "{file} does not have `{wanted}`");
    }
}
