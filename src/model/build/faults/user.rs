//! Whether the model is there that AUTH_USER_MODEL names.

use crate::fact::Fact;
use crate::model::build::faults::modules::Modules;
use crate::model::django::{self, Project};
use crate::model::faults::{NoModel, NoUser};
use crate::model::{Files, Found, Read};
use crate::python::{Evaluation, Value};
use crate::source::Place;
use camino::Utf8PathBuf;

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
    let missing = !bound && !is_labelled_elsewhere(files, project, label, &class);
    missing.then(|| NoUser { named: named.clone(), why: why(Some(at)) })
}

/// Whether models of some other application may be this one's: `class Meta: app_label = "accounts"` ("Model
/// Meta options", `app_label`).
fn is_labelled_elsewhere(files: &Files, project: &Project, label: &str, class: &str) -> bool {
    let is_of_models = |path: &&Utf8PathBuf| {
        let mut parts = path.strip_prefix(&project.root).into_iter().flat_map(|it| it.components());
        parts.any(|it| matches!(it.as_str(), "models" | "models.py"))
    };
    let class = format!("class {class}(");
    let says_so = |line: &str| line.contains("app_label") && line.contains(label);
    let paths = files.ending_in(&["py"]).into_iter();
    // All are asked for at once: what was not read yet is before this is asked again.
    let found: Vec<_> = paths.filter(is_of_models).map(|path| files.skim(path)).collect();
    found.into_iter().any(|it| match it {
        Found::Read(Read { text, .. }) => text.contains(&class) && text.lines().any(says_so),
        Found::Wanted => true,
        Found::Folder | Found::Absent => false,
    })
}

/// Whether an entry's own name is the label: the last part, or that before `.apps.…Config`.
fn mentions(app: &str, label: &str) -> bool {
    django::package_of(app).rsplit('.').next() == Some(label)
}
