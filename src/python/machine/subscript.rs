//! `x[i]`, slices, and assignment to them.

use crate::python::environ;
use crate::python::machine::dict::key;
use crate::python::machine::heap::Handle;
use crate::python::machine::iterate::is_symbolic;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome, Stop};
use std::rc::Rc;

impl Machine<'_> {
    pub(crate) fn subscript(&mut self, value: &Traced, index: &Traced) -> Outcome<Traced> {
        if let Object::Instance(handle) = &value.object {
            let handle = *handle;
            if let Some(method) = self.special(value, "__getitem__")? {
                return self.call(&method, vec![index.clone()], Vec::new());
            }
            if let Some(payload) = self.heap.instance(handle).payload.clone() {
                return self.subscript(&payload.traced(value.trail), index);
            }
        }
        self.each_way(value, |it, value| {
            let value = value.clone();
            it.each_way(index, |it, index| it.subscript_plain(&value, index))
        })
    }

    fn subscript_plain(&mut self, value: &Traced, index: &Traced) -> Outcome<Traced> {
        match (&value.object, &index.object) {
            (Object::Unknown(_) | Object::Opaque(_) | Object::Rest(_), _) => {
                self.may_raise_anything(value);
                Ok(self.unknown_from(value))
            }
            (Object::Environ, _) => environ::item(self, index),
            (Object::Names(scope), Object::Str(name)) => {
                let names = self.heap.names(*scope);
                if let Some(binding) = names.names.get(name) {
                    return Ok(binding.value.clone());
                }
                if names.more.is_some() {
                    return Ok(self.unknown_from(value));
                }
                Err(self.raised_with("KeyError", vec![index.clone()]))
            }
            (Object::Dict(handle), _) => self.dict_item(value, *handle, index),
            (Object::List(_) | Object::Tuple(_) | Object::Range(..), Object::Slice(bounds)) => {
                self.slice_items(value, bounds)
            }
            (Object::List(_) | Object::Tuple(_) | Object::Range(..), _) => {
                self.member(value, index)
            }
            (Object::Str(text), _) if is_symbolic(text) => Ok(self.unknown_from(value)),
            (Object::Str(text), Object::Slice(bounds)) => {
                let characters: Vec<char> = text.chars().collect();
                let Some(at) = self.slice_positions(bounds, characters.len())? else {
                    return Ok(self.unknown_from(index));
                };
                let text: String = at.into_iter().map(|it| characters[it]).collect();
                Ok(self.computed(Object::str(text), &[value]))
            }
            (Object::Bytes(bytes), Object::Slice(bounds)) => {
                let Some(at) = self.slice_positions(bounds, bytes.len())? else {
                    return Ok(self.unknown_from(index));
                };
                let bytes: Vec<u8> = at.into_iter().map(|it| bytes[it]).collect();
                Ok(self.computed(Object::Bytes(bytes.into()), &[value]))
            }
            (Object::Str(text), Object::Int(_) | Object::Bool(_)) => {
                let characters: Vec<char> = text.chars().collect();
                match position(&index.object, characters.len()) {
                    Some(at) => {
                        let one = characters[at].to_string();
                        Ok(self.computed(Object::str(one), &[value]))
                    }
                    None => Err(self.raised("IndexError", "string index out of range")),
                }
            }
            (Object::Match(_), _) => self.match_group(value, index),
            (_, index) if index.is_unknown() => Ok(self.unknown_from(value)),
            // `list[str]`, `dict[str, int]`: only annotations use it.
            (Object::Type(_), _) => Ok(value.clone()),
            (Object::Class(handle), _) => match self.enum_item(*handle, index) {
                Some(member) => Ok(member),
                None => Ok(self.unknown("the class is subscripted")),
            },
            (Object::Str(_), other) => {
                let kind = self.type_name(other);
                let message = format!("string indices must be integers, not '{kind}'");
                Err(self.raised("TypeError", message))
            }
            (other, _) => {
                let kind = self.type_name(other);
                let message = format!("'{kind}' object is not subscriptable");
                Err(self.raised("TypeError", message))
            }
        }
    }

    fn dict_item(&mut self, value: &Traced, handle: Handle, index: &Traced) -> Outcome<Traced> {
        let Some(key) = self.key_of(index)? else { return Ok(self.some_member(value, handle)) };
        let dict = self.heap.dict(handle);
        match dict.entries.get(&key) {
            Some(entry) => {
                let (found, perhaps) = (entry.value.clone(), entry.perhaps);
                if perhaps {
                    self.may_raise("KeyError", "the key may not be there");
                }
                Ok(self.narrowed(found))
            }
            None if dict.more.is_some() => {
                self.may_raise_anything(value);
                Ok(self.some_member(value, handle))
            }
            None => Err(self.raised_with("KeyError", vec![index.clone()])),
        }
    }

    /// A member of a collection, nobody knows which.
    pub(crate) fn some_member(&mut self, collection: &Traced, handle: Handle) -> Traced {
        let mut member = self.unknown_from(collection);
        let aliases = self.aliases_within(handle);
        let why = "which member it is is not known";
        member.object = Object::Unknown(self.why_among(why, aliases));
        member
    }

    /// A key for a dict; none if it is not known. What cannot be hashed raises.
    pub(crate) fn key_of(
        &mut self,
        index: &Traced,
    ) -> Outcome<Option<crate::python::machine::dict::Key>> {
        if let Some(key) = key(&index.object) {
            return Ok(Some(key));
        }
        match &index.object {
            Object::List(_) | Object::Dict(_) | Object::Set(_) => {
                let kind = self.type_name(&index.object);
                Err(self.raised("TypeError", format!("unhashable type: '{kind}'")))
            }
            Object::Instance(handle) => match &self.heap.instance(*handle).payload {
                Some(payload) => Ok(key(payload)),
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    fn member(&mut self, value: &Traced, index: &Traced) -> Outcome<Traced> {
        let items = self.iterate(value)?;
        let Object::Int(at) = as_index(&index.object) else {
            if index.object.is_unknown() {
                return Ok(self.unknown_from(index));
            }
            let (own, kind) = (self.type_name(&value.object), self.type_name(&index.object));
            let message = format!("{own} indices must be integers or slices, not {kind}");
            return Err(self.raised("TypeError", message));
        };
        let rest = |it: &Traced| matches!(it.object, Object::Rest(_));
        let known = if at >= 0 {
            items.iter().position(rest).unwrap_or(items.len())
        } else {
            items.iter().rev().position(rest).unwrap_or(items.len())
        };
        let wanted = if at >= 0 { at as usize } else { (-at) as usize - 1 };
        if wanted < known {
            let at = if at >= 0 { wanted } else { items.len() - 1 - wanted };
            return Ok(self.narrowed(items[at].clone()));
        }
        if known < items.len() {
            self.may_raise("IndexError", "the index may be out of range");
            return Ok(self.unknown_from(value));
        }
        let kind = self.type_name(&value.object);
        Err(self.raised("IndexError", format!("{kind} index out of range")))
    }

    fn slice_items(&mut self, value: &Traced, bounds: &Rc<[Traced; 3]>) -> Outcome<Traced> {
        let items = self.iterate(value)?;
        let whole = bounds.iter().all(|it| matches!(it.object, Object::None));
        let uncertain = items.iter().any(|it| matches!(it.object, Object::Rest(_)));
        if uncertain && !whole {
            return Ok(self.unknown_from(value));
        }
        let items = match whole {
            true => items,
            false => {
                let Some(at) = self.slice_positions(bounds, items.len())? else {
                    return Ok(self.unknown("the bounds of the slice are not known"));
                };
                at.into_iter().map(|it| items[it].clone()).collect()
            }
        };
        let object = match &value.object {
            Object::Tuple(_) => Object::Tuple(items.into()),
            _ => self.list(items),
        };
        Ok(self.computed(object, &[value]))
    }

    /// The positions that a slice takes of so many members; none if a bound is not known.
    pub(crate) fn slice_positions(
        &mut self,
        bounds: &[Traced; 3],
        length: usize,
    ) -> Outcome<Option<Vec<usize>>> {
        let mut read = [None; 3];
        for (bound, read) in bounds.iter().zip(&mut read) {
            *read = match as_index(&bound.object) {
                Object::None => None,
                Object::Int(it) => Some(it),
                it if it.is_unknown() || matches!(it, Object::OneOf(_)) => return Ok(None),
                _ => {
                    let message =
                        "slice indices must be integers or None or have an __index__ method";
                    return Err(self.raised("TypeError", message));
                }
            };
        }
        let [lower, upper, step] = read;
        let step = step.unwrap_or(1);
        if step == 0 {
            return Err(self.raised("ValueError", "slice step cannot be zero"));
        }
        let length = length as i128;
        let clamp = |it: i128, low: i128, high: i128| {
            let it = if it < 0 { it + length } else { it };
            it.clamp(low, high)
        };
        let (start, stop) = if step > 0 {
            (
                lower.map_or(0, |it| clamp(it, 0, length)),
                upper.map_or(length, |it| clamp(it, 0, length)),
            )
        } else {
            (
                lower.map_or(length - 1, |it| clamp(it, -1, length - 1)),
                upper.map_or(-1, |it| clamp(it, -1, length - 1)),
            )
        };
        let mut positions = Vec::new();
        let mut at = start;
        while (step > 0 && at < stop) || (step < 0 && at > stop) {
            positions.push(at as usize);
            at += step;
        }
        Ok(Some(positions))
    }

    /// Does something to every object that a value may be, each on its own way.
    pub(crate) fn each_member(
        &mut self,
        value: &Traced,
        mut run: impl FnMut(&mut Self, &Traced) -> Outcome<Traced>,
    ) -> Outcome<Traced> {
        let Object::OneOf(one) = &value.object else { return run(self, value) };
        let one = one.clone();
        self.member_from(&one, 0, &mut run)
    }

    fn member_from(
        &mut self,
        one: &Rc<super::object::OneOf>,
        at: usize,
        run: &mut dyn FnMut(&mut Self, &Traced) -> Outcome<Traced>,
    ) -> Outcome<Traced> {
        let Some(member) = one.members.get(at) else {
            return Err(Stop::Limit("no way leads here"));
        };
        if at + 1 == one.members.len() {
            return run(self, member);
        }
        let taken = (0..one.members.len()).map(|it| it == at).collect();
        let choice = super::fork::Choice { branch: one.branch, taken };
        match self.settled(&choice) {
            Some(true) => run(self, member),
            Some(false) => self.member_from(one, at + 1, run),
            None => {
                // Both closures need `run`, one after the other: the first has gone by the time
                // that the second comes.
                let shared = std::cell::RefCell::new(run);
                self.fork(
                    &choice,
                    |it| (shared.borrow_mut())(it, member),
                    |it| it.member_from(one, at + 1, &mut **shared.borrow_mut()),
                )
            }
        }
    }
}

/// `True` is 1 as an index.
pub(crate) fn as_index(object: &Object) -> Object {
    match object {
        Object::Bool(it) => Object::Int(i128::from(*it)),
        other => other.clone(),
    }
}

pub(crate) fn position(index: &Object, length: usize) -> Option<usize> {
    let Object::Int(at) = as_index(index) else { return None };
    let at = if at < 0 { at + length as i128 } else { at };
    usize::try_from(at).ok().filter(|it| *it < length)
}
