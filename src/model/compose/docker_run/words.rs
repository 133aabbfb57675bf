//! What the words of a script come to, as far as it gives its variables one value.

use crate::fact::{Certainty, Fact};
use crate::model::text::{Part, Source, Text};
use crate::source::Place;
use crate::syntax::shell::{Expansion, Operator, PartKind, Script, Value, Word};
use std::collections::HashMap;

/// Variables made of variables.
const DEEPEST: usize = 4;

/// What gives variables a value in a way that is not followed.
const SETTERS: [&str; 7] = ["export", "local", "declare", "typeset", "readonly", "read", "getopts"];

pub(super) struct Words<'s> {
    /// The value of each variable that the script sets; none if there is more than one.
    set: HashMap<&'s str, Option<&'s Word>>,
    /// Whether it goes to another folder than the one that it is run in.
    moves: bool,
}

impl<'s> Words<'s> {
    pub(super) fn of(script: &'s Script) -> Self {
        let mut found = Self { set: HashMap::new(), moves: false };
        for step in script.steps() {
            let simple = step.simple;
            found.moves |= simple.words.first().is_some_and(|it| it.is_bare("cd"));
            // Before a command it holds for that alone.
            let own = simple.assignments.iter().filter(|_| simple.words.is_empty());
            for assignment in own {
                let is_sure = !step.conditional || step.function.is_some();
                let value = match &assignment.value {
                    Value::Word(word) if !assignment.appends && is_sure => Some(word),
                    Value::Word(_) | Value::Array(_) | Value::Element => None,
                };
                found.note(&assignment.name, value);
            }
            let sets =
                simple.words.first().is_some_and(|it| SETTERS.iter().any(|set| it.is_bare(set)));
            for word in simple.words.iter().skip(1).filter(|_| sets) {
                found.note(word.prefix().split('=').next().unwrap_or_default(), None);
            }
        }
        found
    }

    fn note(&mut self, name: &'s str, value: Option<&'s Word>) {
        self.set.entry(name).and_modify(|it| *it = None).or_insert(value);
    }

    pub(super) fn text(&self, word: &Word) -> Text {
        let mut text = Text::new(word.place());
        self.add(word, None, 0, &mut text);
        text
    }

    /// `default` is the variable for whose absence the word is written.
    fn add(&self, word: &Word, default: Option<&str>, depth: usize, into: &mut Text) {
        for part in &word.parts {
            match &part.kind {
                PartKind::Text(text) => into.push(written(text.as_str(), text.place(), default)),
                PartKind::Variable(expansion) => self.expand(expansion, default, depth, into),
                PartKind::Command(commands) if commands.as_str().trim() == "pwd" => {
                    into.push(self.here(commands.place()));
                }
                PartKind::Command(inner)
                | PartKind::Arithmetic(inner)
                | PartKind::Process(inner) => {
                    into.push(unknown(inner.as_str(), inner.place()));
                }
            }
        }
    }

    fn expand(&self, it: &Expansion, default: Option<&str>, depth: usize, into: &mut Text) {
        let value = self.set.get(it.name.as_str()).copied();
        match (value, it.operator) {
            (
                Some(Some(word)),
                Operator::None | Operator::Default { .. } | Operator::Required { .. },
            ) if depth < DEEPEST => {
                // `PORT=${PORT:-8000}` takes the caller's.
                match own_default(word, &it.name) {
                    Some(fallback) => self.fall_back(&it.name, fallback, depth, into),
                    None => self.add(word, default, depth + 1, into),
                }
            }
            (None, Operator::None) if it.name == "PWD" => into.push(self.here(it.place)),
            (None, Operator::Default { .. }) if depth < DEEPEST => match &it.word {
                Some(fallback) => self.fall_back(&it.name, fallback, depth, into),
                None => into.push(unknown(&it.name, it.place)),
            },
            _ => into.push(unknown(&it.name, it.place)),
        }
    }

    /// What holds unless whoever runs the script says otherwise.
    fn fall_back(&self, name: &str, word: &Word, depth: usize, into: &mut Text) {
        let mut fallback = Text::new(word.place());
        self.add(word, Some(name), depth + 1, &mut fallback);
        let why = format!("{name} may be set: whoever runs the script may do it");
        into.append(fallback.doubted(Certainty::Likely, &why));
    }

    /// The folder that the script is run in.
    fn here(&self, place: Place) -> Fact<Part> {
        unknown(if self.moves { "the folder" } else { "PWD" }, place)
    }
}

fn written(text: &str, place: Place, default: Option<&str>) -> Fact<Part> {
    let source = default.map_or(Source::Literal, |name| Source::Default(name.into()));
    Fact::at(Part { text: text.to_owned(), source }, place)
}

fn unknown(name: &str, place: Place) -> Fact<Part> {
    let part = Part { text: format!("${{{name}}}"), source: Source::Unknown(name.into()) };
    Fact::at(part, place)
}

/// What a variable is given where it has no value of its own yet.
fn own_default<'w>(word: &'w Word, name: &str) -> Option<&'w Word> {
    let [only] = word.parts.as_slice() else { return None };
    match &only.kind {
        PartKind::Variable(it) if it.name == name => match it.operator {
            Operator::Default { .. } | Operator::Assign { .. } => it.word.as_ref(),
            _ => None,
        },
        _ => None,
    }
}
