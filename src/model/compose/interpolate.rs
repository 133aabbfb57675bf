//! `${}` in the values of a compose file, as compose-go's `template` package takes it.
//!
//! Where the environment is open, a variable that no layer lists may still be set by the shell
//! that runs compose: it stays a symbol, and a default for it is likely and not certain. Nor is it that
//! where the example of the project's `.env` gives something else.

use crate::fact::{Certainty, Environment, Fact, Lookup};
use crate::model::text::{Part, Source, Text};
use crate::source::Place;
use crate::syntax::yaml::Scalar;
use std::ops::Range;
use std::sync::Arc;

/// What compose refuses in a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Format,
    Missing { name: String, message: String },
}

/// `${A:-${B:-…}}` may go on; nobody needs this much.
const DEEPEST: usize = 32;

/// Parts of longer scalars stand where the whole stands: finding each takes a search.
const LONGEST: usize = 1 << 16;

/// A scalar of a file, to be filled in.
#[derive(Clone, Copy)]
pub(super) struct Template<'a> {
    pub scalar: &'a Scalar,
    pub place: Place,
    /// The whole text of the file.
    pub source: &'a str,
}

pub(super) fn interpolate(
    template: Template<'_>,
    environment: &Environment,
) -> Result<Text, Refused> {
    let mut text = Text::new(template.place);
    let whole = 0..template.scalar.text.len();
    Filler { template, environment }.fill(whole, None, 0, &mut text)?;
    Ok(text)
}

/// The text as it stands, for what is not interpolated.
pub(super) fn literal(template: Template<'_>) -> Text {
    let Template { scalar, place, source } = template;
    let inner = match scalar.text.len() {
        0 => place,
        length if length > LONGEST => place,
        length => scalar.part(place, source, 0..length),
    };
    Text::literal(&*scalar.text, inner)
}

/// The variables that a file stops without, `${NAME:?}`, be it in a service that is started or not:
/// compose fills in all of a file before it looks at one.
pub(super) fn demanded(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|behind| {
        let (name, operator) = behind.split_at(name_length(behind));
        operator.strip_prefix(':').unwrap_or(operator).starts_with('?').then_some(name)
    })
}

struct Filler<'a> {
    template: Template<'a>,
    environment: &'a Environment,
}

impl Filler<'_> {
    fn place(&self, range: Range<usize>) -> Place {
        let Template { scalar, place, source } = self.template;
        if scalar.text.len() > LONGEST {
            return place;
        }
        scalar.part(place, source, range)
    }

    fn literal(&self, range: Range<usize>, inside: Option<&Arc<str>>) -> Fact<Part> {
        let source = inside.map_or(Source::Literal, |name| Source::Default(name.clone()));
        let text = self.template.scalar.text[range.clone()].to_owned();
        Fact::at(Part { text, source }, self.place(range))
    }

    /// Fills in a range of the scalar; `inside` is the variable whose default it is.
    fn fill(
        &self,
        range: Range<usize>,
        inside: Option<&Arc<str>>,
        depth: usize,
        into: &mut Text,
    ) -> Result<(), Refused> {
        let text = &self.template.scalar.text[..range.end];
        let (mut from, mut at) = (range.start, range.start);
        while let Some(dollar) = text[at..].find('$').map(|found| at + found) {
            let behind = &text[dollar + 1..];
            let length = name_length(behind);
            if behind.starts_with('$') {
                // The first of the two stays.
                into.push(self.literal(from..dollar + 1, inside));
                (from, at) = (dollar + 2, dollar + 2);
            } else if length > 0 {
                into.push(self.literal(from..dollar, inside));
                at = dollar + 1 + length;
                from = at;
                self.plain(&behind[..length], dollar..at, into);
            } else if behind.starts_with('{') {
                into.push(self.literal(from..dollar, inside));
                at = self.braced(dollar, range.end, depth, into)?;
                from = at;
            } else {
                at = dollar + 1;
            }
        }
        into.push(self.literal(from..range.end, inside));
        Ok(())
    }

    fn plain(&self, name: &str, at: Range<usize>, into: &mut Text) {
        let place = self.place(at);
        into.push(match self.environment.get(name) {
            Lookup::Set(value) => variable(name, &value, place),
            Lookup::Unknown(why) => unknown(name, &why, place),
            Lookup::Absent => {
                let source = Source::Variable(name.into());
                Fact::at(Part { text: String::new(), source }, place)
            }
        });
    }

    /// `${NAME}` or `${NAME:-default}` at `dollar`; gives where it ends.
    fn braced(
        &self,
        dollar: usize,
        end: usize,
        depth: usize,
        into: &mut Text,
    ) -> Result<usize, Refused> {
        let text = &self.template.scalar.text[..end];
        let name = &text[dollar + 2..dollar + 2 + name_length(&text[dollar + 2..])];
        let behind = dollar + 2 + name.len();
        if name.is_empty() || depth == DEEPEST {
            return Err(Refused::Format);
        }
        if text[behind..].starts_with('}') {
            self.plain(name, dollar..behind + 1, into);
            return Ok(behind + 1);
        }
        let (operator, colon) = match text.as_bytes().get(behind..behind + 2) {
            Some([b':', operator @ (b'-' | b'+' | b'?')]) => (*operator, true),
            Some([operator @ (b'-' | b'+' | b'?'), _]) => (*operator, false),
            _ => return Err(Refused::Format),
        };
        let word = behind + 1 + usize::from(colon);
        let close = closing(text, dollar, word).ok_or(Refused::Format)?;
        let close_end = close + 1;
        let symbol = &text[dollar + 2..close];
        let place = self.place(dollar..close_end);
        let lookup = self.environment.get(name);
        let present = match &lookup {
            Lookup::Set(value) => Some(!colon || !value.value.is_empty()),
            Lookup::Absent => Some(false),
            Lookup::Unknown(_) => None,
        };
        match (operator, lookup, present) {
            (b'-' | b'?', Lookup::Set(value), Some(true)) => {
                into.push(variable(name, &value, place));
                if operator == b'-' {
                    let mut default = Text::new(place);
                    self.fill(word..close, Some(&name.into()), depth + 1, &mut default)?;
                    into.spare(default);
                }
            }
            (b'-', Lookup::Unknown(why), _) if self.environment.layers(name).is_empty() => {
                let mut default = Text::new(place);
                self.fill(word..close, Some(&name.into()), depth + 1, &mut default)?;
                if self.environment.exemplifies_other(name, &default.to_string()) {
                    into.push(unknown(name, &why, place));
                    return Ok(close_end);
                }
                for part in default.parts() {
                    let why = format!("{name} may be set: {}", why.value);
                    into.push(part.clone().doubt(Certainty::Likely, &why));
                }
            }
            (b'-' | b'?', Lookup::Unknown(why), _) => into.push(unknown(name, &why, place)),
            (_, Lookup::Unknown(why), _) => into.push(unknown(symbol, &why, place)),
            (b'-', _, _) | (b'+', _, Some(true)) => {
                self.fill(word..close, Some(&name.into()), depth + 1, into)?;
            }
            (b'+', Lookup::Set(value), _) => {
                // Set and empty: what is left is the empty value.
                into.push(variable(name, &value, place));
            }
            (b'?', _, _) => {
                let (name, message) = (name.to_owned(), text[word..close].to_owned());
                return Err(Refused::Missing { name, message });
            }
            (_, Lookup::Absent | Lookup::Set(_), _) => {}
        }
        Ok(close_end)
    }
}

fn variable(name: &str, value: &Fact<String>, place: Place) -> Fact<Part> {
    let part = Part { text: value.value.clone(), source: Source::Variable(name.into()) };
    Fact::at(part, place).given(value)
}

fn unknown(expression: &str, why: &Fact<Arc<str>>, place: Place) -> Fact<Part> {
    let text = format!("${{{expression}}}");
    Fact::at(Part { text, source: Source::Unknown(expression.into()) }, place).given(why)
}

/// `[_a-zA-Z][_a-zA-Z0-9]*` at the beginning.
pub(super) fn name_length(text: &str) -> usize {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return 0;
    }
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

/// The brace that ends a substitution: braces are counted, and the character behind an opening
/// one is passed over, as compose-go does. If they do not come out even, the last one of the line.
fn closing(text: &str, dollar: usize, word: usize) -> Option<usize> {
    let line = text[dollar..].find('\n').map_or(text.len(), |end| dollar + end);
    let bytes = &text.as_bytes()[..line];
    let (mut open, mut at) = (0, dollar);
    while at < bytes.len() {
        match bytes[at] {
            b'}' if open == 1 && at >= word => return Some(at),
            b'}' => open -= 1,
            b'{' => {
                open += 1;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    text[word..line].rfind('}').map(|last| word + last)
}
