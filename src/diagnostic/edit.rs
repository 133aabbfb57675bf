//! Changes to files that mend a fault, in terms of places.
//!
//! Rules see no text, so what needs the characters around a place (indentation, separators, what
//! else stands on the line) is worked out here, when the file's text is at hand. Which fixes are
//! taken, and how they are written, is `fix`'s.

use crate::source::{FileId, Place, Span};

/// Whether a fix may be applied without being looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// Cannot change what a working deployment does.
    Safe,
    Unsafe,
}

/// A change that mends the fault: all of its edits, in whatever files, or none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fix {
    pub safety: Safety,
    /// What it does, as an imperative: "set STATIC_ROOT to `/srv/app/static`".
    pub title: String,
    pub edits: Vec<Edit>,
}

/// One change to one file. Line ends are written `\n` here and become the file's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edit {
    /// Puts `text` where the place is; at an empty place it is inserted.
    Replace { place: Place, text: String },
    /// A line of its own below the one in which `above` ends, indented as `above` begins.
    InsertLine { above: Place, text: String },
    /// Another before what begins at a place, as that is written: on a line of its own if that
    /// begins its line, and else on the same.
    InsertBefore { before: Place, text: String, of: Kind },
    /// A statement behind the one at a place: on the next line if nothing else stands on its own.
    InsertAfter { after: Place, text: String },
    /// A line of its own at the end of a file.
    Append { file: FileId, text: String },
    /// Takes out what is written at a place with what separates it, and the lines that nothing
    /// but a comment is left of.
    Remove { place: Place, of: Kind },
    /// Takes out what a function of Python is called with, and the name that it goes by.
    RemoveArgument { place: Place },
    /// Takes out one of the commands that a shell runs one after the other.
    RemoveCommand { place: Place },
    /// Takes out what a shell does if the command before fails: `|| true`.
    RemoveAnswer { place: Place },
}

/// What stands in a row, and so how one is told from the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Ends by itself or with its line: `listen 80;`, an instruction, an assignment.
    Statement,
    /// Followed by a comma: an element of a Python list.
    Element,
    /// A pair or an item of YAML: lines of a block, or between commas.
    Entry,
}

impl Edit {
    pub fn replace(place: Place, text: impl Into<String>) -> Self {
        Self::Replace { place, text: text.into() }
    }

    /// Puts text before a place, on the same line.
    pub fn ahead(place: Place, text: impl Into<String>) -> Self {
        let start = place.span.start as usize;
        Self::replace(Place::new(place.file, start, start), text)
    }

    /// Puts text behind a place, on the same line.
    pub fn behind(place: Place, text: impl Into<String>) -> Self {
        let end = place.span.end as usize;
        Self::replace(Place::new(place.file, end, end), text)
    }

    /// Takes out a word and what parts it from the one before.
    pub fn drop_word(before: Place, word: Place) -> Self {
        Self::replace(Place { span: Span { start: before.span.end, ..word.span }, ..word }, "")
    }

    pub fn before(before: Place, text: impl Into<String>, of: Kind) -> Self {
        Self::InsertBefore { before, text: text.into(), of }
    }

    pub fn place(&self) -> Place {
        match self {
            Self::Replace { place, .. }
            | Self::Remove { place, .. }
            | Self::RemoveArgument { place }
            | Self::RemoveCommand { place }
            | Self::RemoveAnswer { place } => *place,
            Self::InsertLine { above, .. } => *above,
            Self::InsertBefore { before, .. } => *before,
            Self::InsertAfter { after, .. } => *after,
            Self::Append { file, .. } => Place::new(*file, 0, 0),
        }
    }

    /// The edit as a replacement of bytes, in a file that holds `text`.
    pub fn resolve(&self, text: &str) -> (Span, String) {
        match self {
            Self::Replace { place, text: new } => (place.span, indented(text, place.span, new)),
            Self::InsertLine { above, text: line } => line_below(text, above.span, line),
            Self::InsertBefore { before, text: new, of } => insertion(text, before.span, new, *of),
            Self::InsertAfter { after, text: new } => statement_after(text, after.span, new),
            Self::Append { text: line, .. } => {
                let open = !text.is_empty() && !text.ends_with('\n');
                let before = if open { "\n" } else { "" };
                (Span::new(text.len(), text.len()), format!("{before}{line}\n"))
            }
            Self::Remove { place, of } => (removal(text, place.span, *of), String::new()),
            Self::RemoveArgument { place } => (argument(text, place.span), String::new()),
            Self::RemoveCommand { place } => (command(text, place.span), String::new()),
            Self::RemoveAnswer { place } => (answer(text, place.span), String::new()),
        }
    }

    /// Whether it brings lines of its own, so that another may do so at the same point.
    pub fn adds_lines(&self, text: &str) -> bool {
        match self {
            Self::InsertLine { .. } | Self::Append { .. } => true,
            Self::InsertBefore { .. } | Self::InsertAfter { .. } => {
                self.resolve(text).1.contains('\n')
            }
            Self::Replace { .. }
            | Self::Remove { .. }
            | Self::RemoveArgument { .. }
            | Self::RemoveCommand { .. }
            | Self::RemoveAnswer { .. } => false,
        }
    }
}

/// Lines of their own in what replaces something begin as its line does.
fn indented(text: &str, span: Span, new: &str) -> String {
    let Some(inside) = new.find('\n').filter(|at| at + 1 < new.len()) else {
        return new.to_owned();
    };
    let line = &text[line_start(text, span.start as usize)..];
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let (first, others) = new.split_at(inside);
    let others = others.replace('\n', &format!("\n{indent}"));
    format!("{first}{others}")
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |it| it + 1)
}

/// Behind the end of the line that a point lies in.
fn next_line(text: &str, at: usize) -> Option<usize> {
    text.as_bytes()[at..].iter().position(|byte| *byte == b'\n').map(|it| at + it + 1)
}

fn line_below(text: &str, Span { start, end }: Span, line: &str) -> (Span, String) {
    let last = end.max(start + 1) as usize - 1;
    let head = &text[line_start(text, start as usize)..];
    let indent = &head[..head.len() - head.trim_start_matches([' ', '\t']).len()];
    match next_line(text, last.min(text.len())) {
        Some(next) => (Span::new(next, next), format!("{indent}{line}\n")),
        None => (Span::new(text.len(), text.len()), format!("\n{indent}{line}")),
    }
}

fn insertion(text: &str, before: Span, new: &str, of: Kind) -> (Span, String) {
    let at = before.start as usize;
    let head = &text[line_start(text, at)..at];
    let blank = match of {
        Kind::Statement | Kind::Element => head,
        Kind::Entry => head.strip_suffix("- ").unwrap_or(head),
    };
    let own_line = blank.trim_start_matches([' ', '\t']).is_empty();
    // Without brackets around, a pair of YAML has lines of its own.
    if of == Kind::Entry && !own_line && !head.trim_end().ends_with(['[', '{', ',']) {
        return (before, text[at..before.end as usize].to_owned());
    }
    let new = new.replace('\n', &if own_line { format!("\n{head}") } else { " ".to_owned() });
    let (at, new) = match (own_line, of) {
        (true, Kind::Statement | Kind::Entry) => (at - head.len(), format!("{head}{new}\n")),
        (true, Kind::Element) => (at - head.len(), format!("{head}{new},\n")),
        (false, Kind::Statement) => (at, format!("{new} ")),
        (false, Kind::Element | Kind::Entry) => (at, format!("{new}, ")),
    };
    (Span::new(at, at), new)
}

fn statement_after(text: &str, span: Span, new: &str) -> (Span, String) {
    let mut end = span.end as usize;
    let rest = text[end..].trim_start_matches([' ', '\t']);
    if rest.starts_with(';') {
        end = text.len() - rest.len() + 1;
    }
    let line = &text[end..next_line(text, end).unwrap_or(text.len())];
    match line.trim_start() {
        rest if rest.is_empty() || rest.starts_with('#') => line_below(text, span, new),
        _ => (Span::new(end, end), format!(" {new}")),
    }
}

fn removal(text: &str, Span { start, end }: Span, of: Kind) -> Span {
    let (mut start, mut end) = (start as usize, end as usize);
    let head = |start: usize| &text[line_start(text, start)..start];
    let is_blank = |it: &str| it.trim_start_matches([' ', '\t']).is_empty();
    let blanks = |at: usize| text[at..].len() - text[at..].trim_start_matches([' ', '\t']).len();
    // An item in quotes, and a key without a value.
    let quote = text[..start].chars().next_back().filter(|it| matches!(it, '"' | '\''));
    if quote.is_some_and(|quote| of != Kind::Statement && text[end..].starts_with(quote)) {
        (start, end) = (start - 1, end + 1);
    }
    if of == Kind::Entry && text[end..].starts_with(':') {
        end += 1;
    }
    let mark = if of == Kind::Statement { ';' } else { ',' };
    let marked = text[end + blanks(end)..].starts_with(mark);
    if marked {
        end += blanks(end) + 1;
    }
    if of == Kind::Entry && head(start).strip_suffix("- ").is_some_and(is_blank) {
        start -= 2;
    }
    let rest = &text[end..next_line(text, end).unwrap_or(text.len())];
    let rest = rest.trim_start();
    let whole = is_blank(head(start)) && (rest.is_empty() || rest.starts_with('#'));
    if whole || text[start..end].ends_with('\n') {
        let last = end.max(start + 1) - 1;
        let (from, to) = (line_start(text, start), next_line(text, last).unwrap_or(text.len()));
        // What a line above goes on with must not become what comes next.
        return match text[..from].strip_suffix("\\\n") {
            Some(above) => Span::new(above.trim_end().len(), to.saturating_sub(1).max(start)),
            None => Span::new(from, to),
        };
    }
    // What comes next moves up; the last of a row takes the comma before it along.
    end += blanks(end);
    if of != Kind::Statement && !marked {
        let before = text[..start].trim_end();
        start = before.strip_suffix(',').map_or(start, str::len);
    }
    Span::new(start, end)
}

fn argument(text: &str, Span { start, end }: Span) -> Span {
    let before = text[..start as usize].trim_end();
    let named = before.strip_suffix('=').map(str::trim_end);
    let named = named.map(|it| it.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_'));
    let start = named.map_or(start as usize, str::len);
    removal(text, Span::new(start, end as usize), Kind::Element)
}

fn answer(text: &str, Span { start, end }: Span) -> Span {
    let command = text[..start as usize].trim_end().strip_suffix("||").map(str::trim_end);
    command.map_or(Span { start, end: start }, |it| Span::new(it.len(), end as usize))
}

/// With the `&&` or `;` that joins it to the next command, or to the one before.
fn command(text: &str, Span { start, end }: Span) -> Span {
    let (start, end) = (start as usize, end as usize);
    let blank = [' ', '\t'];
    let rest = text[end..].trim_start_matches(blank);
    let joined = ["&&", ";"].iter().find_map(|join| rest.strip_prefix(join));
    if let Some(rest) = joined.filter(|rest| !rest.starts_with(';')) {
        let rest = rest.trim_start_matches(blank);
        let next = rest.strip_prefix("\\\n").unwrap_or(rest).trim_start_matches(blank);
        return Span::new(start, text.len() - next.len());
    }
    let before = text[..start].trim_end();
    let alone = text[line_start(text, start)..start].trim_start_matches(blank).is_empty();
    match before.strip_suffix("&&").map(str::trim_end) {
        Some(before) => Span::new(before.len(), end),
        None if alone && rest.starts_with('\n') => {
            Span::new(line_start(text, start), text.len() - rest.len() + 1)
        }
        None => Span::new(start, start),
    }
}
