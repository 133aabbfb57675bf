//! What the fixes of rule pages come to: the fault is gone, and no other has come.

use crate::config::Config;
use crate::fix;
use crate::rules::{self, Rule};
use crate::run::run;
use crate::source::{File, Tree};
use crate::tests::pages::reported;
use std::collections::BTreeSet;

/// Rules whose fault keeps others from being judged, as nothing starts, or nobody gets there; and
/// those whose fix demands what somebody has to give.
const UNCOVER: &[&str] = &[
    "assets/location-shadowed",
    "assets/no-url",
    "docker/exec-form-invalid",
    "env/debug-on",
    "env/insecure-secret-fallback",
    "env/secret-hardcoded",
    "env/settings-module-dev",
    "proxy/forwarded-header-mismatch",
    "sockets/bind-loopback-in-container",
    "sockets/bind-upstream-mismatch",
];

/// An order that nobody relies on.
const NO_MATTER: &str = "dotenv/unordered-keys";

/// As often as `--fix` looks again.
const ROUNDS: usize = 8;

/// The files of an example before and after the fixes of a rule.
pub(super) struct Mended {
    pub rule: &'static str,
    pub example: String,
    pub before: Vec<File>,
    pub after: Vec<File>,
    config: Config,
}

/// Every example of a page whose rule offers a fix, mended.
pub(super) fn all() -> Vec<Mended> {
    let each = rules::all().flat_map(|rule| {
        let examples = reported(rule).into_iter();
        examples.filter_map(move |(name, files, config)| mend(rule, name, files, config))
    });
    each.collect()
}

fn mend(rule: &'static Rule, example: String, before: Vec<File>, config: Config) -> Option<Mended> {
    let config = Config { rules: vec![rule], pedantic: true, ..config };
    let mut after = before.clone();
    for _ in 0..ROUNDS {
        let tree = Tree::of(after.clone());
        let outcome = run(&tree, &config);
        let plan = fix::plan(&outcome.diagnostics, true, &outcome.sources, &tree);
        for rewrite in &plan.rewrites {
            let path = outcome.sources.get(rewrite.file).path();
            let file = after.iter_mut().find(|it| it.path == *path).unwrap();
            file.bytes = rewrite.text(&outcome.sources).into_bytes();
        }
        if plan.rewrites.is_empty() {
            break;
        }
    }
    let changed = before.iter().zip(&after).any(|(old, new)| old.bytes != new.bytes);
    changed.then_some(Mended { rule: rule.id, example, before, after, config })
}

/// What is found in files, by all rules or one.
fn found(files: &[File], config: Config) -> BTreeSet<(&'static str, String)> {
    let outcome = run(&Tree::of(files.to_vec()), &config);
    outcome.diagnostics.into_iter().map(|it| (it.rule, it.message)).collect()
}

#[test]
fn fixes_end_what_they_are_offered_for_and_bring_nothing_new() {
    let mended = all();
    let mut faults = Vec::new();
    for it in &mended {
        let config = |rules| Config { rules, ..it.config.clone() };
        let outcome = run(&Tree::of(it.after.clone()), &config(it.config.rules.clone()));
        let left = outcome.diagnostics.iter().filter(|left| left.fix.is_some());
        for left in left {
            faults.push(format!("{}, {:?}: still {:?}", it.rule, it.example, left.message));
        }
        let said = |files| found(files, config(rules::all().collect()));
        for (rule, message) in said(&it.after).difference(&said(&it.before)) {
            if UNCOVER.contains(&it.rule) || *rule == NO_MATTER {
                continue;
            }
            faults.push(format!("{}, {:?}: new {rule}: {message}", it.rule, it.example));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(mended.len() > 100, "{} examples mended", mended.len());
}
