//! Programs that something other than systemd starts on the machine itself.

use crate::fact::{Environment, Fact};
use crate::model::build::apps;
use crate::model::build::host::Host;
use crate::model::build::target::Imports;
use crate::model::build::{installed, lasting, located};
use crate::model::command::{Started, Step};
use crate::model::django::Project;
use crate::model::{Files, Process, ViewId};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

pub(super) struct Program<'a> {
    pub(super) name: &'a str,
    pub(super) declared: Fact<()>,
    pub(super) started: Started,
    pub(super) before: Arc<[Step]>,
    pub(super) environment: Environment,
    pub(super) user: Option<Fact<String>>,
    /// It is not kept running.
    pub(super) once: bool,
}

impl Program<'_> {
    pub(super) fn process(self, files: &Files, host: &Host, projects: &[Arc<Project>]) -> Process {
        let Self { name, declared, started, before, environment, user, once } = self;
        let listens = started.listens().into_iter().map(|it| it.given(&declared)).collect();
        let cwd = started.chdir.as_ref().or(started.directory.as_ref());
        let cwd = cwd.map(|it| it.map(|path| Utf8PathBuf::from(path.as_str())));
        let settings = apps::settings_of(&environment);
        let near = |project: &Project, at: &Utf8Path| {
            cwd.as_ref().is_some_and(|cwd| located::is_folder_of(files, &cwd.value, project, at))
        };
        let django = apps::project(files, projects, &started, settings.as_deref(), &near).and_then(
            |project| {
                apps::django(files, project, &started, &host.home(cwd.as_ref(), &environment))
            },
        );
        let imports = Imports {
            files,
            projects,
            environment: &environment,
            cwd: started
                .directory
                .as_ref()
                .map(|it| it.map(|path| Utf8PathBuf::from(path.as_str()))),
            tree: &|path| host.in_tree(path),
            is_alone: false,
        };
        let target = imports.target(&started);
        let lacks = installed::lacking_on_host(files, django.as_ref(), &started);
        let stays = lasting::stays(files, django.as_ref(), &started);
        Process {
            name: name.to_owned(),
            kind: started.kind(once || stays == Some(false)),
            stays,
            emperor: None,
            declared,
            view: ViewId(0),
            user,
            cwd,
            listens_known: started.binds_known && !started.inherits(),
            environment,
            listens,
            started: Some(started),
            before,
            target,
            lacks,
            django,
        }
    }
}
