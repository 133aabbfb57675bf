//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::symbol::is_symbolic;
use crate::fact::{Fact, Label};
use crate::model::{Asset, Deployment, MEDIA_ROOT, Process, STATIC_ROOT, Storage, Value};
use crate::rules::{Check, Rule};
use camino::Utf8PathBuf;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "assets/root-relative",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/root-relative.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told = BTreeSet::new();
    for process in deployment.apps() {
        let app = process.fact();
        for (setting, asset) in [(STATIC_ROOT, Asset::Static), (MEDIA_ROOT, Asset::Media)] {
            let Some(root) = app.get(setting).filter(|it| is_relative(&it.value)) else { continue };
            let Some(at) = app.assigned(setting).filter(|_| app.stores_locally(asset)) else {
                continue;
            };
            if at.written_at().is_some_and(|place| !told.insert(place)) {
                continue;
            }
            let starts = starts(deployment, process);
            let name = setting.name;
            let finding = out.report(
                process,
                format!("{name} depends on the folder that a process starts in"),
                at.label(format!("`{}` lies below the working directory", root.value)),
            );
            let differ = starts.len() > 1;
            finding.labels.extend(starts.into_iter().filter(|_| differ));
            finding.because(&root).help(format!("let {name} begin at BASE_DIR"));
            if !differ {
                finding.at_most(Severity::Advice);
            }
            let based = app.setting("BASE_DIR").filter(|it| matches!(it.value, Value::Path(_)));
            let below = root.value.as_str().trim_end_matches('/');
            let edit = based.and_then(|_| app.set(name, &format!("BASE_DIR / \"{below}\"")));
            finding.mend(Safety::Unsafe, "let it begin at BASE_DIR", edit);
        }
    }
}

fn is_relative(path: &Utf8PathBuf) -> bool {
    !path.as_str().is_empty() && path.is_relative() && !is_symbolic(path.as_str())
}

/// Where the processes of one container or machine start that load the same settings, each folder once. Of two
/// checkouts on one machine, as production's beside staging's, the same folder is meant for each.
fn starts(deployment: &Deployment, process: &Process) -> Vec<Label> {
    let module = |it: &Process| it.django.as_ref().and_then(|it| it.file);
    let same = deployment.apps().filter(|it| {
        it.view == process.view && module(it).is_some() && module(it) == module(process)
    });
    let view = deployment.view(process.view);
    let checkout = |folder: &Fact<Utf8PathBuf>| {
        let dir = folder.map(|it| view.dir(process.view, it));
        match deployment.located(&dir) {
            Some(Storage::Checkout(path)) => Some(path),
            _ => None,
        }
    };
    let is_same = |one: &Fact<Utf8PathBuf>, other: &Fact<Utf8PathBuf>| {
        let (a, b) = (&one.value, &other.value);
        // Nobody has one checkout in another: one of the two is not where it was taken to be.
        let is_nested = a.starts_with(b) || b.starts_with(a);
        a == b || !is_nested && checkout(one).is_some_and(|it| checkout(other) == Some(it))
    };
    let mut found: Vec<(Fact<Utf8PathBuf>, Label)> = Vec::new();
    for (name, folder) in same.filter_map(|it| Some((&it.name, it.working_directory()?))) {
        let folder: Fact<Utf8PathBuf> = folder;
        if !is_symbolic(folder.value.as_str()) && found.iter().all(|(it, _)| !is_same(it, &folder))
        {
            let label = folder.label(format!("`{name}` starts in `{}`", folder.value));
            found.push((folder, label));
        }
    }
    found.into_iter().map(|(_, label)| label).collect()
}
