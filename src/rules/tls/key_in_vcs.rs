//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{CommittedKind, Model, shell_word};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/key-in-vcs",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("7.5"),
    check: Check::Model(check),
    page: include_str!("../../../rules/tls/key-in-vcs.md"),
};

fn check(model: &Model, out: &mut Findings) {
    let keys = model.surroundings.committed.iter();
    for key in keys.filter(|it| it.kind == CommittedKind::PrivateKey) {
        let path = key.below.as_str();
        let finding = out.report(
            &key.at,
            format!("the private key `{path}` is in the repository"),
            key.at.label("whoever has a clone can use it in its owner's name"),
        );
        finding.help(format!(
            "make a new key, and take this one out with `git rm --cached {}`",
            shell_word(path)
        ));
        if key.local {
            finding.at_most(Severity::Advice);
        }
    }
}
