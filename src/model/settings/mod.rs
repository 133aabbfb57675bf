//! Django's settings as one process has them, asked for by name and type.
//!
//! That a site is answered by a process is a fact as well, so what is asked through it is at most
//! as certain. `None` is the answer where the value is unknown or of another type.

use crate::fact::Fact;
use crate::fact::version::{Range, Series};
use crate::model::{Dir, Django, INSTALLED_APPS, Process, View};
use crate::python::{self, Namespace, Value};
use camino::Utf8PathBuf;

mod authentication;
pub(super) mod keys;
mod outcomes;
mod replaced;
mod schedule;
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

impl Setting<bool> {
    /// Whether Python takes it for true.
    pub const fn switch(name: &'static str) -> Self {
        Self { name, read: Value::truth }
    }
}

impl Setting<Value> {
    /// Whatever it is.
    pub const fn whole(name: &'static str) -> Self {
        Self { name, read: |value| Some(value.clone()) }
    }
}

impl Fact<&Process> {
    /// The setting's value, unless it has none of that type or could not be worked out.
    pub fn get<T>(&self, setting: Setting<T>) -> Option<Fact<T>> {
        self.setting(setting.name)?.try_map(setting.read)
    }

    /// The value as Python would have it: the module's, or else Django's own.
    pub fn setting(&self, name: &str) -> Option<Fact<Value>> {
        let (django, namespace) = self.bound_in(name)?;
        let own = || self.django_default(name);
        // Where a branch leaves it unbound, Django's own default holds.
        let perhaps = namespace.named(name).filter(|it| it.perhaps && namespace.more.is_none());
        let agreed = |named: &python::Named| {
            let default = own().filter(|it| outcomes::agree(&named.value, it))?;
            Some(default.given(&named.value))
        };
        let value = perhaps.and_then(|it| agreed(it).or_else(|| it.or(&own()?)));
        let value = match value.or_else(|| namespace.get(name)) {
            Some(value) => value,
            None => own()?,
        };
        // What a module that stops leaves to Django's default may have come behind the stop.
        let value = match django.evaluation.stop() {
            Some(stop) => value.given(&stop),
            None => value,
        };
        Some(value.given(&django.module).given(self))
    }

    /// The module's names, where they say what the setting is: nothing else gives it its value.
    fn bound_in(&self, name: &str) -> Option<(&Django, &Namespace)> {
        let django = self.value.django.as_ref()?;
        let is_told_elsewhere = django.replaced || django.rewritten.contains(name);
        django.evaluation.namespace().filter(|_| !is_told_elsewhere).map(|it| (django, it))
    }

    /// What Django gives a setting that nobody sets, as far as that is the same in all versions that
    /// may be installed.
    fn django_default(&self, name: &str) -> Option<Fact<Value>> {
        let newest = || python::django_default(name, None);
        let Some(range) = self.django_version().map(|it| it.value) else { return newest() };
        let reaches = |(major, minor): (u32, u32)| range.at_least([major.into(), minor.into()]);
        let steps = python::django_steps();
        let ends = steps.iter().skip(1).map(|end| reaches(*end) == Some(true)).chain([false]);
        let open = steps
            .iter()
            .zip(ends)
            .filter(|(begin, is_past)| reaches(**begin) != Some(false) && !is_past);
        let mut each = open.map(|(begin, _)| python::django_default(name, Some(*begin)));
        let Some(first) = each.next() else { return newest() };
        let written = |it: &Option<Fact<Value>>| it.as_ref().map(|it| it.value.to_string());
        match each.all(|it| written(&it) == written(&first)) {
            true => first,
            false => newest(),
        }
    }

    /// Each list that a setting may be, where conditions that are not known decide what is in it;
    /// none if it may be another as well.
    pub fn each_list(
        &self,
        setting: Setting<Vec<Fact<String>>>,
    ) -> Option<Vec<Fact<Vec<Fact<String>>>>> {
        if let Some(known) = self.get(setting) {
            return Some(vec![known]);
        }
        let value = self.setting(setting.name)?;
        let django = self.value.django.as_ref()?;
        let named = django.evaluation.namespace()?.named(setting.name)?;
        let lists = match named.ways.as_slice() {
            [] => self.outcomes(setting),
            ways if !named.perhaps => ways.iter().map(|it| it.clone().given(&value)).collect(),
            _ => return None,
        };
        lists.iter().map(|it| it.try_map(setting.read)).collect()
    }

    /// The application that collects and finds static files, where it is installed.
    pub fn staticfiles(&self) -> Option<Fact<String>> {
        let mut apps = self.members(INSTALLED_APPS).into_iter();
        apps.find(|it| it.value == "django.contrib.staticfiles")
    }

    /// The members of a list that are known, whatever else may be in it.
    pub fn members(&self, setting: Setting<Vec<Fact<String>>>) -> Vec<Fact<String>> {
        let Some(value) = self.setting(setting.name) else { return Vec::new() };
        let Some(django) = &self.value.django else { return Vec::new() };
        let text = |item: &Fact<Value>| item.try_map(|item| item.text().map(str::to_owned));
        let mut lists = Vec::new();
        each_outcome(&value, &mut |outcome| {
            let items = outcome.value.items().unwrap_or_default().iter();
            lists.push(items.filter_map(text).collect::<Vec<_>>());
        });
        let Some((first, others)) = lists.split_first() else { return Vec::new() };
        let has = |list: &Vec<Fact<String>>, it: &Fact<String>| {
            list.iter().any(|other| other.value == it.value)
        };
        let common = first.iter().filter(|it| others.iter().all(|list| has(list, it)));
        // What is known of the list alone says how sure its members are.
        let is_sure = value.evidence().doubt().is_none();
        let given = |it: Fact<String>| if is_sure { it } else { it.given(&value) };
        common.map(|it| given(it.clone().given(&django.module).given(self))).collect()
    }

    /// Whether somebody may log in: by Django's own means, or those of apps that build upon them.
    /// What nobody logs in to has its few forms open to everybody, as a rule.
    pub fn has_logins(&self) -> bool {
        let apps = self.members(INSTALLED_APPS);
        let needs = ["django.contrib.auth", "django.contrib.sessions", "django.contrib.admin"];
        apps.is_empty() || apps.iter().any(|it| needs.contains(&it.value.as_str()))
    }

    /// Whether an application or Django itself sends mail without the project's code: links for logins,
    /// notices of shops and of sites, errors to those whom ADMINS names.
    pub fn has_mailing_apps(&self) -> bool {
        const MAILING: [&str; 12] = [
            "allauth",
            "registration",
            "djoser",
            "rest_auth",
            "invitations",
            "wagtail",
            "post_office",
            "mailer",
            "mail_templated",
            "oscar",
            "saleor",
            "helpdesk",
        ];
        self.has_apps_of(&MAILING) || self.assignment("ADMINS").is_some()
    }

    /// Whether an application is installed that makes addresses of the name that a request came by, or
    /// nobody knows which are: what sends links in mails, lets people log in elsewhere, or says where the
    /// next page of a list is.
    pub fn has_linking_apps(&self) -> bool {
        const LINKING: [&str; 7] =
            ["rest_framework", "social", "oidc", "oauth", "saml", "cms", "sitetree"];
        self.has_mailing_apps() || self.has_apps_of(&LINKING)
    }

    /// Whether the name of an installed application has one of these in it, or none are known.
    fn has_apps_of(&self, names: &[&str]) -> bool {
        let apps = self.members(INSTALLED_APPS);
        let is_one = |it: &Fact<String>| names.iter().any(|name| it.value.contains(name));
        apps.is_empty() || apps.iter().any(is_one)
    }

    /// What stands in a dict under these keys: `DATABASES["default"]["ENGINE"]`.
    pub fn entry(&self, setting: Setting<Value>, keys: &[&str]) -> Option<Fact<Value>> {
        let module = &self.value.django.as_ref()?.module;
        let named = self.value.django.as_ref()?.evaluation.namespace()?.named(setting.name);
        let whole = self.setting(setting.name)?;
        let whole = self.apart_without_debug(&whole).unwrap_or(whole);
        // Set on some ways only, it is Django's own on the others.
        let wholes = match named.filter(|it| it.perhaps && !whole.value.is_known()) {
            Some(named) => vec![named.value.clone(), self.django_default(setting.name)?],
            None => vec![whole],
        };
        let mut found: Vec<Option<Fact<Value>>> = Vec::new();
        for whole in &wholes {
            each_outcome(whole, &mut |outcome| {
                let mut entry = Some(outcome.clone());
                for key in keys {
                    entry = entry.and_then(|it| it.value.get(key).cloned());
                }
                found.push(entry);
            });
        }
        // What holds where no condition does comes last.
        let mut found = found.into_iter().collect::<Option<Vec<_>>>()?;
        let entry = found.pop()?;
        let is_same = |it: &Fact<Value>| {
            it.value.is_known() && it.value.to_string() == entry.value.to_string()
        };
        found.iter().all(is_same).then(|| entry.clone().given(module).given(self))
    }

    /// Whether the modules may give a setting a value: no default of Django's stands in for it.
    pub fn may_assign<T>(&self, setting: Setting<T>) -> bool {
        let Some(django) = &self.value.django else { return true };
        let Some(namespace) = django.evaluation.namespace() else { return true };
        namespace.named(setting.name).is_some() || namespace.more.is_some()
    }

    /// Whether Django has a switch on where nobody says otherwise, as it has some since 3.0.
    pub fn is_on_anyway(&self, name: &str) -> bool {
        let since = Range::since(Series { major: 3, minor: 0 });
        let is_old = self.django_version().is_some_and(|it| it.value.and(&since).is_empty());
        !is_old
            && python::django_default(name, None).is_some_and(|it| it.value.truth() == Some(true))
    }

    /// The versions of Django that may be installed: those that the requirements admit, and of
    /// them those that have what the project's code imports.
    pub fn django_version(&self) -> Option<Fact<Range>> {
        let admitted = self.value.django.as_ref()?.requirements.django()?;
        let Some(narrowed) = self.code_narrows() else { return Some(admitted) };
        Some(admitted.map(|it| it.and(&narrowed.value)).given(&narrowed))
    }

    /// The versions of Django that the requirements admit.
    pub fn admitted_django(&self) -> Option<Range> {
        Some(self.value.django.as_ref()?.requirements.django()?.value)
    }

    /// The versions of Django that have what the project's code imports, where the requirements
    /// admit others as well.
    pub fn code_narrows(&self) -> Option<Fact<Range>> {
        let admitted = self.admitted_django()?;
        let loads_on = self.value.django.as_ref()?.project.code.loads_on.clone()?;
        let both = admitted.and(&loads_on.value);
        (!both.is_empty() && both != admitted).then_some(loads_on)
    }

    /// That the setting surely has no value: it is unset, `None` or empty.
    pub fn missing<T>(&self, setting: Setting<T>) -> Option<Fact<()>> {
        self.setting(setting.name)?.try_map(|value| match value {
            Value::None => Some(()),
            Value::Str(text) | Value::Path(text) => text.is_empty().then_some(()),
            _ => None,
        })
    }

    /// How the settings would write a folder below the one that they call `BASE_DIR`; `None` where they
    /// call none so.
    pub fn below_base_dir(&self, folder: &str) -> Option<String> {
        match self.setting("BASE_DIR")?.value {
            Value::Path(_) => Some(format!("BASE_DIR / \"{folder}\"")),
            Value::Str(_) => Some(format!("os.path.join(BASE_DIR, \"{folder}\")")),
            _ => None,
        }
    }

    /// A path of the process, in its own file system.
    pub fn dir(&self, view: &View, path: &Fact<Utf8PathBuf>) -> Option<Fact<Dir>> {
        let process = self.value;
        let absolute = match path.value.is_absolute() {
            true => path.clone(),
            false => {
                let cwd = process.working_directory()?;
                path.map(|path| cwd.value.join(path)).given(&cwd)
            }
        };
        Some(absolute.map(|path| view.dir(process.view, path)).given(self))
    }
}
