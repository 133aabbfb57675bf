//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Model, ScriptSecret};
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
    // Scripts that all give one password are mended together, as is one that gives several.
    let is_same = |a: &ScriptSecret, b: &ScriptSecret| {
        let file = |it: &ScriptSecret| it.command.evidence().place().map(|it| it.file);
        owner(a.command.value) == owner(b.command.value)
            && (file(a) == file(b) || a.which == b.which)
    };
    for (at, given) in all.iter().enumerate() {
        if all[..at].iter().any(|it| is_same(it, given)) {
            continue;
        }
        // What is surely run decides; where it is given as well, somebody may have it for an example.
        let same = || all[at..].iter().filter(|it| is_same(it, given));
        let certainty = |it: &ScriptSecret| it.command.evidence().certainty();
        // Of several that are as sure, the first.
        let Some(decides) = same().rev().max_by_key(|it| certainty(it)) else { continue };
        let secret = &decides.command;
        let finding = out.report(
            secret,
            match secret.value {
                "Authorization" | "git" => "a token stands in the file".to_owned(),
                "export" => "a secret stands in the script that starts the server".to_owned(),
                "environment" => "a secret stands in the file that starts the server".to_owned(),
                command => format!("the password of {} stands in the file", owner(command)),
            },
            secret.label("whoever reads the repository has it"),
        );
        let others = same().filter(|it| !std::ptr::eq(*it, decides));
        for again in others.filter_map(|it| it.command.evidence().place()).take(MOST_SHOWN) {
            finding.also(Fact::at((), again).label("and here"));
        }
        finding.help("change it, and take it from a variable or the secrets of the pipeline");
    }
}

/// Whose password a command is given.
fn owner(command: &str) -> String {
    match command {
        "psql" | "mysql" | "CREATE USER" => "a user of the database".to_owned(),
        "createsuperuser" | "create_superuser" => "an administrator".to_owned(),
        "rabbitmqctl" => "a user of RabbitMQ".to_owned(),
        "set_password" => "an account".to_owned(),
        "fabric" => "the server".to_owned(),
        "passwd" => "an account of the machine".to_owned(),
        _ => format!("`{command}`"),
    }
}
