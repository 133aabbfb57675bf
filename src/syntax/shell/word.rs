//! Words: what stands between blanks, with its quotes taken apart.

use crate::source::Place;
use crate::syntax::spliced::Spliced;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub parts: Vec<Part>,
    /// As written.
    pub raw: Spliced,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub kind: PartKind,
    /// Inside quotes or behind a backslash: neither split nor matched against files.
    pub quoted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartKind {
    Text(Spliced),
    Variable(Expansion),
    /// `$(…)` or backticks: the commands inside.
    Command(Spliced),
    /// `$((…))`
    Arithmetic(Spliced),
    /// bash's `<(…)`
    Process(Spliced),
}

/// `$NAME` or `${NAME…}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    pub name: String,
    pub operator: Operator,
    /// What follows the operator.
    pub word: Option<Word>,
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The plain value.
    None,
    /// `-`; with `colon` an empty value counts as none.
    Default { colon: bool },
    /// `=`
    Assign { colon: bool },
    /// `?`
    Required { colon: bool },
    /// `+`
    Alternative { colon: bool },
    /// `%`, `#`, `/`, `^`, `:0:1` and others that cut and change the value.
    Other,
}

impl Word {
    pub fn place(&self) -> Place {
        self.raw.place()
    }

    /// The text, if nothing in it has to be expanded. A tilde and globs stay as they are.
    pub fn literal(&self) -> Option<Spliced> {
        let mut text = Spliced::empty(self.place());
        for part in &self.parts {
            let PartKind::Text(piece) = &part.kind else { return None };
            text.push_part(piece, 0..piece.as_str().len());
        }
        Some(text)
    }

    /// The variable that stands behind a text and is all of the rest, with nothing said of it: `$NAME` and
    /// `"${NAME}"` behind nothing, `-p$NAME` behind `-p`.
    pub fn variable_behind(&self, text: &str) -> Option<&str> {
        let rest = match (self.parts.as_slice(), text) {
            (rest, "") => rest,
            ([first, rest @ ..], text) => match &first.kind {
                PartKind::Text(it) if it.as_str() == text => rest,
                _ => return None,
            },
            ([], _) => return None,
        };
        match rest {
            [Part { kind: PartKind::Variable(it), .. }] if it.operator == Operator::None => {
                Some(&it.name)
            }
            _ => None,
        }
    }

    /// Whether it is just this, in no quotes: `do`, `&&`'s neighbours, `export`.
    pub fn is_bare(&self, text: &str) -> bool {
        self.raw.as_str() == text
    }

    /// The text it surely begins with.
    pub fn prefix(&self) -> &str {
        match self.parts.first().map(|part| &part.kind) {
            Some(PartKind::Text(text)) => text.as_str(),
            _ => "",
        }
    }
}
