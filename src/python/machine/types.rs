//! What built-in types are called, and which methods they have.

use crate::python::machine::Machine;
use crate::python::machine::heap::{Content, Handle};
use crate::python::machine::object::{Object, Traced, Type};

impl Machine<'_> {
    pub(crate) fn type_name(&self, object: &Object) -> String {
        match object {
            Object::Instance(handle) => {
                let class = self.heap.instance(*handle).class;
                self.heap.class(class).name.to_string()
            }
            Object::Function(_) => "function".to_owned(),
            Object::Method(_) => "method".to_owned(),
            Object::Native(_) => "builtin_function_or_method".to_owned(),
            Object::Lazy(_) => "__proxy__".to_owned(),
            Object::Iterator(_) => "generator".to_owned(),
            Object::Environ => "_Environ".to_owned(),
            Object::NotImplemented => "NotImplementedType".to_owned(),
            Object::Ellipsis => "ellipsis".to_owned(),
            other => other.type_of().map_or("object", Type::name).to_owned(),
        }
    }

    /// The members of an Enum class, in order; none for other classes.
    pub(crate) fn enum_members(&self, class: Handle) -> Option<Vec<Traced>> {
        let scope = self.heap.class(class).scope;
        let members = self.heap.binding(scope, "_members_")?;
        match &members.value.object {
            Object::List(handle) => match self.heap.get(*handle) {
                Content::List(items) => Some(items.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn enum_item(&self, class: Handle, index: &Traced) -> Option<Traced> {
        self.enum_members(class)?;
        let Object::Str(name) = &index.object else { return None };
        let scope = self.heap.class(class).scope;
        self.heap.binding(scope, name).map(|it| it.value.clone())
    }
}

/// Whether a built-in object has a method of this name.
pub(crate) fn has_method(object: &Object, name: &str) -> bool {
    match object {
        Object::Environ => ENVIRON_METHODS.contains(&name),
        Object::Iterator(_) => matches!(name, "close" | "__next__" | "__iter__" | "send"),
        _ => object.type_of().is_some_and(|kind| has_type_method(kind, name)),
    }
}

pub(crate) const ENVIRON_METHODS: &[&str] = &[
    "get",
    "setdefault",
    "copy",
    "items",
    "keys",
    "values",
    "pop",
    "update",
    "__contains__",
    "__getitem__",
    "__setitem__",
];

/// The methods of built-in types, by type.
pub(crate) fn has_type_method(kind: Type, name: &str) -> bool {
    let methods: &[&str] = match kind {
        Type::Str => &[
            "capitalize",
            "casefold",
            "center",
            "count",
            "encode",
            "endswith",
            "expandtabs",
            "find",
            "format",
            "format_map",
            "index",
            "isalnum",
            "isalpha",
            "isascii",
            "isdecimal",
            "isdigit",
            "isidentifier",
            "islower",
            "isnumeric",
            "isprintable",
            "isspace",
            "istitle",
            "isupper",
            "join",
            "ljust",
            "lower",
            "lstrip",
            "maketrans",
            "partition",
            "removeprefix",
            "removesuffix",
            "replace",
            "rfind",
            "rindex",
            "rjust",
            "rpartition",
            "rsplit",
            "rstrip",
            "split",
            "splitlines",
            "startswith",
            "strip",
            "swapcase",
            "title",
            "translate",
            "upper",
            "zfill",
        ],
        Type::Bytes => &[
            "decode",
            "hex",
            "strip",
            "rstrip",
            "lstrip",
            "split",
            "startswith",
            "endswith",
            "replace",
            "join",
            "upper",
            "lower",
            "find",
        ],
        Type::List => &[
            "append",
            "clear",
            "copy",
            "count",
            "extend",
            "index",
            "insert",
            "pop",
            "remove",
            "reverse",
            "sort",
            "__contains__",
            "__len__",
            "__getitem__",
            "__iter__",
        ],
        Type::Tuple => &["count", "index", "__contains__", "__len__", "__getitem__"],
        Type::Dict => &[
            "clear",
            "copy",
            "fromkeys",
            "get",
            "items",
            "keys",
            "pop",
            "popitem",
            "setdefault",
            "update",
            "values",
            "__contains__",
            "__getitem__",
            "__setitem__",
            "__len__",
        ],
        Type::Set => &[
            "add",
            "clear",
            "copy",
            "difference",
            "difference_update",
            "discard",
            "intersection",
            "intersection_update",
            "isdisjoint",
            "issubset",
            "issuperset",
            "pop",
            "remove",
            "symmetric_difference",
            "union",
            "update",
        ],
        Type::FrozenSet => &[
            "copy",
            "difference",
            "intersection",
            "isdisjoint",
            "issubset",
            "issuperset",
            "symmetric_difference",
            "union",
        ],
        Type::Int | Type::Bool => &["bit_length", "to_bytes", "conjugate", "is_integer"],
        Type::Float => &["is_integer", "hex", "as_integer_ratio"],
        Type::TimeDelta => &["total_seconds"],
        Type::Regex => &["match", "search", "fullmatch", "sub", "split", "findall", "finditer"],
        Type::Match => &["group", "groups", "groupdict", "start", "end", "span"],
        Type::Path => crate::python::paths::METHODS,
        Type::Object
        | Type::Class
        | Type::None
        | Type::Range
        | Type::Slice
        | Type::Property
        | Type::ClassMethod
        | Type::StaticMethod
        | Type::Function
        | Type::Module
        | Type::Super => &[],
    };
    methods.contains(&name)
}
