//! Lines to sections and assignments, after `config_parse` and `parse_line` of systemd's
//! conf-parser.c.
//!
//! Templates are read as what they will become: lines of nothing but `{% … %}` say which
//! assignments are conditional.

use super::fault::{Fault, Problem};
use crate::fact::symbol;
use crate::source::{FileId, Place, Spanned};
use crate::syntax::spliced::Spliced;
use crate::syntax::systemd::{Assignment, Section, UnitFile};

/// `LONG_LINE_MAX`; systemd refuses a file with a longer line, continuations included.
const LONGEST_LINE: usize = 1024 * 1024;

/// systemd's `WHITESPACE`; other blanks of Unicode are text.
pub(super) fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r')
}

pub fn parse(file: FileId, text: &str) -> (UnitFile, Vec<Problem>) {
    let mut parser = Parser {
        file,
        text,
        unit: UnitFile {
            sections: Vec::new(),
            outside: Vec::new(),
            comments: Vec::new(),
            insertions: Vec::new(),
        },
        problems: Vec::new(),
        branches: 0,
    };
    let mut continued: Option<Spliced> = None;
    for line in lines(text.strip_prefix('\u{feff}').unwrap_or(text)) {
        if line.trim_start_matches(is_blank).starts_with(['#', ';']) {
            parser.unit.comments.push(Place::of(file, text, line.trim_matches(is_blank)));
            continue;
        }
        let mut logical =
            continued.take().unwrap_or_else(|| Spliced::empty(Place::of(file, text, line)));
        let kept = if goes_on(line) { &line[..line.len() - 1] } else { line };
        logical.push(kept, Place::of(file, text, kept));
        if goes_on(line) {
            // A blank takes the place of the backslash, and of the line's end with it.
            logical.push(" ", Place::of(file, text, &line[line.len() - 1..]));
            continued = Some(logical);
        } else {
            parser.line(&logical);
        }
    }
    if let Some(logical) = continued {
        parser.line(&logical);
    }
    parser.no_unit_at_all();
    (parser.unit, parser.problems)
}

/// Lines end at `\n`, `\r`, a NUL, or any two different ones of them (`read_line` of fileio.c).
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['\n', '\r', '\0']).unwrap_or(rest.len());
        let line = &rest[..end];
        let ending = match rest.as_bytes()[end..] {
            [] => 0,
            [b'\n', b'\r', ..] | [b'\r', b'\n', ..] => 2,
            _ => 1,
        };
        rest = &rest[end + ending..];
        Some(line)
    })
}

/// An odd number of backslashes at the very end; `\ ` is none (measured).
fn goes_on(line: &str) -> bool {
    let backslashes = line.len() - line.trim_end_matches('\\').len();
    backslashes % 2 == 1
}

struct Parser<'a> {
    file: FileId,
    text: &'a str,
    unit: UnitFile,
    problems: Vec<Problem>,
    /// How many of a template's `{% if %}` and `{% for %}` are open.
    branches: usize,
}

impl Parser<'_> {
    fn line(&mut self, logical: &Spliced) {
        let line = logical.trim_matches(is_blank);
        let text = line.as_str();
        if text.is_empty() {
            return;
        }
        if text.len() > LONGEST_LINE {
            let start = Place { span: line.place_of(0..0).span, file: self.file };
            self.fatal(start, "this line is longer than 1 MiB, so systemd refuses the file");
            return;
        }
        if text.starts_with("{%") || text.starts_with("{#") {
            return self.template_line(&line);
        }
        if text.starts_with('[') {
            return self.section(&line);
        }
        let Some(equals) = text.find('=') else {
            if text.starts_with("{{") {
                self.unit.insertions.push(line.place());
            } else if !text.starts_with("//") && !self.is_heading(text) {
                // What begins with the mark of another language's comments is meant to be ignored.
                let message = "this line is no assignment, so systemd ignores it";
                let problem = Problem::ignored(Fault::Syntax, line.place(), message);
                self.problems.push(problem.of_command(text));
            }
            return;
        };
        if equals == 0 {
            return self
                .ignored(line.place(), "no key stands before `=`, so systemd ignores the line");
        }
        self.assignment(&line, equals, self.branches > 0);
    }

    /// Whether it is a line of prose above the first section, as what a terminal shows above a file: a
    /// unit without it says the same.
    fn is_heading(&self, text: &str) -> bool {
        self.unit.sections.is_empty() && !text.starts_with('-') && !text.ends_with(']')
    }

    fn assignment(&mut self, line: &Spliced, equals: usize, conditional: bool) {
        let key = line.slice(0..equals).trim_matches(is_blank);
        let value = line.slice(equals + 1..line.as_str().len()).trim_matches(is_blank);
        let key = Spanned::new(key.as_str().to_owned(), key.place());
        let assignment = Assignment { key, value, conditional };
        match self.unit.sections.last_mut() {
            Some(section) => section.assignments.push(assignment),
            None => {
                self.problems.push(Problem::ignored(
                    Fault::OutsideSection,
                    assignment.place(),
                    format!(
                        "`{}=` stands before the first section, so systemd ignores it",
                        assignment.key.value
                    ),
                ));
                self.unit.outside.push(assignment);
            }
        }
    }

    /// Of a file without a section systemd reads nothing, and whoever reads of its first line knows of
    /// all: it is another format under the name of a unit.
    fn no_unit_at_all(&mut self) {
        const LINES: usize = 3;
        if !self.unit.sections.is_empty() || self.unit.outside.len() < LINES {
            return;
        }
        let Some(first) = self.unit.outside.first() else { return };
        let message = "no section begins in this file, so systemd reads nothing of it";
        self.problems =
            vec![Problem::ignored(Fault::OutsideSection, first.place(), message.to_owned())];
    }

    fn section(&mut self, line: &Spliced) {
        let text = line.as_str();
        let Some(name) = text[1..].strip_suffix(']') else {
            return self
                .fatal(line.place(), "this section header is broken, so systemd refuses the file");
        };
        // `string_is_safe`: control characters, quotes and backslashes.
        if name.contains(|c: char| c.is_control() || matches!(c, '"' | '\'' | '\\')) {
            return self.fatal(
                line.place(),
                "this section's name holds a character that systemd refuses, and the file with it",
            );
        }
        let name = Spanned::new(name.to_owned(), line.place());
        self.unit.sections.push(Section { name, assignments: Vec::new() });
    }

    /// `{% if x %}`, `{% endif %}`, `{% if x %}User=a{% endif %}`, `{# … #}`.
    fn template_line(&mut self, line: &Spliced) {
        let mut rest = line.clone();
        let mut opened_here = false;
        loop {
            let text = rest.as_str();
            let Some(inner) = text.strip_prefix("{%") else { break };
            let Some(length) = inner.find("%}") else { break };
            let close = 2 + length;
            let tag = inner[..length].trim_matches(['-', '+', ' ', '\t']);
            opened_here |= self.tag(tag);
            rest = rest.slice(close + 2..text.len()).trim_matches(is_blank);
        }
        let text = rest.as_str();
        if text.starts_with("{#") || text.is_empty() {
            return;
        }
        let mut end = text.len();
        if let Some(tail) = text.find("{%") {
            for tag in text[tail..].split("{%").skip(1) {
                self.tag(
                    tag.split("%}").next().unwrap_or_default().trim_matches(['-', '+', ' ', '\t']),
                );
            }
            end = tail;
        }
        let rest = rest.slice(0..end).trim_matches(is_blank);
        match rest.as_str().find('=') {
            _ if rest.as_str().starts_with('[') => self.section(&rest),
            Some(equals) if equals > 0 => {
                self.assignment(&rest, equals, opened_here || self.branches > 0)
            }
            _ => self.unit.insertions.push(line.place()),
        }
    }

    /// Counts a tag; true if it opens a branch or goes on with one.
    fn tag(&mut self, tag: &str) -> bool {
        let word = tag.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        match word {
            "if" | "for" => self.branches += 1,
            "endif" | "endfor" => self.branches = self.branches.saturating_sub(1),
            "else" | "elif" => {}
            "include" | "import" | "block" => {
                let end = self.text.len();
                self.unit.insertions.push(Place::new(self.file, end, end));
                return false;
            }
            _ => return false,
        }
        true
    }

    fn ignored(&mut self, place: Place, message: &str) {
        self.problems.push(Problem::ignored(Fault::Syntax, place, message));
    }

    fn fatal(&mut self, place: Place, message: &str) {
        self.problems.push(Problem::fatal(Fault::Syntax, place, message));
    }
}

/// Whether a template's tag is inside, so that the text is not what will stand there.
pub(super) fn is_templated(text: &str) -> bool {
    text.contains("{#") || symbol::is_symbolic(text)
}
