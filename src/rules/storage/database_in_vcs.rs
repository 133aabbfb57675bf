//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Committed, CommittedKind, Model, shell_word};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "storage/database-in-vcs",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("6.5"),
    check: Check::Model(check),
    page: include_str!("../../../rules/storage/database-in-vcs.md"),
};

/// So many of one kind in one folder are told one by one.
const FEW: usize = 3;

fn check(model: &Model, out: &mut Findings) {
    let mut left: Vec<&Committed> = model.surroundings.committed.iter().collect();
    while let Some(first) = left.first().copied() {
        let is_alike =
            |it: &Committed| it.kind == first.kind && it.below.parent() == first.below.parent();
        let alike: Vec<&Committed> = left.extract_if(.., |it| is_alike(it)).collect();
        match alike.len() {
            0..=FEW => alike.into_iter().for_each(|it| report(it, &[], out)),
            _ => report(first, &alike[1..], out),
        }
    }
}

fn report(file: &Committed, others: &[&Committed], out: &mut Findings) {
    let path = file.below.as_str();
    let (what, holds) = match file.kind {
        CommittedKind::Sqlite => {
            ("database", "users, sessions and passwords, as far as it has them")
        }
        CommittedKind::Dump => ("dump", "the rows of a database"),
        CommittedKind::Accounts => ("dump", "the users, and the hashes of their passwords"),
        CommittedKind::PrivateKey => return,
    };
    let message = match others.len() {
        0 => format!("the {what} `{path}` is in the repository"),
        more => format!("the {what} `{path}` and {more} more beside it are in the repository"),
    };
    let finding =
        out.report(&file.at, message, file.at.label(format!("whoever has a clone has {holds}")));
    for other in others.iter().take(FEW) {
        finding.also(other.at.label("and what this has"));
    }
    let which = match others {
        [] => format!(" {}", shell_word(path)),
        _ => String::new(),
    };
    finding.help(format!("`git rm --cached{which}`, and rewrite the history if the rows are real"));
}
