//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::secret::is_placeholder;
use crate::fact::{Fact, symbol};
use crate::model::{Deployment, Process, SECRET_KEY};
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "env/secret-weak",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.9"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/secret-weak.md"),
};

/// A key that is too weak, where one process is given it.
#[derive(Clone)]
struct Weak<'d> {
    process: &'d Process,
    key: Fact<String>,
    at: Fact<()>,
    why: &'static str,
}

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut found: Vec<Weak<'_>> =
        deployment.apps().filter_map(|it| weak(deployment, it)).collect();
    // What serves requests signs sessions.
    found.sort_by_key(|it| !it.process.kind.is_web());
    while let Some(first) = found.first() {
        let file = |it: &Weak| it.at.evidence().place().map(|place| place.file);
        let is_same = |it: &Weak| it.key.value == first.key.value && file(it) == file(first);
        let app = first.process.fact();
        let finding = out.report(
            first.process,
            // One of that length is not guessed, though Django warns of it.
            match first.why == SHORT && first.key.value.len() >= HARD_TO_GUESS {
                true => format!("SECRET_KEY {}, which Django asks for", first.why),
                false => format!("SECRET_KEY {}, so signatures can be forged", first.why),
            },
            first.at.label(first.why),
        );
        if first.why == SHORT && first.key.value.len() >= HARD_TO_GUESS {
            finding.at_most(Severity::Advice);
        }
        finding.through(app.assigned(SECRET_KEY), "and signs sessions here");
        let place = |it: &Weak| it.at.evidence().place();
        let others = found[1..].iter().filter(|it| is_same(it) && place(it) != place(first));
        for other in others {
            finding.also(other.at.label("the same key"));
        }
        finding
            .because(&first.key)
            .help("make a new one: `django.core.management.utils.get_random_secret_key()`");
        found = found.iter().filter(|it| !is_same(it)).cloned().collect();
    }
}

fn weak<'d>(deployment: &Deployment, process: &'d Process) -> Option<Weak<'d>> {
    let app = process.fact();
    let key = app.get(SECRET_KEY)?;
    // What the code itself holds is no secret at all, and another rule's.
    let is_no_secret = app.is_literal(&key) || app.default_in(&key).is_some();
    if is_no_secret || is_placeholder(&key.value) || symbol::is_symbolic(&key.value) {
        return None;
    }
    let names = process.django.iter().flat_map(|it| &it.evaluation.reads);
    let mut fallbacks = names.filter_map(|read| deployment.fallback(process, &read.name));
    let of_compose = fallbacks.any(|it| it.used && it.literal.value == key.value);
    let why = weakness(&key.value)?;
    let at = app.outside(&key).filter(|_| !of_compose)?;
    let is_outdone = deployment.may_be_outdone(process, at.evidence().place());
    (!is_outdone).then_some(Weak { process, key, at, why })
}

const SHORT: &str = "is shorter than 50 characters";

/// Characters of which there is no trying all, whatever they are taken from: 32 of `[0-9a-f]` are 128
/// bits.
const HARD_TO_GUESS: usize = 32;

/// As `django.core.checks.security.base` judges it (security.W009).
fn weakness(key: &str) -> Option<&'static str> {
    let different = key.chars().collect::<BTreeSet<_>>().len();
    if key.is_empty() {
        return None;
    }
    if let Some(rest) = key.strip_prefix("django-insecure-") {
        return Some(match is_generated(rest) {
            true => "is the one that `startproject` made",
            false => "begins as one of `startproject`",
        });
    }
    if key.chars().count() < 50 {
        return Some(SHORT);
    }
    (different < 5).then_some("has fewer than five different characters")
}

/// Whether it may be of `get_random_secret_key` (`django.core.management.utils`).
fn is_generated(key: &str) -> bool {
    let drawn =
        |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "!@#$%^&*(-_=+)".contains(it);
    key.chars().count() == 50 && key.chars().all(drawn)
}
