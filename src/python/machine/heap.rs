//! Everything that Python can change, and a journal of the changes.
//!
//! A branch that could not be decided is run both ways from one state: the journal takes the first
//! way back, and says what it had changed, so that the two can be joined.

use crate::python::machine::dict::{Dict, Entry, Key};
use crate::python::machine::fork::Choice;
use crate::python::machine::object::{Object, Traced, Unknown};
use foldhash::fast::RandomState;
use indexmap::IndexMap;
use std::rc::Rc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Handle(u32);

#[derive(Clone, Debug)]
pub(crate) enum Content {
    List(Vec<Traced>),
    Dict(Dict),
    /// Members in the order in which they were added; of sets, frozen or not.
    Set(Dict),
    Iterator {
        items: Vec<Traced>,
        next: usize,
    },
    Scope(Scope),
    Module(Module),
    Class(Class),
    Instance(Instance),
}

/// A namespace: a module's, a class's, an instance's, a call's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) names: IndexMap<Rc<str>, Binding, RandomState>,
    /// Why it may hold further names, as after `from unseen import *`.
    pub(crate) more: Option<Rc<Unknown>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Binding {
    pub(crate) value: Traced,
    /// On some way here the name was not bound.
    pub(crate) perhaps: bool,
    /// The condition on which it is, if it is one.
    pub(crate) when: Option<Choice>,
}

impl Binding {
    pub(crate) fn sure(value: Traced) -> Self {
        Self { value, perhaps: false, when: None }
    }

    pub(crate) fn perhaps(value: Traced) -> Self {
        Self { perhaps: true, ..Self::sure(value) }
    }

    /// The same on one side of a condition, where on the other the name is not bound.
    pub(crate) fn only_when(self, choice: Choice) -> Self {
        let when = (!self.perhaps).then_some(choice);
        Self { perhaps: true, when, ..self }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Module {
    pub(crate) name: Rc<str>,
    pub(crate) scope: Handle,
}

#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) name: Rc<str>,
    pub(crate) module: Rc<str>,
    pub(crate) scope: Handle,
    pub(crate) bases: Rc<[Object]>,
    /// Itself first, then its ancestors in the order of lookup.
    pub(crate) order: Rc<[Object]>,
}

#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub(crate) class: Handle,
    pub(crate) scope: Handle,
    /// The value itself, where the class derives from `str`, `dict` or the like.
    pub(crate) payload: Option<Object>,
}

/// One thing that can change by itself: a name of a scope, or a content as a whole.
pub(crate) type Location = (Handle, Option<Rc<str>>);

#[derive(Clone, Debug)]
pub(crate) enum State {
    Binding(Option<Binding>),
    Content(Content),
}

impl State {
    /// Whether it is a scope that may have names which nobody knows.
    pub(crate) fn has_more_names(&self) -> bool {
        matches!(self, Self::Content(Content::Scope(Scope { more: Some(_), .. })))
    }
}

/// How one change is taken back. What only adds to a collection is noted as that: a copy of the
/// whole for each round of a loop that fills it would take time in the square of its size.
#[derive(Clone, Debug)]
enum Undo {
    Binding(Option<Binding>),
    Content(Content),
    /// The list was this long.
    Length(usize),
    /// The dict or set held this under the key.
    Entry(Key, Option<Entry>),
}

/// What is different from an earlier state, and how it is now.
pub(crate) type Changes = IndexMap<Location, State, RandomState>;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    journal: usize,
    serial: u32,
    /// Contents that existed then; later ones belong to one way only.
    pub(crate) born: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Heap {
    contents: Vec<Content>,
    journal: Vec<(Location, Undo)>,
    marks: Vec<Mark>,
    stamps: Vec<u32>,
    serial: u32,
}

impl Handle {
    pub(crate) fn is_born_before(self, born: u32) -> bool {
        self.0 < born
    }
}

impl Heap {
    pub(crate) fn add(&mut self, content: Content) -> Handle {
        self.contents.push(content);
        self.stamps.push(0);
        Handle(self.contents.len() as u32 - 1)
    }

    pub(crate) fn scope(&mut self) -> Handle {
        self.scope_for(0)
    }

    /// A namespace with room for a number of names.
    pub(crate) fn scope_for(&mut self, names: usize) -> Handle {
        let names = IndexMap::with_capacity_and_hasher(names, RandomState::default());
        self.add(Content::Scope(Scope { names, more: None }))
    }

    pub(crate) fn get(&self, handle: Handle) -> &Content {
        &self.contents[handle.0 as usize]
    }

    pub(crate) fn change(&mut self, handle: Handle) -> &mut Content {
        let at = handle.0 as usize;
        if let Some(mark) = self.marks.last()
            && self.stamps[at] != mark.serial
        {
            self.stamps[at] = mark.serial;
            let before = Undo::Content(self.contents[at].clone());
            self.journal.push(((handle, None), before));
        }
        &mut self.contents[at]
    }

    /// Whether a change since the last mark has yet to be noted.
    fn is_noted(&self, handle: Handle) -> bool {
        self.marks.last().is_none_or(|mark| self.stamps[handle.0 as usize] == mark.serial)
    }

    /// Adds members to the end of a list.
    pub(crate) fn extend(&mut self, handle: Handle, new: impl IntoIterator<Item = Traced>) {
        let noted = self.is_noted(handle);
        let Content::List(items) = &mut self.contents[handle.0 as usize] else { return };
        if !noted {
            self.journal.push(((handle, None), Undo::Length(items.len())));
        }
        items.extend(new);
    }

    /// Sets one key of a dict, or adds one member to a set.
    pub(crate) fn insert(&mut self, handle: Handle, key: Key, name: Traced, value: Traced) {
        let noted = self.is_noted(handle);
        let content = &mut self.contents[handle.0 as usize];
        let (Content::Dict(dict) | Content::Set(dict)) = content else { return };
        if !noted {
            let before = dict.entries.get(&key).cloned();
            self.journal.push(((handle, None), Undo::Entry(key.clone(), before)));
        }
        dict.insert(key, name, value);
    }

    pub(crate) fn names(&self, scope: Handle) -> &Scope {
        match self.get(scope) {
            Content::Scope(scope) => scope,
            _ => unreachable!("only scopes are asked for names"),
        }
    }

    pub(crate) fn binding(&self, scope: Handle, name: &str) -> Option<&Binding> {
        self.names(scope).names.get(name)
    }

    pub(crate) fn bind(&mut self, scope: Handle, name: &Rc<str>, binding: Option<Binding>) {
        let logs = !self.marks.is_empty();
        let Content::Scope(names) = &mut self.contents[scope.0 as usize] else { return };
        let before = match binding {
            Some(binding) => names.names.insert(name.clone(), binding),
            None => names.names.shift_remove(name),
        };
        if logs {
            self.journal.push(((scope, Some(name.clone())), Undo::Binding(before)));
        }
    }

    /// Binds a name for sure.
    pub(crate) fn set(&mut self, scope: Handle, name: &Rc<str>, value: Traced) {
        self.bind(scope, name, Some(Binding::sure(value)));
    }

    pub(crate) fn module(&self, handle: Handle) -> Option<&Module> {
        match self.get(handle) {
            Content::Module(module) => Some(module),
            _ => None,
        }
    }

    pub(crate) fn class(&self, handle: Handle) -> &Class {
        match self.get(handle) {
            Content::Class(class) => class,
            _ => unreachable!("only classes are held as classes"),
        }
    }

    pub(crate) fn instance(&self, handle: Handle) -> &Instance {
        match self.get(handle) {
            Content::Instance(instance) => instance,
            _ => unreachable!("only instances are held as instances"),
        }
    }

    pub(crate) fn list(&self, handle: Handle) -> &[Traced] {
        match self.get(handle) {
            Content::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn dict(&self, handle: Handle) -> &Dict {
        match self.get(handle) {
            Content::Dict(dict) | Content::Set(dict) => dict,
            _ => unreachable!("only dicts and sets are held as such"),
        }
    }

    /// From here on, changes can be taken back.
    pub(crate) fn mark(&mut self) -> Mark {
        self.serial += 1;
        let born = self.contents.len() as u32;
        let mark = Mark { journal: self.journal.len(), serial: self.serial, born };
        self.marks.push(mark);
        mark
    }

    /// How everything stands that changed since then.
    pub(crate) fn changes(&self, mark: &Mark) -> Changes {
        let mut changes = Changes::default();
        for (location, _) in &self.journal[mark.journal.min(self.journal.len())..] {
            if !changes.contains_key(location) {
                changes.insert(location.clone(), self.state(location));
            }
        }
        changes
    }

    pub(crate) fn state(&self, location: &Location) -> State {
        match &location.1 {
            Some(name) => State::Binding(self.binding(location.0, name).cloned()),
            None => State::Content(self.get(location.0).clone()),
        }
    }

    /// Back to how it was then.
    pub(crate) fn undo(&mut self, mark: &Mark) {
        while self.journal.len() > mark.journal {
            let Some((location, state)) = self.journal.pop() else { break };
            self.restore(&location, state);
        }
        self.forget(mark);
    }

    fn restore(&mut self, location: &Location, undo: Undo) {
        let content = &mut self.contents[location.0.0 as usize];
        match (undo, content, &location.1) {
            (Undo::Content(before), content, _) => *content = before,
            (Undo::Binding(Some(before)), Content::Scope(scope), Some(name)) => {
                scope.names.insert(name.clone(), before);
            }
            (Undo::Binding(None), Content::Scope(scope), Some(name)) => {
                scope.names.shift_remove(name);
            }
            (Undo::Length(length), Content::List(items), _) => items.truncate(length),
            (Undo::Entry(key, Some(before)), Content::Dict(dict) | Content::Set(dict), _) => {
                dict.entries.insert(key, before);
            }
            (Undo::Entry(key, None), Content::Dict(dict) | Content::Set(dict), _) => {
                dict.entries.shift_remove(&key);
            }
            (Undo::Binding(_) | Undo::Length(_) | Undo::Entry(..), _, _) => {}
        }
    }

    /// Keeps the changes; an outer mark can still take them back.
    pub(crate) fn keep(&mut self, mark: &Mark) {
        self.forget(mark);
    }

    fn forget(&mut self, mark: &Mark) {
        self.marks.retain(|it| it.serial < mark.serial);
        if self.marks.is_empty() {
            self.journal.clear();
        }
    }

    /// Writes changes that were taken back, as changes of their own.
    pub(crate) fn apply(&mut self, changes: Changes) {
        for ((handle, name), state) in changes {
            match (state, name) {
                (State::Binding(binding), Some(name)) => self.bind(handle, &name, binding),
                // Names are told one by one; whether there are more is all that is left to tell.
                (State::Content(Content::Scope(told)), _)
                    if matches!(self.get(handle), Content::Scope(_)) =>
                {
                    if let Content::Scope(scope) = self.change(handle) {
                        scope.more = told.more;
                    }
                }
                (State::Content(content), _) => *self.change(handle) = content,
                (State::Binding(_), None) => {}
            }
        }
    }

    pub(crate) fn marks(&self) -> usize {
        self.marks.len()
    }

    /// Keeps every change made under the marks above a number of them.
    pub(crate) fn forget_down_to(&mut self, marks: usize) {
        self.marks.truncate(marks);
        if self.marks.is_empty() {
            self.journal.clear();
        }
    }

    pub(crate) fn size(&self) -> usize {
        self.contents.len()
    }
}
