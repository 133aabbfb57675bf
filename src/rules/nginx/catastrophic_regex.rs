//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::nginx::{Config, Pattern, Slow};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/catastrophic-regex",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/catastrophic-regex.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for line in config.levels().flat_map(|level| level.lines()) {
        let expression = match line.name.as_str() {
            "location" if line.args.len() == 2 => {
                let modifier = line.arg(0).unwrap_or_default();
                line.args.get(1).filter(|_| modifier == "~" || modifier == "~*").cloned()
            }
            "rewrite" => line.args.first().cloned(),
            "server_name" => line
                .args
                .iter()
                .find_map(|name| name.try_map(|name| name.strip_prefix('~').map(str::to_owned))),
            "if" => condition(&line.args),
            _ => None,
        };
        let Some(expression) = expression else { continue };
        let slow = Pattern::new(&expression.value, false).shape().and_then(|it| it.slow());
        let at = match slow {
            Some(Slow::Exponential) => expression.clone(),
            Some(Slow::Quadratic) => {
                let why = "it takes a long URL to notice";
                expression.clone().doubt(Certainty::Possible, why)
            }
            None => continue,
        };
        out.report(
            &expression,
            "a made-up URL keeps a worker busy: the expression can be matched in too many ways",
            at.label("a repetition within a repetition, or two that take the same"),
        )
        .help("leave one of the repetitions out, or say what separates them");
    }
}

/// The expression that an `if` compares with.
fn condition(args: &[Fact<String>]) -> Option<Fact<String>> {
    let at = args.iter().position(|it| ["~", "~*", "!~", "!~*"].contains(&it.value.as_str()))?;
    let expression = args.get(at + 1)?;
    Some(expression.map(|text| match text.strip_suffix(')') {
        Some(inner) if inner.matches('(').count() == inner.matches(')').count() => inner.to_owned(),
        _ => text.clone(),
    }))
}
