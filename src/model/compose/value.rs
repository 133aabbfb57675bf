//! The tree that is merged: a document's nodes with their variables filled in.
//!
//! Every value knows where it stands and which values it replaced. It is what compose-go holds
//! in `map[string]any` between its steps.

use crate::diagnostic::{Edit, Fix, Safety};
use crate::fact::{Environment, Fact};
use crate::model::compose::interpolate::{Refused, Template, interpolate, literal, name_length};
use crate::model::compose::{Fault, FaultKind};
use crate::model::text::Text;
use crate::source::Place;
use crate::syntax::Problem;
use crate::syntax::yaml::{Kind, Node, Typed};
use indexmap::IndexMap;

#[derive(Clone, Debug)]
pub(super) struct Value {
    pub place: Place,
    pub data: Data,
    /// The values that this one replaced, the latest first.
    pub lost: Vec<Replaced>,
}

/// A value that a later file replaced.
#[derive(Clone, Debug)]
pub(super) struct Replaced {
    pub place: Place,
    pub text: Option<Text>,
}

#[derive(Clone, Debug)]
pub(super) enum Data {
    Null,
    Scalar(Text, Type),
    List(Vec<Value>),
    Map(Map),
}

/// What a scalar was in the file; all of them are text in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Number,
    Bool,
}

pub(super) type Map = IndexMap<String, Entry>;

#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Where the key stands.
    pub key: Place,
    /// Where earlier files have it, the first one first.
    pub before: Vec<Place>,
    /// The `<<` that brought it into its mapping.
    pub merged: Option<Place>,
    pub value: Value,
}

impl Entry {
    pub(super) fn new(key: Place, value: Value) -> Self {
        Self { key, before: Vec::new(), merged: None, value }
    }
}

/// A path of keys from the top.
pub(super) type Path = Vec<String>;

impl Value {
    /// What is left of it where another takes its place.
    pub(super) fn replaced(&self) -> Replaced {
        let text = match &self.data {
            Data::Scalar(text, _) => Some(text.clone()),
            Data::Null | Data::List(_) | Data::Map(_) => None,
        };
        Replaced { place: self.place, text }
    }

    pub(super) fn null(place: Place) -> Self {
        Self { place, data: Data::Null, lost: Vec::new() }
    }

    pub(super) fn text(text: Text) -> Self {
        Self { place: text.place, data: Data::Scalar(text, Type::Text), lost: Vec::new() }
    }

    pub(super) fn list(place: Place, items: Vec<Self>) -> Self {
        Self { place, data: Data::List(items), lost: Vec::new() }
    }

    pub(super) fn map(place: Place, map: Map) -> Self {
        Self { place, data: Data::Map(map), lost: Vec::new() }
    }

    /// A constant that compose fills in where it finds this place.
    pub(super) fn constant(text: &str, place: Place) -> Self {
        Self::text(Text::literal(text, place))
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_map()?.get(key)
    }

    pub(super) fn as_map(&self) -> Option<&Map> {
        match &self.data {
            Data::Map(map) => Some(map),
            Data::Null | Data::Scalar(..) | Data::List(_) => None,
        }
    }

    pub(super) fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.data {
            Data::Map(map) => Some(map),
            Data::Null | Data::Scalar(..) | Data::List(_) => None,
        }
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self) -> &[Self] {
        match &self.data {
            Data::List(items) => items,
            Data::Null | Data::Scalar(..) | Data::Map(_) => &[],
        }
    }

    pub(super) fn as_text(&self) -> Option<&Text> {
        match &self.data {
            Data::Scalar(text, _) => Some(text),
            Data::Null | Data::List(_) | Data::Map(_) => None,
        }
    }

    /// Known text, for what compose itself has to understand.
    pub(super) fn known(&self) -> Option<Fact<String>> {
        self.as_text()?.known()
    }

    /// Scalar, list, map: what can be merged with what.
    pub(super) fn shape(&self) -> &'static str {
        match self.data {
            Data::Null => "nothing",
            Data::Scalar(..) => "a single value",
            Data::List(_) => "a list",
            Data::Map(_) => "a mapping",
        }
    }
}

/// What one document says, and which paths of earlier ones it takes away.
pub(super) struct Document {
    pub value: Value,
    pub resets: Vec<Path>,
}

/// Fills in a document's variables. `None` if there is nothing in it.
pub(super) fn read(
    node: &Node,
    source: &str,
    environment: &Environment,
    faults: &mut Vec<Fault>,
) -> Document {
    let mut reader = Reader { source, environment, faults, resets: Vec::new(), path: Vec::new() };
    let value = reader.value(node);
    let value = value.unwrap_or_else(|| Value::null(node.place));
    Document { value, resets: reader.resets }
}

struct Reader<'a> {
    source: &'a str,
    environment: &'a Environment,
    faults: &'a mut Vec<Fault>,
    resets: Vec<Path>,
    path: Path,
}

impl Reader<'_> {
    /// `None` for what `!reset` takes away.
    fn value(&mut self, node: &Node) -> Option<Value> {
        match node.tag.as_ref().map(|tag| &*tag.text) {
            Some("!reset") => {
                self.resets.push(self.path.clone());
                return None;
            }
            Some("!override") => self.resets.push(self.path.clone()),
            _ => {}
        }
        let data = match &node.kind {
            Kind::Scalar(_) => self.scalar(node),
            Kind::Sequence(items) => {
                let mut values = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    self.path.push(format!("[{index}]"));
                    values.extend(self.value(item));
                    self.path.pop();
                }
                Data::List(values)
            }
            Kind::Mapping(mapping) => {
                let mut map = Map::new();
                for pair in &mapping.pairs {
                    let Some(key) = pair.key.text() else {
                        self.refuse(pair.key.occurrence(), "a key must be a single value");
                        continue;
                    };
                    self.path.push(key.to_owned());
                    if let Some(value) = self.value(&pair.value) {
                        let entry = Entry::new(pair.key.place, value);
                        map.insert(key.to_owned(), Entry { merged: pair.merged, ..entry });
                    }
                    self.path.pop();
                }
                Data::Map(map)
            }
        };
        Some(Value { place: node.place, data, lost: Vec::new() })
    }

    fn scalar(&mut self, node: &Node) -> Data {
        let (Some(scalar), Some(typed)) = (node.scalar(), node.typed()) else { return Data::Null };
        let template = Template { scalar, place: node.place, source: self.source };
        let number = |text: String| Data::Scalar(Text::literal(text, node.place), Type::Number);
        match typed {
            Typed::Null => Data::Null,
            Typed::Bool(value) => {
                Data::Scalar(Text::literal(value.to_string(), node.place), Type::Bool)
            }
            Typed::Int(value) => number(value.to_string()),
            Typed::Float(value) => number(float(value)),
            Typed::Text(text) if !text.contains('$') => Data::Scalar(literal(template), Type::Text),
            Typed::Text(_) => match interpolate(template, self.environment) {
                Ok(text) => Data::Scalar(text, Type::Text),
                // What it would be is not known; nothing else is to be found wrong with it.
                Err(refused) => {
                    let name = match &refused {
                        Refused::Missing { name, .. } => name.clone(),
                        Refused::Format => scalar.text.to_string(),
                    };
                    self.refused(refused, node.occurrence());
                    Data::Scalar(Text::unknown(&name, node.place), Type::Text)
                }
            },
        }
    }

    fn refused(&mut self, refused: Refused, place: Place) {
        let (kind, message) = match refused {
            Refused::Format => {
                self.faults.push(malformed(self.source, place));
                return;
            }
            Refused::Missing { name, message } if message.is_empty() => {
                (FaultKind::Required, format!("compose does not start without {name}"))
            }
            Refused::Missing { name, message } => {
                (FaultKind::Required, format!("compose does not start without {name}: {message}"))
            }
        };
        self.faults.push(Fault::new(kind, place, message));
    }

    fn refuse(&mut self, place: Place, message: &str) {
        let problem = Problem::new(place, message);
        self.faults.push(Fault { kind: FaultKind::Schema, problem, missing: None });
    }
}

/// A `${` that begins no substitution. Compose takes `$$` for the character (Compose Specification,
/// "Interpolation"), and a `$` without a brace and a name for itself (measured with Compose 2.26).
fn malformed(source: &str, place: Place) -> Fault {
    let text = source.get(place.span.range()).unwrap_or_default();
    let is_escaped =
        |at: usize| text[..at].bytes().rev().take_while(|it| *it == b'$').count() % 2 == 1;
    let mut braces = text.match_indices("${").map(|(at, _)| at);
    let found = braces.find(|at| !is_escaped(*at) && name_length(&text[at + 2..]) == 0);
    let message = "compose takes this `${` for a substitution, and it is none";
    let Some(dollar) = found else {
        return Fault::new(FaultKind::Interpolation, place, message);
    };
    let from = place.span.start as usize + dollar;
    let here = Place::new(place.file, from, from + 1);
    let mut problem = Problem::new(here, message);
    problem.fix = Some(Box::new(Fix {
        safety: Safety::Safe,
        title: "write `$$`".to_owned(),
        edits: vec![Edit::replace(here, "$$")],
    }));
    Fault { kind: FaultKind::Interpolation, problem, missing: None }
}

/// As Go prints a float64: the shortest digits, with an exponent from 1e+06 on (`strconv`, `%g`).
fn float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return value.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
