//! Lines by a word that they have, and paths by a folder that they lie in.

use crate::source::{is_within, line_at, lines_with, lines_with_any};
use aho_corasick::AhoCorasick;
use camino::Utf8Path;

#[test]
fn each_line_with_the_word_comes_once_and_whole() {
    let text = "celery\nno\r\na celery b celery\r\n\ncelery";
    let found: Vec<_> = lines_with(text, "celery").collect();
    assert_eq!(found, ["celery", "a celery b celery", "celery"]);
    assert_eq!(lines_with("a\nb", "celery").count(), 0);
    assert_eq!(lines_with("", "celery").count(), 0);
    let as_lines: Vec<_> = text.lines().filter(|line| line.contains("celery")).collect();
    assert_eq!(found, as_lines);
}

#[test]
fn a_place_is_in_one_line() {
    let text = "one\r\ntwo\n\nthree";
    let found: Vec<_> = [0, 3, 5, 9, 10].into_iter().map(|at| line_at(text, at)).collect();
    assert_eq!(found, ["one", "one", "two", "", "three"]);
}

#[test]
fn each_line_with_one_of_the_words_comes_once() {
    let words = ["cp ", "tee ", ">"];
    let searcher = AhoCorasick::new(words).expect("three words are few");
    for text in ["cp a b\nno\r\n> c | tee d\r\n\ntee ", "", "\n", ">", "no\ncp", ">\n>\n>"] {
        let found: Vec<_> = lines_with_any(text, &searcher).collect();
        let has_one = |line: &&str| words.iter().any(|word| line.contains(word));
        assert_eq!(found, text.lines().filter(has_one).collect::<Vec<_>>(), "{text:?}");
    }
}

#[test]
fn a_path_lies_within_a_folder_as_its_parts_do() {
    let paths =
        ["", "/", "a", "a/b", "a/bc", "ab/c", "/a/b", "a//b", "a/b/", "./a/b", "a/../b", ".."];
    for path in paths.map(Utf8Path::new) {
        for folder in paths.map(Utf8Path::new) {
            assert_eq!(is_within(path, folder), path.starts_with(folder), "{path} in {folder}");
        }
    }
}
