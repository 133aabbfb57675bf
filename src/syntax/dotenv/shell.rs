//! `set -a; . ./file`: the file is a script, and what it assigns is exported.

use super::Reading;
use crate::fact::{Environment, Supplied};
use crate::source::FileId;
use crate::syntax::shell::evaluate::{Call, Outcome};
use crate::syntax::shell::{Flavour, evaluate, parse};
use crate::syntax::spliced::Spliced;

pub(super) fn read(
    file: FileId,
    text: &str,
    environment: &Environment,
    flavour: Flavour,
) -> Reading {
    let outcome = load(file, text, environment, flavour);
    let set = outcome.variables.into_iter().map(|(name, value, _)| (name, value));
    // What the file unsets is gone, whoever had set it.
    let set = set.filter(|(name, value)| {
        value.value != Supplied::Removed || !environment.layers(name).is_empty()
    });
    Reading { variables: set.collect(), skipped: Vec::new(), refused: outcome.refused }
}

/// `. ./file`: what a shell makes of a file by itself, which loads no other.
pub(crate) fn load(
    file: FileId,
    text: &str,
    environment: &Environment,
    flavour: Flavour,
) -> Outcome {
    // As it stands: what a line ends in is part of the value for a shell.
    let script = parse(&Spliced::verbatim(file, text, text), flavour);
    let call = Call {
        flavour,
        exits_on_error: false,
        environment,
        name: None,
        directory: None,
        arguments: None,
        load: &|_, _| None,
    };
    let outcome = evaluate::run(&script, call);
    let refused = outcome.refused.or(script.refused);
    Outcome { refused, ..outcome }
}
