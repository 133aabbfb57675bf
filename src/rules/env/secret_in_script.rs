//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Model;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/secret-in-script",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("8.1"),
    check: Check::Model(check),
    page: include_str!("../../../rules/env/secret-in-script.md"),
};

fn check(model: &Model, out: &mut Findings) {
    for secret in &model.surroundings.script_secrets {
        out.report(
            secret,
            format!("the password of `{}` stands in the file", secret.value),
            secret.label("whoever reads the repository has it"),
        )
        .help("change it, and take it from a variable or the secrets of the pipeline");
    }
}
