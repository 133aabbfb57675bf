//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Config, Misplaced};
use crate::model::{Fault, NginxFault};
use crate::rules::several::each;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/directive-misplaced",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Each(&[
        Check::Refused {
            is: |fault| matches!(fault, Fault::Nginx(NginxFault::Misplaced)),
            label: "nginx stops reading here",
            help: "move it to a block that it may stand in",
        },
        Check::Nginx(check),
    ]),
    page: include_str!("../../../rules/nginx/directive-misplaced.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for misplaced in config.misplaced() {
        let Misplaced { line, level, brought } = &misplaced;
        let at = line.fact(());
        let name = &line.name;
        let finding = out.report(
            &at,
            format!("nginx does not start: `{name}` is not allowed where it is read"),
            at.label(format!("may stand in {} only", listed(&misplaced.allowed()))),
        );
        if let Some(brought) = brought {
            let (why, help) = match misplaced.is_in_main_file() {
                true => (
                    "nginx begins with this file, outside of every block",
                    "put it at `/etc/nginx/conf.d/default.conf`, which the image reads in its `http`",
                ),
                false => (
                    "the image's `nginx.conf` reads this file in its `http`",
                    "put it at `/etc/nginx/nginx.conf`, or leave in it only what its `http` holds",
                ),
            };
            finding.also(brought.label(why)).help(help);
            continue;
        }
        if let Some(include) = line.via.last() {
            finding.also(Fact::at((), *include).label("reads it"));
        }
        if level.place().is_some() {
            finding.also(level.fact(()).label("within this block"));
        }
        finding.help(format!("move it, or the `include`, to where `{name}` may stand"));
    }
}

/// Levels as people say them.
fn listed(contexts: &[&str]) -> String {
    let mut names: Vec<String> = Vec::new();
    for context in contexts {
        let name = match *context {
            "main" => "the main level".to_owned(),
            "server-if" | "location-if" => "`if`".to_owned(),
            other => format!("`{other}`"),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    each(&names)
}
