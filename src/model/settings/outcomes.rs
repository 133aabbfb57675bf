//! What a setting may be where variables that are not in view decide.

use crate::fact::{Certainty, Fact};
use crate::model::{Asked, DATABASES, DEBUG, Process, SECURE_SSL_REDIRECT, Setting};
use crate::python::Value;

impl Fact<&Process> {
    /// That DEBUG is off, as it is wherever the site is meant for others; `None` if it is surely on.
    pub fn debug_off(&self) -> Option<Fact<()>> {
        match self.get(DEBUG) {
            Some(debug) => debug.try_map(|debug| (!debug).then_some(())),
            // Whatever the variable says turns it on.
            None if self.is_raw_switch(DEBUG.name) => None,
            None => {
                let why = "DEBUG depends on what is not in view";
                Some(self.map(|_| ()).doubt(Certainty::Likely, why))
            }
        }
    }

    /// Whether a setting is the bare text of a variable, and so is on for any: `DEBUG = env("DEBUG")`.
    fn is_raw_switch(&self, setting: &str) -> bool {
        let faults = self.value.django.as_ref().map(|it| &it.faults);
        let mut raw = faults.into_iter().flat_map(|it| &it.raw_switches);
        raw.any(|it| it.name == setting && !it.lost && !it.settled)
    }

    /// Every value that the setting may have, as far as they are known: one for each outcome of
    /// what depends on variables that are not in view.
    pub fn possible<T>(&self, setting: Setting<T>) -> Vec<Fact<T>> {
        self.setting(setting.name).map(|value| all_of(&value, setting)).unwrap_or_default()
    }

    /// What the default database has under a key, whichever it is. A call that takes a URL apart has none
    /// for an empty one, and little for one in memory (`dj_database_url.parse`): no server has those.
    pub fn of_default_database(&self, key: &str) -> Option<Fact<Value>> {
        if let Some(entry) = self.entry(DATABASES, &["default", key]) {
            return Some(entry);
        }
        let database = self.entry(DATABASES, &["default"])?;
        let mut found = Vec::new();
        each_outcome(&database, &mut |outcome| {
            let is_none = matches!(&outcome.value, Value::Dict(dict) if dict.entries.is_empty());
            let name = outcome.value.get("NAME").and_then(|it| it.value.text().map(str::to_owned));
            if !is_none && name.as_deref() != Some(":memory:") {
                found.push(outcome.value.get(key).map(|it| it.clone().given(outcome)));
            }
        });
        let found: Vec<_> = found.into_iter().collect::<Option<_>>()?;
        let first = found.first()?;
        let is_same = |it: &Fact<Value>| {
            it.value.is_known() && it.value.to_string() == first.value.to_string()
        };
        found.iter().all(is_same).then(|| first.clone().given(&database))
    }

    /// The same, or else all that it may be, as far as known, where a variable that is not in view decides:
    /// the default of that comes first.
    pub fn possible_of_default_database(&self, key: &str) -> Vec<Fact<Value>> {
        if let Some(known) = self.of_default_database(key).filter(|it| it.value.is_known()) {
            return vec![known];
        }
        let mut found: Vec<Fact<Value>> = Vec::new();
        if let Some(entry) = self.entry(DATABASES, &["default", key]) {
            each_outcome(&entry, &mut |it| found.push(it.clone()));
        }
        found.retain(|it| it.value.is_known());
        let Some(at) = found.iter().position(|it| self.default_in(it).is_some()) else {
            return Vec::new();
        };
        found.swap(0, at);
        let why = "the variable that it is the default of may say otherwise";
        found.into_iter().map(|it| it.doubt(Certainty::Likely, why)).collect()
    }

    /// What a switch is where no variable is set that nobody has seen.
    pub fn by_default(&self, setting: Setting<bool>) -> Option<bool> {
        let settings = self.value.django.as_ref()?.trials.unset.as_ref()?;
        settings.get(setting.name)?.value.truth()
    }

    /// A setting where no variable is set that nobody has seen; none if it was not tried out.
    pub fn where_nothing_is_set<T>(&self, setting: Setting<T>) -> Option<Fact<T>> {
        let settings = self.value.django.as_ref()?.trials.unset.as_ref()?;
        settings.get(setting.name)?.try_map(setting.read)
    }

    /// Every value that a setting may have where no variable is set that nobody has seen; none if that
    /// was not tried out.
    pub fn possible_where_nothing_is_set<T>(&self, setting: Setting<T>) -> Option<Vec<Fact<T>>> {
        let settings = self.value.django.as_ref()?.trials.unset.as_ref()?;
        Some(all_of(&settings.get(setting.name)?, setting))
    }

    /// Whether DEBUG is off, or not known.
    pub fn may_be_without_debug(&self) -> bool {
        self.get(DEBUG).is_none_or(|debug| !debug.value)
    }

    /// That the process runs with DEBUG off, or does wherever a variable that is not in view says
    /// so.
    pub fn without_debug(&self) -> Option<Fact<()>> {
        if let Some(debug) = self.get(DEBUG) {
            return (!debug.value).then(|| debug.map(|_| ()));
        }
        let off = self.possible(DEBUG).into_iter().find(|debug| !debug.value)?;
        let why = "DEBUG may be on, as it is on a developer's machine";
        Some(off.map(|_| ()).doubt(Certainty::Likely, why))
    }

    /// That a switch is off, or is unless a variable that is not in view says otherwise.
    pub fn off_unless_told(&self, setting: Setting<bool>) -> Option<Fact<bool>> {
        if let Some(known) = self.get(setting) {
            return (!known.value).then_some(known);
        }
        let (off, read) = self.off_by_default(setting)?;
        Some(off.doubt(Certainty::Likely, &format!("`{}` may turn it on", read.name)))
    }

    /// That the variable a switch depends on has to be set for it to be on.
    pub fn off_by_default(&self, setting: Setting<bool>) -> Option<(Fact<bool>, &Asked)> {
        self.by_default(setting).filter(|on| !on)?;
        let off = self.possible(setting).into_iter().filter(|it| !it.value);
        let mut off = off.filter_map(|it| Some((self.default_in(&it)?, it)));
        let (read, off) = off.find(|(read, _)| read.default_switch() == Some(false))?;
        Some((off, read))
    }

    /// Every outcome of a setting, those that are not known among them.
    pub fn outcomes<T>(&self, setting: Setting<T>) -> Vec<Fact<Value>> {
        let Some(value) = self.setting(setting.name) else { return Vec::new() };
        let mut found = Vec::new();
        each_outcome(&value, &mut |outcome| found.push(outcome.clone()));
        found
    }

    /// The variable that DEBUG is on without, and what makes it so: a default, or the helper that
    /// is asked. Nothing, if what is in view decides.
    pub fn debug_by_default(&self) -> Option<(&str, Fact<()>)> {
        // What is decided is on or off.
        if self.get(DEBUG).is_some() {
            return None;
        }
        let on = || self.possible(DEBUG).into_iter().filter(|debug| debug.value);
        if let Some(read) = &self.value.django.as_ref()?.trials.debug_without {
            let default = read.default.as_ref().filter(|it| it.text.is_some());
            let default = default.and_then(|it| it.evidence.place());
            let place = default.or(read.statement).or(read.place)?;
            return Some((&read.name, Fact::at((), place).given(&on().next()?)));
        }
        // Where it is off whatever the variable says, something else decides which of the two it is.
        if self.possible(DEBUG).iter().any(|it| it.written_as("False").is_some()) {
            return None;
        }
        // A default may as well decide something that turns DEBUG off.
        self.on_by_default(DEBUG).filter(|(name, _)| name.contains("DEBUG"))
    }

    /// The variable that a setting is on without, and the default that makes it so. Nothing, if what
    /// is in view decides.
    pub fn on_by_default(&self, setting: Setting<bool>) -> Option<(&str, Fact<()>)> {
        if self.get(setting).is_some() {
            return None;
        }
        let mut on = self.possible(setting).into_iter().filter(|it| it.value);
        on.find_map(|on| {
            let read = self.default_in(&on)?;
            let is_on = read.default_switch() == Some(true);
            let place = read.default.as_ref()?.evidence.place().filter(|_| is_on)?;
            Some((read.name.as_str(), Fact::at((), place).given(&on)))
        })
    }

    /// Every value that the setting may have where DEBUG is off: outcomes of one branch go together.
    pub fn possible_without_debug<T>(&self, setting: Setting<T>) -> Vec<Fact<T>> {
        let value = self.setting(setting.name);
        let outcomes = value.iter().flat_map(|value| self.where_debug_is_off(value));
        outcomes.filter_map(|outcome| outcome.try_map(setting.read)).collect()
    }

    /// Whether what is not https is redirected. Where nobody in view says whether DEBUG is on, it is off:
    /// nobody's visitors come to the other.
    pub fn redirects_to_https(&self) -> Option<Fact<bool>> {
        self.get(SECURE_SSL_REDIRECT).or_else(|| {
            let ways = self.possible_without_debug(SECURE_SSL_REDIRECT);
            let first = ways.first()?;
            ways.iter().all(|it| it.value == first.value).then(|| first.clone())
        })
    }

    /// The outcomes of a value where DEBUG is off, those that are not known among them.
    pub fn where_debug_is_off(&self, value: &Fact<Value>) -> Vec<Fact<Value>> {
        let Some(debug) = self.setting(DEBUG.name) else { return Vec::new() };
        let namespace = self.value.django.as_ref().and_then(|it| it.evaluation.namespace());
        let asked = namespace.and_then(|it| it.named(DEBUG.name)?.truth);
        let mut found = Vec::new();
        each_way(&debug, &mut |debug, ways| {
            let is_off = debug.value.truth().map_or(asked.is_some(), |is_on| !is_on);
            if is_off {
                each_way(value, &mut |outcome, others| {
                    // Where the module asked whether DEBUG is on, it was not.
                    let told = ways.iter().copied().chain(asked.map(|branch| (branch, 1)));
                    let goes = |(branch, at): &(u32, usize)| {
                        told.clone().all(|(it, taken)| it != *branch || taken == *at)
                    };
                    found.extend(others.iter().all(goes).then(|| outcome.clone()));
                });
            }
        });
        found
    }

    /// The one outcome of a value where DEBUG is off, of several that whatever decides on DEBUG decides
    /// between: the settings for production, of a package that chooses among its modules.
    pub fn apart_without_debug(&self, value: &Fact<Value>) -> Option<Fact<Value>> {
        if !matches!(value.value, Value::OneOf { .. }) || self.get(DEBUG).is_some() {
            return None;
        }
        let mut left = self.where_debug_is_off(value);
        let only = left.pop().filter(|_| left.is_empty())?;
        only.value.is_known().then_some(only)
    }

    /// The same; all outcomes where DEBUG is on, or nobody can tell when it is off.
    pub fn judged(&self, value: &Fact<Value>) -> Vec<Fact<Value>> {
        let mut found = self.where_debug_is_off(value);
        if found.is_empty() {
            each_outcome(value, &mut |outcome| found.push(outcome.clone()));
        }
        found
    }

    /// What a setting is where DEBUG is off, if that is known and one value only.
    pub fn live<T: PartialEq>(&self, setting: Setting<T>) -> Option<Fact<T>> {
        self.agreed(&[self.setting(setting.name)?], setting.read)
    }

    /// What values are read as, if that is one and the same for each outcome that is judged.
    pub fn agreed<T: PartialEq>(
        &self,
        values: &[Fact<Value>],
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<Fact<T>> {
        let outcomes = values.iter().flat_map(|value| self.judged(value));
        let mut read = outcomes.map(|it| it.try_map(&read));
        let first = read.next()??;
        read.all(|it| it.is_some_and(|it| it.value == first.value)).then_some(first)
    }

    /// What the modules bind a setting to, if they do, and whether it may be left at Django's own
    /// default: it is bound nowhere, or in one of two branches only.
    pub fn bound(&self, name: &str) -> Option<(Option<Fact<Value>>, bool)> {
        let (django, namespace) = self.bound_in(name)?;
        let perhaps = namespace.named(name).is_none_or(|it| it.perhaps);
        let is_unset = perhaps && namespace.more.is_none();
        let value = match namespace.named(name) {
            Some(named) if is_unset => Some(named.value.clone()),
            Some(_) | None => namespace.get(name),
        };
        Some((value.map(|it| it.given(&django.module).given(self)), is_unset))
    }
}

/// Whether all that a setting may be set to is what Django has anyway, so that it does not matter on
/// which ways it is set.
pub(super) fn agree(set: &Fact<Value>, default: &Fact<Value>) -> bool {
    let written = default.value.to_string();
    let mut agrees = true;
    each_outcome(set, &mut |outcome| {
        agrees &= outcome.value.is_known() && outcome.value.to_string() == written;
    });
    agrees
}

/// Every value that a setting may have, of those that are read.
fn all_of<T>(value: &Fact<Value>, setting: Setting<T>) -> Vec<Fact<T>> {
    let mut found = Vec::new();
    each_outcome(value, &mut |outcome| found.extend(outcome.try_map(setting.read)));
    found
}

/// A value, or each of those that it may be; how deep choices lie in choices is bounded by the
/// evaluation.
pub(in crate::model) fn each_outcome(value: &Fact<Value>, visit: &mut impl FnMut(&Fact<Value>)) {
    let mut left = vec![value.clone()];
    while let Some(value) = left.pop() {
        match &value.value {
            Value::OneOf { members, .. } => {
                left.extend(members.iter().rev().map(|member| member.clone().given(&value)));
            }
            _ => visit(&value),
        }
    }
}

/// The same, with the way that leads there: which member of which branch.
fn each_way(value: &Fact<Value>, visit: &mut impl FnMut(&Fact<Value>, &[(u32, usize)])) {
    let mut left = vec![(value.clone(), Vec::new())];
    while let Some((value, way)) = left.pop() {
        match &value.value {
            Value::OneOf { branch, members } => {
                for (at, member) in members.iter().enumerate().rev() {
                    let mut way = way.clone();
                    way.push((*branch, at));
                    left.push((member.clone().given(&value), way));
                }
            }
            _ => visit(&value, &way),
        }
    }
}
