//! Python's dicts and sets: insertion order, equality of keys, and what is not known of them.

use crate::python::machine::heap::Handle;
use crate::python::machine::object::{Object, Traced, Unknown};
use foldhash::fast::RandomState;
use indexmap::IndexMap;
use std::rc::Rc;

/// A key as Python compares it: `1`, `1.0` and `True` are one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Key {
    None,
    Int(i128),
    Float(u64),
    Str(Rc<str>),
    Bytes(Rc<[u8]>),
    Path(Rc<str>),
    Tuple(Vec<Self>),
    /// Compared by identity.
    Same(u8, Handle),
    Named(Rc<str>),
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Traced,
    pub(crate) value: Traced,
    /// On some way here it was not there.
    pub(crate) perhaps: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Dict {
    pub(crate) entries: IndexMap<Key, Entry, RandomState>,
    /// Why it may hold further keys, or other values for those it has.
    pub(crate) more: Option<Rc<Unknown>>,
    /// The keys came in another order on another way.
    pub(crate) unordered: bool,
}

impl Dict {
    pub(crate) fn insert(&mut self, key: Key, name: Traced, value: Traced) {
        match self.entries.get_mut(&key) {
            Some(entry) => {
                entry.value = value;
                entry.perhaps = false;
            }
            None => {
                self.entries.insert(key, Entry { key: name, value, perhaps: false });
            }
        }
    }

    /// Every entry is certain, and there are no others.
    pub(crate) fn is_exact(&self) -> bool {
        self.more.is_none() && self.entries.values().all(|entry| !entry.perhaps)
    }
}

/// None for what cannot be hashed, or is not known.
pub(crate) fn key(object: &Object) -> Option<Key> {
    Some(match object {
        Object::None => Key::None,
        Object::Bool(it) => Key::Int(i128::from(*it)),
        Object::Int(it) => Key::Int(*it),
        Object::Float(it) if it.fract() == 0.0 && it.abs() < 1e18 => Key::Int(*it as i128),
        Object::Float(it) => Key::Float(it.to_bits()),
        Object::Str(text) => Key::Str(text.clone()),
        Object::Bytes(bytes) => Key::Bytes(bytes.clone()),
        Object::Path(path) => Key::Path(path.clone()),
        Object::Tuple(items) => {
            Key::Tuple(items.iter().map(|it| key(&it.object)).collect::<Option<_>>()?)
        }
        Object::TimeDelta(it) => Key::Tuple(vec![Key::Named("timedelta".into()), Key::Int(*it)]),
        Object::Class(handle) => Key::Same(0, *handle),
        Object::Instance(handle) => Key::Same(1, *handle),
        Object::Module(handle) => Key::Same(2, *handle),
        Object::Type(it) => Key::Named(it.name().into()),
        Object::Native(it) => Key::Named(it.name.into()),
        Object::Function(it) => Key::Same(3, it.attributes),
        _ => return None,
    })
}
