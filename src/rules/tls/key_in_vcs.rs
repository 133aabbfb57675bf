//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Committed, CommittedKind, Model, shell_word};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

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

/// Further keys of a folder that are pointed at.
const MOST_SHOWN: usize = 9;

fn check(model: &Model, out: &mut Findings) {
    let keys = model.surroundings.committed.iter();
    let mut keys: Vec<&Committed> =
        keys.filter(|it| it.kind == CommittedKind::PrivateKey).collect();
    while let Some(first) = keys.first().copied() {
        // Who put one there put all there.
        let is_together =
            |it: &Committed| it.local == first.local && folder(&it.below) == folder(&first.below);
        let all: Vec<&Committed> = keys.extract_if(.., |it| is_together(it)).collect();
        let path = first.below.as_str();
        let message = match (all.len(), folder(&first.below).as_str()) {
            (1, _) => format!("the private key `{path}` is in the repository"),
            (many, "") => format!("{many} private keys are in the repository"),
            (many, folder) => format!("{many} private keys of `{folder}` are in the repository"),
        };
        let finding = out.report(
            &first.at,
            message,
            first.at.label("whoever has a clone can use it in its owner's name"),
        );
        for other in all[1..].iter().take(MOST_SHOWN) {
            finding.also(other.at.label("and this"));
        }
        finding.help(match all.len() {
            1 => {
                let command = format!("git rm --cached {}", shell_word(path));
                format!("make a new key, and take this one out with `{command}`")
            }
            _ => "make new keys, and take these out with `git rm --cached`".to_owned(),
        });
        if first.local {
            finding.at_most(Severity::Advice);
        }
    }
}

/// The folder that a key came into the repository with: of certbot's, which has a folder for each kind of file
/// (its documentation, "Where are my certificates?"), the one around them.
fn folder(key: &Utf8Path) -> &Utf8Path {
    let is_of_certbot =
        |it: &&Utf8Path| matches!(it.file_name(), Some("accounts" | "archive" | "keys" | "live"));
    let around = key.ancestors().skip(1).filter(is_of_certbot).last();
    around.or(Some(key)).and_then(Utf8Path::parent).unwrap_or(key)
}
