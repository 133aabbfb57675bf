//! Lists, dicts and sets: making them, and their methods.

use crate::python::machine::dict::Dict;
use crate::python::machine::heap::{Binding, Content, Handle, Scope};
use crate::python::machine::object::{Object, Traced, Unknown};
use crate::python::machine::trail::{Trail, What};
use crate::python::machine::{Machine, Outcome, Stop, limit};
use crate::python::site;
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
        let rest = Rc::new(Unknown { why: why.into(), id: 0, aliases, either: None });
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
                self.heap.bind(scope, &name, Some(Binding { value, perhaps, when: None }));
            }
        }
        let more = self.why(why);
        if let Content::Scope(scope) = self.heap.change(scope) {
            scope.more = Some(more);
        }
    }

    /// The same, for a module of the site's own: what the project is made of stays, likely, and
    /// what examples of the module show it to leave alone.
    pub(crate) fn blur_but_structure(&mut self, scope: Handle, module: &Rc<str>, why: &str) {
        let examples = self.examples(module);
        let names = &self.heap.names(scope).names;
        let stays = |name: &str| site::is_of_structure(name) || examples.leave(name);
        let kept: Vec<(Rc<str>, Binding)> = names
            .iter()
            .filter(|(name, _)| stays(name))
            .map(|(name, it)| (name.clone(), it.clone()))
            .collect();
        self.blur_names(scope, why);
        let place = self.place();
        for (name, Binding { value, perhaps, when }) in kept {
            let from = [value.trail, Trail::NONE];
            let trail = self.trails.add(place, What::Spared(module.clone()), from);
            let value = value.object.traced(trail);
            self.heap.bind(scope, &name, Some(Binding { value, perhaps, when }));
        }
    }

    pub(crate) fn unknown_entries(&self) -> Traced {
        let why = "some of its keys are not known".into();
        let unknown = super::object::Unknown { why, id: 0, aliases: [].into(), either: None };
        Object::Unknown(Rc::new(unknown)).bare()
    }
}
