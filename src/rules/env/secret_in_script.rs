//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
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

/// Further places that are pointed at.
const MOST_SHOWN: usize = 4;

fn check(model: &Model, out: &mut Findings) {
    let all = &model.surroundings.script_secrets;
    let is_same = |a: &Fact<&str>, b: &Fact<&str>| {
        let file = |it: &Fact<&str>| it.evidence().place().map(|it| it.file);
        owner(a.value) == owner(b.value) && file(a) == file(b)
    };
    for (at, secret) in all.iter().enumerate() {
        // A script that gives it with each command is mended as a whole.
        if all[..at].iter().any(|it| is_same(it, secret)) {
            continue;
        }
        let finding = out.report(
            secret,
            match secret.value {
                "Authorization" => "a token stands in the file".to_owned(),
                command => format!("the password of {} stands in the file", owner(command)),
            },
            secret.label("whoever reads the repository has it"),
        );
        for again in all[at + 1..].iter().filter(|it| is_same(it, secret)).take(MOST_SHOWN) {
            finding.also(again.label("and here"));
        }
        finding.help("change it, and take it from a variable or the secrets of the pipeline");
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
