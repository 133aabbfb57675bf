//! Lists, dicts and sets: making them, and their methods.

use crate::python::machine::call::Arguments;
use crate::python::machine::dict::{Dict, Key};
use crate::python::machine::fork::Truth;
use crate::python::machine::heap::{Binding, Content, Handle, Scope};
use crate::python::machine::object::{Object, Traced, Unknown};
use crate::python::machine::{Machine, Outcome, Stop, limit};
use crate::syntax::python::ast::Comparison;
use std::rc::Rc;

impl Machine<'_> {
    pub(crate) fn new_dict(&mut self) -> Handle {
        self.heap.add(Content::Dict(Dict::default()))
    }

    pub(crate) fn iterator(&mut self, items: Vec<Traced>) -> Object {
        Object::Iterator(self.heap.add(Content::Iterator { items, next: 0 }))
    }

    pub(crate) fn new_set(&mut self, items: Vec<Traced>) -> Outcome<Object> {
        let handle = self.heap.add(Content::Set(Dict::default()));
        self.set_add_all(handle, items)?;
        Ok(Object::Set(handle))
    }

    pub(crate) fn set_add_all(&mut self, handle: Handle, items: Vec<Traced>) -> Outcome<()> {
        for item in items {
            self.dict_set(handle, &item.clone(), Object::None.bare())?;
        }
        Ok(())
    }

    /// The keys of a dict or the members of a set, in order; a `Rest` if one may be missing, or the
    /// order is not known.
    pub(crate) fn keys_of(&self, handle: Handle) -> Vec<Traced> {
        let dict = self.heap.dict(handle);
        let order = !dict.unordered || dict.entries.len() < 2;
        if dict.is_exact() && order {
            return dict.entries.values().map(|entry| entry.key.clone()).collect();
        }
        let unknown = self.unknown_entries();
        match unknown.object {
            Object::Unknown(why) => vec![Object::Rest(why).bare()],
            _ => Vec::new(),
        }
    }

    /// The members of a set, in whatever order; a `Rest` beside them if there may be others.
    pub(crate) fn members_of(&self, handle: Handle) -> Vec<Traced> {
        let dict = self.heap.dict(handle);
        let certain = dict.entries.values().filter(|entry| !entry.perhaps);
        let mut members: Vec<Traced> = certain.map(|entry| entry.key.clone()).collect();
        if !dict.is_exact()
            && let Object::Unknown(why) = self.unknown_entries().object
        {
            members.push(Object::Rest(why).bare());
        }
        members
    }

    pub(crate) fn dict_set(&mut self, handle: Handle, key: &Traced, value: Traced) -> Outcome<()> {
        if let Object::Rest(_) = key.object {
            self.open_dict(handle, &key.clone());
            return Ok(());
        }
        let Some(hashed) = self.key_of(key)? else {
            self.blur_content(handle, "a key that is not known was set");
            return Ok(());
        };
        if self.heap.dict(handle).entries.len() > limit::ITEMS {
            return Err(Stop::Limit("a collection is too large"));
        }
        self.heap.insert(handle, hashed, key.clone(), value);
        Ok(())
    }

    /// There may be further keys.
    pub(crate) fn open_dict(&mut self, handle: Handle, because: &Traced) {
        let unknown = self.unknown_from(because);
        let Object::Unknown(why) = unknown.object else { return };
        if let Content::Dict(dict) | Content::Set(dict) = self.heap.change(handle) {
            dict.more = Some(why);
        }
    }

    /// `dict.update`, `**other`, `dict(other)`.
    pub(crate) fn dict_update(&mut self, handle: Handle, other: &Traced) -> Outcome<()> {
        match &other.object {
            Object::Dict(source) => {
                let source = self.heap.dict(*source).clone();
                let certain = source.entries.values().filter(|it| !it.perhaps).cloned();
                for entry in certain.collect::<Vec<_>>() {
                    self.dict_set(handle, &entry.key, entry.value)?;
                }
                for (key, entry) in source.entries.iter().filter(|(_, it)| it.perhaps) {
                    let value = self.unknown("it is set under a condition that is not known");
                    let Content::Dict(dict) = self.heap.change(handle) else { continue };
                    match dict.entries.get_mut(key) {
                        Some(own) => own.value = value,
                        None => {
                            dict.entries.insert(key.clone(), entry.clone());
                        }
                    }
                }
                if source.more.is_some() {
                    self.blur_content(handle, "it was updated with keys that are not known");
                }
                Ok(())
            }
            Object::Names(scope) => {
                let names = self.heap.names(*scope).clone();
                for (name, binding) in names.names {
                    self.dict_set(handle, &Object::Str(name).bare(), binding.value)?;
                }
                Ok(())
            }
            Object::Instance(instance) => match self.heap.instance(*instance).payload.clone() {
                Some(payload @ Object::Dict(_)) => self.dict_update(handle, &payload.bare()),
                _ => {
                    self.blur_content(handle, "it was updated with an object");
                    Ok(())
                }
            },
            Object::None => Err(self.not_a_mapping(other)),
            it if it.is_unknown() || matches!(it, Object::OneOf(_) | Object::Environ) => {
                self.blur_content(handle, "it was updated with what is not known");
                Ok(())
            }
            _ => {
                for pair in self.iterate(other)? {
                    if let Object::Rest(_) = pair.object {
                        self.blur_content(handle, "it was updated with what is not known");
                        continue;
                    }
                    let parts = self.iterate(&pair)?;
                    let [key, value] = parts.as_slice() else {
                        let message = "dictionary update sequence element has wrong length";
                        return Err(self.raised("ValueError", message));
                    };
                    self.dict_set(handle, key, value.clone())?;
                }
                Ok(())
            }
        }
    }

    fn not_a_mapping(&mut self, value: &Traced) -> Stop {
        let kind = self.type_name(&value.object);
        self.raised("TypeError", format!("'{kind}' object is not a mapping"))
    }

    pub(crate) fn keyword_pairs(&mut self, value: &Traced) -> Outcome<Vec<(Rc<str>, Traced)>> {
        let dict = self.new_dict();
        self.dict_update(dict, value)?;
        let dict = self.heap.dict(dict).clone();
        let mut pairs = Vec::new();
        for entry in dict.entries.into_values() {
            if let Object::Str(name) = entry.key.object {
                pairs.push((name, entry.value));
            }
        }
        if let Some(more) = dict.more {
            // A name that no parameter can have: whoever is called sees that there may be others.
            pairs.push(("".into(), Object::Rest(more).bare()));
        }
        Ok(pairs)
    }

    /// All that a container holds may have changed.
    pub(crate) fn blur_content(&mut self, handle: Handle, why: &str) {
        let aliases = self.aliases_within(handle);
        // Nothing says that two of its values are one, so none has an identity.
        let rest = Rc::new(Unknown { why: why.into(), id: 0, aliases });
        match self.heap.change(handle) {
            Content::List(items) => *items = vec![Object::Rest(rest).bare()],
            Content::Dict(dict) => {
                let unknown = Object::Unknown(rest.clone()).bare();
                for entry in dict.entries.values_mut() {
                    entry.perhaps = true;
                    entry.value = unknown.clone();
                }
                dict.more = Some(rest);
            }
            Content::Set(set) => {
                set.entries.values_mut().for_each(|entry| entry.perhaps = true);
                set.more = Some(rest);
            }
            Content::Iterator { items, next } => {
                *items = vec![Object::Rest(rest).bare()];
                *next = 0;
            }
            Content::Instance(instance) => {
                if instance.payload.is_some() {
                    instance.payload = Some(Object::Unknown(rest));
                }
            }
            Content::Scope(Scope { .. }) | Content::Module(_) | Content::Class(_) => {}
        }
    }

    /// All names of a namespace may have changed, and there may be others. What is imported or
    /// defined there is taken to stay what it is.
    pub(crate) fn blur_names(&mut self, scope: Handle, why: &str) {
        let names: Vec<Rc<str>> = self.heap.names(scope).names.keys().cloned().collect();
        for name in names {
            let kept = self.heap.binding(scope, &name).is_some_and(|it| {
                matches!(
                    it.value.object,
                    Object::Module(_)
                        | Object::Class(_)
                        | Object::Function(_)
                        | Object::Native(_)
                        | Object::Type(_)
                ) || name.starts_with("__")
            });
            if !kept {
                let value = self.unknown(why);
                let perhaps = self.heap.binding(scope, &name).is_some_and(|it| it.perhaps);
                self.heap.bind(scope, &name, Some(Binding { value, perhaps }));
            }
        }
        let more = self.why(why);
        if let Content::Scope(scope) = self.heap.change(scope) {
            scope.more = Some(more);
        }
    }

    pub(crate) fn list_method(
        &mut self,
        receiver: &Traced,
        handle: Handle,
        name: &str,
        arguments: Arguments,
    ) -> Outcome<Traced> {
        let none = Object::None.bare();
        let first = arguments.positional.first().cloned();
        let exact = self.exact(handle);
        match (name, first) {
            ("append", Some(item)) => {
                self.lengthen(handle, vec![item])?;
                Ok(none)
            }
            ("extend", Some(others)) => {
                let others = self.iterate(&others)?;
                self.lengthen(handle, others)?;
                Ok(none)
            }
            ("insert", Some(at)) => {
                let item = arguments.positional.get(1).cloned().unwrap_or(none.clone());
                match at.object {
                    Object::Int(at) if exact || at == 0 => self.change_list(handle, |items| {
                        let length = items.len() as i128;
                        let at = if at < 0 { (at + length).max(0) } else { at.min(length) };
                        items.insert(at as usize, item);
                    }),
                    _ => self.touched(receiver, "something was inserted at an unknown position"),
                }
                Ok(none)
            }
            ("remove" | "index" | "count", Some(item)) => {
                self.find_in_list(receiver, handle, name, &item)
            }
            ("pop", at) if exact => {
                let at = at.map_or(Object::Int(-1), |it| it.object);
                let items = self.heap.list(handle).to_vec();
                let Object::Int(at) = at else {
                    self.touched(receiver, "a member that is not known was taken out");
                    return Ok(self.unknown_from(receiver));
                };
                let position = if at < 0 { at + items.len() as i128 } else { at };
                match usize::try_from(position).ok().filter(|it| *it < items.len()) {
                    Some(at) => {
                        self.change_list(handle, |items| {
                            items.remove(at);
                        });
                        Ok(items[at].clone())
                    }
                    None if items.is_empty() => {
                        Err(self.raised("IndexError", "pop from empty list"))
                    }
                    None => Err(self.raised("IndexError", "pop index out of range")),
                }
            }
            ("clear", None) => {
                self.change_list(handle, Vec::clear);
                Ok(none)
            }
            ("copy", None) => {
                let items = self.heap.list(handle).to_vec();
                let copy = self.list(items);
                Ok(self.computed(copy, &[receiver]))
            }
            ("reverse", None) => {
                self.change_list(handle, |items| items.reverse());
                Ok(none)
            }
            ("sort", None) => {
                let items = self.heap.list(handle).to_vec();
                match self.sorted(items, &arguments)? {
                    Some(sorted) => self.change_list(handle, |items| *items = sorted),
                    None => self.touched(receiver, "it was sorted by what is not known"),
                }
                Ok(none)
            }
            _ => {
                self.touched(receiver, "it was changed in a way that is not followed");
                Ok(self.unknown_from(receiver))
            }
        }
    }

    pub(crate) fn lengthen(&mut self, handle: Handle, items: Vec<Traced>) -> Outcome<()> {
        if self.heap.list(handle).len() + items.len() > limit::ITEMS {
            return Err(Stop::Limit("a collection is too large"));
        }
        self.heap.extend(handle, items);
        Ok(())
    }

    fn exact(&self, handle: Handle) -> bool {
        self.heap.list(handle).iter().all(|it| !matches!(it.object, Object::Rest(_)))
    }

    fn change_list(&mut self, handle: Handle, change: impl FnOnce(&mut Vec<Traced>)) {
        if let Content::List(items) = self.heap.change(handle) {
            change(items);
        }
    }

    fn find_in_list(
        &mut self,
        receiver: &Traced,
        handle: Handle,
        name: &str,
        item: &Traced,
    ) -> Outcome<Traced> {
        let items = self.heap.list(handle).to_vec();
        let mut count = 0;
        for (at, member) in items.iter().enumerate() {
            let unsure = match &member.object {
                Object::Rest(_) => true,
                _ => {
                    let equal = self.compare(Comparison::Equal, member, item)?;
                    match self.truth(&equal)? {
                        Truth::No => continue,
                        Truth::Yes => false,
                        Truth::Open(_) => true,
                    }
                }
            };
            if unsure {
                if name == "remove" {
                    self.touched(receiver, "a member that may be there was removed");
                }
                if name != "count" {
                    self.may_raise("ValueError", "the member may not be there");
                }
                return Ok(self.unknown_from(receiver));
            }
            match name {
                "remove" => {
                    self.change_list(handle, |items| {
                        items.remove(at);
                    });
                    return Ok(Object::None.bare());
                }
                "index" => return Ok(self.computed(Object::Int(at as i128), &[receiver])),
                _ => count += 1,
            }
        }
        match name {
            "count" => Ok(self.computed(Object::Int(count), &[receiver])),
            "remove" => Err(self.raised("ValueError", "list.remove(x): x not in list")),
            _ => {
                let shown = self.repr(item)?;
                Err(self.raised("ValueError", format!("{shown} is not in list")))
            }
        }
    }

    pub(crate) fn dict_method(
        &mut self,
        receiver: &Traced,
        handle: Handle,
        name: &str,
        arguments: Arguments,
    ) -> Outcome<Traced> {
        let none = Object::None.bare();
        let mut given = arguments.positional.iter().cloned();
        let (first, second) = (given.next(), given.next());
        match (name, first) {
            ("get" | "setdefault" | "pop", Some(key)) => {
                self.dict_lookup(receiver, handle, name, &key, second)
            }
            ("keys", None) => {
                let keys = self.keys_of(handle);
                let keys = self.list(keys);
                Ok(self.computed(keys, &[receiver]))
            }
            ("values" | "items", None) => {
                let dict = self.heap.dict(handle).clone();
                let mut items = Vec::new();
                let exact = dict.is_exact() && (!dict.unordered || dict.entries.len() < 2);
                for entry in dict.entries.into_values().filter(|_| exact) {
                    items.push(match name {
                        "values" => entry.value,
                        _ => Object::Tuple([entry.key, entry.value].into()).bare(),
                    });
                }
                if !exact {
                    items.extend(self.rest_of(&self.unknown_entries()));
                }
                let items = self.list(items);
                Ok(self.computed(items, &[receiver]))
            }
            ("update", other) => {
                if let Some(other) = other {
                    self.dict_update(handle, &other)?;
                }
                for (name, value) in arguments.keywords {
                    match value.object {
                        Object::Rest(_) => self.blur_content(handle, "further keys were set"),
                        _ => self.dict_set(handle, &Object::Str(name).bare(), value)?,
                    }
                }
                Ok(none)
            }
            ("copy", None) => {
                let copy = self.heap.dict(handle).clone();
                let copy = Object::Dict(self.heap.add(Content::Dict(copy)));
                Ok(self.computed(copy, &[receiver]))
            }
            ("clear", None) => {
                *self.heap.change(handle) = Content::Dict(Dict::default());
                Ok(none)
            }
            ("popitem", None) if self.heap.dict(handle).is_exact() => {
                let last = self
                    .heap
                    .dict(handle)
                    .entries
                    .last()
                    .map(|(key, it)| (key.clone(), it.clone()));
                let Some((key, entry)) = last else {
                    return Err(self.raised("KeyError", "popitem(): dictionary is empty"));
                };
                self.remove_key(handle, &key);
                Ok(Object::Tuple([entry.key, entry.value].into()).bare())
            }
            ("__contains__", Some(key)) => self.compare(Comparison::In, &key, receiver),
            ("__getitem__", Some(key)) => self.subscript(receiver, &key),
            ("__setitem__", Some(key)) => {
                self.set_item(receiver, &key, second.unwrap_or(none.clone()))?;
                Ok(none)
            }
            _ => {
                self.touched(receiver, "it was changed in a way that is not followed");
                Ok(self.unknown_from(receiver))
            }
        }
    }

    fn unknown_entries(&self) -> Traced {
        let why = "some of its keys are not known".into();
        Object::Unknown(Rc::new(super::object::Unknown { why, id: 0, aliases: [].into() })).bare()
    }

    fn remove_key(&mut self, handle: Handle, key: &Key) {
        if let Content::Dict(dict) | Content::Set(dict) = self.heap.change(handle) {
            dict.entries.shift_remove(key);
        }
    }

    fn dict_lookup(
        &mut self,
        receiver: &Traced,
        handle: Handle,
        name: &str,
        key: &Traced,
        default: Option<Traced>,
    ) -> Outcome<Traced> {
        if let Object::OneOf(_) = key.object {
            return self.each_member(key, |it, key| {
                it.dict_lookup(receiver, handle, name, key, default.clone())
            });
        }
        let Some(hashed) = self.key_of(key)? else {
            if name != "get" {
                self.touched(receiver, "a key that is not known was set or taken out");
            }
            return Ok(self.some_member(receiver, handle));
        };
        let dict = self.heap.dict(handle);
        let found = dict.entries.get(&hashed).cloned();
        let open = dict.more.is_some();
        let perhaps = found.as_ref().is_some_and(|it| it.perhaps) || found.is_none() && open;
        if perhaps {
            if name == "setdefault" || name == "pop" {
                let mut value = self.some_member(receiver, handle);
                if let Some(default) = &default {
                    let both = self.aliases([&value.object, &default.object]);
                    let why = "the key may not have been there";
                    value.object = Object::Unknown(self.why_among(why, both));
                }
                match name {
                    "setdefault" => self.dict_set(handle, key, value.clone())?,
                    _ => self.remove_key(handle, &hashed),
                }
                return Ok(value);
            }
            return Ok(self.some_member(receiver, handle));
        }
        match (found, name) {
            (Some(entry), "pop") => {
                self.remove_key(handle, &hashed);
                Ok(entry.value)
            }
            (Some(entry), _) => Ok(self.narrowed(entry.value)),
            (None, "pop") => match default {
                Some(default) => Ok(default),
                None => Err(self.raised_with("KeyError", vec![key.clone()])),
            },
            (None, "setdefault") => {
                let value = default.unwrap_or(Object::None.bare());
                self.dict_set(handle, key, value.clone())?;
                Ok(value)
            }
            (None, _) => Ok(default.unwrap_or(Object::None.bare())),
        }
    }

    pub(crate) fn set_method(
        &mut self,
        receiver: &Traced,
        handle: Handle,
        name: &str,
        arguments: Arguments,
    ) -> Outcome<Traced> {
        let none = Object::None.bare();
        let others = arguments.positional;
        match (name, others.first()) {
            ("add", Some(item)) => {
                self.set_add_all(handle, vec![item.clone()])?;
                Ok(none)
            }
            ("update", _) => {
                for other in &others {
                    let items = self.iterate(other)?;
                    self.set_add_all(handle, items)?;
                }
                Ok(none)
            }
            ("discard" | "remove", Some(item)) => {
                let Some(key) = self.key_of(item)? else {
                    self.touched(receiver, "a member that is not known was removed");
                    return Ok(none);
                };
                if name == "remove" && !self.heap.dict(handle).entries.contains_key(&key) {
                    return Err(self.raised_with("KeyError", vec![item.clone()]));
                }
                self.remove_key(handle, &key);
                Ok(none)
            }
            ("copy", None) => {
                let copy = self.heap.dict(handle).clone();
                Ok(Object::Set(self.heap.add(Content::Set(copy))).bare())
            }
            ("union" | "intersection" | "difference" | "symmetric_difference", _) => {
                use crate::syntax::python::ast::Operator;
                let operator = match name {
                    "union" => Operator::Or,
                    "intersection" => Operator::And,
                    "difference" => Operator::Subtract,
                    _ => Operator::Xor,
                };
                let mut result = receiver.clone();
                for other in others {
                    let items = self.iterate(&other)?;
                    let other = self.new_set(items)?.traced(other.trail);
                    result = self.binary(operator, &result, &other)?;
                }
                Ok(result)
            }
            ("issubset" | "issuperset", Some(other)) => {
                let items = self.iterate(other)?;
                let other = self.new_set(items)?.bare();
                let how = match name {
                    "issubset" => Comparison::LessEqual,
                    _ => Comparison::GreaterEqual,
                };
                self.compare(how, receiver, &other)
            }
            ("clear", None) => {
                *self.heap.change(handle) = Content::Set(Dict::default());
                Ok(none)
            }
            _ => {
                self.touched(receiver, "it was changed in a way that is not followed");
                Ok(self.unknown_from(receiver))
            }
        }
    }
}
