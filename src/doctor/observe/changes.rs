//! When the files were last written that processes are configured by.

use crate::doctor::observe::moment;
use crate::doctor::transcript::Transcript;
use crate::fact::Fact;
use crate::host::Host;
use crate::model::observed::Change;
use crate::model::{Deployment, Process};
use crate::source::{FileId, Place, Sources};
use camino::{Utf8Path, Utf8PathBuf};

pub(super) fn of_processes(
    deployment: &Deployment,
    host: &dyn Host,
    sources: &mut Sources,
) -> Vec<Change> {
    let mut wanted: Vec<(String, Fact<Utf8PathBuf>, bool)> = Vec::new();
    for process in deployment.daemons() {
        let mut add = |path, by_main| wanted.push((process.name.clone(), path, by_main));
        for file in process.environment.sources() {
            add(file.map(|it| Utf8PathBuf::from(it.as_str())), true);
        }
        for file in settings(process) {
            let path = sources.get(file).path().clone();
            add(Fact::at(path, Place::new(file, 0, 0)), false);
        }
        if let Some(unit) = deployment.unit(process) {
            for file in unit.files() {
                let path = sources.get(file).path().clone();
                add(Fact::at(path, Place::new(file, 0, 0)), true);
            }
        }
    }
    let mut transcript = Transcript::new("times of files");
    let mut written = Vec::new();
    for (process, path, by_main) in wanted {
        let Some(at) = modified(host, &path.value) else { continue };
        transcript.say(&format!("{} ", path.value));
        let part = transcript.line(&format!("changed {}", moment(at)));
        written.push((process, path, by_main, at, part));
    }
    let kept = transcript.keep(sources);
    let each = written.into_iter().map(|(process, path, by_main, at, part)| {
        let at = kept.fact(at, part);
        Change { process, path, at, by_main }
    });
    each.collect()
}

fn settings(process: &Process) -> Vec<FileId> {
    process.django.as_ref().map(|it| it.evaluation.modules.clone()).unwrap_or_default()
}

fn modified(host: &dyn Host, path: &Utf8Path) -> Option<i64> {
    host.stat(path).ok().flatten().map(|stat| stat.modified)
}
