//! What the operator declares of settings, where files do not tell.

use crate::fact::Fact;
use crate::model::build::apps::Home;
use crate::model::contract::Contract;
use crate::model::django::{self, EntryPoint, Project};
use crate::model::process::Named;
use crate::model::{Files, MEDIA_ROOT, STATIC_ROOT};
use crate::python::Value;
use crate::source::Spanned;
use camino::Utf8PathBuf;

/// The module that DJANGO_SETTINGS_MODULE names. A contract speaks of one project, and others that
/// run beside it have no such package.
pub(super) fn settings(
    files: &Files,
    project: &Project,
    entry: Option<&EntryPoint>,
    home: &Home,
) -> Option<(Fact<String>, Named)> {
    let module = home.contract?.settings.as_ref()?;
    let has = django::find_module(files, &project.root, &module.value).is_some()
        || django::lacks_module(files, &project.root, &module.value);
    has.then(|| (Fact::at(module.value.clone(), module.place), Named::Declared(entry.cloned())))
}

/// Where files are collected and kept, by the names of the settings.
pub(super) fn folders(contract: &Contract) -> Vec<(&'static str, Fact<Value>)> {
    let roots =
        [(STATIC_ROOT.name, &contract.static_root), (MEDIA_ROOT.name, &contract.media_root)];
    let declared = roots.into_iter().filter_map(|(name, it)| Some((name, it.as_ref()?)));
    let fact = |it: &Spanned<Utf8PathBuf>| Fact::at(Value::Str(it.value.to_string()), it.place);
    declared.map(|(name, it)| (name, fact(it))).collect()
}
