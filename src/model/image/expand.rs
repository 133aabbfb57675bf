//! Variables of a Dockerfile's word, filled in with what is in scope.

use crate::fact::Fact;
use crate::model::text::{Part, Source, Text};
use crate::source::Place;
use crate::syntax::dockerfile::{self, Operator, Word};

/// What a variable is where it is used.
pub(super) enum Lookup {
    Set(Text),
    /// It is set, or may be, by what is not in view.
    Unknown,
    Unset,
}

pub(super) fn expand(word: &Word, scope: &impl Fn(&str) -> Lookup) -> Text {
    let place = word.text.place();
    let mut text = Text::new(place);
    fill(&word.parts, scope, &mut text);
    if text.parts().is_empty() {
        text.push(literal("", place));
    }
    text
}

fn literal(text: &str, place: Place) -> Fact<Part> {
    Fact::at(Part { text: text.to_owned(), source: Source::Literal }, place)
}

fn unknown(expression: &str, place: Place) -> Fact<Part> {
    let text = format!("${{{expression}}}");
    Fact::at(Part { text, source: Source::Unknown(expression.into()) }, place)
}

fn fill(parts: &[dockerfile::Part], scope: &impl Fn(&str) -> Lookup, into: &mut Text) {
    for part in parts {
        match part {
            dockerfile::Part::Text(text) => into.push(literal(&text.value, text.place)),
            dockerfile::Part::Variable { name, operator, place } => {
                variable(name, operator.as_ref(), *place, scope, into);
            }
        }
    }
}

fn variable(
    name: &str,
    operator: Option<&(Operator, Vec<dockerfile::Part>)>,
    place: Place,
    scope: &impl Fn(&str) -> Lookup,
    into: &mut Text,
) {
    let lookup = scope(name);
    let Some((operator, word)) = operator else {
        return match lookup {
            Lookup::Set(text) => value(name, &text, place, into),
            Lookup::Unknown => into.push(unknown(name, place)),
            Lookup::Unset => {}
        };
    };
    match (operator, lookup) {
        // The build stops without it, so it is there.
        (Operator::Required, Lookup::Unknown) => into.push(unknown(name, place)),
        (_, Lookup::Unknown) => into.push(unknown(&format!("{name}{}", sign(*operator)), place)),
        (Operator::Pattern, Lookup::Set(_)) => into.push(unknown(&format!("{name}#"), place)),
        (Operator::Default | Operator::Required, Lookup::Set(text)) => {
            value(name, &text, place, into);
        }
        (Operator::DefaultOrEmpty, Lookup::Set(text)) if !text.is_empty() => {
            value(name, &text, place, into);
        }
        (Operator::AlternativeNotEmpty, Lookup::Set(text)) if text.is_empty() => {}
        (
            Operator::DefaultOrEmpty | Operator::Alternative | Operator::AlternativeNotEmpty,
            Lookup::Set(_),
        )
        | (Operator::Default | Operator::DefaultOrEmpty, Lookup::Unset) => fill(word, scope, into),
        (
            Operator::Alternative
            | Operator::AlternativeNotEmpty
            | Operator::Required
            | Operator::Pattern,
            Lookup::Unset,
        ) => {}
    }
}

/// The value of a variable, which stands where the variable is used and where it was set.
fn value(name: &str, text: &Text, place: Place, into: &mut Text) {
    for part in text.parts() {
        let source = match &part.value.source {
            Source::Unknown(symbol) => Source::Unknown(symbol.clone()),
            Source::Literal | Source::Variable(_) | Source::Default(_) => {
                Source::Variable(name.into())
            }
        };
        let text = part.value.text.clone();
        into.push(Fact::at(Part { text, source }, place).given(part));
    }
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Default => "-",
        Operator::DefaultOrEmpty => ":-",
        Operator::Alternative => "+",
        Operator::AlternativeNotEmpty => ":+",
        Operator::Required => "?",
        Operator::Pattern => "#",
    }
}
