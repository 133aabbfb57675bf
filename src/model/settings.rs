//! Django's settings as one process has them, asked for by name and type.
//!
//! That a site is answered by a process is a fact as well, so what is asked through it is at most
//! as certain. `None` is the answer where the value is unknown or of another type.

use crate::fact::Fact;
use crate::model::{Dir, Process, View, defaults};
use crate::python::Value;
use camino::Utf8PathBuf;

/// A Django setting, under its Django name, with the type kilter reads it as.
#[derive(Clone, Copy, Debug)]
pub struct Setting<T> {
    pub name: &'static str,
    read: fn(&Value) -> Option<T>,
}

const fn text(name: &'static str) -> Setting<String> {
    Setting { name, read: |value| value.text().map(str::to_owned) }
}

const fn path(name: &'static str) -> Setting<Utf8PathBuf> {
    Setting { name, read: |value| value.text().map(Utf8PathBuf::from) }
}

const fn switch(name: &'static str) -> Setting<bool> {
    Setting { name, read: Value::truth }
}

const fn list(name: &'static str) -> Setting<Vec<Fact<String>>> {
    Setting { name, read: strings }
}

pub const ALLOWED_HOSTS: Setting<Vec<Fact<String>>> = list("ALLOWED_HOSTS");
pub const DEBUG: Setting<bool> = switch("DEBUG");
pub(super) const EMAIL_BACKEND: Setting<String> = text("EMAIL_BACKEND");
pub(super) const EMAIL_HOST: Setting<String> = text("EMAIL_HOST");
pub const INSTALLED_APPS: Setting<Vec<Fact<String>>> = list("INSTALLED_APPS");
pub const SECRET_KEY: Setting<String> = text("SECRET_KEY");
pub const SECURE_PROXY_SSL_HEADER: Setting<(String, String)> =
    Setting { name: "SECURE_PROXY_SSL_HEADER", read: pair };
pub const SECURE_SSL_REDIRECT: Setting<bool> = switch("SECURE_SSL_REDIRECT");
pub const STATIC_ROOT: Setting<Utf8PathBuf> = path("STATIC_ROOT");
pub const STATIC_URL: Setting<String> = text("STATIC_URL");
pub const STORAGES: Setting<Value> =
    Setting { name: "STORAGES", read: |value| Some(value.clone()) };

/// All members as strings; none if one of them is not known.
fn strings(value: &Value) -> Option<Vec<Fact<String>>> {
    let each = value.items()?.iter();
    each.map(|item| item.try_map(|item| item.text().map(str::to_owned))).collect()
}

fn pair(value: &Value) -> Option<(String, String)> {
    let [first, second] = value.items()? else { return None };
    Some((first.value.text()?.to_owned(), second.value.text()?.to_owned()))
}

impl Fact<&Process> {
    /// The setting's value, unless it has none of that type or could not be worked out.
    pub fn get<T>(&self, setting: Setting<T>) -> Option<Fact<T>> {
        self.setting(setting.name)?.try_map(setting.read)
    }

    /// That the setting surely has no value: it is unset, `None` or empty.
    pub fn missing<T>(&self, setting: Setting<T>) -> Option<Fact<()>> {
        self.setting(setting.name)?.try_map(|value| match value {
            Value::None => Some(()),
            Value::Str(text) | Value::Path(text) => text.is_empty().then_some(()),
            _ => None,
        })
    }

    /// Where the module assigns it, whatever the value was made of.
    pub fn assigned<T>(&self, setting: Setting<T>) -> Option<Fact<()>> {
        let namespace = self.value.django.as_ref()?.evaluation.outcome.as_ref().ok()?;
        let trail = &namespace.named(setting.name)?.trail;
        let place = trail.iter().rfind(|step| step.assigns)?.place?;
        Some(Fact::at((), place).given(self))
    }

    /// Where a setting's value comes from, if that is an env file, a unit or a service.
    pub fn supplied<T>(&self, setting: Setting<T>) -> Option<Fact<()>> {
        let namespace = self.value.django.as_ref()?.evaluation.outcome.as_ref().ok()?;
        self.outside(&namespace.get(setting.name)?)
    }

    /// Where a value of the settings comes from, if that is no module: the last place counts, as
    /// compose takes from `.env` what its own file only names.
    pub fn outside<T>(&self, fact: &Fact<T>) -> Option<Fact<()>> {
        let modules = &self.value.django.as_ref()?.evaluation.modules;
        let mut places = fact.evidence().origins().iter().filter_map(|origin| origin.place());
        let outside = places.rfind(|place| !modules.contains(&place.file))?;
        Some(Fact::at((), outside).given(self))
    }

    /// The value as Python would have it: the module's, or else Django's own.
    pub fn setting(&self, name: &str) -> Option<Fact<Value>> {
        let django = self.value.django.as_ref()?;
        let namespace = django.evaluation.outcome.as_ref().ok()?;
        let value = match namespace.get(name) {
            Some(value) => value,
            None => defaults::django(name)?,
        };
        Some(value.given(&django.module).given(self))
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
