//! What names are bound to while a module is evaluated.
//!
//! Small and immutable objects are held directly; whatever Python can change or compare by identity
//! lies on the [heap](super::heap) and is held by its handle.

use crate::python::machine::call::Native;
use crate::python::machine::heap::Handle;
use crate::python::machine::trail::Trail;
use std::rc::Rc;

/// An object and how it came to be.
#[derive(Clone, Debug)]
pub(crate) struct Traced {
    pub(crate) object: Object,
    pub(crate) trail: Trail,
}

#[derive(Clone, Debug)]
pub(crate) enum Object {
    None,
    NotImplemented,
    Ellipsis,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str(Rc<str>),
    Bytes(Rc<[u8]>),
    Tuple(Rc<[Traced]>),
    Path(Rc<str>),
    /// In microseconds.
    TimeDelta(i128),
    /// Start, stop and step; apart, as no other object is as large.
    Range(Rc<[i128; 3]>),
    Slice(Rc<[Traced; 3]>),
    Regex(Rc<Regex>),
    /// A match of a regular expression: the groups, and their names.
    Match(Rc<Match>),
    Lazy(Rc<Lazy>),
    List(Handle),
    Dict(Handle),
    Set(Handle),
    FrozenSet(Handle),
    Iterator(Handle),
    /// A namespace as a mapping: `globals()`, `vars(module)`.
    Names(Handle),
    Module(Handle),
    Class(Handle),
    Instance(Handle),
    Type(Type),
    Function(Rc<Function>),
    /// A function of a class, and what it was looked up on.
    Method(Rc<(Traced, Traced)>),
    Native(&'static Native),
    /// A method of a built-in type: receiver and name.
    NativeMethod(Rc<(Traced, Rc<str>)>),
    Decorated(Decorator, Rc<Traced>),
    /// `super()`: the class to go on from, and the receiver.
    Super(Rc<(Handle, Traced)>),
    /// `os.environ`.
    Environ,
    /// Something of a library that kilter does not model, by its dotted name.
    Opaque(Rc<str>),
    Unknown(Rc<Unknown>),
    OneOf(Rc<OneOf>),
    /// Inside a sequence: any number of further members that are not known.
    Rest(Rc<Unknown>),
}

/// A value that was not determined. Two of one `id` are the same value, whatever it is; no two are
/// of the `id` 0.
#[derive(Debug)]
pub(crate) struct Unknown {
    pub(crate) why: Rc<str>,
    pub(crate) id: u32,
    /// What it may be another name of: a change to it may be a change to these.
    pub(crate) aliases: Rc<[Handle]>,
    /// Of members that are not known: what they are as a branch falls, where that is all.
    pub(crate) either: Option<Either>,
}

/// Members of a list for each outcome of a branch that was not decided.
#[derive(Debug)]
pub(crate) struct Either {
    pub(crate) branch: u32,
    pub(crate) ways: Vec<Vec<Traced>>,
}

/// One value for each outcome of a branch that was not decided.
#[derive(Debug)]
pub(crate) struct OneOf {
    pub(crate) branch: u32,
    pub(crate) members: Vec<Traced>,
}

#[derive(Debug)]
pub(crate) struct Regex {
    pub(crate) pattern: Rc<str>,
    pub(crate) flags: i128,
}

#[derive(Debug)]
pub(crate) struct Match {
    pub(crate) groups: Vec<Option<(usize, Rc<str>)>>,
    pub(crate) names: Vec<(Rc<str>, usize)>,
}

/// A call that Django puts off: the dotted name of the function, and its arguments.
#[derive(Debug)]
pub(crate) struct Lazy {
    pub(crate) function: Rc<str>,
    pub(crate) arguments: Vec<Traced>,
    pub(crate) keywords: Vec<(Rc<str>, Traced)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Decorator {
    Property,
    CachedProperty,
    ClassMethod,
    StaticMethod,
}

/// A function written in Python.
#[derive(Debug)]
pub(crate) struct Function {
    /// Which of the machine's functions it is.
    pub(crate) code: usize,
    pub(crate) name: Rc<str>,
    pub(crate) globals: Handle,
    /// Scopes of the functions around it, the innermost first.
    pub(crate) enclosing: Vec<Handle>,
    pub(crate) defaults: Vec<Option<Traced>>,
    pub(crate) class: Option<Handle>,
    /// Attributes given to it, as `f.short_description = …`.
    pub(crate) attributes: Handle,
}

/// Built-in types, callable under their own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    Object,
    Class,
    None,
    Bool,
    Int,
    Float,
    Str,
    Bytes,
    Tuple,
    List,
    Dict,
    Set,
    FrozenSet,
    Path,
    TimeDelta,
    Range,
    Slice,
    Property,
    ClassMethod,
    StaticMethod,
    Function,
    Module,
    Regex,
    Match,
    Super,
}

impl Type {
    pub(crate) const ALL: [(Self, &'static str); 25] = [
        (Self::Object, "object"),
        (Self::Class, "type"),
        (Self::None, "NoneType"),
        (Self::Bool, "bool"),
        (Self::Int, "int"),
        (Self::Float, "float"),
        (Self::Str, "str"),
        (Self::Bytes, "bytes"),
        (Self::Tuple, "tuple"),
        (Self::List, "list"),
        (Self::Dict, "dict"),
        (Self::Set, "set"),
        (Self::FrozenSet, "frozenset"),
        (Self::Path, "PosixPath"),
        (Self::TimeDelta, "timedelta"),
        (Self::Range, "range"),
        (Self::Slice, "slice"),
        (Self::Property, "property"),
        (Self::ClassMethod, "classmethod"),
        (Self::StaticMethod, "staticmethod"),
        (Self::Function, "function"),
        (Self::Module, "module"),
        (Self::Regex, "Pattern"),
        (Self::Match, "Match"),
        (Self::Super, "super"),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(it, _)| *it == self).map_or("object", |(_, name)| name)
    }
}

impl Object {
    pub(crate) fn str(text: impl Into<Rc<str>>) -> Self {
        Self::Str(text.into())
    }

    pub(crate) fn traced(self, trail: Trail) -> Traced {
        Traced { object: self, trail }
    }

    /// The same value, with nothing to tell of how it came to be.
    pub(crate) fn bare(self) -> Traced {
        Traced { object: self, trail: Trail::NONE }
    }

    /// Nothing certain can be done with it.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_) | Self::Opaque(_) | Self::Rest(_))
    }

    pub(crate) fn text(&self) -> Option<&Rc<str>> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The built-in type of a value that has one.
    pub(crate) fn type_of(&self) -> Option<Type> {
        Some(match self {
            Self::None => Type::None,
            Self::Bool(_) => Type::Bool,
            Self::Int(_) => Type::Int,
            Self::Float(_) => Type::Float,
            Self::Str(_) => Type::Str,
            Self::Bytes(_) => Type::Bytes,
            Self::Tuple(_) => Type::Tuple,
            Self::Path(_) => Type::Path,
            Self::TimeDelta(_) => Type::TimeDelta,
            Self::Range(..) => Type::Range,
            Self::Slice(_) => Type::Slice,
            Self::Regex(_) => Type::Regex,
            Self::Match(_) => Type::Match,
            Self::List(_) => Type::List,
            Self::Dict(_) | Self::Names(_) => Type::Dict,
            Self::Set(_) => Type::Set,
            Self::FrozenSet(_) => Type::FrozenSet,
            Self::Module(_) => Type::Module,
            Self::Class(_) | Self::Type(_) => Type::Class,
            Self::Function(_) | Self::Native(_) | Self::Method(_) | Self::NativeMethod(_) => {
                Type::Function
            }
            Self::Decorated(Decorator::Property | Decorator::CachedProperty, _) => Type::Property,
            Self::Decorated(Decorator::ClassMethod, _) => Type::ClassMethod,
            Self::Decorated(Decorator::StaticMethod, _) => Type::StaticMethod,
            Self::Super(_) => Type::Super,
            Self::NotImplemented
            | Self::Ellipsis
            | Self::Lazy(_)
            | Self::Iterator(_)
            | Self::Instance(_)
            | Self::Environ
            | Self::Opaque(_)
            | Self::Unknown(_)
            | Self::OneOf(_)
            | Self::Rest(_) => return None,
        })
    }
}
