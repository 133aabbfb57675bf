//! Which Django project a process runs, and under which settings.
//!
//! The command names a module; where that is found says which project, and where the project lies
//! in the process's file system. The environment names the settings, or the entry point does.

use crate::fact::{Certainty, Environment, Fact, Lookup, Supplied};
use crate::model::command::{Celery, Program, Started};
use crate::model::django::{self, Entry, EntryPoint, Project, Role};
use crate::model::process::{Django, Missing, Named};
use crate::model::project::distributions::providers_of;
use crate::model::{Files, Found, Kind, ProcessKind};
use crate::python::{self, Answer, Checkout, Evaluation, Installed, Read, Request};
use crate::source::{FileId, normalize};
use crate::syntax::Parsed;
use crate::syntax::python::ast::Module;
use crate::syntax::python::imports;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A module that lacks more variables than this is not run by this process at all.
const MOST_MISSING: usize = 24;

/// Where a process starts, and what it sees of the tree.
pub(super) struct Home<'a> {
    pub(super) cwd: Option<Utf8PathBuf>,
    /// Folders of the tree, and where the process has them.
    pub(super) checkout: Vec<(Utf8PathBuf, Utf8PathBuf)>,
    pub(super) environment: &'a Environment,
    /// Whether a file that is not in the tree is surely not there.
    pub(super) closed: bool,
}

/// The project that a command runs: the one that has the module it names.
pub(super) fn project<'p>(
    projects: &'p [Arc<Project>],
    started: &Started,
) -> Option<&'p Arc<Project>> {
    let named: Vec<&Arc<Project>> = match (&started.program.value, &started.app) {
        (Program::Manage(_), _) => projects.iter().filter(|it| it.has(Entry::Manage)).collect(),
        (_, Some(app)) => projects.iter().filter(|it| it.finds(&app.value.module)).collect(),
        (_, None) => return None,
    };
    let [only] = named.as_slice() else { return None };
    Some(only)
}

/// The settings that a command's project has in this process.
pub(super) fn django(
    files: &Files,
    project: &Arc<Project>,
    started: &Started,
    home: &Home,
) -> Option<Django> {
    let (module, named) = settings_module(project, started, home.environment)?;
    Some(settings(files, project, module, named, home))
}

/// A project that no process in view runs, as a web process of which nothing else is known.
pub(super) fn assumed(files: &Files, project: &Arc<Project>, home: &Home) -> Option<Django> {
    let module = project.production().or_else(|| match project.modules.as_slice() {
        [only] if matches!(only.role, Role::Plain | Role::Base) => Some(only),
        _ => None,
    });
    let module = module?;
    let Found::Read(read) = files.find(&module.path) else { return None };
    let place = crate::source::Place::new(read.id, 0, 0);
    let why = "nothing in view says that this module runs";
    let name = Fact::at(module.name.clone(), place).doubt(Certainty::Likely, why);
    Some(settings(files, project, name, Named::Assumed, home))
}

/// Environment first, then what the entry point names.
fn settings_module(
    project: &Project,
    started: &Started,
    environment: &Environment,
) -> Option<(Fact<String>, Named)> {
    if let Some(settings) = &started.settings {
        return Some((settings.clone(), Named::Environment));
    }
    let entry = entry(project, started);
    let default =
        |entry: &EntryPoint| Some((entry.default.clone()?, Named::Default(entry.clone())));
    if let Some(entry) = entry.filter(|entry| entry.forced) {
        return default(entry);
    }
    match environment.get(django::VARIABLE) {
        Lookup::Set(name) => Some((name, Named::Environment)),
        Lookup::Absent => default(entry?),
        Lookup::Unknown(why) => {
            let (name, named) = default(entry?)?;
            let why = format!("the environment may name other settings: {why}");
            Some((name.doubt(Certainty::Likely, &why), named))
        }
    }
}

fn entry<'p>(project: &'p Project, started: &Started) -> Option<&'p EntryPoint> {
    let module = started.app.as_ref().map(|app| app.value.module.as_str());
    let kind = match &started.program.value {
        Program::Manage(_) => return project.entry(Entry::Manage, None),
        Program::Celery(
            Celery::Worker | Celery::WorkerAndBeat | Celery::Beat | Celery::Flower | Celery::Other,
        ) => {
            let celery = module.map(|module| format!("{module}.celery"));
            return project
                .entry(Entry::Celery, module)
                .or_else(|| project.entry(Entry::Celery, celery.as_deref()))
                .or_else(|| project.entry(Entry::Celery, None));
        }
        program if started.kind(false) == ProcessKind::Asgi && program.is_server() => Entry::Asgi,
        _ => Entry::Wsgi,
    };
    // The module counts, whatever it is called.
    let any = [Entry::Wsgi, Entry::Asgi].into_iter().find_map(|kind| project.entry(kind, module));
    any.or_else(|| if module.is_none() { project.entry(kind, None) } else { None })
}

fn settings(
    files: &Files,
    project: &Arc<Project>,
    module: Fact<String>,
    named: Named,
    home: &Home,
) -> Django {
    let mut environment = home.environment.clone();
    let mut missing: Vec<Missing> = Vec::new();
    let mut evaluation = evaluate(files, project, &module.value, &environment, home);
    while missing.len() < MOST_MISSING
        && let Some(read) = culprit(&evaluation, &environment)
    {
        // As if somebody had given it: what else would be wrong?
        let why: Arc<str> = "it is missing".into();
        let unknown = module.map(|_| Supplied::Unknown(why));
        environment.set(read.name.clone(), unknown);
        let next = evaluate(files, project, &module.value, &environment, home);
        let still = |it: &Evaluation| {
            it.outcome.as_ref().err().map(|raise| (raise.place, raise.message.clone()))
        };
        if still(&next).is_some() && still(&next) == still(&evaluation) {
            break;
        }
        let raise = evaluation.outcome.as_ref().err().cloned();
        missing.extend(raise.map(|raise| Missing { read, raise }));
        evaluation = next;
    }
    if runs_unseen(files, project, &evaluation) {
        missing.clear();
    }
    // What is made for one machine, as `settings.local`, is often in no repository.
    let of_all = home.closed || django::role(&module.value) == Role::Plain;
    let absent = of_all && django::lacks_module(files, &project.root, &module.value);
    Django {
        project: Arc::clone(project),
        absent,
        module,
        named,
        missing,
        evaluation: Arc::new(evaluation),
    }
}

/// Whether the settings import a module that is neither in the tree nor of a distribution that is
/// known: code of the project's own that git ignores may set any variable.
fn runs_unseen(files: &Files, project: &Project, evaluation: &Evaluation) -> bool {
    let is_known = |top: &str| {
        top.is_empty()
            || python::is_standard(top)
            || files.tree.is_dir(&project.root.join(top))
            || django::find_module(files, &project.root, top).is_some()
            || providers_of(top).next().is_some()
    };
    evaluation.modules.iter().any(|file| match files.read(*file).parsed {
        Parsed::Python(module) => imports(module).iter().any(|import| {
            let top = import.module.split('.').next().unwrap_or_default();
            import.level == 0 && !is_known(top)
        }),
        _ => false,
    })
}

/// The variable whose absence the module stops at: the last that was asked for and not there.
fn culprit(evaluation: &Evaluation, environment: &Environment) -> Option<Read> {
    evaluation.outcome.as_ref().err()?;
    let is_empty = |read: &Read| matches!(environment.get(&read.name), Lookup::Set(value) if value.value.trim().is_empty());
    let lacking = |read: &&Read| match &read.answer {
        Answer::Absent => true,
        Answer::Set(_) => is_empty(read),
        Answer::Loaded(_) | Answer::Unknown(_) => false,
    };
    evaluation.reads.iter().rfind(lacking).cloned()
}

fn evaluate(
    files: &Files,
    project: &Project,
    module: &str,
    environment: &Environment,
    home: &Home,
) -> Evaluation {
    // Python knows the tree by paths from its root, which may be an absolute one.
    let roots = files.tree.roots().iter().filter(|root| project.root.starts_with(root));
    let base = roots.max_by_key(|root| root.as_str().len()).cloned().unwrap_or_default();
    let inside = |path: &Utf8Path| path.strip_prefix(&base).unwrap_or(path).to_owned();
    // Web, worker and beat mostly have one module and one environment.
    let key = format!("{module} {:?} {:?} {environment:?}", home.checkout, home.cwd);
    if let Some(known) = files.evaluated(&key) {
        return known;
    }
    let missed_env = AtomicBool::new(false);
    let seen = Seen { files, base: &base, closed: home.closed, missed_env };
    let configuration = match environment.get("DJANGO_CONFIGURATION") {
        Lookup::Set(name) => Some(name.value),
        Lookup::Unknown(_) | Lookup::Absent => None,
    };
    let mounts = home.checkout.iter().map(|(folder, at)| (inside(folder), at.clone()));
    let checkout = Checkout::new(mounts.collect());
    let root = inside(&project.root);
    let run = |environment: &Environment| {
        python::evaluate(&Request {
            files: &seen,
            roots: std::slice::from_ref(&root),
            module,
            environment,
            checkout: &checkout,
            cwd: home.cwd.clone(),
            installed: Installed::Unknown,
            configuration: configuration.as_deref(),
            python: None,
            django: None,
        })
    };
    let mut evaluation = run(environment);
    if seen.missed_env.load(Ordering::Relaxed) && environment.is_closed() {
        let mut open = environment.clone();
        open.open("the settings load an env file that is not in view", None);
        evaluation = run(&open);
    }
    files.want(evaluation.wants.iter().map(|path| base.join(path)));
    files.remember(key, &evaluation);
    evaluation
}

/// The tree as settings may see it. An env file that is not in it may be on the server.
struct Seen<'f, 'a> {
    files: &'f Files<'a>,
    /// What paths begin at.
    base: &'f Utf8Path,
    closed: bool,
    missed_env: AtomicBool,
}

impl python::Files for Seen<'_, '_> {
    fn find(&self, path: &Utf8Path) -> python::Found<'_> {
        let path = normalize(&self.base.join(path));
        let is_env = crate::syntax::kind::by_name(&path) == Some(Kind::Dotenv);
        let ignored = self.files.tree.get(&path).is_some_and(|entry| entry.ignored);
        match self.files.find(&path) {
            _ if is_env && ignored && !self.closed => self.missed(),
            Found::Absent if is_env && !self.closed => self.missed(),
            Found::Absent => python::Found::Absent,
            Found::Wanted => python::Found::Unread,
            Found::Folder => {
                let names =
                    self.files.tree.children(&path).filter_map(|(path, _)| path.file_name());
                python::Found::Directory(names.map(str::to_owned).collect())
            }
            Found::Read(read) => match read.parsed {
                Parsed::Python(module) => {
                    python::Found::Module { file: read.id, module, text: read.text }
                }
                _ => python::Found::Text { file: read.id, text: read.text },
            },
        }
    }

    fn module(&self, file: FileId) -> Option<&Module> {
        match self.files.read(file).parsed {
            Parsed::Python(module) => Some(module),
            _ => None,
        }
    }
}

impl Seen<'_, '_> {
    fn missed(&self) -> python::Found<'_> {
        self.missed_env.store(true, Ordering::Relaxed);
        python::Found::Absent
    }
}
