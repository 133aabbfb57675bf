//! Applications that an emperor of uWSGI starts: every ini file in the folder that it watches.
//!
//! That folder is the server's own. In a repository its files lie anywhere, so that each is taken
//! for a vassal where a unit starts an emperor.

use crate::fact::{Certainty, Fact};
use crate::model::build::host::Host;
use crate::model::build::hosted;
use crate::model::build::server_config::Place;
use crate::model::build::unit_environment;
use crate::model::command::{self, Program};
use crate::model::django::Project;
use crate::model::units::Unit;
use crate::model::{Files, Found, Process, UnitKind};
use camino::Utf8Path;
use std::sync::Arc;

pub(super) fn processes(
    files: &Files,
    host: &Host,
    projects: &[Arc<Project>],
    units: &[Unit],
) -> Vec<Process> {
    let emperor = units.iter().filter(|it| it.is(UnitKind::Service)).find(|unit| {
        unit.all("Service", "ExecStart").any(|line| line.value.as_str().contains("--emperor"))
    });
    let Some(emperor) = emperor else { return Vec::new() };
    let inis = files
        .tree
        .files()
        .filter(|path| path.extension() == Some("ini") && !path.as_str().contains("docker"));
    inis.filter_map(|path| vassal(files, host, projects, emperor, path)).collect()
}

fn vassal(
    files: &Files,
    host: &Host,
    projects: &[Arc<Project>],
    emperor: &Unit,
    path: &Utf8Path,
) -> Option<Process> {
    let Found::Read(read) = files.find(path) else { return None };
    let header = read.text.lines().find(|line| line.trim() == "[uwsgi]")?;
    let declared = Fact::at((), crate::source::Place::of(read.id, read.text, header));
    let declared =
        declared.doubt(Certainty::Likely, "nothing in view says that the emperor has it");
    let mut environment = unit_environment::environment(files, host, emperor);
    let words = ["uwsgi", "--ini", "vassal.ini"].map(|it| declared.map(|()| it.to_owned()));
    let mut started = command::started(&words)?;
    let place = Place {
        files,
        environment: &environment,
        directory: Some(Utf8Path::new("/")),
        tree: &|_| Some(path.to_owned()),
    };
    place.configure(&mut started);
    if started.program.value != Program::Uwsgi {
        return None;
    }
    started.set_in(&mut environment);
    let user = started.user.clone();
    let name = path.file_name()?;
    let program = hosted::Program { name, declared, started, environment, user, once: false };
    Some(program.process(files, host, projects))
}
