//! Whether the model is there that AUTH_USER_MODEL names.

use crate::fact::Fact;
use crate::model::Files;
use crate::model::Found;
use crate::model::build::faults::modules::Modules;
use crate::model::django::{self, Project};
use crate::model::faults::{NoModel, NoUser};
use crate::python::{Evaluation, Value};
use crate::source::Place;

pub(super) fn missing(files: &Files, project: &Project, evaluation: &Evaluation) -> Option<NoUser> {
    let setting = evaluation.get("AUTH_USER_MODEL")?;
    let named = setting.try_map(|it| match it {
        Value::Str(text) => Some(text.clone()),
        _ => None,
    })?;
    let (label, class) = named.value.split_once('.').filter(|(_, class)| !class.contains('.'))?;
    let apps = evaluation.get("INSTALLED_APPS")?;
    let text = |it: &Fact<Value>| it.value.text().map(str::to_owned);
    let apps: Vec<String> = apps.value.items()?.iter().map(text).collect::<Option<_>>()?;
    let modules = Modules { files, root: &project.root };
    let mut of_label = apps.iter().filter(|app| mentions(app, label));
    let Some(app) = of_label.next() else {
        // Any of the others may have the label by its configuration.
        let configured =
            |app: &String| modules.has(&format!("{app}.apps")) || app.contains(".apps.");
        let own = modules.is_package(label) && modules.has(&format!("{label}.models"));
        let relabelled = apps.iter().any(configured);
        let app = label.to_owned();
        let why = NoModel::NotInstalled { app };
        return (own && !relabelled).then_some(NoUser { named, why });
    };
    if of_label.next().is_some() {
        return None;
    }
    let package = django::package_of(app);
    if !modules.is_package(package) {
        return None;
    }
    let models = format!("{package}.models");
    let class = class.to_owned();
    let why = |models| NoModel::NoClass { app: package.to_owned(), class: class.clone(), models };
    if !modules.has(&models) {
        return Some(NoUser { named: named.clone(), why: why(None) });
    }
    let path = django::find_module(files, &project.root, &models)?;
    let Found::Read(read) = files.find(&path) else { return None };
    let bound = modules.has_model(package, &class)?;
    let at = Fact::at((), Place::new(read.id, 0, 0));
    (!bound).then(|| NoUser { named: named.clone(), why: why(Some(at)) })
}

/// Whether an entry's own name is the label: the last part, or that before `.apps.…Config`.
fn mentions(app: &str, label: &str) -> bool {
    django::package_of(app).rsplit('.').next() == Some(label)
}
