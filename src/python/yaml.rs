//! YAML as PyYAML loads it: types are those of YAML 1.1, so `on` is a truth value, `017` octal and
//! `1e5` a text (PyYAML's `resolver.py`).

use crate::python::machine::call::Arguments;
use crate::python::machine::iterate::is_symbolic;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::trail::Trail;
use crate::python::machine::{Machine, Outcome};
use crate::source::{File, Sources};
use crate::syntax::yaml::{Kind, Node, Style, parse};

/// `_kilter.yaml_load(text)`: what `yaml.safe_load` yields.
pub(crate) fn load(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let Some(value) = given.first().cloned() else {
        return Ok(it.unknown("what is read is not known"));
    };
    let text = match &value.object {
        Object::Str(text) if !is_symbolic(text) => text.to_string(),
        Object::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => return Ok(it.unknown_from(&value)),
    };
    let mut sources = Sources::default();
    sources.add(vec![File { path: "yaml".into(), bytes: text.clone().into_bytes() }]);
    let Some(id) = sources.ids().first().copied() else {
        return Ok(it.unknown("what is read is not known"));
    };
    let file = parse(id, &text);
    if !file.problems.is_empty() || !file.complete {
        return Ok(it.unknown("the YAML has faults"));
    }
    match file.documents.as_slice() {
        [] => Ok(Object::None.traced(value.trail)),
        [only] => it.read_yaml(only, value.trail),
        _ => Ok(it.unknown("there are several YAML documents")),
    }
}

impl Machine<'_> {
    fn read_yaml(&mut self, node: &Node, trail: Trail) -> Outcome<Traced> {
        if node.alias.is_some() && node.scalar().is_none() {
            return Ok(self.unknown("what an alias shares is not followed"));
        }
        let object = match &node.kind {
            Kind::Scalar(scalar) => match (&node.tag, scalar.style) {
                (None, Style::Plain) => match plain(&scalar.text) {
                    Some(object) => object,
                    None => return Ok(self.unknown("dates and sexagesimals are not modelled")),
                },
                (None, _) => Object::str(&*scalar.text),
                (Some(tag), _) if &*tag.text == "!!str" => Object::str(&*scalar.text),
                (Some(_), _) => return Ok(self.unknown("tags of YAML are not modelled")),
            },
            _ if node.tag.is_some() => return Ok(self.unknown("tags of YAML are not modelled")),
            Kind::Sequence(items) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items.iter() {
                    list.push(self.deeper(|it| it.read_yaml(item, trail))?);
                }
                self.list(list)
            }
            Kind::Mapping(mapping) => {
                let dict = self.new_dict();
                for pair in &mapping.pairs {
                    let key = self.deeper(|it| it.read_yaml(&pair.key, trail))?;
                    let value = self.deeper(|it| it.read_yaml(&pair.value, trail))?;
                    self.dict_set(dict, &key, value)?;
                }
                Object::Dict(dict)
            }
        };
        Ok(object.traced(trail))
    }
}

/// A scalar without quotes; none if it is of a type that is not modelled.
fn plain(text: &str) -> Option<Object> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Object::None),
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Some(Object::Bool(true));
        }
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Some(Object::Bool(false));
        }
        "=" => return None,
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|it: char| it.is_ascii_digit() || it == '.') {
        return Some(Object::str(text));
    }
    let is_of = |set: &str| unsigned.chars().all(|it| it.is_ascii_digit() || set.contains(it));
    let is_date = unsigned.split('-').next().is_some_and(|it| it.len() == 4) && text.contains('-');
    if unsigned.contains(':') && is_of(":._") || is_date && unsigned == text {
        return None;
    }
    Some(integer(text, unsigned).or_else(|| float(text, unsigned)).unwrap_or(Object::str(text)))
}

fn integer(text: &str, unsigned: &str) -> Option<Object> {
    let (base, digits) = match unsigned.split_at_checked(2) {
        Some(("0b", digits)) => (2, digits),
        Some(("0x", digits)) => (16, digits),
        _ if unsigned.len() > 1 && unsigned.starts_with('0') => (8, &unsigned[1..]),
        _ if unsigned.starts_with('_') => return None,
        _ => (10, unsigned),
    };
    if !digits.chars().all(|it| it == '_' || it.is_digit(base)) {
        return None;
    }
    let number = i128::from_str_radix(&digits.replace('_', ""), base).ok()?;
    Some(Object::Int(if text.starts_with('-') { -number } else { number }))
}

/// With a point; an exponent has a sign.
fn float(text: &str, unsigned: &str) -> Option<Object> {
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return Some(Object::Float(sign * f64::INFINITY)),
        ".nan" | ".NaN" | ".NAN" if unsigned == text => return Some(Object::Float(f64::NAN)),
        _ => {}
    }
    let (number, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent.strip_prefix(['-', '+'])?)),
        None => (unsigned, None),
    };
    let (whole, fraction) = number.split_once('.')?;
    let digits = |it: &str| it.chars().all(|it| it.is_ascii_digit() || it == '_');
    let leads = whole.is_empty() && unsigned == text && fraction.starts_with(|it: char| it != '_');
    let sound = digits(whole) && digits(fraction) && (!whole.is_empty() || leads);
    let exponent_is_sound =
        exponent.is_none_or(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()));
    if !sound || !exponent_is_sound || unsigned == "." {
        return None;
    }
    unsigned.replace('_', "").parse::<f64>().ok().map(|number| Object::Float(sign * number))
}
