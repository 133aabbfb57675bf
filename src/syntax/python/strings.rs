//! Strings and f-strings: literals that touch are one.

use crate::syntax::python::ast::{Constant, ExpressionKind, Segment};
use crate::syntax::python::literal;
use crate::syntax::python::lower::{Lowering, child_of, has_token, kind_of, parts};
use crate::syntax::python::statements::RAW_UNICODE;
use std::ops::Range;
use tree_sitter::Node;

impl Lowering<'_> {
    pub(super) fn strings(&mut self, whole: Node<'_>, strings: &[Node<'_>]) -> ExpressionKind {
        let mut segments = Vec::new();
        let mut bytes = Vec::new();
        let mut kinds = Vec::new();
        for string in strings {
            let (letters, between) = self.quoted(*string);
            let of_python_2 = letters.eq_ignore_ascii_case("ur");
            let prefix = literal::prefix(letters);
            if of_python_2 {
                self.problem(*string, RAW_UNICODE);
            }
            let Some(prefix) = prefix else {
                self.problem(*string, "invalid string prefix");
                continue;
            };
            kinds.push(prefix.bytes);
            if prefix.bytes {
                match literal::bytes(self.text.get(between).unwrap_or_default(), prefix) {
                    Some(read) => bytes.extend(read),
                    None => {
                        self.problem(*string, "bytes can only contain ASCII literal characters")
                    }
                }
            } else if !prefix.format {
                match literal::text(self.text.get(between).unwrap_or_default(), prefix) {
                    Some(text) => segments.push(Segment::Text(text)),
                    None => return ExpressionKind::Constant(Constant::Unreadable),
                }
            } else if self.format_string(*string, prefix, between, &mut segments).is_none() {
                return ExpressionKind::Constant(Constant::Unreadable);
            }
        }
        if kinds.contains(&true) {
            if kinds.contains(&false) {
                self.problem(whole, "cannot mix bytes and nonbytes literals");
            }
            return ExpressionKind::Constant(Constant::Bytes(bytes));
        }
        let mut segments = joined(segments);
        match segments.as_mut_slice() {
            [] => ExpressionKind::Constant(Constant::Str(String::new())),
            [Segment::Text(text)] => ExpressionKind::Constant(Constant::Str(std::mem::take(text))),
            _ => ExpressionKind::Format(segments),
        }
    }

    /// The letters before the quotes of a string, and where the text between them lies.
    fn quoted(&self, string: Node<'_>) -> (&str, Range<usize>) {
        let source = self.source(string);
        // Without either it stands between backticks, which are Python 2's.
        let letters = source.find(['"', '\'']).unwrap_or(source.len());
        let is_long = [r#"""""#, "'''"].iter().any(|it| source[letters..].starts_with(it));
        let quotes = if is_long { 3 } else { 1 };
        let start = string.start_byte() + letters + quotes;
        (&source[..letters], start..string.end_byte().saturating_sub(quotes).max(start))
    }

    /// An f-string's parts: the text between its braces, and what the braces hold.
    pub(super) fn format_string(
        &mut self,
        string: Node<'_>,
        prefix: literal::Prefix,
        between: Range<usize>,
        segments: &mut Vec<Segment>,
    ) -> Option<()> {
        let mut at = between.start;
        for part in parts(string).into_iter().filter(|it| kind_of(*it) == "interpolation") {
            segments.push(self.format_text(at, part.start_byte(), prefix)?);
            segments.push(self.interpolation(part, prefix)?);
            at = part.end_byte();
        }
        segments.push(self.format_text(at, between.end, prefix)?);
        Some(())
    }

    pub(super) fn format_text(
        &self,
        start: usize,
        end: usize,
        prefix: literal::Prefix,
    ) -> Option<Segment> {
        let text = self.text.get(start..end)?;
        if !text.contains(['{', '}']) {
            return literal::text(text, prefix).map(Segment::Text);
        }
        let text = text.replace("{{", "{").replace("}}", "}");
        literal::text(&text, prefix).map(Segment::Text)
    }

    pub(super) fn interpolation(
        &mut self,
        node: Node<'_>,
        prefix: literal::Prefix,
    ) -> Option<Segment> {
        let inner = child_of(node, "expression")?;
        let value = self.expression(inner);
        let conversion = child_of(node, "type_conversion");
        let conversion = conversion.and_then(|it| self.source(it).chars().nth(1));
        let format = match child_of(node, "format_specifier") {
            Some(format) => self.format_specifier(format, prefix)?,
            None => Vec::new(),
        };
        // `f"{x = }"` shows the expression's own text, blanks and all.
        let shown = has_token(node, "=").then(|| {
            let text = &self.text[node.start_byte() + 1..node.end_byte()];
            let after = &text[inner.end_byte() - node.start_byte() - 1..];
            let blank = after.len() - after.trim_start_matches([' ', '=']).len();
            text[..inner.end_byte() - node.start_byte() - 1 + blank].to_owned()
        });
        Some(Segment::Value { value, conversion, format, shown })
    }

    pub(super) fn format_specifier(
        &mut self,
        node: Node<'_>,
        prefix: literal::Prefix,
    ) -> Option<Vec<Segment>> {
        let mut segments = Vec::new();
        let mut at = node.start_byte() + 1;
        for part in parts(node) {
            segments.push(Segment::Text(self.text.get(at..part.start_byte())?.to_owned()));
            segments.push(self.interpolation(part, prefix)?);
            at = part.end_byte();
        }
        segments.push(Segment::Text(self.text.get(at..node.end_byte())?.to_owned()));
        Some(joined(segments))
    }
}

/// Neighbouring texts as one, empty ones left out.
pub(super) fn joined(segments: Vec<Segment>) -> Vec<Segment> {
    let mut joined: Vec<Segment> = Vec::new();
    for segment in segments {
        match (joined.last_mut(), segment) {
            (_, Segment::Text(text)) if text.is_empty() => {}
            (Some(Segment::Text(before)), Segment::Text(text)) => before.push_str(&text),
            (_, segment) => joined.push(segment),
        }
    }
    joined
}
