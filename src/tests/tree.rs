//! What a tree says of paths, against what the paths themselves say.

use crate::host::{Facts, Recorded};
use crate::source::{Tree, extension, file_name, sets_aside};
use crate::tests::file;
use camino::{Utf8Path, Utf8PathBuf};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::{prop_assert_eq, proptest};
use std::sync::Arc;

/// Names that sort before and after what stands between the parts of a path.
fn name() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("a"),
        Just("a-b"),
        Just("a.b"),
        Just("a b"),
        Just("b"),
        Just(".env"),
        Just("é")
    ]
}

fn path() -> impl Strategy<Value = Utf8PathBuf> {
    vec(name(), 1..4).prop_map(|parts| parts.join("/").into())
}

proptest! {
    #[test]
    fn entries_folders_and_what_is_below_are_as_paths_are_compared(
        paths in vec(path(), 0..12),
        asked in path(),
    ) {
        let files = paths.iter().map(|path| file(path.as_str(), "")).collect();
        let tree = Tree::of(files);
        let all: Vec<&Utf8PathBuf> = tree.entries().map(|(path, _)| path).collect();
        let mut sorted = all.clone();
        sorted.sort();
        prop_assert_eq!(&all, &sorted);
        for folder in [asked.as_path(), Utf8Path::new("")] {
            let below: Vec<_> = tree.below(folder).map(|(path, _)| path).collect();
            let is_below = |path: &&&Utf8PathBuf| path.starts_with(folder);
            prop_assert_eq!(below, all.iter().filter(is_below).copied().collect::<Vec<_>>());
            let children: Vec<_> = tree.children(folder).map(|(path, _)| path).collect();
            let is_child = |path: &&&Utf8PathBuf| path.parent() == Some(folder);
            prop_assert_eq!(children, all.iter().filter(is_child).copied().collect::<Vec<_>>());
        }
        prop_assert_eq!(tree.get(&asked).is_some(), all.contains(&&asked));
    }
}

#[test]
fn a_path_is_found_however_it_is_written() {
    let tree = Tree::of(vec![file("deploy/nginx/site.conf", "")]);
    for path in ["deploy/nginx/site.conf", "deploy//nginx/site.conf", "deploy/./nginx/site.conf"] {
        assert!(tree.get(path.into()).is_some(), "{path}");
    }
    assert!(tree.get("deploy/nginx/".into()).is_some());
    assert!(tree.get("./deploy".into()).is_none());
    assert!(tree.is_dir("./deploy/../deploy/nginx".into()));
    assert_eq!(tree.children("deploy/".into()).count(), 1);
}

#[test]
fn names_and_endings_are_those_of_paths() {
    let parts = ["", "a", "a.b", ".a", ".a.b", "a.", ".", "..", "...", "a b.tar.gz", "\u{e9}.py"];
    for (first, second) in parts.iter().flat_map(|it| parts.map(|other| (it, other))) {
        for text in
            [(*first).to_owned(), format!("{first}/{second}"), format!("/{second}/{first}/")]
        {
            let path = Utf8Path::new(&text);
            assert_eq!(file_name(path), path.file_name(), "{text}");
            assert_eq!(extension(path), path.extension(), "{text}");
        }
    }
}

#[test]
fn a_file_that_changed_its_size_since_it_was_listed_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.py");
    for later in ["DEBUG = False\n", "A = 1\n", ""] {
        std::fs::write(&path, "DEBUG = True\n").unwrap();
        let tree = Tree::walk(&[folder.path().to_owned()]).unwrap();
        std::fs::write(&path, later).unwrap();
        let listed: Vec<_> = tree.files().cloned().collect();
        let read = tree.read(&listed);
        assert_eq!(read[0].as_ref().unwrap().bytes, later.as_bytes());
    }
}

#[test]
fn a_folder_is_for_what_is_no_longer_in_use_by_its_name() {
    for name in ["old", ".old_", "_Archive", "__unused__"] {
        assert!(sets_aside(name), "{name}");
    }
    for name in ["", "_", "olden", "old-street", "backups"] {
        assert!(!sets_aside(name), "{name}");
    }
}

#[test]
fn a_file_is_known_by_its_first_bytes() {
    let tree =
        Tree::of(vec![file("db copy.sqlite3s", "SQLite format 3\0and rows"), file("b.db", "")]);
    let begins = |path: &str| tree.head(path.into(), 16) == b"SQLite format 3\0";
    assert!(begins("db copy.sqlite3s"));
    assert!(!begins("b.db") && !begins("absent.db"));
    assert_eq!(tree.head("db copy.sqlite3s".into(), 6), b"SQLite");
    assert_eq!(tree.head("db copy.sqlite3s".into(), 99).len(), 24);
}

#[test]
fn a_tree_that_grows_looks_at_each_path_once() {
    let facts = r#"{"format": "kilter-facts/1", "complete": true, "files": {
        "/srv": {"type": "dir"}, "/srv/app.py": {"type": "file", "text": ""},
        "/srv/link": {"type": "link", "target": "/opt/app"}, "/opt/app": {"type": "dir"}}}"#;
    let machine = Recorded::new(Facts::parse(facts).unwrap());
    let mut tree = Tree::on_demand(Arc::new(machine));
    tree.list(Utf8Path::new("/srv"));
    let asked = ["/srv/none.py", "/srv/app.py/below", "/srv/link/none.py", "/var/none"];
    for is_new in [true, false] {
        for path in asked {
            assert!(tree.get(Utf8Path::new(path)).is_none());
            assert_eq!(tree.children(Utf8Path::new(path)).count(), 0);
        }
        assert_eq!(tree.grow(), is_new);
    }
}
