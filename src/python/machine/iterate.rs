//! Iteration, truth and length.

use crate::python::machine::fork::{Choice, Truth};
use crate::python::machine::heap::Content;
use crate::python::machine::object::{Object, OneOf, Traced};
use crate::python::machine::{Machine, Outcome, Stop, limit};

impl Machine<'_> {
    /// The members that a loop over a value would see. Where there may be more, a
    /// [`Rest`](Object::Rest) stands for them.
    pub(crate) fn iterate(&mut self, value: &Traced) -> Outcome<Vec<Traced>> {
        self.step()?;
        let items = match &value.object {
            Object::List(handle) => self.heap.list(*handle).to_vec(),
            Object::Tuple(items) => items.to_vec(),
            Object::Dict(handle) | Object::Set(handle) | Object::FrozenSet(handle) => {
                self.keys_of(*handle)
            }
            Object::Str(text) => {
                if text.len() > limit::ITEMS {
                    return Err(Stop::Limit("a collection is too large"));
                }
                if is_symbolic(text) {
                    return Ok(self.rest_of(value));
                }
                let each = text.chars().map(|it| Object::str(it.to_string()).traced(value.trail));
                each.collect()
            }
            Object::Bytes(bytes) => {
                bytes.iter().map(|it| Object::Int(i128::from(*it)).traced(value.trail)).collect()
            }
            Object::Range(range) => {
                let [start, stop, step] = **range;
                self.range_items(start, stop, step)?
            }
            Object::Names(scope) => {
                let names = self.heap.names(*scope);
                let mut items: Vec<Traced> =
                    names.names.keys().map(|it| Object::Str(it.clone()).bare()).collect();
                if let Some(more) = &names.more {
                    items.push(Object::Rest(more.clone()).bare());
                }
                items
            }
            Object::Iterator(handle) => {
                let handle = *handle;
                match self.heap.change(handle) {
                    Content::Iterator { items, next } => {
                        let left = items[(*next).min(items.len())..].to_vec();
                        *next = items.len();
                        left
                    }
                    _ => Vec::new(),
                }
            }
            Object::Environ => {
                let rest = self.unknown("the names of the environment are not all in view");
                self.rest_of(&rest)
            }
            Object::Instance(handle) => return self.iterate_instance(value, *handle),
            Object::Class(handle) => match self.enum_members(*handle) {
                Some(members) => members,
                None => return Err(self.not_iterable(value)),
            },
            Object::OneOf(one) => {
                let one = one.clone();
                let lists = self.iterate_each(&one)?;
                match lists.split_first() {
                    Some((only, [])) => only.clone(),
                    Some((first, rest))
                        if lists.len() == one.members.len()
                            && rest.iter().all(|it| it.len() == first.len())
                            && lists.iter().flatten().all(|it| !is_rest(it)) =>
                    {
                        let columns = 0..first.len();
                        columns.map(|at| self.column(&one.branch, &lists, at)).collect()
                    }
                    _ => self.rest_of(value),
                }
            }
            Object::Unknown(_) | Object::Opaque(_) | Object::Rest(_) => {
                self.may_raise_anything(value);
                self.rest_of(value)
            }
            _ => return Err(self.not_iterable(value)),
        };
        Ok(items)
    }

    /// The members of each value that it may be on the way that is followed. A value that cannot be
    /// iterated ends its own way, and no other.
    fn iterate_each(&mut self, one: &OneOf) -> Outcome<Vec<Vec<Traced>>> {
        let (mut lists, mut raised) = (Vec::new(), None);
        for (at, member) in one.members.iter().enumerate() {
            let taken = (0..one.members.len()).map(|it| it == at).collect();
            let choice = Choice { branch: one.branch, taken };
            if self.settled(&choice) == Some(false) {
                continue;
            }
            match self.assuming(&choice, true, |it| it.iterate(member)) {
                Ok(list) => lists.push(list),
                Err(Stop::Raise(stopped)) => raised = Some(stopped),
                Err(stop) => return Err(stop),
            }
        }
        match raised {
            Some(raised) if lists.is_empty() => Err(Stop::Raise(raised)),
            Some(raised) => {
                self.perhaps_raise(*raised);
                Ok(lists)
            }
            None => Ok(lists),
        }
    }

    fn column(&mut self, branch: &u32, lists: &[Vec<Traced>], at: usize) -> Traced {
        let members: Vec<Traced> = lists.iter().map(|it| it[at].clone()).collect();
        if members.iter().all(|it| self.same(it, &members[0])) {
            return members[0].clone();
        }
        let one = OneOf { branch: *branch, members };
        Object::OneOf(std::rc::Rc::new(one)).bare()
    }

    fn range_items(&mut self, start: i128, stop: i128, step: i128) -> Outcome<Vec<Traced>> {
        let mut items = Vec::new();
        let mut at = start;
        while (step > 0 && at < stop) || (step < 0 && at > stop) {
            items.push(Object::Int(at).bare());
            at += step;
            if items.len() > limit::ITEMS {
                return Err(Stop::Limit("a collection is too large"));
            }
        }
        Ok(items)
    }

    fn not_iterable(&mut self, value: &Traced) -> Stop {
        let kind = self.type_name(&value.object);
        self.raised("TypeError", format!("'{kind}' object is not iterable"))
    }

    /// Any number of members that are not known, because `value` is not.
    pub(crate) fn rest_of(&mut self, value: &Traced) -> Vec<Traced> {
        let unknown = self.unknown_from(value);
        match unknown.object {
            Object::Unknown(why) => vec![Object::Rest(why).traced(unknown.trail)],
            _ => Vec::new(),
        }
    }

    fn iterate_instance(
        &mut self,
        value: &Traced,
        handle: crate::python::machine::heap::Handle,
    ) -> Outcome<Vec<Traced>> {
        if let Some(method) = self.special(value, "__iter__")? {
            let inner = self.call(&method, Vec::new(), Vec::new())?;
            if let Object::Instance(_) = inner.object {
                return Ok(self.rest_of(&inner));
            }
            return self.iterate(&inner);
        }
        if let Some(payload) = self.heap.instance(handle).payload.clone() {
            return self.iterate(&payload.traced(value.trail));
        }
        if self.has_unknown_base(handle) {
            return Ok(self.rest_of(value));
        }
        Err(self.not_iterable(value))
    }

    pub(crate) fn truth(&mut self, value: &Traced) -> Outcome<Truth> {
        let value = self.narrowed(value.clone());
        if let Some(truth) = self.plain_truth(&value) {
            return Ok(if truth { Truth::Yes } else { Truth::No });
        }
        let open = match &value.object {
            Object::Unknown(it) => self.choice_about(format!("{} is true", it.id)),
            Object::Opaque(name) => self.choice_about(format!("`{name}` is true")),
            Object::OneOf(one) => {
                let one = one.clone();
                let truths: Option<Vec<bool>> =
                    one.members.iter().map(|it| self.plain_truth(it)).collect();
                match truths {
                    Some(taken) if taken.iter().all(|it| *it) => return Ok(Truth::Yes),
                    Some(taken) if !taken.iter().any(|it| *it) => return Ok(Truth::No),
                    Some(taken) => Choice { branch: one.branch, taken },
                    None => match self.signature(&value) {
                        Some(key) => self.choice_about(format!("{key} is true")),
                        None => self.fresh_choice(),
                    },
                }
            }
            Object::Instance(_) => return self.instance_truth(&value),
            _ => self.fresh_choice(),
        };
        Ok(match self.settled(&open) {
            Some(true) => Truth::Yes,
            Some(false) => Truth::No,
            None => Truth::Open(open),
        })
    }

    /// What the truth of a value depends on: two of one signature are true together.
    fn signature(&self, value: &Traced) -> Option<String> {
        match &value.object {
            Object::Unknown(unknown) => Some(format!("?{}", unknown.id)),
            Object::Opaque(name) => Some(format!("`{name}`")),
            Object::OneOf(one) => {
                let each = one.members.iter().map(|it| self.signature(it));
                Some(format!("{}({})", one.branch, each.collect::<Option<Vec<_>>>()?.join(",")))
            }
            _ => self.plain_truth(value).map(|it| it.to_string()),
        }
    }

    /// The branch that was asked for the truth of a value, if somebody did: its first outcome is true.
    pub(crate) fn asked_for_truth(&self, value: &Traced) -> Option<u32> {
        let key = match &value.object {
            Object::Unknown(it) => it.id.to_string(),
            Object::OneOf(_) => self.signature(value)?,
            _ => return None,
        };
        self.conditions.get(&format!("{key} is true")).copied()
    }

    fn instance_truth(&mut self, value: &Traced) -> Outcome<Truth> {
        for name in ["__bool__", "__len__"] {
            if let Some(method) = self.special(value, name)? {
                let result = self.call(&method, Vec::new(), Vec::new())?;
                return self.truth(&result);
            }
        }
        if let Object::Instance(handle) = &value.object {
            if let Some(payload) = self.heap.instance(*handle).payload.clone() {
                return self.truth(&payload.bare());
            }
            if self.has_unknown_base(*handle) {
                return Ok(Truth::Open(self.fresh_choice()));
            }
        }
        Ok(Truth::Yes)
    }

    /// The truth of a value that has one without running any code.
    pub(crate) fn plain_truth(&self, value: &Traced) -> Option<bool> {
        Some(match &value.object {
            Object::None => false,
            Object::Bool(it) => *it,
            Object::Int(it) | Object::TimeDelta(it) => *it != 0,
            Object::Float(it) => *it != 0.0,
            Object::Str(it) => !it.is_empty(),
            Object::Bytes(it) => !it.is_empty(),
            Object::Tuple(items) => return some_item(items),
            Object::List(handle) => return some_item(self.heap.list(*handle)),
            Object::Dict(handle) | Object::Set(handle) | Object::FrozenSet(handle) => {
                let dict = self.heap.dict(*handle);
                if dict.entries.values().any(|entry| !entry.perhaps) {
                    true
                } else if dict.entries.is_empty() && dict.more.is_none() {
                    false
                } else {
                    return None;
                }
            }
            Object::Range(range) => {
                let [start, stop, step] = **range;
                (step > 0 && start < stop) || (step < 0 && start > stop)
            }
            Object::Names(_) | Object::Environ | Object::Path(_) => true,
            Object::Module(_)
            | Object::Class(_)
            | Object::Type(_)
            | Object::Function(_)
            | Object::Method(_)
            | Object::Native(_)
            | Object::NativeMethod(_)
            | Object::Decorated(..)
            | Object::Super(_)
            | Object::Regex(_)
            | Object::Match(_)
            | Object::Slice(_)
            | Object::Iterator(_)
            | Object::NotImplemented
            | Object::Ellipsis => true,
            // A lazy text is as true as the text, which a translation could empty but never does.
            Object::Lazy(lazy) => {
                return lazy.arguments.first().and_then(|it| self.plain_truth(it));
            }
            Object::Instance(_)
            | Object::Opaque(_)
            | Object::Unknown(_)
            | Object::OneOf(_)
            | Object::Rest(_) => return None,
        })
    }

    pub(crate) fn length(&mut self, value: &Traced) -> Outcome<Traced> {
        if let Object::Instance(handle) = &value.object {
            if let Some(method) = self.special(value, "__len__")? {
                return self.call(&method, Vec::new(), Vec::new());
            }
            if let Some(payload) = self.heap.instance(*handle).payload.clone() {
                return self.length(&payload.traced(value.trail));
            }
        }
        let count = match &value.object {
            Object::Str(text) if is_symbolic(text) => None,
            Object::Str(text) => Some(text.chars().count()),
            Object::Bytes(bytes) => Some(bytes.len()),
            Object::List(_) | Object::Tuple(_) | Object::Range(..) | Object::Names(_) => {
                let items = self.iterate(value)?;
                items.iter().all(|it| !matches!(it.object, Object::Rest(_))).then_some(items.len())
            }
            Object::Dict(handle) | Object::Set(handle) | Object::FrozenSet(handle) => {
                let dict = self.heap.dict(*handle);
                dict.is_exact().then_some(dict.entries.len())
            }
            Object::Class(handle) => self.enum_members(*handle).map(|it| it.len()),
            it if it.is_unknown() => None,
            Object::Environ | Object::Instance(_) => None,
            other => {
                let kind = self.type_name(other);
                let message = format!("object of type '{kind}' has no len()");
                return Err(self.raised("TypeError", message));
            }
        };
        Ok(match count {
            Some(count) => self.computed(Object::Int(count as i128), &[value]),
            None => self.unknown_from(value),
        })
    }
}

fn some_item(items: &[Traced]) -> Option<bool> {
    if items.iter().any(|it| !matches!(it.object, Object::Rest(_))) {
        return Some(true);
    }
    items.is_empty().then_some(false)
}

/// Whether a text holds the place of the checkout, which nobody knows yet: its length, its parts
/// and its order are then not known either.
pub(crate) fn is_symbolic(text: &str) -> bool {
    text.contains(crate::python::CHECKOUT)
}

fn is_rest(item: &Traced) -> bool {
    matches!(item.object, Object::Rest(_))
}
