//! The lines of an env file as they are written, whoever reads them.

use crate::fact::secret;
use crate::source::{FileId, Place, Spanned};
use crate::syntax::dotenv::compose;

/// Every byte of the file is in one of the lines.
#[derive(Clone, Debug)]
pub struct Tree {
    pub lines: Vec<Line>,
    /// Where the text ends.
    pub end: Place,
    pub ends_with_newline: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Blank(Place),
    Comment {
        place: Place,
        /// What stands there if somebody takes the `#` away, as long as that is an assignment.
        commented: Option<Box<Assignment>>,
    },
    Assignment(Box<Assignment>),
    /// A name alone: `NAME`, `export NAME`.
    Name {
        export: Option<Place>,
        name: Spanned<String>,
        place: Place,
    },
    /// What stands alone and is passed over, as a heading in brackets is.
    Skipped(Place),
    /// What Compose refuses the file for.
    Other(Place),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// What is written before the key: blanks.
    pub indent: Place,
    pub export: Option<Place>,
    /// As written, without blanks; it may be no valid name.
    pub key: Spanned<String>,
    /// `=` or `:` with the blanks on both sides.
    pub separator: Spanned<char>,
    pub blank_before_separator: bool,
    pub blank_after_separator: bool,
    /// As written, quotes included, without the comment and blanks behind.
    pub value: Spanned<String>,
    pub quote: Option<Quote>,
    /// Blanks at the end of the line.
    pub trailing: Place,
    /// `# …` behind a blank or a closing quote.
    pub comment: Option<Place>,
    /// The whole statement, several lines if quotes span them.
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    pub char: char,
    /// Whether it is ever closed.
    pub closed: bool,
}

impl Line {
    fn into_assignment(self) -> Option<Box<Assignment>> {
        match self {
            Self::Assignment(assignment) => Some(assignment),
            Self::Blank(_)
            | Self::Comment { .. }
            | Self::Name { .. }
            | Self::Skipped(_)
            | Self::Other(_) => None,
        }
    }
}

impl Assignment {
    /// The value without its quotes, as written otherwise.
    pub fn inner(&self) -> &str {
        let value = self.value.value.as_str();
        match self.quote {
            Some(Quote { closed: true, .. }) => &value[1..value.len() - 1],
            Some(Quote { closed: false, .. }) => &value[1..],
            None => value,
        }
    }

    /// The separator with the blanks around it: from the key to the value.
    pub fn between(&self) -> Place {
        let Place { file, span } = self.separator.place;
        let end = if self.value.value.is_empty() { span.end } else { self.value.place.span.start };
        Place::new(file, self.key.place.span.end as usize, end as usize)
    }

    fn inner_place(&self) -> Place {
        let Place { file, span } = self.value.place;
        let start = span.start as usize + usize::from(self.quote.is_some());
        Place::new(file, start, start + self.inner().len())
    }
}

impl Tree {
    pub fn assignments(&self) -> impl Iterator<Item = &Assignment> {
        self.lines.iter().filter_map(|line| match line {
            Line::Assignment(assignment) => Some(assignment.as_ref()),
            Line::Blank(_)
            | Line::Comment { .. }
            | Line::Name { .. }
            | Line::Skipped(_)
            | Line::Other(_) => None,
        })
    }

    /// What no report may show: values under secret names, in comments too, and passwords in URLs.
    pub fn secrets(&self) -> Vec<Place> {
        let comments = self.lines.iter().filter_map(|line| match line {
            Line::Comment { commented, .. } => commented.as_deref(),
            Line::Blank(_)
            | Line::Assignment(_)
            | Line::Name { .. }
            | Line::Skipped(_)
            | Line::Other(_) => None,
        });
        self.assignments().chain(comments).flat_map(secrets_of).collect()
    }
}

fn secrets_of(assignment: &Assignment) -> Vec<Place> {
    let inner = assignment.inner();
    let place = assignment.inner_place();
    if inner.is_empty() {
        return Vec::new();
    }
    if secret::is_secret_name(&assignment.key.value) {
        return match secret::is_reference(inner) {
            true => Vec::new(),
            // A comment may hold what was there before; nobody can tell where a value ends.
            false => vec![place],
        };
    }
    let start = place.span.start as usize;
    let found = secret::url_credentials(inner).into_iter();
    found.map(|range| Place::new(place.file, start + range.start, start + range.end)).collect()
}

pub fn parse(file: FileId, text: &str) -> Tree {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let (line, length) = one(file, text, rest);
        lines.push(line);
        rest = &rest[length..];
    }
    let end = Place::new(file, text.len(), text.len());
    Tree { lines, end, ends_with_newline: text.ends_with('\n') || text.is_empty() }
}

/// The line that a text starts with, and how long it is with its end.
fn one(file: FileId, text: &str, rest: &str) -> (Line, usize) {
    let whole = rest.split_inclusive('\n').next().unwrap_or(rest);
    let line = whole.trim_end_matches(['\n', '\r']);
    let place = |part: &str| Place::of(file, text, part);
    let bare = line.trim();
    if bare.is_empty() {
        return (Line::Blank(place(line)), whole.len());
    }
    // Of a semicolon systemd makes a comment as well (systemd.exec(5), `EnvironmentFile=`).
    if bare.starts_with(['#', ';']) {
        let inner = bare.trim_start_matches(['#', ';', ' ', '\t']);
        let (inside, _) = one(file, text, inner);
        let commented = inside.into_assignment().filter(|it| !it.key.value.contains(' '));
        return (Line::Comment { place: place(bare), commented }, whole.len());
    }
    let start = line.trim_start();
    let (export, statement) = match start.strip_prefix("export") {
        Some(after) if after.starts_with([' ', '\t']) => {
            (Some(place(&start[..6])), after.trim_start())
        }
        _ => (None, start),
    };
    let Some((key, separator)) = key(statement) else {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let name = statement.trim_end();
        if !name.is_empty() && name.chars().all(is_name) {
            let name = Spanned::new(name.to_owned(), place(name));
            return (Line::Name { export, name, place: place(bare) }, whole.len());
        }
        // Compose looks such a name up in its environment, and goes on without it (Docker Compose 2.26 takes
        // `[DATABASE]` and `-----`, and refuses `[the database]`).
        let is_skipped = !name.is_empty() && name.chars().all(compose::is_name);
        let line = if is_skipped { Line::Skipped(place(bare)) } else { Line::Other(place(bare)) };
        return (line, whole.len());
    };
    let after = &statement[separator + 1..];
    let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
    // From here on a value in quotes may go over the line's end.
    let value_at =
        rest.len() - whole.len() + (after.as_ptr() as usize - rest.as_ptr() as usize) + blanks;
    let value_at = value_at - (rest.len() - whole.len());
    let value = value(rest, value_at, line.len());
    let raw = &rest[value_at..value.end];
    let line_end = rest[value.end..].find('\n').map_or(rest.len(), |at| value.end + at);
    let tail = rest[value.end..line_end].trim_end_matches('\r');
    let comment = tail.trim_start();
    let trailing = &tail[tail.trim_end().len()..];
    let assignment = Assignment {
        indent: place(&line[..line.len() - start.len()]),
        export,
        key: Spanned::new(key.to_owned(), place(key)),
        separator: Spanned::new(
            if statement.as_bytes()[separator] == b':' { ':' } else { '=' },
            place(&statement[separator..=separator]),
        ),
        blank_before_separator: key.len() < separator,
        blank_after_separator: blanks > 0,
        value: Spanned::new(raw.to_owned(), place(raw)),
        quote: value.quote,
        trailing: place(trailing),
        comment: comment.starts_with('#').then(|| place(comment.trim_end())),
        place: place(&rest[line.len() - start.len()..value.end + tail.trim_end().len()]),
    };
    (Line::Assignment(Box::new(assignment)), (line_end + 1).min(rest.len()))
}

/// The key and where its `=` stands; a `:` counts if a blank follows and no `=` comes first.
fn key(statement: &str) -> Option<(&str, usize)> {
    let equals = statement.find('=');
    let colon = statement.find(": ").filter(|colon| equals.is_none_or(|equals| *colon < equals));
    let is_key = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
    let separator = colon.filter(|at| is_key(&statement[..*at])).or(equals)?;
    let key = statement[..separator].trim_end();
    Some((key, separator))
}

struct Value {
    end: usize,
    quote: Option<Quote>,
}

/// Where the value ends that starts at `at`, in a line that ends at `line_end`.
fn value(rest: &str, at: usize, line_end: usize) -> Value {
    let line = &rest[at..line_end];
    let Some(char) = line.chars().next().filter(|it| matches!(it, '"' | '\'')) else {
        let comment = line.match_indices('#').find(|(at, _)| line[..*at].ends_with([' ', '\t']));
        let value = comment.map_or(line, |(at, _)| &line[..at]).trim_end();
        return Value { end: at + value.len(), quote: None };
    };
    let inner = at + 1;
    let closing = rest[inner..].match_indices(char).map(|(at, _)| inner + at).find(|at| {
        let backslashes = rest[inner..*at].bytes().rev().take_while(|b| *b == b'\\').count();
        backslashes % 2 == 0
    });
    let Some(closing) = closing.filter(|closing| !reaches_another(&rest[inner..*closing])) else {
        return Value {
            end: at + line.trim_end().len(),
            quote: Some(Quote { char, closed: false }),
        };
    };
    let tail = rest[closing + 1..].split('\n').next().unwrap_or_default().trim();
    if tail.is_empty() || tail.starts_with('#') {
        return Value { end: closing + 1, quote: Some(Quote { char, closed: true }) };
    }
    // Text goes on behind the quote: `"a"b`. It is no value in quotes.
    let line_end = rest[closing..].find(['\n', '\r']).map_or(rest.len(), |it| closing + it);
    Value { end: at + rest[at..line_end].trim_end().len(), quote: None }
}

/// Whether a quote would close only in the value of a later assignment, so that it was forgotten.
fn reaches_another(inner: &str) -> bool {
    let Some((_, last)) = inner.rsplit_once('\n') else { return false };
    let Some((key, _)) = last.split_once('=') else { return false };
    let key = key.trim().trim_start_matches("export ").trim_start();
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
