//! Methods of dicts and sets.

use crate::python::machine::call::Arguments;
use crate::python::machine::dict::{Dict, Key};
use crate::python::machine::heap::{Content, Handle};
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome};
use crate::syntax::python::ast::Comparison;

impl Machine<'_> {
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

    pub(crate) fn remove_key(&mut self, handle: Handle, key: &Key) {
        if let Content::Dict(dict) | Content::Set(dict) = self.heap.change(handle) {
            dict.entries.shift_remove(key);
        }
    }

    pub(crate) fn dict_lookup(
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
                let set = self.heap.dict(handle);
                if name == "remove" && set.more.is_none() && !set.entries.contains_key(&key) {
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
