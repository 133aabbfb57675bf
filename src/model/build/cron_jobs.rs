//! Jobs of cron that run `manage.py`, beside the services of the same project.
//!
//! cron gives a job next to nothing (crontab(5), Debian's): a shell, a home, a short PATH, what the
//! crontab itself assigns, and what PAM reads from `/etc/environment`. What a unit or a shell has is
//! not there, which is why a command that works by hand fails at night. A crontab that some image
//! takes is a container's, where this is yet otherwise.

use crate::fact::{Certainty, Environment, Fact, Origin, Supplied};
use crate::model::build::host::Host;
use crate::model::build::hosted;
use crate::model::build::main_step;
use crate::model::command::{Program, Step};
use crate::model::django::Project;
use crate::model::supply::OF_FOREIGN_PLATFORMS;
use crate::model::{Files, Kind, Process, Read};
use crate::syntax::Parsed;
use crate::syntax::crontab::{Crontab, Job};
use crate::syntax::shell::evaluate::Argument;
use camino::Utf8Path;
use std::sync::Arc;

/// What cron sets by itself, or PAM for it, to values that only the host knows.
const BY_CRON: &[&str] = &["HOME", "LANG", "LOGNAME", "PATH", "PWD", "SHELL", "USER"];

/// What PAM gives every session on Debian (pam_env(8)).
const OF_ALL: &str = "/etc/environment";

pub(super) fn processes(files: &Files, host: &Host, projects: &[Arc<Project>]) -> Vec<Process> {
    let images = [Kind::Dockerfile, Kind::Compose];
    let images: Vec<Read> = images.into_iter().flat_map(|kind| files.of(kind)).collect();
    if images.iter().any(|it| it.has("cron")) {
        return Vec::new();
    }
    let crontabs = files.of(Kind::Crontab);
    let mut texts = files.sources.ids().into_iter().map(|id| files.read(id).text);
    let fills_all = !crontabs.is_empty() && texts.any(|text| text.contains(OF_ALL));
    let mut found = Vec::new();
    for read in crontabs {
        let Parsed::Crontab(crontab) = read.parsed else { continue };
        if files.is_to_be_filled_in(read.path) {
            continue;
        }
        for job in &crontab.jobs {
            let mut environment = environment(read, crontab, job);
            if fills_all {
                environment.open("somebody fills `/etc/environment`", None);
            }
            found.extend(of_job(files, host, projects, environment, job));
        }
    }
    found
}

fn of_job(
    files: &Files,
    host: &Host,
    projects: &[Arc<Project>],
    environment: Environment,
    job: &Job,
) -> Vec<Process> {
    let place = job.command.place();
    let word = |text: &str| main_step::argument(&Fact::at(text.to_owned(), place));
    let text = Fact::at(job.command.as_str().to_owned(), place);
    let command = Argument { text, written: Some(job.command.clone()), splits: false };
    let words = [word("/bin/sh"), word("-c"), command];
    let tree = |path: &Utf8Path| host.in_tree(path);
    let steps = main_step::steps(files, &words, &environment, None, &tree);
    let why = format!("cron gives its jobs what `{OF_ALL}` has as well");
    let declared = Fact::at((), place).doubt(Certainty::Likely, &why);
    let user = job.user.as_ref().map(|it| Fact::at(it.value.clone(), it.place));
    let process = |step: Step| {
        let Step { mut started, environment, directory, .. } = step;
        let Program::Manage(command) = &started.program.value else { return None };
        let name = format!("manage.py {command}");
        let user = started.user.clone().or_else(|| user.clone());
        started.directory = directory;
        let (name, declared) = (name.as_str(), declared.clone());
        let (once, before) = (true, Arc::default());
        let program = hosted::Program { name, declared, started, before, environment, user, once };
        Some(program.process(files, host, projects)).filter(|it| it.django.is_some())
    };
    steps.into_iter().filter_map(process).collect()
}

fn environment(read: Read<'_>, crontab: &Crontab, job: &Job) -> Environment {
    let mut out = Environment::default();
    out.never(OF_FOREIGN_PLATFORMS);
    let by_cron = Origin::Default { of: "cron", version: "", source: "crontab(5)" };
    for name in BY_CRON {
        out.set(*name, Fact::new(Supplied::Unknown("only the host knows it".into()), by_cron));
    }
    for (name, value) in &crontab.variables[..job.variables] {
        let supplied = Supplied::Value(value.as_str().to_owned());
        out.set(name.value.clone(), Fact::at(supplied, value.place()));
        if name.value == "BASH_ENV" {
            out.open("bash reads a file first", Some(name.place));
        }
    }
    let name = read.path.file_name().unwrap_or_default();
    out.consult(Fact::at(name.to_owned(), job.command.place()));
    out
}
