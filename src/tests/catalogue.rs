//! What the compiler cannot check: that code, pages and the registry agree.

use crate::rules::{self, Rule};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_rule_has_one_file_and_one_page() {
    let registered: BTreeSet<String> = rules::all().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(registered, ids("src/rules", "rs"), "files in src/rules against the registry");
    assert_eq!(registered, ids("rules", "md"), "pages in rules against the registry");
}

#[test]
fn pages_open_with_the_id_and_a_one_line_summary() {
    for rule in rules::all() {
        let Rule { id, page, .. } = rule;
        let summary = rule.summary();
        assert_eq!(page.lines().next(), Some(format!("# {id}").as_str()));
        assert!(summary.len() <= 100, "{id}: summary over 100 characters");
        assert!(!summary.starts_with('#') && !summary.ends_with('.'), "{id}: {summary}");
    }
}

/// Two rules that explain each other would both fall silent.
#[test]
fn explanations_name_rules_and_never_go_round() {
    let mut chains: Vec<Vec<&str>> = rules::all().map(|rule| vec![rule.id]).collect();
    while let Some(chain) = chains.pop() {
        let last = chain[chain.len() - 1];
        let rule = rules::all().find(|rule| rule.id == last);
        for next in rule.unwrap_or_else(|| panic!("`{last}` is explained, but is no rule")).explains
        {
            assert!(!chain.contains(next), "{chain:?} explains {next} again");
            chains.push([chain.as_slice(), &[next]].concat());
        }
    }
}

/// `<group>/<name>` of every file of this kind two levels under `folder`, in kebab case.
fn ids(folder: &str, extension: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let below = |path: &Path| fs::read_dir(path).into_iter().flatten().map(|it| it.unwrap().path());
    let files = below(&root).flat_map(|group| below(&group).collect::<Vec<_>>());
    let named = files.filter(|file| file.extension().is_some_and(|it| it == extension));
    let ids = named.map(|file| file.strip_prefix(&root).unwrap().with_extension(""));
    let ids = ids.map(|id| id.to_str().unwrap().replace('_', "-"));
    ids.filter(|id| !id.ends_with("/mod")).collect()
}
