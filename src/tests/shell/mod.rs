//! Scripts and command lines.

use super::source;
use crate::fact::{Environment, Fact, Origin, Supplied};
use crate::syntax::shell::evaluate::{self, Outcome};
use crate::syntax::shell::{Flavour, Script, parse_file};

mod evaluation;
mod parsing;

fn parse(text: &str) -> Script {
    let (sources, id) = source("run.sh", text);
    parse_file(id, sources.get(id).text(), Flavour::Bash)
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let fact = |value: &str| Fact::new(value.to_owned(), Origin::UNSEEN);
    Environment::closed(variables.iter().map(|(name, value)| ((*name).to_owned(), fact(value))))
}

fn run(text: &str, variables: &[(&str, &str)]) -> Outcome {
    evaluate::run(&parse(text), Flavour::Bash, &environment(variables), &|_, _| None)
}

/// Each command that is run, as its arguments, `?` before one that may not run.
fn ran(text: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let ran = run(text, variables).ran.into_iter().map(|ran| {
        let words: Vec<_> = ran.arguments.iter().map(|it| it.as_str().to_owned()).collect();
        format!("{}{}", if ran.conditional { "?" } else { "" }, words.join(" "))
    });
    ran.collect()
}

fn value(text: &str, name: &str, variables: &[(&str, &str)]) -> Option<Supplied> {
    let found = run(text, variables).variables.into_iter().find(|(known, _, _)| known == name);
    found.map(|(_, value, _)| value.value)
}
