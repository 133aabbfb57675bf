//! Scripts and command lines.

use super::source;
use crate::fact::{Environment, Fact, Origin, Supplied};
use crate::syntax::shell::evaluate::{self, Argument, Call, Outcome, Ran};
use crate::syntax::shell::{Flavour, Script, parse_file};

mod evaluation;
mod parsing;
mod written;

fn parse(text: &str) -> Script {
    let (sources, id) = source("run.sh", text);
    parse_file(id, sources.get(id).text(), Flavour::Bash)
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let fact = |value: &str| Fact::new(value.to_owned(), Origin::UNSEEN);
    Environment::closed(variables.iter().map(|(name, value)| ((*name).to_owned(), fact(value))))
}

fn run(text: &str, variables: &[(&str, &str)]) -> Outcome {
    let environment = environment(variables);
    evaluate::run(&parse(text), call(&environment, None))
}

fn call<'a>(environment: &'a Environment, arguments: Option<&'a [Argument]>) -> Call<'a> {
    Call {
        flavour: Flavour::Bash,
        exits_on_error: false,
        environment,
        name: None,
        directory: None,
        arguments,
        load: &|_: &_, _: &_| None,
    }
}

/// Each command that is run, as its arguments, `?` before one that may not run.
fn ran(text: &str, variables: &[(&str, &str)]) -> Vec<String> {
    run(text, variables).ran.iter().map(shown).collect()
}

fn shown(ran: &Ran) -> String {
    let words: Vec<_> = ran.arguments.iter().map(|it| it.as_str().to_owned()).collect();
    format!("{}{}", if ran.conditional { "?" } else { "" }, words.join(" "))
}

/// The same of a script that is called with these arguments.
fn ran_with(text: &str, arguments: &[&str]) -> Vec<String> {
    let place = crate::source::Place::new(source("x", "").1, 0, 0);
    let spliced = |it: &&str| Argument::new(crate::syntax::spliced::Spliced::new(it, place));
    let arguments: Vec<_> = arguments.iter().map(spliced).collect();
    let environment = environment(&[]);
    let outcome = evaluate::run(&parse(text), call(&environment, Some(&arguments)));
    outcome.ran.iter().map(shown).collect()
}

fn value(text: &str, name: &str, variables: &[(&str, &str)]) -> Option<Supplied> {
    let found = run(text, variables).variables.into_iter().find(|(known, _, _)| known == name);
    found.map(|(_, value, _)| value.value)
}
