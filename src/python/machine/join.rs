//! Joining what two ways have left: values, collections, namespaces.

use crate::python::machine::dict::{Dict, Entry};
use crate::python::machine::fork::Choice;
use crate::python::machine::heap::{Binding, Changes, Content, Location, Scope, State};
use crate::python::machine::object::{Either, Object, OneOf, Traced, Unknown};
use crate::python::machine::trail::What;
use crate::python::machine::{Machine, limit};
use std::rc::Rc;

impl Machine<'_> {
    /// Both sets of changes to one state, as one. The heap stands as it was before either.
    pub(crate) fn join_changes(
        &mut self,
        choice: &Choice,
        born: u32,
        mut first: Changes,
        mut second: Changes,
    ) -> Changes {
        // What only one way made is as that way left it, whatever becomes of the rest; it has to be
        // there before anything is compared with it.
        for changes in [&mut first, &mut second] {
            let (old, new): (Changes, Changes) =
                std::mem::take(changes).into_iter().partition(|(it, _)| it.0.is_born_before(born));
            *changes = old;
            self.heap.apply(new);
        }
        let mut locations: Vec<Location> = first.keys().cloned().collect();
        locations.extend(second.keys().filter(|it| !first.contains_key(*it)).cloned());
        let mut joined = Changes::default();
        for location in locations {
            let a = first.swap_remove(&location);
            let b = second.swap_remove(&location);
            let a = a.unwrap_or_else(|| self.heap.state(&location));
            let b = b.unwrap_or_else(|| self.heap.state(&location));
            joined.insert(location, self.join_states(choice, a, b));
        }
        joined
    }

    pub(crate) fn join_states(&mut self, choice: &Choice, a: State, b: State) -> State {
        match (a, b) {
            (State::Binding(a), State::Binding(b)) => State::Binding(match (a, b) {
                (Some(a), Some(b)) => Some(Binding {
                    value: self.join(choice, a.value, b.value),
                    perhaps: a.perhaps || b.perhaps,
                    when: None,
                }),
                (Some(one), None) => Some(one.only_when(choice.clone())),
                (None, Some(one)) => Some(one.only_when(choice.clone().not())),
                (None, None) => None,
            }),
            (State::Content(a), State::Content(b)) => {
                State::Content(self.join_contents(choice, a, b))
            }
            (a, _) => a,
        }
    }

    pub(crate) fn join_contents(&mut self, choice: &Choice, a: Content, b: Content) -> Content {
        match (a, b) {
            (Content::List(a), Content::List(b)) => Content::List(self.join_items(choice, a, b)),
            (Content::Dict(a), Content::Dict(b)) => Content::Dict(self.join_dicts(choice, a, b)),
            (Content::Set(a), Content::Set(b)) => Content::Set(self.join_dicts(choice, a, b)),
            (Content::Iterator { items, next }, Content::Iterator { next: other, .. })
                if next == other =>
            {
                Content::Iterator { items, next }
            }
            (Content::Iterator { .. }, _) => {
                let rest = Object::Rest(self.why("it was read from under a condition")).bare();
                Content::Iterator { items: vec![rest], next: 0 }
            }
            (Content::Scope(a), Content::Scope(b)) => {
                Content::Scope(Scope { names: a.names, more: a.more.or(b.more) })
            }
            (Content::Instance(mut a), Content::Instance(b)) => {
                if let (Some(x), Some(y)) = (&a.payload, &b.payload) {
                    let joined = self.join(choice, x.clone().bare(), y.clone().bare());
                    a.payload = Some(joined.object);
                }
                Content::Instance(a)
            }
            (a, _) => a,
        }
    }

    /// Members at both ends that are on both ways stay; between them is what differs.
    pub(crate) fn join_items(
        &mut self,
        choice: &Choice,
        a: Vec<Traced>,
        b: Vec<Traced>,
    ) -> Vec<Traced> {
        let rest = |it: &Traced| matches!(it.object, Object::Rest(_));
        let exact = !a.iter().any(rest) && !b.iter().any(rest);
        let identical = a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| self.same(a, b));
        if a.len() == b.len() && (exact || identical) {
            let pairs = a.into_iter().zip(b);
            return pairs.map(|(a, b)| self.join(choice, a, b)).collect();
        }
        let head = a.iter().zip(&b);
        let head = head.take_while(|(a, b)| !rest(a) && self.same(a, b)).count();
        let most = a.len().min(b.len()) - head;
        let ends = a.iter().rev().zip(b.iter().rev()).take(most);
        let tail = ends.take_while(|(a, b)| !rest(a) && self.same(a, b)).count();
        let mut items = a[..head].to_vec();
        items.push(self.either(choice, &a[head..a.len() - tail], &b[head..b.len() - tail]));
        items.extend_from_slice(&a[a.len() - tail..]);
        items
    }

    /// Members that are `a` where the choice is taken, and `b` where it is not.
    fn either(&mut self, choice: &Choice, a: &[Traced], b: &[Traced]) -> Traced {
        let side = |(at, taken): (usize, &bool)| {
            let items = if *taken { a } else { b };
            items.iter().map(|it| chosen(it, choice.branch, at)).collect()
        };
        let ways = choice.taken.iter().enumerate().map(side).collect();
        let why = "further members depend on a condition that is not known".into();
        let is_small = (a.len() + b.len()) * choice.taken.len() <= limit::ALTERNATIVES;
        let either = is_small.then_some(Either { branch: choice.branch, ways });
        let id = self.unknown_id();
        Object::Rest(Rc::new(Unknown { why, id, aliases: [].into(), either })).bare()
    }

    /// Every list of members that these may come to; none if some may be anything.
    pub(crate) fn each_list(items: &[Traced]) -> Option<Vec<Vec<Traced>>> {
        let found = unfolded(items, Vec::new())?;
        Some(found.into_iter().map(|(items, _)| items).collect())
    }

    pub(crate) fn join_dicts(&mut self, choice: &Choice, a: Dict, mut b: Dict) -> Dict {
        let unordered = a.unordered || b.unordered || !a.entries.keys().eq(b.entries.keys());
        let more = a.more.or(b.more.clone());
        let mut joined = Dict { more, unordered, ..Dict::default() };
        for (key, entry) in a.entries {
            let entry = match b.entries.shift_remove(&key) {
                Some(other) => Entry {
                    value: self.join(choice, entry.value, other.value),
                    perhaps: entry.perhaps || other.perhaps,
                    key: entry.key,
                },
                None => Entry { perhaps: true, ..entry },
            };
            joined.entries.insert(key, entry);
        }
        for (key, entry) in b.entries {
            joined.entries.insert(key, Entry { perhaps: true, ..entry });
        }
        joined
    }

    /// The value that is `a` where the choice is taken, and `b` where it is not.
    pub(crate) fn join(&mut self, choice: &Choice, a: Traced, b: Traced) -> Traced {
        if self.same(&a, &b) {
            // That it may be another is to be known of it on either way. Else it is shown where no condition
            // holds: a condition is often what developers have.
            return if self.trails.is_spared(a.trail) { a } else { b };
        }
        let members: Vec<_> = choice
            .taken
            .iter()
            .enumerate()
            .map(|(at, taken)| chosen(if *taken { &a } else { &b }, choice.branch, at))
            .collect();
        let leaves: usize = members.iter().map(|it| leaves(&it.object)).sum();
        let place = self.place();
        let trail = self.trails.add(place, What::Joined, [a.trail, b.trail]);
        if leaves > limit::ALTERNATIVES {
            return Object::Unknown(self.why("too many conditions are not known")).traced(trail);
        }
        Object::OneOf(Rc::new(OneOf { branch: choice.branch, members })).traced(trail)
    }

    /// Whether two values are surely equal and interchangeable.
    pub(crate) fn same(&self, a: &Traced, b: &Traced) -> bool {
        self.same_objects(&a.object, &b.object, 0)
    }

    pub(crate) fn same_objects(&self, a: &Object, b: &Object, depth: usize) -> bool {
        if depth > 20 {
            return false;
        }
        let all = |a: &[Traced], b: &[Traced]| {
            let mut pairs = a.iter().zip(b);
            a.len() == b.len()
                && pairs.all(|(a, b)| self.same_objects(&a.object, &b.object, depth + 1))
        };
        match (a, b) {
            (Object::None, Object::None)
            | (Object::Ellipsis, Object::Ellipsis)
            | (Object::NotImplemented, Object::NotImplemented)
            | (Object::Environ, Object::Environ) => true,
            (Object::Bool(a), Object::Bool(b)) => a == b,
            (Object::Int(a), Object::Int(b)) | (Object::TimeDelta(a), Object::TimeDelta(b)) => {
                a == b
            }
            (Object::Float(a), Object::Float(b)) => a.to_bits() == b.to_bits(),
            (Object::Str(a), Object::Str(b))
            | (Object::Path(a), Object::Path(b))
            | (Object::Opaque(a), Object::Opaque(b)) => a == b,
            (Object::Bytes(a), Object::Bytes(b)) => a == b,
            (Object::Tuple(a), Object::Tuple(b)) => all(a, b),
            (Object::Range(a), Object::Range(b)) => a == b,
            // Two lists that are equal now are still two: what is done to one is not done to the other.
            (Object::List(a), Object::List(b))
            | (Object::Dict(a), Object::Dict(b))
            | (Object::Set(a), Object::Set(b))
            | (Object::FrozenSet(a), Object::FrozenSet(b)) => a == b,
            (Object::Module(a), Object::Module(b))
            | (Object::Class(a), Object::Class(b))
            | (Object::Instance(a), Object::Instance(b))
            | (Object::Iterator(a), Object::Iterator(b))
            | (Object::Names(a), Object::Names(b)) => a == b,
            (Object::Type(a), Object::Type(b)) => a == b,
            (Object::Native(a), Object::Native(b)) => std::ptr::eq(*a, *b),
            (Object::Function(a), Object::Function(b)) => Rc::ptr_eq(a, b),
            (Object::Regex(a), Object::Regex(b)) => (&a.pattern, a.flags) == (&b.pattern, b.flags),
            (Object::Unknown(a), Object::Unknown(b)) => a.id == b.id && a.id != 0,
            (Object::Rest(a), Object::Rest(b)) => a.id == b.id && a.id != 0,
            (Object::OneOf(a), Object::OneOf(b)) => {
                a.branch == b.branch && all(&a.members, &b.members)
            }
            _ => false,
        }
    }
}

/// A value where its branch is known to have fallen one way.
pub(crate) fn chosen(value: &Traced, branch: u32, at: usize) -> Traced {
    match &value.object {
        Object::OneOf(one) if one.branch == branch => match one.members.get(at) {
            Some(member) => chosen(member, branch, at),
            None => value.clone(),
        },
        _ => value.clone(),
    }
}

/// Members and the outcomes that lead to them, for each way on which these are still open.
fn unfolded(items: &[Traced], outcomes: Vec<(u32, usize)>) -> Option<Vec<Unfolded>> {
    let mut found = vec![(Vec::new(), outcomes)];
    for item in items {
        let mut further = Vec::new();
        for (before, outcomes) in found {
            let Object::Rest(rest) = &item.object else {
                let item = outcomes.iter().fold(item.clone(), |it, at| chosen(&it, at.0, at.1));
                further.push(([before, vec![item]].concat(), outcomes));
                continue;
            };
            let either = rest.either.as_ref()?;
            let taken = outcomes.iter().find(|it| it.0 == either.branch).map(|it| it.1);
            for (at, way) in either.ways.iter().enumerate() {
                if taken.is_none_or(|it| it == at) {
                    let outcomes = [outcomes.clone(), vec![(either.branch, at)]].concat();
                    let inner = unfolded(way, outcomes)?.into_iter();
                    further.extend(inner.map(|(it, way)| ([before.clone(), it].concat(), way)));
                }
            }
        }
        if further.len() > limit::ALTERNATIVES {
            return None;
        }
        found = further;
    }
    Some(found)
}

type Unfolded = (Vec<Traced>, Vec<(u32, usize)>);

pub(crate) fn leaves(object: &Object) -> usize {
    match object {
        Object::OneOf(one) => one.members.iter().map(|it| leaves(&it.object)).sum(),
        _ => 1,
    }
}
