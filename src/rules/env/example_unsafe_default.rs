//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::secret::{is_made, is_secret_name};
use crate::model::{Deployment, EnvFile, Stage, Unsafe};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/example-unsafe-default",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/example-unsafe-default.md"),
};

fn has_made(file: &EnvFile, name: &str) -> bool {
    let mut lines = file.assignments();
    is_secret_name(name) && lines.any(|it| it.key.value == name && is_made(it.inner()))
}

/// The opposite in the same words: what reads a `1` as a number stops at a `False`.
fn off_for(file: &EnvFile, name: &str) -> &'static str {
    match file.value(name).map(|it| it.value).as_deref() {
        Some("1") => "0",
        Some("yes" | "Yes") => "no",
        Some("on" | "On") => "off",
        Some("true") => "false",
        _ => "False",
    }
}

fn check(deployment: &Deployment, out: &mut Findings) {
    // Who sets up a server takes the one that is named for it.
    let examples = || deployment.surroundings.examples();
    let is_live = |file: &EnvFile| file.stage == Some(Stage::Production);
    let beside = |file: &EnvFile| examples().any(|it| is_live(it) && it.project == file.project);
    let is_tried = |file: &EnvFile| file.is_for_developers() || file.runs_for_developers();
    for file in examples().filter(|file| is_live(file) || !beside(file) && !is_tried(file)) {
        let mut found = deployment.unsafe_in(file);
        // A real one is no default, and env/secret-in-example tells it.
        found.retain(|it| match it {
            Unsafe::Key(name, _) | Unsafe::OtherKey(name, _) => !has_made(file, name),
            Unsafe::Debug(..) => true,
        });
        let Some(first) = found.first() else { continue };
        let (message, at, says) = match first {
            Unsafe::Debug(name, at) => (
                format!("`{}` turns `{name}` on, in production too", file.name()),
                at,
                "on, unless somebody changes it",
            ),
            Unsafe::Key(name, at) => (
                format!("`{}` has a `{name}` that the settings accept", file.name()),
                at,
                "signs sessions, unless somebody changes it",
            ),
            Unsafe::OtherKey(name, at) => (
                format!("`{}` has a `{name}` that the settings accept", file.name()),
                at,
                "the key that everybody can read, unless somebody changes it",
            ),
        };
        let finding = out.report(&file.start, message, at.label(says));
        for it in found.iter().skip(1).take(3) {
            let (Unsafe::Debug(name, at) | Unsafe::Key(name, at) | Unsafe::OtherKey(name, at)) = it;
            finding.also(at.label(format!("`{name}` starts as it is, too")));
        }
        finding.help(match first {
            Unsafe::Debug(name, _) => format!("write `{}` there", off_for(file, name)),
            Unsafe::Key(..) | Unsafe::OtherKey(..) => {
                "leave it empty, so that the settings stop until it is filled in".to_owned()
            }
        });
    }
}
