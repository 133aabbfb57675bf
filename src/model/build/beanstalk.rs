//! What Elastic Beanstalk is told of a project by the files of `.ebextensions`, in YAML or JSON (AWS
//! Elastic Beanstalk Developer Guide, "Option settings" and "Advanced environment customization with
//! configuration files"): the variables of its processes, and which application its server has.
//!
//! What was applied to an environment directly wins over these files, and nobody sees it (there,
//! "Configuration options", "Precedence"), so that every value is doubted.

use crate::fact::{Certainty, Environment, Fact, Supplied};
use crate::model::build::committed::tracked;
use crate::model::build::procfile::Dyno;
use crate::model::build::unclaimed::of_process;
use crate::model::django::{Entry, Project};
use crate::model::{CommittedVariables, Deployment, Files, Kind, Process, Read, ViewId};
use crate::source::{Place, Spanned};
use crate::syntax::Parsed;
use crate::syntax::procfile;
use crate::syntax::spliced::Spliced;
use crate::syntax::yaml::{Node, Typed};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

/// The namespace of an option that names none ("Option settings").
const VARIABLES: &str = "aws:elasticbeanstalk:application:environment";
/// The options of the platform branches for Python ("Platform specific options").
const PYTHON: &str = "aws:elasticbeanstalk:container:python";

/// One option, as a file has it.
struct Setting {
    namespace: String,
    name: Spanned<String>,
    value: Node,
}

/// The options of a file: a list of them, or those of each namespace ("Option settings", "Syntax").
fn settings(read: Read<'_>) -> Vec<Setting> {
    let Parsed::Beanstalk(tree) = read.parsed else { return Vec::new() };
    let Some(given) = tree.documents.first().and_then(|it| it.get("option_settings")) else {
        return Vec::new();
    };
    let listed = given.items().iter().filter_map(|item| {
        let namespace = item.get("namespace").map_or(Some(VARIABLES), Node::text)?.to_owned();
        let name = item.get("option_name")?;
        let name = Spanned::new(name.text()?.to_owned(), name.place);
        Some(Setting { namespace, name, value: item.get("value")?.clone() })
    });
    let grouped = given.pairs().iter().flat_map(|group| {
        let options = group.value.pairs().iter().filter_map(|option| {
            let name = Spanned::new(option.key.text()?.to_owned(), option.key.place);
            let namespace = group.key.text()?.to_owned();
            Some(Setting { namespace, name, value: option.value.clone() })
        });
        options.collect::<Vec<_>>()
    });
    listed.chain(grouped).collect()
}

/// The files that a bundle has for the platform, in the order in which they are heeded: by name
/// ("Configuration options", "Precedence").
fn extensions<'a>(files: &Files<'a>, folder: &Utf8Path) -> Vec<Read<'a>> {
    let own = folder.join(".ebextensions");
    let all = files.of(Kind::Beanstalk).into_iter();
    all.filter(|it| it.path.parent() == Some(&own)).collect()
}

fn text(value: &Node) -> Option<&str> {
    let text = value.text()?;
    // A function is worked out when the environment is made ("Functions"), a reference is looked up.
    let is_made_later = text.contains("`{") || text.contains("{{resolve:");
    // Nobody says how a truth that stands without quotes is spelled for the process.
    let is_text = matches!(value.typed(), Some(Typed::Text(_) | Typed::Int(_)));
    (is_text && !is_made_later).then_some(text)
}

/// Sets the variables that the files beside a project give to its processes.
pub(super) fn supply(files: &Files, folder: &Utf8Path, environment: &mut Environment) {
    let read = extensions(files, folder);
    let given = read.into_iter().flat_map(settings).filter(|it| it.namespace == VARIABLES);
    for Setting { name, value, .. } in given {
        // It is made of folders that only the platform has.
        let known = text(&value).filter(|_| name.value != "PYTHONPATH");
        let supplied = match known {
            Some(text) => Supplied::Value(text.to_owned()),
            None => Supplied::Unknown("the platform makes a text of it".into()),
        };
        let why = "what is set on the environment directly wins over `.ebextensions`";
        let fact = Fact::at(supplied, value.place).doubt(Certainty::Likely, why);
        environment.set(name.value, fact);
    }
}

/// The deployment of a project that the platform's server for Python runs: gunicorn, or before Amazon
/// Linux 2 Apache with mod_wsgi ("Using the Elastic Beanstalk Python platform").
pub(super) fn deployment(
    files: &Files,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    assumed: Option<&Process>,
) -> Option<Deployment> {
    let folder = project.root.ancestors().find(|it| !extensions(files, it).is_empty())?;
    let read = extensions(files, folder);
    let python = read.iter().flat_map(|it| settings(*it)).filter(|it| it.namespace == PYTHON);
    let path = python.filter(|it| it.name.value == "WSGIPath").last()?;
    let (file, application) = named(folder, text(&path.value)?);
    let entry = project.entries.iter().find(|it| it.path == file && it.kind == Entry::Wsgi)?;
    let below = entry.path.strip_prefix(&project.root).ok()?.with_extension("");
    let module = below.as_str().replace('/', ".");
    let home = project.root.strip_prefix(folder).ok()?;
    let home = if home.as_str().is_empty() { "." } else { home.as_str() };
    let command = format!("gunicorn --chdir {home} {module}:{application}");
    let place = path.value.place;
    let line = procfile::Process {
        name: Spanned::new("web".to_owned(), place),
        command: Spliced::new(&command, place),
    };
    let mut environment = Environment::unseen("the platform sets variables");
    supply(files, folder, &mut environment);
    let dyno = Dyno { files, projects, folder, line: &line, view: ViewId(0), environment };
    let mut process = dyno.process(project, assumed)?;
    // The platform brings its server along.
    process.lacks.clear();
    let runs = process.django.as_ref().is_some_and(|it| Arc::ptr_eq(&it.project, project));
    let name = read.iter().find(|it| it.id == place.file)?.path.to_string();
    runs.then(|| of_process(name, process))
}

/// The file that `WSGIPath` names, and what of it is served: a path, or a module and its application
/// since Amazon Linux 2 ("Platform specific options", "Python platform options").
fn named<'p>(folder: &Utf8Path, path: &'p str) -> (Utf8PathBuf, &'p str) {
    let (module, application) = path.split_once(':').unwrap_or((path, "application"));
    match module.ends_with(".py") {
        true => (folder.join(module), application),
        false => (folder.join(format!("{}.py", module.replace('.', "/"))), application),
    }
}

/// The variables that files of a repository give to the platform.
pub(super) fn committed(files: &Files) -> Vec<CommittedVariables> {
    files.of(Kind::Beanstalk).into_iter().filter_map(|it| of_file(files, it)).collect()
}

fn of_file(files: &Files, read: Read<'_>) -> Option<CommittedVariables> {
    let committed = tracked(files, read.path)?.at(Place::new(read.id, 0, 0));
    let given = settings(read).into_iter().filter(|it| it.namespace == VARIABLES);
    let variables = given.filter_map(|it| {
        let value = Fact::at(text(&it.value)?.to_owned(), it.value.place);
        Some((it.name.value, value))
    });
    let variables: Vec<_> = variables.collect();
    let path = files.from_root(read.path).1.to_owned();
    (!variables.is_empty()).then_some(CommittedVariables { path, committed, variables })
}
