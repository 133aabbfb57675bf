//! What a setting may be where variables that are not in view decide.

use crate::fact::{Certainty, Fact};
use crate::model::{Asked, DEBUG, Process, Setting};
use crate::python::Value;

impl Fact<&Process> {
    /// That DEBUG is off, as it is wherever the site is meant for others; `None` if it is surely on.
    pub fn debug_off(&self) -> Option<Fact<()>> {
        match self.get(DEBUG) {
            Some(debug) => debug.try_map(|debug| (!debug).then_some(())),
            None => {
                let why = "DEBUG depends on what is not in view";
                Some(self.map(|_| ()).doubt(Certainty::Likely, why))
            }
        }
    }

    /// Every value that the setting may have, as far as they are known: one for each outcome of
    /// what depends on variables that are not in view.
    pub fn possible<T>(&self, setting: Setting<T>) -> Vec<Fact<T>> {
        let Some(value) = self.setting(setting.name) else { return Vec::new() };
        let mut found = Vec::new();
        each_outcome(&value, &mut |outcome| found.extend(outcome.try_map(setting.read)));
        found
    }

    /// What a switch is where no variable is set that nobody has seen.
    pub fn by_default(&self, setting: Setting<bool>) -> Option<bool> {
        let settings = self.value.django.as_ref()?.unset.as_ref()?;
        settings.get(setting.name)?.value.truth()
    }

    /// A setting where no variable is set that nobody has seen; none if it was not tried out.
    pub fn where_nothing_is_set<T>(&self, setting: Setting<T>) -> Option<Fact<T>> {
        let settings = self.value.django.as_ref()?.unset.as_ref()?;
        settings.get(setting.name)?.try_map(setting.read)
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
        if let Some(read) = &self.value.django.as_ref()?.debug_without {
            let place = read.statement.or(read.place)?;
            return Some((&read.name, Fact::at((), place).given(&on().next()?)));
        }
        on().find_map(|debug| {
            let read = self.default_in(&debug)?;
            // A default may as well decide something that turns DEBUG off.
            let is_on = read.name.contains("DEBUG") && read.default_switch() == Some(true);
            let place = read.default.as_ref()?.evidence.place().filter(|_| is_on)?;
            Some((read.name.as_str(), Fact::at((), place).given(&debug)))
        })
    }

    /// Every value that the setting may have where DEBUG is off: outcomes of one branch go together.
    pub fn possible_without_debug<T>(&self, setting: Setting<T>) -> Vec<Fact<T>> {
        let (Some(debug), Some(value)) = (self.setting(DEBUG.name), self.setting(setting.name))
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        each_way(&debug, &mut |debug, ways| {
            if debug.value.truth() == Some(false) {
                each_way(&value, &mut |outcome, others| {
                    let goes = |(branch, at): &(u32, usize)| {
                        ways.iter().all(|(it, taken)| it != branch || taken == at)
                    };
                    found.extend(outcome.try_map(setting.read).filter(|_| others.iter().all(goes)));
                });
            }
        });
        found
    }
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
