//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{CommittedKind, Model, shell_word};
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

fn check(model: &Model, out: &mut Findings) {
    for file in &model.surroundings.committed {
        let path = file.below.as_str();
        let (what, holds) = match file.kind {
            CommittedKind::Sqlite => {
                ("database", "users, sessions and passwords, as far as it has them")
            }
            CommittedKind::Dump => ("dump", "the rows of a database"),
            CommittedKind::Accounts => ("dump", "the users, and the hashes of their passwords"),
            CommittedKind::PrivateKey => continue,
        };
        out.report(
            &file.at,
            format!("the {what} `{path}` is in the repository"),
            file.at.label(format!("whoever has a clone has {holds}")),
        )
        .help(format!(
            "`git rm --cached {}`, and rewrite the history if the rows are real",
            shell_word(path)
        ));
    }
}
