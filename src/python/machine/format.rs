//! Formatting: f-strings, `str.format`, `%`, and the format specifications they share.

use crate::python::machine::object::{Object, Traced};
use crate::python::machine::specification::apply;
use crate::python::machine::{Machine, Outcome, Stop, limit};
use crate::syntax::python::ast::Segment;
use std::rc::Rc;

impl<'a> Machine<'a> {
    pub(crate) fn format_segments(&mut self, segments: &'a [Segment]) -> Outcome<Traced> {
        let mut parts = Vec::new();
        for segment in segments {
            match segment {
                Segment::Text(text) => parts.push(Object::str(text.as_str()).bare()),
                Segment::Value { value, conversion, format, shown } => {
                    let value = self.expression(value)?;
                    let debug = shown.is_some() && format.is_empty() && conversion.is_none();
                    if let Some(shown) = shown {
                        parts.push(Object::str(shown.as_str()).bare());
                    }
                    let conversion = if debug { Some('r') } else { *conversion };
                    let value = self.converted(value, conversion)?;
                    let format = self.format_segments(format)?;
                    parts.push(self.formatted(&value, &format)?);
                }
            }
        }
        self.concatenated(parts)
    }

    pub(crate) fn converted(&mut self, value: Traced, conversion: Option<char>) -> Outcome<Traced> {
        match conversion {
            Some('r' | 'a') => self.each_way(&value, |it, value| it.repr_of(value)),
            Some('s') => self.text_of(&value),
            _ => Ok(value),
        }
    }

    /// Texts as one; unknown if one of them is.
    pub(crate) fn concatenated(&mut self, parts: Vec<Traced>) -> Outcome<Traced> {
        let mut whole = Object::str("").bare();
        for part in parts {
            let text = match (&whole.object, &part.object) {
                (Object::Str(a), Object::Str(b)) if a.len() + b.len() > limit::TEXT => {
                    return Err(Stop::Limit("a text is too long"));
                }
                (Object::Str(a), Object::Str(b)) => Some(Object::str(format!("{a}{b}"))),
                _ => None,
            };
            whole = match text {
                Some(text) => self.computed(text, &[&whole, &part]),
                None => self.each_way(&whole, |it, whole| {
                    let whole = whole.clone();
                    it.each_way(&part, |it, part| match (&whole.object, &part.object) {
                        (Object::Str(a), Object::Str(b)) => {
                            Ok(it.computed(Object::str(format!("{a}{b}")), &[&whole, part]))
                        }
                        (Object::Str(_), _) => Ok(it.unknown_from(part)),
                        _ => Ok(it.unknown_from(&whole)),
                    })
                })?,
            };
        }
        Ok(whole)
    }

    /// `format(value, specification)`.
    pub(crate) fn formatted(&mut self, value: &Traced, format: &Traced) -> Outcome<Traced> {
        let Object::Str(specification) = &format.object else {
            return Ok(self.unknown_from(format));
        };
        let specification = specification.clone();
        if specification.is_empty() {
            return self.text_of(value);
        }
        self.each_way(value, |it, value| {
            let value = it.text_if_instance(value)?;
            if value.object.is_unknown() {
                return Ok(it.unknown_from(&value));
            }
            match apply(&value.object, &specification) {
                Some(text) => Ok(it.computed(Object::str(text), &[&value])),
                None => Ok(it.unknown("the format specification is not modelled")),
            }
        })
    }

    fn text_if_instance(&mut self, value: &Traced) -> Outcome<Traced> {
        match value.object {
            Object::Instance(_) | Object::Path(_) => self.text_of(value),
            _ => Ok(value.clone()),
        }
    }

    /// `"…".format(…)`.
    pub(crate) fn str_format(
        &mut self,
        template: &str,
        arguments: &super::call::Arguments,
    ) -> Outcome<Traced> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut next = 0;
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            text.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            let after = &rest[at + 1..];
            if after.starts_with(brace) {
                text.push_str(brace);
                rest = &after[1..];
                continue;
            }
            let end = matching(after).filter(|_| brace == "{");
            let Some(end) = end else {
                let message = format!("Single '{brace}' encountered in format string");
                return Err(self.raised("ValueError", message));
            };
            parts.push(Object::str(std::mem::take(&mut text)).bare());
            parts.push(self.field(&after[..end], arguments, &mut next)?);
            rest = &after[end + 1..];
        }
        text.push_str(rest);
        parts.push(Object::str(text).bare());
        self.concatenated(parts)
    }

    fn field(
        &mut self,
        field: &str,
        arguments: &super::call::Arguments,
        next: &mut usize,
    ) -> Outcome<Traced> {
        let (name, format) = field.split_once(':').unwrap_or((field, ""));
        let (name, conversion) = match name.split_once('!') {
            Some((name, conversion)) => (name, conversion.chars().next()),
            None => (name, None),
        };
        let split = name.find(['.', '[']).unwrap_or(name.len());
        let (first, path) = name.split_at(split);
        let mut value = if first.is_empty() {
            *next += 1;
            arguments.positional.get(*next - 1).cloned()
        } else if let Ok(at) = first.parse::<usize>() {
            arguments.positional.get(at).cloned()
        } else {
            match arguments.keyword(first) {
                Some(value) => Some(value.clone()),
                None if arguments.keyword("").is_some() => {
                    Some(self.unknown("the arguments are not all known"))
                }
                None => {
                    let key = Object::str(first).bare();
                    return Err(self.raised_with("KeyError", vec![key]));
                }
            }
        };
        let Some(mut found) = value.take() else {
            let message = "Replacement index out of range for positional args tuple";
            return Err(self.raised("IndexError", message));
        };
        for step in path.split(['.']).filter(|it| !it.is_empty()) {
            let mut inner = step.split('[');
            if let Some(attribute) = inner.next().filter(|it| !it.is_empty()) {
                found = self.attribute(&found, attribute)?;
            }
            for index in inner {
                let index = index.trim_end_matches(']');
                let index = match index.parse() {
                    Ok(at) => Object::Int(at),
                    Err(_) => Object::str(index),
                };
                found = self.subscript(&found, &index.bare())?;
            }
        }
        let found = self.converted(found, conversion)?;
        let format = match format.contains('{') {
            true => self.str_format(format, arguments)?,
            false => Object::str(format).bare(),
        };
        self.formatted(&found, &format)
    }

    /// `"…" % values`.
    pub(crate) fn percent(&mut self, template: &Traced, values: &Traced) -> Outcome<Traced> {
        let Object::Str(text) = &template.object else { return Ok(self.unknown_from(template)) };
        let text = text.clone();
        let given: Vec<Traced> = match &values.object {
            Object::Tuple(items) => items.to_vec(),
            _ => vec![values.clone()],
        };
        let is_mapping = matches!(values.object, Object::Dict(_) | Object::Names(_));
        let mut given = given.into_iter();
        let mut parts = Vec::new();
        let mut used = is_mapping;
        let mut rest: &str = &text;
        while let Some(at) = rest.find('%') {
            parts.push(Object::str(&rest[..at]).bare());
            rest = &rest[at + 1..];
            let key = match rest.strip_prefix('(').and_then(|it| it.split_once(')')) {
                Some((key, after)) => {
                    rest = after;
                    Some(key)
                }
                None => None,
            };
            let end = rest.find(|it: char| it.is_ascii_alphabetic() || it == '%');
            let Some(end) = end else {
                return Err(self.raised("ValueError", "incomplete format"));
            };
            let (flags, kind) = (&rest[..end], rest.as_bytes()[end]);
            rest = &rest[end + 1..];
            if kind == b'%' {
                parts.push(Object::str("%").bare());
                continue;
            }
            let value = match key {
                Some(key) if is_mapping => {
                    let key = Object::str(key).bare();
                    self.subscript(values, &key)?
                }
                Some(_) => return Err(self.raised("TypeError", "format requires a mapping")),
                None => match given.next() {
                    Some(value) => value,
                    None => {
                        let message = "not enough arguments for format string";
                        return Err(self.raised("TypeError", message));
                    }
                },
            };
            used = true;
            parts.push(self.percent_one(&value, flags, kind)?);
        }
        parts.push(Object::str(rest).bare());
        let _ = used;
        if !is_mapping && given.next().is_some() {
            let message = "not all arguments converted during string formatting";
            return Err(self.raised("TypeError", message));
        }
        self.concatenated(parts)
    }

    fn percent_one(&mut self, value: &Traced, flags: &str, kind: u8) -> Outcome<Traced> {
        if matches!(value.object, Object::Rest(_)) {
            return Ok(self.unknown_from(value));
        }
        match kind {
            b's' | b'r' => {
                let text = if kind == b's' {
                    self.text_of(value)?
                } else {
                    self.each_way(value, |it, value| it.repr_of(value))?
                };
                if flags.is_empty() {
                    return Ok(text);
                }
                let left = flags.contains('-');
                let width = flags.trim_start_matches(['-', '+', ' ', '0', '#']);
                let align = if left { '<' } else { '>' };
                let format = Object::str(format!("{align}{width}")).bare();
                self.formatted(&text, &format)
            }
            _ => self.each_way(value, |it, value| {
                let plain = flags.chars().all(|it| it.is_ascii_digit() || it == '.');
                let number = match (&value.object, kind) {
                    (it, _) if it.is_unknown() => return Ok(it_unknown(it, value, kind)),
                    (Object::Float(float), b'd' | b'i') => Object::Int(float.trunc() as i128),
                    (it @ (Object::Int(_) | Object::Bool(_) | Object::Float(_)), _) => it.clone(),
                    (other, _) => {
                        let name = it.type_name(other);
                        let letter = kind as char;
                        let message =
                            format!("%{letter} format: a real number is required, not {name}");
                        return Err(it.raised("TypeError", message));
                    }
                };
                let kind = if kind == b'i' { 'd' } else { kind as char };
                match apply(&number, &format!("{flags}{kind}")).filter(|_| plain) {
                    Some(text) => Ok(it.computed(Object::str(text), &[value])),
                    None => Ok(it.unknown("the format is not modelled")),
                }
            }),
        }
    }
}

fn it_unknown(object: &Object, value: &Traced, _kind: u8) -> Traced {
    match object {
        Object::Unknown(why) | Object::Rest(why) => {
            Object::Unknown(why.clone()).traced(value.trail)
        }
        _ => {
            let why = Rc::new(super::object::Unknown {
                why: "it is not modelled".into(),
                id: 0,
                aliases: [].into(),
                either: None,
            });
            Object::Unknown(why).traced(value.trail)
        }
    }
}

/// The end of a replacement field, other fields inside it skipped.
fn matching(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}
