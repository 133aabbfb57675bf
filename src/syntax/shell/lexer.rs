//! Characters to words.

use super::Flavour;
use super::expansion;
use super::word::{Part, PartKind, Word};
use crate::source::Place;
use crate::syntax::Problem;
use crate::syntax::spliced::Spliced;

pub(super) type Result<T> = std::result::Result<T, Problem>;

/// Quotes and expansions inside of each other; each costs stack.
pub(super) const DEEPEST: usize = 40;

pub(super) struct Lexer<'a> {
    pub(super) source: &'a Spliced,
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) flavour: Flavour,
    pub(super) depth: usize,
}

/// Operators of the grammar, the longest first.
const OPERATORS: [&str; 22] = [
    "<<<", "<<-", "&>>", ";;&", "&&", "||", ";;", ";&", "|&", "<<", ">>", "<&", ">&", "<>", ">|",
    "&>", ";", "&", "|", "<", ">", "(",
];

impl<'a> Lexer<'a> {
    pub(super) fn new(source: &'a Spliced, flavour: Flavour, depth: usize) -> Self {
        Self { source, text: source.as_str(), at: 0, flavour, depth }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn place(&self, start: usize) -> Place {
        self.source.place_of(start..self.at)
    }

    pub(super) fn refuse<T>(&self, start: usize, message: &str) -> Result<T> {
        let end = self.text[start..].chars().next().map_or(start, |char| start + char.len_utf8());
        Err(Problem::new(self.source.place_of(start..end), message))
    }

    /// Blanks, joined lines, and a comment.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let skipped = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            self.at += skipped;
            if self.rest().starts_with("\\\n") {
                self.at += 2;
            } else {
                break;
            }
        }
        if self.rest().starts_with('#') {
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    /// The operator that stands here, a newline and `)` included.
    pub(super) fn operator(&self) -> Option<&'static str> {
        let rest = self.rest();
        if rest.starts_with('\n') {
            return Some("\n");
        }
        if rest.starts_with(')') {
            return Some(")");
        }
        let known = |operator: &&&str| match (**operator, self.flavour) {
            ("<<<" | "&>>" | "&>" | "|&" | ";;&" | ";&", Flavour::Posix) => false,
            (operator, _) => rest.starts_with(operator),
        };
        OPERATORS.iter().find(known).copied()
    }

    /// Whether a word may begin here.
    pub(super) fn at_word(&self) -> bool {
        !self.rest().is_empty() && (self.operator().is_none() || self.at_process())
    }

    /// bash's `<(…)` and `>(…)`, which are words.
    fn at_process(&self) -> bool {
        self.flavour == Flavour::Bash
            && (self.rest().starts_with("<(") || self.rest().starts_with(">("))
    }

    pub(super) fn word(&mut self) -> Result<Word> {
        let start = self.at;
        let mut parts = Vec::new();
        while let Some(char) = self.rest().chars().next() {
            match char {
                ' ' | '\t' | '\n' | ';' | '&' | '|' | ')' => break,
                '<' | '>' if parts.is_empty() && self.at_process() => {
                    self.at += 1;
                    let inner = self.parentheses()?;
                    parts.push(Part { kind: PartKind::Process(inner), quoted: true });
                }
                '<' | '>' | '(' => break,
                _ => self.part(false, &mut parts)?,
            }
        }
        Ok(Word { parts, raw: self.source.slice(start..self.at) })
    }

    /// One quote, expansion or stretch of plain text; in double quotes, or outside of any.
    pub(super) fn part(&mut self, quoted: bool, parts: &mut Vec<Part>) -> Result<()> {
        let start = self.at;
        let rest = self.rest();
        let Some(char) = rest.chars().next() else { return Ok(()) };
        match char {
            '\\' => self.backslash(quoted, parts),
            '\'' if !quoted => {
                self.at += 1;
                let Some(length) = self.rest().find('\'') else {
                    return self.refuse(start, "this quote is never closed");
                };
                self.push(parts, self.at..self.at + length, true);
                self.at += length + 1;
            }
            '"' if !quoted => {
                self.at += 1;
                self.deeper(start)?;
                let before = parts.len();
                while !self.rest().starts_with('"') {
                    if self.rest().is_empty() {
                        return self.refuse(start, "this quote is never closed");
                    }
                    self.part(true, parts)?;
                }
                self.depth -= 1;
                self.at += 1;
                if parts.len() == before {
                    self.push(parts, self.at..self.at, true);
                }
            }
            '$' => expansion::dollar(self, quoted, parts)?,
            '`' => {
                self.at += 1;
                let inner = self.backticks(start)?;
                parts.push(Part { kind: PartKind::Command(inner), quoted });
            }
            _ => {
                let ends = |c: char| match quoted {
                    true => matches!(c, '"' | '\\' | '$' | '`'),
                    false => " \t\n;&|()<>\\'\"$`".contains(c),
                };
                let length = rest[char.len_utf8()..]
                    .find(ends)
                    .map_or(rest.len(), |it| it + char.len_utf8());
                self.push(parts, start..start + length, quoted);
                self.at += length;
            }
        }
        Ok(())
    }

    fn backslash(&mut self, quoted: bool, parts: &mut Vec<Part>) {
        let start = self.at;
        let after = self.text[start + 1..].chars().next();
        self.at += 1 + after.map_or(0, char::len_utf8);
        match after {
            Some('\n') => {}
            // In double quotes only these lose their backslash.
            Some('$' | '`' | '"' | '\\') => self.push(parts, start + 1..self.at, true),
            Some(_) if quoted => self.push(parts, start..self.at, true),
            Some(_) => self.push(parts, start + 1..self.at, true),
            None => self.push(parts, start..self.at, quoted),
        }
    }

    pub(super) fn push(&self, parts: &mut Vec<Part>, range: std::ops::Range<usize>, quoted: bool) {
        if let Some(Part { kind: PartKind::Text(text), quoted: before }) = parts.last_mut()
            && *before == quoted
        {
            text.push_part(self.source, range);
            return;
        }
        let text = self.source.slice(range);
        parts.push(Part { kind: PartKind::Text(text), quoted });
    }

    pub(super) fn deeper(&mut self, start: usize) -> Result<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.refuse(start, "this is nested too deeply to be read");
        }
        Ok(())
    }

    /// The inside of the parentheses that stand here.
    pub(super) fn parentheses(&mut self) -> Result<Spliced> {
        let start = self.at;
        let inner = start + 1;
        let Some(end) = closing(self.text, inner) else {
            return self.refuse(start, "this parenthesis is never closed");
        };
        self.at = end + 1;
        Ok(self.source.slice(inner..end))
    }

    /// The inside of backticks, which lose the backslashes before `` ` ``, `\` and `$`.
    fn backticks(&mut self, start: usize) -> Result<Spliced> {
        let mut inner = Spliced::empty(self.source.place_of(self.at..self.at));
        while let Some(char) = self.rest().chars().next() {
            let here = self.at;
            self.at += char.len_utf8();
            match char {
                '`' => return Ok(inner),
                '\\' if self.rest().starts_with(['`', '\\', '$']) => {
                    self.at += 1;
                    inner.push_part(self.source, here + 1..self.at);
                }
                _ => inner.push_part(self.source, here..self.at),
            }
        }
        self.refuse(start, "this backtick is never closed")
    }
}

/// Where the parenthesis closes that was opened before `from`; quotes and nested ones counted.
fn closing(text: &str, from: usize) -> Option<usize> {
    #[derive(PartialEq)]
    enum Open {
        Parenthesis,
        Double,
        Backtick,
    }
    let bytes = text.as_bytes();
    let mut open = vec![Open::Parenthesis];
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        let in_double = open.last() == Some(&Open::Double);
        match byte {
            b'\\' => at += 1,
            b'\'' if !in_double => at += 1 + text.get(at + 1..)?.find('\'')?,
            b'"' if in_double => {
                open.pop();
            }
            b'"' => open.push(Open::Double),
            b'`' if open.contains(&Open::Backtick) => {
                while open.pop().is_some_and(|it| it != Open::Backtick) {}
            }
            b'`' => open.push(Open::Backtick),
            b'(' if !in_double || bytes.get(at.wrapping_sub(1)) == Some(&b'$') => {
                open.push(Open::Parenthesis);
            }
            b')' if !in_double => {
                open.pop();
                if open.is_empty() {
                    return Some(at);
                }
            }
            b'#' if !in_double
                && matches!(bytes.get(at.wrapping_sub(1)), Some(b' ' | b'\t' | b'\n')) =>
            {
                at += text.get(at..)?.find('\n')?;
            }
            _ => {}
        }
        at += 1;
    }
    None
}
