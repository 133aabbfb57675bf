//! Programs of supervisord on the machine itself (supervisord's manual, "Configuration File").
//!
//! A file that some Dockerfile names is a container's, and left to it.

use crate::fact::{Environment, Fact, Supplied};
use crate::model::build::host::Host;
use crate::model::build::hosted;
use crate::model::build::main_step;
use crate::model::build::server_config::Place;
use crate::model::command::Step;
use crate::model::django::Project;
use crate::model::{Files, Kind, Process, Read};
use crate::syntax::Parsed;
use crate::syntax::ini::{self, Section};
use crate::syntax::shlex;
use crate::syntax::spliced::Spliced;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

pub(super) fn processes(files: &Files, host: &Host, projects: &[Arc<Project>]) -> Vec<Process> {
    let images: Vec<Read> = files.of(Kind::Dockerfile);
    let in_image = |path: &Utf8Path| {
        let name = path.file_name().unwrap_or_default();
        images.iter().any(|it| it.text.contains(name) || it.text.contains("supervisor"))
    };
    let mut found = Vec::new();
    for read in files.of(Kind::Supervisor) {
        let Parsed::Supervisor(sections) = read.parsed else { continue };
        if in_image(read.path) || files.is_to_be_filled_in(read.path) {
            continue;
        }
        found.extend(sections.iter().filter_map(|it| process(files, host, projects, it)));
    }
    found
}

fn process(
    files: &Files,
    host: &Host,
    projects: &[Arc<Project>],
    section: &Section,
) -> Option<Process> {
    let name = section.name.value.strip_prefix("program:")?;
    let value = |key: &str| section.get(key).map(known);
    let words = shlex::split(section.get("command")?)?;
    let words: Option<Vec<_>> =
        words.iter().map(|word| Some(main_step::argument(&known(word)?))).collect();
    let directory =
        value("directory").flatten().map(|it| it.map(|path| Utf8PathBuf::from(path.as_str())));
    let mut environment = Environment::unseen("supervisord passes on what it has itself");
    if let Some(pairs) = section.get("environment") {
        for (name, held) in ini::supervisor_environment(pairs)? {
            let supplied = Supplied::Value(held.as_str().to_owned());
            environment.set(name.value, Fact::at(supplied, held.place()));
        }
    }
    let tree = |path: &Utf8Path| host.in_tree(path);
    let run = main_step::run(files, &words?, &environment, directory.as_ref(), &tree)?;
    let Step { mut started, mut environment, directory, .. } =
        run.steps.into_iter().nth(run.main)?;
    started.directory = directory;
    let place = Place {
        files,
        environment: &environment,
        directory: started.directory.as_ref().map(|it| Utf8Path::new(&it.value)),
        tree: &tree,
    };
    let mut completed = started.clone();
    place.configure(&mut completed);
    completed.set_in(&mut environment);
    let user = completed.user.clone().or(value("user").flatten());
    let declared = Fact::at((), section.name.place);
    let program = hosted::Program { name, declared, started: completed, environment, user };
    Some(program.process(files, host, projects))
}

/// A value, unless supervisord puts something into it: `%(ENV_HOME)s`.
fn known(text: &Spliced) -> Option<Fact<String>> {
    let plain = !text.as_str().contains("%(") && !text.as_str().contains("{{");
    plain.then(|| Fact::at(text.as_str().to_owned(), text.place()))
}
