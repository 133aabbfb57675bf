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
            format!("the password of {} stands in the file", owner(secret.value)),
            secret.label("whoever reads the repository has it"),
        )
        .help("change it, and take it from a variable or the secrets of the pipeline");
    }
}

/// Whose password a command is given.
fn owner(command: &str) -> String {
    match command {
        "psql" | "mysql" | "CREATE USER" => "a user of the database".to_owned(),
        "createsuperuser" | "create_superuser" => "an administrator".to_owned(),
        "set_password" => "an account".to_owned(),
        _ => format!("`{command}`"),
    }
}
