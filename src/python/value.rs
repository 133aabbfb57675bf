//! A setting's value as rules see it.

use crate::fact::Fact;
use std::fmt;
use std::sync::Arc;

/// The Python types that settings use. Members of collections are facts of their own, so that one
/// entry of `ALLOWED_HOSTS` can be pointed at.
#[derive(Clone, Debug)]
pub enum Value {
    None,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str(String),
    Bytes(Vec<u8>),
    List(Vec<Fact<Self>>),
    Tuple(Vec<Fact<Self>>),
    Set(Vec<Fact<Self>>),
    FrozenSet(Vec<Fact<Self>>),
    Dict(Dict),
    /// A `pathlib` path.
    Path(String),
    /// `datetime.timedelta`, in microseconds.
    TimeDelta(i128),
    Regex {
        pattern: String,
        flags: i128,
    },
    Range {
        start: i128,
        stop: i128,
        step: i128,
    },
    /// A class, function or module by its dotted name.
    Ref(String),
    /// A text or URL that Django makes when it is needed.
    Lazy {
        function: String,
        arguments: Vec<Fact<Self>>,
    },
    /// An instance of a class, by the class's dotted name; nothing more is told of it.
    Instance(String),
    /// An object that kilter does not model.
    Opaque(String),
    Unknown(Arc<str>),
    /// One value for each outcome of a branch that was not decided. Two of one `branch` have their
    /// members in the same order.
    OneOf {
        branch: u32,
        members: Vec<Fact<Self>>,
    },
    /// Inside a collection: any number of further members that are not known.
    Rest(Arc<str>),
}

#[derive(Clone, Debug, Default)]
pub struct Dict {
    pub entries: Vec<Entry>,
    /// Why there may be further keys.
    pub more: Option<Arc<str>>,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub key: Value,
    pub value: Fact<Value>,
    /// It depends on what is not known whether the key is there.
    pub perhaps: bool,
}

impl Value {
    /// Whether the value, down to its last member, is what Python would have.
    pub fn is_known(&self) -> bool {
        match self {
            Self::Unknown(_) | Self::Opaque(_) | Self::OneOf { .. } | Self::Rest(_) => false,
            Self::List(items) | Self::Tuple(items) | Self::Set(items) | Self::FrozenSet(items) => {
                items.iter().all(|it| it.value.is_known())
            }
            Self::Dict(dict) => {
                dict.more.is_none()
                    && dict.entries.iter().all(|it| !it.perhaps && it.value.value.is_known())
            }
            Self::Lazy { arguments, .. } => arguments.iter().all(|it| it.value.is_known()),
            Self::None
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Str(_)
            | Self::Bytes(_)
            | Self::Path(_)
            | Self::TimeDelta(_)
            | Self::Regex { .. }
            | Self::Range { .. }
            | Self::Ref(_)
            | Self::Instance(_) => true,
        }
    }

    /// Whether it is another one each time it is worked out.
    pub fn is_random(&self) -> bool {
        matches!(self, Self::Unknown(why) if &**why == "it is random")
    }

    /// The text of a string or a path.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Str(text) | Self::Path(text) => Some(text),
            _ => None,
        }
    }

    pub fn bool(&self) -> Option<bool> {
        match self {
            Self::Bool(it) => Some(*it),
            _ => None,
        }
    }

    pub fn int(&self) -> Option<i128> {
        match self {
            Self::Int(it) => Some(*it),
            Self::Bool(it) => Some(i128::from(*it)),
            _ => None,
        }
    }

    /// The members of a list, tuple or set.
    pub fn items(&self) -> Option<&[Fact<Self>]> {
        match self {
            Self::List(items) | Self::Tuple(items) | Self::Set(items) | Self::FrozenSet(items) => {
                Some(items)
            }
            _ => None,
        }
    }

    /// The value of a key that a dict surely has.
    pub fn get(&self, key: &str) -> Option<&Fact<Self>> {
        let Self::Dict(dict) = self else { return None };
        let entry = dict.entries.iter().find(|it| it.key.text() == Some(key))?;
        (!entry.perhaps).then_some(&entry.value)
    }

    /// What a dict surely has.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        let entries = match self {
            Self::Dict(dict) => dict.entries.as_slice(),
            _ => &[],
        };
        entries.iter().filter(|it| !it.perhaps)
    }

    /// Whether a test holds for whatever the value may be; unknown values fail it.
    pub fn every(&self, test: &mut dyn FnMut(&Self) -> bool) -> bool {
        match self {
            Self::OneOf { members, .. } => members.iter().all(|it| it.value.every(test)),
            Self::Unknown(_) | Self::Rest(_) => false,
            other => test(other),
        }
    }

    /// Python's truth of the value, if it is known.
    pub fn truth(&self) -> Option<bool> {
        Some(match self {
            Self::None => false,
            Self::Bool(it) => *it,
            Self::Int(it) | Self::TimeDelta(it) => *it != 0,
            Self::Float(it) => *it != 0.0,
            Self::Str(it) => !it.is_empty(),
            Self::Bytes(it) => !it.is_empty(),
            Self::List(items) | Self::Tuple(items) | Self::Set(items) | Self::FrozenSet(items) => {
                let certain = items.iter().any(|it| !matches!(it.value, Self::Rest(_)));
                if !certain && !items.is_empty() {
                    return None;
                }
                certain
            }
            Self::Dict(dict) => {
                let certain = dict.entries.iter().any(|it| !it.perhaps);
                if !certain && (dict.more.is_some() || !dict.entries.is_empty()) {
                    return None;
                }
                certain
            }
            Self::Range { start, stop, step } => (start < stop) == (*step > 0) && start != stop,
            Self::Path(_) | Self::Regex { .. } | Self::Ref(_) => true,
            Self::Lazy { arguments, .. } => return arguments.first()?.value.truth(),
            Self::OneOf { members, .. } => {
                let mut truths = members.iter().map(|it| it.value.truth());
                let first = truths.next()??;
                return truths.all(|it| it == Some(first)).then_some(first);
            }
            Self::Instance(_) | Self::Opaque(_) | Self::Unknown(_) | Self::Rest(_) => return None,
        })
    }
}

/// As Python writes it, shortened where kilter does not know.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = |f: &mut fmt::Formatter<'_>, items: &[Fact<Self>]| {
            for (at, item) in items.iter().enumerate() {
                write!(f, "{}{}", if at > 0 { ", " } else { "" }, item.value)?;
            }
            Ok(())
        };
        match self {
            Self::None => f.write_str("None"),
            Self::Bool(true) => f.write_str("True"),
            Self::Bool(false) => f.write_str("False"),
            Self::Int(it) => write!(f, "{it}"),
            Self::Float(it) => f.write_str(&crate::python::machine::repr::float(*it)),
            Self::Str(text) => f.write_str(&crate::python::machine::repr::quoted(text)),
            Self::Bytes(bytes) => write!(f, "<{} bytes>", bytes.len()),
            Self::List(items) => {
                f.write_str("[")?;
                members(f, items)?;
                f.write_str("]")
            }
            Self::Tuple(items) => {
                f.write_str("(")?;
                members(f, items)?;
                f.write_str(if items.len() == 1 { ",)" } else { ")" })
            }
            Self::Set(items) | Self::FrozenSet(items) => {
                f.write_str("{")?;
                members(f, items)?;
                f.write_str("}")
            }
            Self::Dict(dict) => {
                f.write_str("{")?;
                for (at, entry) in dict.entries.iter().enumerate() {
                    let comma = if at > 0 { ", " } else { "" };
                    let perhaps = if entry.perhaps { "?" } else { "" };
                    write!(f, "{comma}{}{perhaps}: {}", entry.key, entry.value.value)?;
                }
                f.write_str(if dict.more.is_some() { ", …}" } else { "}" })
            }
            Self::Path(path) => {
                write!(f, "PosixPath({})", crate::python::machine::repr::quoted(path))
            }
            Self::TimeDelta(it) => write!(f, "timedelta(microseconds={it})"),
            Self::Regex { pattern, .. } => write!(f, "re.compile({pattern:?})"),
            Self::Range { start, stop, step } => write!(f, "range({start}, {stop}, {step})"),
            Self::Ref(name) => write!(f, "<{name}>"),
            Self::Lazy { function, .. } => write!(f, "<lazy {function}>"),
            Self::Instance(name) | Self::Opaque(name) => write!(f, "<{name}>"),
            Self::Unknown(why) => write!(f, "<unknown: {why}>"),
            Self::OneOf { members: each, .. } => {
                f.write_str("<one of ")?;
                members(f, each)?;
                f.write_str(">")
            }
            Self::Rest(_) => f.write_str("…"),
        }
    }
}
