//! Patterns of paths.

use crate::source::Globs;
use camino::Utf8Path;

fn matches(folder: &str, pattern: &str, path: &str) -> bool {
    let here = Utf8Path::new("/here");
    let globs = Globs::new(here, [(Utf8Path::new(folder), pattern)]).unwrap();
    globs.matches(Utf8Path::new(path))
}

#[test]
fn a_bare_name_holds_at_any_depth_and_a_path_from_the_folder() {
    assert!(matches("", "legacy", "deploy/legacy"));
    assert!(matches("", "*.bak", "deploy/nginx.conf.bak"));
    assert!(matches("", "deploy/legacy", "deploy/legacy"));
    assert!(!matches("", "deploy/legacy", "old/deploy/legacy"));
    assert!(!matches("", "legac", "legacy"));
}

#[test]
fn what_matches_a_folder_holds_for_all_in_it() {
    assert!(matches("", "deploy/legacy", "deploy/legacy/a/b.conf"));
    assert!(matches("", "deploy/legacy/", "deploy/legacy/b.conf"));
    assert!(matches("", "deploy/**", "deploy/a/b.conf"));
}

#[test]
fn a_star_stays_within_a_name() {
    assert!(!matches("", "deploy/*.conf", "deploy/a/b.conf"));
    assert!(matches("", "deploy/**/*.conf", "deploy/a/b.conf"));
    assert!(matches("", "deploy/**/*.conf", "deploy/b.conf"));
}

#[test]
fn patterns_start_at_their_folder_however_paths_are_spelled() {
    assert!(matches("sub", "a.conf", "sub/x/a.conf"));
    assert!(!matches("sub", "a.conf", "a.conf"));
    assert!(matches("sub", "x/a.conf", "/here/sub/x/a.conf"));
    assert!(matches("", "x/a.conf", "./y/../x/a.conf"));
    assert!(matches("sub", "../x/a.conf", "x/a.conf"));
    assert!(matches("/here", "x/a.conf", "x/a.conf"));
    assert!(matches("..", "x/a.conf", "/x/a.conf"));
}

#[test]
fn a_folder_s_name_is_no_pattern() {
    assert!(matches("[a]*", "x/y", "[a]*/x/y"));
    assert!(!matches("[a]*", "x/y", "a/x/y"));
}

#[test]
fn no_pattern_matches_nothing() {
    assert!(!Globs::default().matches(Utf8Path::new("a")));
}
