//! Django's settings as one process has them, asked for by name and type.
//!
//! That a site is answered by a process is a fact as well, so what is asked through it is at most
//! as certain. `None` is the answer where the value is unknown or of another type.

use crate::fact::version::Range;
use crate::fact::{Certainty, Fact, Origin, Supplied};
use crate::model::{Answered, Asked, Dir, Django, Process, View};
use crate::python::{self, Value};
use crate::source::Place;
use camino::Utf8PathBuf;

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

const fn text(name: &'static str) -> Setting<String> {
    Setting { name, read: |value| value.text().map(str::to_owned) }
}

/// Django puts what it is mounted at before a relative URL (since 3.1), which is `/` here.
const fn url(name: &'static str) -> Setting<String> {
    let read = |value: &Value| {
        let text = value.text()?;
        let is_whole = text.is_empty() || text.starts_with('/') || text.contains("://");
        Some(if is_whole { text.to_owned() } else { format!("/{text}") })
    };
    Setting { name, read }
}

const fn path(name: &'static str) -> Setting<Utf8PathBuf> {
    Setting { name, read: |value| value.text().map(Utf8PathBuf::from) }
}

const fn switch(name: &'static str) -> Setting<bool> {
    Setting { name, read: Value::truth }
}

const fn number(name: &'static str) -> Setting<i128> {
    Setting { name, read: Value::int }
}

const fn whole(name: &'static str) -> Setting<Value> {
    Setting { name, read: |value| Some(value.clone()) }
}

const fn size(name: &'static str) -> Setting<u64> {
    let read = |value: &Value| match value {
        Value::Int(bytes) => u64::try_from(*bytes).ok(),
        _ => None,
    };
    Setting { name, read }
}

const fn list(name: &'static str) -> Setting<Vec<Fact<String>>> {
    Setting { name, read: strings }
}

pub const ALLOWED_HOSTS: Setting<Vec<Fact<String>>> = list("ALLOWED_HOSTS");
pub const AUTH_USER_MODEL: Setting<String> = text("AUTH_USER_MODEL");
pub const CACHES: Setting<Value> = whole("CACHES");
pub const CELERY_BEAT_SCHEDULE: Setting<Value> = whole("CELERY_BEAT_SCHEDULE");
pub const CELERY_BROKER_URL: Setting<String> = text("CELERY_BROKER_URL");
pub const CELERY_RESULT_BACKEND: Setting<String> = text("CELERY_RESULT_BACKEND");
pub const CHANNEL_LAYERS: Setting<Value> = whole("CHANNEL_LAYERS");
pub const CORS_ALLOW_ALL_ORIGINS: Setting<bool> = switch("CORS_ALLOW_ALL_ORIGINS");
pub const CORS_ALLOW_CREDENTIALS: Setting<bool> = switch("CORS_ALLOW_CREDENTIALS");
/// The old name of `CORS_ALLOW_ALL_ORIGINS`, which is still read.
pub const CORS_ORIGIN_ALLOW_ALL: Setting<bool> = switch("CORS_ORIGIN_ALLOW_ALL");
pub const CSRF_COOKIE_DOMAIN: Setting<String> = text("CSRF_COOKIE_DOMAIN");
pub const CSRF_COOKIE_SAMESITE: Setting<String> = text("CSRF_COOKIE_SAMESITE");
pub const CSRF_COOKIE_SECURE: Setting<bool> = switch("CSRF_COOKIE_SECURE");
pub const CSRF_TRUSTED_ORIGINS: Setting<Vec<Fact<String>>> = list("CSRF_TRUSTED_ORIGINS");
pub const DATABASES: Setting<Value> = whole("DATABASES");
pub const DATA_UPLOAD_MAX_MEMORY_SIZE: Setting<u64> = size("DATA_UPLOAD_MAX_MEMORY_SIZE");
pub const DEBUG: Setting<bool> = switch("DEBUG");
pub const DEBUG_TOOLBAR_CONFIG: Setting<Value> = whole("DEBUG_TOOLBAR_CONFIG");
pub const DEFAULT_FILE_STORAGE: Setting<String> = text("DEFAULT_FILE_STORAGE");
pub const EMAIL_BACKEND: Setting<String> = text("EMAIL_BACKEND");
pub(super) const EMAIL_HOST: Setting<String> = text("EMAIL_HOST");
/// Python's smtplib takes a text as well.
pub const EMAIL_PORT: Setting<i128> = Setting {
    name: "EMAIL_PORT",
    read: |value| value.int().or_else(|| value.text()?.trim().parse().ok()),
};
pub const EMAIL_USE_SSL: Setting<bool> = switch("EMAIL_USE_SSL");
pub const EMAIL_USE_TLS: Setting<bool> = switch("EMAIL_USE_TLS");
pub const INSTALLED_APPS: Setting<Vec<Fact<String>>> = list("INSTALLED_APPS");
pub const INTERNAL_IPS: Setting<Vec<Fact<String>>> = list("INTERNAL_IPS");
pub const LANGUAGE_COOKIE_SAMESITE: Setting<String> = text("LANGUAGE_COOKIE_SAMESITE");
pub const LANGUAGE_COOKIE_SECURE: Setting<bool> = switch("LANGUAGE_COOKIE_SECURE");
pub const MEDIA_ROOT: Setting<Utf8PathBuf> = path("MEDIA_ROOT");
pub const MEDIA_URL: Setting<String> = url("MEDIA_URL");
pub const MIDDLEWARE: Setting<Vec<Fact<String>>> = list("MIDDLEWARE");
pub const REST_FRAMEWORK: Setting<Value> = whole("REST_FRAMEWORK");
pub const SECRET_KEY: Setting<String> = text("SECRET_KEY");
pub const SECURE_CONTENT_TYPE_NOSNIFF: Setting<bool> = switch("SECURE_CONTENT_TYPE_NOSNIFF");
pub const SECURE_PROXY_SSL_HEADER: Setting<(String, String)> =
    Setting { name: "SECURE_PROXY_SSL_HEADER", read: pair };
pub const SECURE_SSL_REDIRECT: Setting<bool> = switch("SECURE_SSL_REDIRECT");
pub const SESSION_COOKIE_DOMAIN: Setting<String> = text("SESSION_COOKIE_DOMAIN");
pub const SESSION_COOKIE_HTTPONLY: Setting<bool> = switch("SESSION_COOKIE_HTTPONLY");
pub const SESSION_COOKIE_SAMESITE: Setting<String> = text("SESSION_COOKIE_SAMESITE");
pub const SESSION_COOKIE_SECURE: Setting<bool> = switch("SESSION_COOKIE_SECURE");
pub const SECURE_HSTS_SECONDS: Setting<i128> = number("SECURE_HSTS_SECONDS");
pub const SILKY_AUTHENTICATION: Setting<bool> = switch("SILKY_AUTHENTICATION");
pub const SESSION_ENGINE: Setting<String> = text("SESSION_ENGINE");
pub const STATICFILES_STORAGE: Setting<String> = text("STATICFILES_STORAGE");
pub const STATIC_ROOT: Setting<Utf8PathBuf> = path("STATIC_ROOT");
pub const STATIC_URL: Setting<String> = url("STATIC_URL");
pub const STORAGES: Setting<Value> = whole("STORAGES");
pub const USE_X_FORWARDED_HOST: Setting<bool> = switch("USE_X_FORWARDED_HOST");
pub const X_FRAME_OPTIONS: Setting<String> = text("X_FRAME_OPTIONS");

/// Addresses that links for others are made of, by the names that packages and projects use.
pub const PUBLIC_URLS: [Setting<String>; 12] = [
    text("APP_BASE_URL"),
    text("APP_URL"),
    text("BASE_URL"),
    text("FRONTEND_BASE_URL"),
    text("FRONTEND_URL"),
    text("PUBLIC_APP_URL"),
    text("PUBLIC_BASE_URL"),
    text("PUBLIC_URL"),
    text("SITE_BASE_URL"),
    text("SITE_URL"),
    text("WAGTAILADMIN_BASE_URL"),
    text("WEBSITE_URL"),
];

/// All members as strings; none if one of them is not known.
fn strings(value: &Value) -> Option<Vec<Fact<String>>> {
    let each = value.items()?.iter();
    each.map(|item| item.try_map(|item| item.text().map(str::to_owned))).collect()
}

/// A value, or each of those that it may be; how deep choices lie in choices is bounded by the
/// evaluation.
pub(super) fn each_outcome(value: &Fact<Value>, visit: &mut impl FnMut(&Fact<Value>)) {
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

fn pair(value: &Value) -> Option<(String, String)> {
    let [first, second] = value.items()? else { return None };
    Some((first.value.text()?.to_owned(), second.value.text()?.to_owned()))
}

impl Fact<&Process> {
    /// The setting's value, unless it has none of that type or could not be worked out.
    pub fn get<T>(&self, setting: Setting<T>) -> Option<Fact<T>> {
        self.setting(setting.name)?.try_map(setting.read)
    }

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

    /// The members of a list that are known, whatever else may be in it.
    pub fn members(&self, setting: Setting<Vec<Fact<String>>>) -> Vec<Fact<String>> {
        let Some(value) = self.setting(setting.name) else { return Vec::new() };
        let Some(items) = value.value.items() else { return Vec::new() };
        let Some(django) = &self.value.django else { return Vec::new() };
        let text = |item: &Fact<Value>| item.try_map(|item| item.text().map(str::to_owned));
        items.iter().filter_map(text).map(|item| item.given(&django.module).given(self)).collect()
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

    /// Settings with a text that the module itself holds: no variable has a part in it, not even
    /// one that is not set.
    pub fn literals(&self) -> Vec<(&str, Fact<String>)> {
        let Some(django) = &self.value.django else { return Vec::new() };
        let Ok(namespace) = &django.evaluation.outcome else { return Vec::new() };
        let surely = namespace.names.iter().filter(|named| !named.perhaps);
        let texts = surely.filter_map(|named| {
            let value = named.value.try_map(|value| match value {
                Value::Str(text) => Some(text.clone()),
                _ => None,
            })?;
            let value = value.given(&django.module).given(self);
            self.is_literal(&value).then_some((named.name.as_str(), value))
        });
        texts.collect()
    }

    /// Whether all that a value was made of stands in the modules, and is no default of a variable.
    pub fn is_literal<T>(&self, value: &Fact<T>) -> bool {
        let Some(django) = &self.value.django else { return false };
        let places = self.places_of(value);
        let inside = |place: &Place| django.evaluation.modules.contains(&place.file);
        !places.is_empty() && places.iter().all(inside) && self.default_in(value).is_none()
    }

    /// The variable whose default has a part in a value.
    pub fn default_in<T>(&self, value: &Fact<T>) -> Option<&Asked> {
        let origins = value.evidence().origins();
        let reads = &self.value.django.as_ref()?.evaluation.reads;
        reads.iter().find(|read| {
            let place = read.default.as_ref().and_then(|it| it.evidence.place());
            place.is_some_and(|place| origins.iter().any(|it| it.place() == Some(place)))
        })
    }

    /// Whether the modules may give a setting a value: no default of Django's stands in for it.
    pub fn may_assign<T>(&self, setting: Setting<T>) -> bool {
        let Some(django) = &self.value.django else { return true };
        let Ok(namespace) = &django.evaluation.outcome else { return true };
        namespace.named(setting.name).is_some() || namespace.more.is_some()
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

    /// Where the module assigns it, whatever the value was made of.
    pub fn assigned<T>(&self, setting: Setting<T>) -> Option<Fact<()>> {
        self.assignment(setting.name)
    }

    /// Whether a setting is made of what this read found, or of its default.
    pub fn is_made_of<T>(&self, setting: Setting<T>, read: &Asked) -> bool {
        let namespace =
            self.value.django.as_ref().and_then(|it| it.evaluation.outcome.as_ref().ok());
        let named = namespace.and_then(|namespace| namespace.named(setting.name));
        let mut steps = named.iter().flat_map(|named| &named.trail).filter_map(|step| step.place);
        let supplied = match &read.answer {
            Answered::Set(evidence) | Answered::Loaded(evidence) => evidence.place(),
            Answered::Absent | Answered::Unknown(_) => None,
        };
        steps.any(|place| Some(place) == supplied)
            || self
                .outcomes(setting)
                .iter()
                .filter_map(|outcome| self.default_in(outcome))
                .any(|it| it.name == read.name)
    }

    pub fn assignment(&self, name: &str) -> Option<Fact<()>> {
        let namespace = self.value.django.as_ref()?.evaluation.outcome.as_ref().ok()?;
        let trail = &namespace.named(name)?.trail;
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
        let outside =
            self.places_of(fact).into_iter().rfind(|place| !modules.contains(&place.file))?;
        Some(Fact::at((), outside).given(self))
    }

    /// Where a value comes from, without what says that the process runs under these settings.
    fn places_of<T>(&self, fact: &Fact<T>) -> Vec<Place> {
        let module = self.value.django.as_ref().map(|django| django.module.evidence());
        let of_process = |origin: &&Origin| {
            self.evidence()
                .origins()
                .iter()
                .chain(module.into_iter().flat_map(|it| it.origins()))
                .any(|it| it == *origin || is_within(**origin, *it))
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

/// Whether one origin is a part of what another is the whole of.
fn is_within(part: Origin, whole: Origin) -> bool {
    match (part.place(), whole.place()) {
        (Some(part), Some(whole)) => part.file == whole.file && whole.span.contains(part.span),
        _ => false,
    }
}
