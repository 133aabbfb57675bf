//! `git apply` takes every diff, and comes to what kilter itself would write.

use crate::diagnostic::{Edit, Kind, Safety};
use crate::source::Place;
use crate::tests::fix::Case;
use proptest::prelude::{Strategy, any, prop};
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use std::fs;
use std::process::Command;
use tempfile::TempDir;

const SECRET: &str = "hunter2";

/// A file of few and similar lines, edits somewhere in it, and perhaps a secret.
fn cases() -> impl Strategy<Value = Case> {
    let line = prop::sample::select(vec!["", "a", "b", "  b", "\tc c", "a"]);
    let end = prop::sample::select(vec!["\n", "\r\n"]);
    let edit = (any::<prop::sample::Index>(), 0..6_usize, 0..3_u8, 0..4_usize);
    let edits = prop::collection::vec(edit, 1..8);
    let secret = prop::option::of(any::<prop::sample::Index>());
    (prop::collection::vec(line, 1..24), end, any::<bool>(), edits, secret).prop_map(
        |(mut lines, end, open, edits, secret)| {
            if let Some(secret) = secret {
                *secret.get_mut(&mut lines) = "KEY=hunter2";
            }
            let mut text = lines.join(end);
            if !open {
                text += end;
            }
            let mut case = Case::of(&[("dir/a file.conf", &text)]);
            let file = case.file("dir/a file.conf");
            for (at, part) in text.match_indices(SECRET) {
                case.sources.hide(Place::new(file, at, at + part.len()));
            }
            for (at, length, kind, words) in edits {
                let start = at.index(text.len() + 1);
                let place = Place::new(file, start, (start + length).min(text.len()));
                let words = ["", "new", "one\ntwo\n", "b"][words].to_owned();
                let edit = match kind {
                    0 => Edit::Replace { place, text: words },
                    1 => Edit::InsertLine { above: place, text: "line".to_owned() },
                    _ => Edit::Remove { place, of: Kind::Statement },
                };
                case.fix(Safety::Safe, vec![edit]);
            }
            case
        },
    )
}

#[test]
fn git_applies_what_is_shown() {
    let applied = Cell::new(0);
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 300, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let checked = runner.run(&cases(), |case| {
        let (diff, plan) = case.patch();
        assert!(!diff.contains(SECRET), "{diff}");
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("dir/a file.conf");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &case.files[0].bytes).unwrap();
        fs::write(folder.path().join("diff"), &diff).unwrap();
        let wanted = match plan.rewrites.first() {
            Some(rewrite) => rewrite.text(&case.sources),
            None => return Ok(()),
        };
        let git = Command::new("git")
            .args(["apply", "--whitespace=nowarn", "diff"])
            .current_dir(folder.path())
            .output()
            .expect("git is installed");
        let said = String::from_utf8_lossy(&git.stderr).into_owned();
        assert!(git.status.success(), "{said}\n{diff}");
        assert_eq!(fs::read_to_string(&path).unwrap_or_default(), wanted, "{diff}");
        applied.set(applied.get() + 1);
        Ok(())
    });
    checked.unwrap();
    println!("{} diffs applied by git", applied.get());
    assert!(applied.get() > 100);
}
