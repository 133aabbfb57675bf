//! Processes and steps of one application that work on different databases, because each loads
//! settings of its own.

use crate::fact::{Certainty, Fact, Lookup, symbol};
use crate::model::django::Role;
use crate::model::{Deployment, Django, Named, Process};
use crate::python::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Two that do not see each other's data.
#[derive(Debug)]
pub struct Divided<'a> {
    pub process: &'a Process,
    pub module: Fact<String>,
    /// Where its database is named.
    pub database: Fact<()>,
    pub other: &'a Process,
    pub other_module: Fact<String>,
    pub other_database: Fact<()>,
    /// What the other one is started by.
    pub command: Fact<()>,
}

/// Two with the same settings, which lead to another database where a variable is not set.
#[derive(Debug)]
pub struct Strayed<'a> {
    /// The one without the variable.
    pub process: &'a Process,
    pub database: Fact<()>,
    pub other: &'a Process,
    pub other_database: Fact<()>,
    /// The only one that the settings ask for and that they do not have in common, where it is given.
    pub variable: Fact<String>,
}

/// A process, and a script in whose checkout people run `manage.py` under other settings.
#[derive(Debug)]
pub struct Commanded<'a> {
    pub process: &'a Process,
    pub module: Fact<String>,
    pub other_module: Fact<String>,
    /// Where both start.
    pub cwd: Fact<()>,
}

impl Deployment {
    /// Processes of one project, each with those before it.
    pub fn divided_by_settings(&self) -> Vec<Divided<'_>> {
        let apps: Vec<(&Process, &Django)> =
            self.apps().filter_map(|it| Some((it, surely_named(it.django.as_ref()?)?))).collect();
        let mut found = Vec::new();
        for (at, one) in apps.iter().enumerate() {
            let mut before = apps[..at].iter();
            found.extend(before.find_map(|other| {
                // The one with the settings for production is hardly the one to mend.
                let (one, other) =
                    if other.1.is_for_production() { (one, other) } else { (other, one) };
                divided(*one, *other, &other.0.declared)
            }));
        }
        found
    }

    /// Processes of one project that load the same settings, each with one that has what it lacks.
    pub fn strayed(&self) -> Vec<Strayed<'_>> {
        let apps: Vec<(&Process, &Django)> =
            self.apps().filter_map(|it| Some((it, surely_named(it.django.as_ref()?)?))).collect();
        let each =
            apps.iter().filter_map(|one| apps.iter().find_map(|other| strayed(*one, *other)));
        each.collect()
    }

    /// Whether two processes surely have one database: they name the same, or leave it to the same
    /// variables that nobody has seen. A file is one where both reach it.
    pub fn share_database(&self, one: &Process, other: &Process) -> bool {
        let file = |process: &Process| {
            let written = process.fact().written_paths();
            let database = written.into_iter().find(|it| it.what == "DATABASES")?;
            Some(database.path.map(|path| self.view(process.view).dir(process.view, path)))
        };
        if let (Some(one), Some(other)) = (file(one), file(other)) {
            return self.same_dir(&one, &other).is_some_and(|same| same.value);
        }
        let databases = |process: &Process| process.fact().setting("DATABASES");
        let (Some(one), Some(other)) = (databases(one), databases(other)) else { return false };
        is_alike(&one.value, &other.value)
    }

    /// Containers that migrate under other settings than those that they then run under.
    pub fn migrating_elsewhere(&self) -> Vec<Divided<'_>> {
        let each = self.apps().filter_map(|process| {
            let migration = self.container(&process.name)?.migrates.as_ref()?;
            let main = surely_named(process.django.as_ref()?)?;
            let other = surely_named(&migration.django)?;
            divided((process, main), (process, other), &migration.command)
        });
        each.collect()
    }

    /// Servers with the settings for production beside scripts that name those for development.
    pub fn commanded_elsewhere(&self) -> Vec<Commanded<'_>> {
        let servers = self.apps().filter(|it| it.kind.is_web() && self.unit(it).is_some());
        let each = servers.filter_map(|process| {
            let django =
                surely_named(process.django.as_ref()?).filter(|it| it.is_for_production())?;
            let cwd = process.cwd.as_ref()?;
            let is_for_developers = |name: &Fact<String>| {
                let module = django.project.module(&name.value);
                module.is_some_and(|it| matches!(it.role, Role::Development | Role::Test))
            };
            let mut beside = self.helpers.iter().filter(|it| it.cwd.value == cwd.value);
            let (helper, other) = beside.find_map(|it| {
                Some((it, it.module.as_ref().filter(|it| is_for_developers(it))?))
            })?;
            Some(Commanded {
                process,
                module: django.module.clone(),
                other_module: other.clone(),
                cwd: cwd.map(|_| ()).given(&helper.cwd),
            })
        });
        each.collect()
    }
}

impl Django {
    /// Whether its settings are called after production.
    pub fn is_for_production(&self) -> bool {
        let module = self.project.module(&self.module.value);
        module.is_some_and(|it| it.role == Role::Production)
    }
}

/// Settings of which no variable that is not in view can make others.
fn surely_named(django: &Django) -> Option<&Django> {
    let sure = django.module.evidence().certainty() == Certainty::Certain;
    (sure && !matches!(django.named, Named::Assumed)).then_some(django)
}

fn divided<'a>(
    (process, django): (&'a Process, &Django),
    (other, beside): (&'a Process, &Django),
    command: &Fact<()>,
) -> Option<Divided<'a>> {
    let one = Arc::ptr_eq(&django.project, &beside.project);
    if !one || django.module.value == beside.module.value {
        return None;
    }
    let (database, other_database) = apart(django, beside)?;
    Some(Divided {
        process,
        module: django.module.clone(),
        database,
        other,
        other_module: beside.module.clone(),
        other_database,
        command: command.clone(),
    })
}

fn strayed<'a>(
    (process, django): (&'a Process, &Django),
    (other, beside): (&'a Process, &Django),
) -> Option<Strayed<'a>> {
    let is_one =
        Arc::ptr_eq(&django.project, &beside.project) && django.module.value == beside.module.value;
    let (database, other_database) = is_one.then(|| apart(django, beside)).flatten()?;
    let reads = django.evaluation.reads.iter().chain(&beside.evaluation.reads);
    let names: BTreeSet<&str> = reads.map(|it| it.name.as_str()).collect();
    let of = |process: &Process, name: &str| process.environment.get(name);
    let is_same = |name: &str| match (of(process, name), of(other, name)) {
        (Lookup::Absent, Lookup::Absent) => true,
        (Lookup::Set(one), Lookup::Set(other)) => one.value == other.value,
        _ => false,
    };
    let mut differing = names.into_iter().filter(|it| !is_same(it));
    let (name, None) = (differing.next()?, differing.next()) else { return None };
    match (of(process, name), of(other, name)) {
        (Lookup::Absent, Lookup::Set(given)) => Some(Strayed {
            process,
            database,
            other,
            other_database,
            variable: given.map(|_| name.to_owned()),
        }),
        _ => None,
    }
}

/// Where the databases of two are named that surely are not the same.
fn apart(django: &Django, beside: &Django) -> Option<(Fact<()>, Fact<()>)> {
    let (mine, theirs) = (database(django)?, database(beside)?);
    let differs = mine.0.iter().zip(&theirs.0).any(|(a, b)| symbol::same(a, b) == Some(false));
    differs.then_some((mine.1, theirs.1))
}

/// Engine, name and host of the default database, if all that is known, and where it is named.
fn database(django: &Django) -> Option<([String; 3], Fact<()>)> {
    let databases = django.evaluation.get("DATABASES")?;
    let default = databases.value.get("default")?;
    let known = |key: &str| match default.value.get(key) {
        Some(value) => value.value.text().map(str::to_owned),
        None => Some(String::new()),
    };
    let named = default.value.get("NAME")?;
    Some(([known("ENGINE")?, known("NAME")?, known("HOST")?], named.map(|_| ())))
}

/// Whether two values are the same, or unknown for the same reason. Of `DATABASES` the default one
/// counts, and of a database what tells it from others.
fn is_alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::OneOf { members: some, .. }, Value::OneOf { members: others, .. }) => {
            let mut pairs = some.iter().zip(others);
            some.len() == others.len() && pairs.all(|(a, b)| is_alike(&a.value, &b.value))
        }
        (Value::Dict(_), Value::Dict(_)) => {
            let part = |key| match (one.get(key), other.get(key)) {
                (Some(one), Some(other)) => Some(is_alike(&one.value, &other.value)),
                (None, None) => None,
                _ => Some(false),
            };
            let is_database = |value: &Value| {
                value.get("ENGINE").is_some_and(|it| !matches!(it.value, Value::None))
            };
            match part("default") {
                Some(alike) => alike,
                None => {
                    is_database(one)
                        && ["ENGINE", "NAME", "HOST"].iter().all(|it| part(it) != Some(false))
                }
            }
        }
        (Value::Unknown(one), Value::Unknown(other)) => one == other,
        (Value::Opaque(one), Value::Opaque(other)) => one == other,
        (Value::None, Value::None) => true,
        _ => match (one.text(), other.text()) {
            (Some(one), Some(other)) => symbol::same(one, other) == Some(true),
            _ => false,
        },
    }
}
