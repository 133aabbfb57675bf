//! Methods of lists.

use crate::python::machine::call::Arguments;
use crate::python::machine::fork::Truth;
use crate::python::machine::heap::{Content, Handle};
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome, Stop, limit};
use crate::syntax::python::ast::Comparison;

impl Machine<'_> {
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

    pub(crate) fn exact(&self, handle: Handle) -> bool {
        self.heap.list(handle).iter().all(|it| !matches!(it.object, Object::Rest(_)))
    }

    pub(crate) fn change_list(&mut self, handle: Handle, change: impl FnOnce(&mut Vec<Traced>)) {
        if let Content::List(items) = self.heap.change(handle) {
            change(items);
        }
    }

    pub(crate) fn find_in_list(
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
}
