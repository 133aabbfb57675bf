//! Django's settings as one process has them, asked for by name and type.
//!
//! That a site is answered by a process is a fact as well, so what is asked through it is at most
//! as certain. `None` is the answer where the value is unknown or of another type.

use crate::fact::Fact;
use crate::fact::version::{Range, Series};
use crate::model::{Dir, Django, INSTALLED_APPS, Process, View};
use crate::python::{self, Value};
use camino::Utf8PathBuf;

pub(super) mod keys;
mod outcomes;
mod replaced;
mod written;

pub(super) use outcomes::each_outcome;

/// A Django setting, under its Django name, with the type kilter reads it as.
#[derive(Debug)]
pub struct Setting<T> {
    pub name: &'static str,
    read: fn(&Value) -> Option<T>,
}

// Deriving would ask the same of the type.
impl<T> Clone for Setting<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Setting<T> {}

impl Fact<&Process> {
    /// The setting's value, unless it has none of that type or could not be worked out.
    pub fn get<T>(&self, setting: Setting<T>) -> Option<Fact<T>> {
        self.setting(setting.name)?.try_map(setting.read)
    }

    /// The value as Python would have it: the module's, or else Django's own.
    pub fn setting(&self, name: &str) -> Option<Fact<Value>> {
        let known = |it: &&Django| !it.replaced && !it.rewritten.contains(name);
        let django = self.value.django.as_ref().filter(known)?;
        let namespace = django.evaluation.outcome.as_ref().ok()?;
        let value = match namespace.get(name) {
            Some(value) => value,
            None => python::django_default(name, None)?,
        };
        Some(value.given(&django.module).given(self))
    }

    /// The members of a list that are known, whatever else may be in it.
    pub fn members(&self, setting: Setting<Vec<Fact<String>>>) -> Vec<Fact<String>> {
        let Some(value) = self.setting(setting.name) else { return Vec::new() };
        let Some(items) = value.value.items() else { return Vec::new() };
        let Some(django) = &self.value.django else { return Vec::new() };
        let text = |item: &Fact<Value>| item.try_map(|item| item.text().map(str::to_owned));
        items.iter().filter_map(text).map(|item| item.given(&django.module).given(self)).collect()
    }

    /// Whether somebody may log in: by Django's own means, or those of apps that build upon them.
    /// What nobody logs in to has its few forms open to everybody, as a rule.
    pub fn has_logins(&self) -> bool {
        let apps = self.members(INSTALLED_APPS);
        let needs = ["django.contrib.auth", "django.contrib.sessions", "django.contrib.admin"];
        apps.is_empty() || apps.iter().any(|it| needs.contains(&it.value.as_str()))
    }

    /// What stands in a dict under these keys: `DATABASES["default"]["ENGINE"]`.
    pub fn entry(&self, setting: Setting<Value>, keys: &[&str]) -> Option<Fact<Value>> {
        let module = &self.value.django.as_ref()?.module;
        let mut entry = self.get(setting)?;
        for key in keys {
            entry = entry.value.get(key)?.clone();
        }
        Some(entry.given(module).given(self))
    }

    /// Whether the modules may give a setting a value: no default of Django's stands in for it.
    pub fn may_assign<T>(&self, setting: Setting<T>) -> bool {
        let Some(django) = &self.value.django else { return true };
        let Ok(namespace) = &django.evaluation.outcome else { return true };
        namespace.named(setting.name).is_some() || namespace.more.is_some()
    }

    /// Whether Django has a switch on where nobody says otherwise, as it has some since 3.0.
    pub fn is_on_anyway(&self, name: &str) -> bool {
        let since = Range::since(Series { major: 3, minor: 0 });
        let is_old = self.django_version().is_some_and(|it| it.value.and(&since).is_empty());
        !is_old
            && python::django_default(name, None).is_some_and(|it| it.value.truth() == Some(true))
    }

    /// The versions of Django that may be installed.
    pub fn django_version(&self) -> Option<Fact<Range>> {
        self.value.django.as_ref()?.project.requirements.django()
    }

    /// That the setting surely has no value: it is unset, `None` or empty.
    pub fn missing<T>(&self, setting: Setting<T>) -> Option<Fact<()>> {
        self.setting(setting.name)?.try_map(|value| match value {
            Value::None => Some(()),
            Value::Str(text) | Value::Path(text) => text.is_empty().then_some(()),
            _ => None,
        })
    }

    /// A path of the process, in its own file system.
    pub fn dir(&self, view: &View, path: &Fact<Utf8PathBuf>) -> Option<Fact<Dir>> {
        let process = self.value;
        let absolute = match (path.value.is_absolute(), &process.cwd) {
            (true, _) => path.clone(),
            (false, Some(cwd)) => path.map(|path| cwd.value.join(path)).given(cwd),
            (false, None) => return None,
        };
        Some(absolute.map(|path| view.dir(process.view, path)).given(self))
    }
}
