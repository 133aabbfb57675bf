//! Assignment to a subscript, and its deletion.

use crate::python::environ;
use crate::python::machine::heap::{Content, Handle};
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::subscript::{as_index, position};
use crate::python::machine::{Machine, Outcome};

impl Machine<'_> {
    pub(crate) fn set_item(
        &mut self,
        owner: &Traced,
        index: &Traced,
        value: Traced,
    ) -> Outcome<()> {
        match &owner.object {
            Object::OneOf(_) => {
                self.each_member(owner, |it, owner| {
                    it.set_item(owner, index, value.clone())?;
                    Ok(Object::None.bare())
                })?;
                Ok(())
            }
            Object::Dict(handle) => self.dict_set(*handle, index, value),
            Object::Names(scope) => {
                let scope = *scope;
                match &index.object {
                    Object::Str(name) => {
                        self.heap.set(scope, name, value);
                    }
                    _ => self.blur_names(scope, "a name that is not known is assigned"),
                }
                Ok(())
            }
            Object::Environ => {
                environ::set(self, index, value);
                Ok(())
            }
            Object::List(handle) => self.set_member(owner, *handle, index, value),
            Object::Instance(handle) => {
                let handle = *handle;
                if let Some(method) = self.special(owner, "__setitem__")? {
                    self.call(&method, vec![index.clone(), value], Vec::new())?;
                    return Ok(());
                }
                match self.heap.instance(handle).payload.clone() {
                    Some(payload) => self.set_item(&payload.bare(), index, value),
                    None => Ok(()),
                }
            }
            it if it.is_unknown() => {
                self.touched(owner, "a part of what it may be another name of was set");
                Ok(())
            }
            other => {
                let kind = self.type_name(other);
                let message = format!("'{kind}' object does not support item assignment");
                Err(self.raised("TypeError", message))
            }
        }
    }

    pub(crate) fn set_member(
        &mut self,
        owner: &Traced,
        handle: Handle,
        index: &Traced,
        value: Traced,
    ) -> Outcome<()> {
        let items = self.heap.list(handle).to_vec();
        let exact = items.iter().all(|it| !matches!(it.object, Object::Rest(_)));
        match as_index(&index.object) {
            Object::Int(_) if exact => {
                let Some(at) = position(&as_index(&index.object), items.len()) else {
                    let message = "list assignment index out of range";
                    return Err(self.raised("IndexError", message));
                };
                if let Content::List(list) = self.heap.change(handle) {
                    list[at] = value;
                }
            }
            Object::Slice(bounds) if exact => {
                let new = self.iterate(&value)?;
                let at = self.slice_positions(&bounds, items.len())?;
                let step_one = matches!(bounds[2].object, Object::None | Object::Int(1));
                let Some(at) = at.filter(|_| step_one) else {
                    self.touched(owner, "a part of it was replaced");
                    return Ok(());
                };
                let start = match (at.first(), &bounds[0].object) {
                    (Some(first), _) => *first,
                    (None, Object::Int(it)) if *it >= 0 => (*it as usize).min(items.len()),
                    (None, Object::Int(it)) => (items.len() as i128 + it).max(0) as usize,
                    (None, _) => 0,
                };
                let mut all = items[..start].to_vec();
                all.extend(new);
                all.extend_from_slice(&items[start + at.len()..]);
                *self.heap.change(handle) = Content::List(all);
            }
            _ => self.touched(owner, "a member that is not known was replaced"),
        }
        Ok(())
    }

    pub(crate) fn delete_item(&mut self, owner: &Traced, index: &Traced) -> Outcome<()> {
        match &owner.object {
            Object::Dict(handle) => {
                let handle = *handle;
                let Some(key) = self.key_of(index)? else {
                    self.touched(owner, "a key that is not known was deleted");
                    return Ok(());
                };
                let dict = self.heap.dict(handle);
                let (found, open) = (dict.entries.contains_key(&key), dict.more.is_some());
                if !found && !open {
                    return Err(self.raised_with("KeyError", vec![index.clone()]));
                }
                if let Content::Dict(dict) = self.heap.change(handle) {
                    dict.entries.shift_remove(&key);
                }
            }
            Object::List(handle) => {
                let handle = *handle;
                let items = self.heap.list(handle).to_vec();
                let exact = items.iter().all(|it| !matches!(it.object, Object::Rest(_)));
                let gone = match as_index(&index.object) {
                    Object::Int(_) if exact => {
                        let at = position(&as_index(&index.object), items.len());
                        let Some(at) = at else {
                            let message = "list assignment index out of range";
                            return Err(self.raised("IndexError", message));
                        };
                        vec![at]
                    }
                    Object::Slice(bounds) if exact => {
                        self.slice_positions(&bounds, items.len())?.unwrap_or_default()
                    }
                    _ => {
                        self.touched(owner, "a member that is not known was deleted");
                        return Ok(());
                    }
                };
                let left = items.into_iter().enumerate().filter(|(at, _)| !gone.contains(at));
                let left = left.map(|(_, it)| it).collect();
                *self.heap.change(handle) = Content::List(left);
            }
            Object::Environ => environ::remove(self, index),
            Object::Names(scope) => {
                let scope = *scope;
                if let Object::Str(name) = &index.object {
                    self.heap.bind(scope, name, None);
                }
            }
            _ => self.touched(owner, "a part of it was deleted"),
        }
        Ok(())
    }
}
