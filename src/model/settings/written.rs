//! Where the value of a setting comes from: the modules, a default in them, or somebody outside.

use crate::fact::{Fact, Lookup, Origin, Supplied};
use crate::model::settings::each_outcome;
use crate::model::{Answered, Asked, Process, SECRET_KEY, Setting};
use crate::python::{Namespace, Value};
use crate::source::Place;

impl Fact<&Process> {
    /// The variable that has a part in a value, and is empty unless somebody who is not in view
    /// says otherwise.
    pub fn left_empty<T>(&self, value: &Fact<T>) -> Option<&Asked> {
        let origins = value.evidence().origins();
        let is_in = |layer: &Fact<Supplied>| {
            let place = layer.evidence().place();
            matches!(layer.value, Supplied::OrEmpty(_))
                && origins.iter().any(|it| place.is_some() && it.place() == place)
        };
        let layer = |read: &Asked| self.value.environment.layers(&read.name).last();
        let reads = &self.value.django.as_ref()?.evaluation.reads;
        reads.iter().find(|read| layer(read).is_some_and(is_in))
    }

    /// Settings with a text that the module itself holds: no variable has a part in it, not even
    /// one that is not set. Django takes some of them as bytes as well (`SECRET_KEY`).
    pub fn literals(&self) -> Vec<(&str, Fact<String>)> {
        let Some(django) = &self.value.django else { return Vec::new() };
        let Some(namespace) = django.evaluation.namespace() else { return Vec::new() };
        let texts = self.settled(namespace).filter_map(|(name, value)| {
            let value = value.try_map(|value| match value {
                Value::Str(text) => Some(text.clone()),
                Value::Bytes(bytes) => String::from_utf8(bytes.clone()).ok(),
                _ => None,
            })?;
            let value = value.given(&django.module).given(self);
            // `getenv("JWT_KEY", SECRET_KEY)` takes nothing from the key, which no variable replaces.
            let own = self.own_literal(name);
            let is_own = |read: &Asked| own.is_some() && read.default_place() == own;
            let is_literal = self.is_of_modules(&value) && self.defaults_in(&value).all(is_own);
            is_literal.then_some((name, value))
        });
        texts.collect()
    }

    /// What the modules surely bind, and of what they choose between as they choose DEBUG, what holds
    /// where that is off.
    fn settled<'n>(
        &self,
        namespace: &'n Namespace,
    ) -> impl Iterator<Item = (&'n str, Fact<Value>)> {
        let surely = namespace.names.iter().filter(|named| !named.perhaps);
        surely.map(|named| {
            let value = self.apart_without_debug(&named.value);
            (named.name.as_str(), value.unwrap_or_else(|| named.value.clone()))
        })
    }

    /// The same of texts in lists and mappings, at any depth: the setting, the keys that lead there, the text.
    pub fn literals_within(&self) -> Vec<(&str, Vec<String>, Fact<String>)> {
        let Some(django) = &self.value.django else { return Vec::new() };
        let Some(namespace) = django.evaluation.namespace() else { return Vec::new() };
        let mut found = Vec::new();
        for (name, whole) in self.settled(namespace) {
            let mut left = vec![(Vec::new(), &whole, self.clone().given(&django.module))];
            while let Some((keys, value, around)) = left.pop() {
                let around = around.given(value);
                match &value.value {
                    Value::Str(text) if !std::ptr::eq(value, &whole) && self.is_literal(value) => {
                        let text = value.map(|_| text.clone()).given(&around);
                        found.push((name, keys, text));
                    }
                    Value::Dict(dict) => {
                        let surely = dict.entries.iter().rev().filter(|it| !it.perhaps);
                        left.extend(surely.filter_map(|entry| {
                            let keys = [&keys[..], &[entry.key.text()?.to_owned()]].concat();
                            Some((keys, &entry.value, around.clone()))
                        }));
                    }
                    Value::List(items) | Value::Tuple(items) => {
                        let items = items.iter().rev();
                        left.extend(items.map(|it| (keys.clone(), it, around.clone())));
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// Whether all that a value was made of stands in the modules, and is no default of a variable.
    pub fn is_literal<T>(&self, value: &Fact<T>) -> bool {
        self.is_of_modules(value) && self.default_in(value).is_none()
    }

    fn is_of_modules<T>(&self, value: &Fact<T>) -> bool {
        let Some(django) = &self.value.django else { return false };
        let places = self.places_of(value);
        let inside = |place: &Place| django.evaluation.modules.contains(&place.file);
        // What a helper is called with that asks for variables is what it answers without them.
        let is_fallback = |place: &Place| {
            let calls = django.evaluation.reads.iter().filter_map(|read| read.statement);
            let holds = |call: &Place| call != place && call.contains(*place);
            calls.into_iter().any(|call| holds(&call))
        };
        !places.is_empty() && places.iter().all(inside) && !places.iter().any(is_fallback)
    }

    /// The variable whose default has a part in a value.
    pub fn default_in<T>(&self, value: &Fact<T>) -> Option<&Asked> {
        self.defaults_in(value).next()
    }

    fn defaults_in<T>(&self, value: &Fact<T>) -> impl Iterator<Item = &Asked> {
        let origins = value.evidence().origins();
        let reads = self.value.django.iter().flat_map(|it| &it.evaluation.reads);
        reads.filter(|read| {
            let place = read.default_place();
            place.is_some_and(|place| origins.iter().any(|it| it.place() == Some(place)))
        })
    }

    /// Whether what holds without a variable is the site's own key, which stands in the settings.
    pub fn falls_back_to_key(&self, read: &Asked) -> bool {
        let own_key = self.own_literal(SECRET_KEY.name);
        own_key.is_some() && read.default_place() == own_key
    }

    /// The call that led to a read for what is assigned here: helpers ask at one place for whatever variable
    /// they are given.
    pub fn asked_for<'a>(&'a self, at: &Fact<()>, read: &'a Asked) -> &'a Asked {
        let Some((django, at)) = self.value.django.as_ref().zip(at.evidence().place()) else {
            return read;
        };
        let alike = django.evaluation.reads.iter().filter(|it| it.place == read.place);
        let ends = alike.filter_map(|it| {
            let said = it.statement.filter(|said| said.file == at.file)?;
            (said.span.end > at.span.start).then_some((said.span.end, it))
        });
        ends.min_by_key(|(end, _)| *end).map_or(read, |(_, it)| it)
    }

    /// Where the module assigns it, whatever the value was made of.
    pub fn assigned<T>(&self, setting: Setting<T>) -> Option<Fact<()>> {
        self.assignment(setting.name)
    }

    /// Where the module assigns what became this value: of several places the last before it.
    pub fn assigned_from<T, V>(&self, setting: Setting<T>, value: &Fact<V>) -> Option<Fact<()>> {
        let namespace = self.value.django.as_ref()?.evaluation.namespace()?;
        let trail = &namespace.named(setting.name)?.trail;
        let nearest = value.evidence().place().and_then(|made| {
            let assigns = trail.iter().filter(|step| step.assigns).filter_map(|step| step.place);
            let before = |it: &Place| it.file == made.file && it.span.start <= made.span.start;
            assigns.filter(before).max_by_key(|it| it.span.start)
        });
        nearest.map(|place| Fact::at((), place).given(self)).or_else(|| self.assigned(setting))
    }

    /// Whether a setting is made of what this read found, or of its default.
    pub fn is_made_of<T>(&self, setting: Setting<T>, read: &Asked) -> bool {
        let namespace = self.value.django.as_ref().and_then(|it| it.evaluation.namespace());
        let named = namespace.and_then(|namespace| namespace.named(setting.name));
        let mut steps = named.iter().flat_map(|named| &named.trail).filter_map(|step| step.place);
        let supplied = |read: &Asked| match &read.answer {
            Answered::Set(evidence) | Answered::Loaded(evidence) => evidence.place(),
            Answered::Absent | Answered::Unknown(_) => None,
        };
        // What loads a whole file supplies all that is in it, and this is made of one.
        let mut reads = self.value.django.iter().flat_map(|it| &it.evaluation.reads);
        let mut is_shared =
            |at: Place| reads.any(|it| it.name != read.name && supplied(it) == Some(at));
        let own = supplied(read).filter(|at| steps.any(|place| place == *at));
        own.is_some_and(|at| !is_shared(at))
            || self
                .outcomes(setting)
                .iter()
                .filter_map(|outcome| self.default_in(outcome))
                .any(|it| it.name == read.name && may_be_one(it, read))
    }

    /// Whether a key of a setting that is a dict has the default of this read.
    pub fn has_default_of(&self, setting: Setting<Value>, keys: &[&str], read: &Asked) -> bool {
        let Some(entry) = self.entry(setting, keys) else { return false };
        let mut found = false;
        each_outcome(&entry, &mut |outcome| {
            let by = self.default_in(outcome);
            found |= by.is_some_and(|it| it.name == read.name && may_be_one(it, read));
        });
        found
    }

    pub fn assignment(&self, name: &str) -> Option<Fact<()>> {
        let namespace = self.value.django.as_ref()?.evaluation.namespace()?;
        let trail = &namespace.named(name)?.trail;
        let place = trail.iter().rfind(|step| step.assigns)?.place?;
        Some(Fact::at((), place).given(self))
    }

    /// Where a setting's value comes from, if that is an env file, a unit or a service.
    pub fn supplied<T>(&self, setting: Setting<T>) -> Option<Fact<()>> {
        let namespace = self.value.django.as_ref()?.evaluation.namespace()?;
        self.outside(&namespace.get(setting.name)?)
    }

    /// Where a value of the settings comes from, if that is no module: the last place counts, as
    /// compose takes from `.env` what its own file only names.
    pub fn outside<T>(&self, fact: &Fact<T>) -> Option<Fact<()>> {
        let modules = &self.value.django.as_ref()?.evaluation.modules;
        let outside =
            self.places_of(fact).into_iter().rfind(|place| !modules.contains(&place.file))?;
        Some(Fact::at((), outside).given(self))
    }

    /// The same of a part of a text that several variables make, as the host of a URL: where the one stands
    /// that is this part.
    pub fn outside_part(&self, part: &Fact<String>) -> Option<Fact<()>> {
        let places = self.places_of(part);
        let stands = |process: &Process| {
            let mut parts = process.environment.names().filter_map(|name| {
                match process.environment.get(name) {
                    Lookup::Set(value) if value.value == part.value => Some(value),
                    Lookup::Set(_) | Lookup::Absent | Lookup::Unknown(_) => None,
                }
            });
            // Here as well the last place counts.
            parts.find_map(|it| {
                let mut own = it.evidence().origins().iter().filter_map(|origin| origin.place());
                own.rfind(|place| places.contains(place))
            })
        };
        let place = stands(self.value).or_else(|| stands(&self.value.documented()?));
        place.map(|place| Fact::at((), place).given(self)).or_else(|| self.outside(part))
    }

    /// Where a host is written, outside of the modules if it is.
    pub fn host_at(&self, host: &Fact<String>) -> Fact<()> {
        self.outside_part(host).unwrap_or_else(|| host.map(|_| ()))
    }

    /// Where a value comes from, without what says that the process runs under these settings.
    fn places_of<T>(&self, fact: &Fact<T>) -> Vec<Place> {
        let module = self.value.django.as_ref().map(|django| django.module.evidence());
        let of_process = |origin: &&Origin| {
            self.evidence()
                .origins()
                .iter()
                .chain(module.into_iter().flat_map(|it| it.origins()))
                .any(|it| it == *origin || is_one_place(**origin, *it))
        };
        let origins = fact.evidence().origins().iter().filter(|origin| !of_process(origin));
        origins.filter_map(|origin| origin.place()).collect()
    }

    /// Where the settings themselves last mention what a value was made of.
    pub fn written<T>(&self, fact: &Fact<T>) -> Option<Fact<()>> {
        let modules = &self.value.django.as_ref()?.evaluation.modules;
        let inside =
            self.places_of(fact).into_iter().rfind(|place| modules.contains(&place.file))?;
        Some(Fact::at((), inside).given(self))
    }
}

/// Whether two origins are one place, of which one may be a part.
fn is_one_place(one: Origin, other: Origin) -> bool {
    match (one.place(), other.place()) {
        (Some(one), Some(other)) => {
            let (a, b) = (one.span, other.span);
            one.file == other.file && (a.contains(b) || b.contains(a))
        }
        _ => false,
    }
}

/// Whether two reads of one variable may be the same, by the defaults that they have for it. A package
/// that is imported on the way may ask as well, for a setting of its own that nobody takes.
fn may_be_one(one: &Asked, other: &Asked) -> bool {
    let default = |read: &Asked| read.default_place();
    default(other).is_none() || default(one) == default(other)
}
