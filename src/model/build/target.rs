//! Looks up the application that a command names, as Python and the servers do.
//!
//! Only where the folder that is imported from lies in the tree, and never for a package that may
//! as well be installed.

use crate::fact::{Certainty, Environment, Fact, Lookup};
use crate::model::build::apps;
use crate::model::command::{AppTarget, Program, Started};
use crate::model::django::{self, Entry, Project};
use crate::model::target::{Application, Interface};
use crate::model::{Files, Found, ProcessKind};
use crate::source::{Place, normalize};
use crate::syntax::python::ast::{ExpressionKind, Module, StatementKind};
use crate::syntax::python::{bound_names, each_statement, is_open};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

/// Where a process imports from.
pub(super) struct Imports<'a> {
    pub(super) files: &'a Files<'a>,
    pub(super) projects: &'a [Arc<Project>],
    pub(super) environment: &'a Environment,
    pub(super) cwd: Option<Fact<Utf8PathBuf>>,
    /// Finds the path of the tree that a path of the process leads to.
    pub(super) tree: &'a dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>,
    /// No project but that of the tree can be meant: its image is on plain Python, or nothing else is
    /// there to be served.
    pub(super) is_alone: bool,
}

/// A module that was looked for.
enum Looked {
    At(Utf8PathBuf),
    /// The package that would have it does not.
    Absent,
    /// A part of it, or all, may be installed or generated.
    Unknown,
}

impl Imports<'_> {
    pub(super) fn target(&self, started: &Started) -> Option<Fact<Application>> {
        let app = started.app.as_ref().filter(|app| !app.value.is_to_be_filled_in())?;
        if app.value.file.is_some() {
            return None;
        }
        if let Some(meant) = self.misspelt(started, &app.value.module) {
            let why = "only a module of nearly the same name is in view";
            let target = app.map(|app| Application::NoModule {
                module: app.module.clone(),
                made: Some(meant.clone()),
            });
            return Some(target.doubt(Certainty::Likely, why));
        }
        let folder = self.folder(started)?;
        let mut roots = vec![self.root(&folder.value)?];
        // gunicorn puts the directory that it is started in on the path before it changes to
        // another (`Application.load_config`).
        if started.program.value == Program::Gunicorn && started.chdir.is_some() {
            roots.push(self.root(&self.cwd.as_ref()?.value)?);
        }
        let looks = |root: &Utf8PathBuf| match &started.program.value {
            Program::Gunicorn | Program::Uvicorn | Program::Daphne | Program::Hypercorn => {
                Some(self.server(root, &app.value, started))
            }
            Program::Celery(_) => Some(self.celery(root, &app.value)),
            Program::Uwsgi => Some(self.uwsgi(root, &app.value, started)),
            Program::Granian
            | Program::Waitress
            | Program::Manage(_)
            | Program::Nginx
            | Program::Caddy
            | Program::Redis
            | Program::Postgres
            | Program::Shell
            | Program::Other => None,
        };
        let looked: Vec<Option<Application>> = roots.iter().map(looks).collect::<Option<_>>()?;
        let mut seen = looked.into_iter().flatten();
        let first = seen.next();
        let found = seen.find(|it| matches!(it, Application::Found { .. }));
        let target = found.or(first);
        let target = match target {
            Some(target) => target,
            None if self.adds_folders(started, &roots) => return None,
            None => {
                let path_is_known = matches!(self.environment.get("PYTHONPATH"), Lookup::Absent);
                let elsewhere = || self.elsewhere(&roots, &folder, &app.value.module);
                match path_is_known.then(elsewhere).flatten() {
                    Some(elsewhere) => elsewhere,
                    None => return self.nowhere(started, app),
                }
            }
        };
        Some(app.map(|_| target).given(&folder))
    }

    /// The folder that the server puts first on the path.
    fn folder(&self, started: &Started) -> Option<Fact<Utf8PathBuf>> {
        let app_dir =
            started.python_path.as_ref().filter(|_| started.program.value == Program::Uvicorn);
        let Some(named) = app_dir.or(started.chdir.as_ref()) else { return self.cwd.clone() };
        let path = Utf8Path::new(&named.value);
        if path.is_absolute() {
            return Some(named.map(|path| normalize(Utf8Path::new(path))));
        }
        let cwd = self.cwd.as_ref()?;
        Some(named.map(|path| normalize(&cwd.value.join(path))).given(cwd))
    }

    /// The folder of the tree that a directory of the process is.
    fn root(&self, folder: &Utf8Path) -> Option<Utf8PathBuf> {
        (self.tree)(folder).filter(|root| self.files.tree.is_dir(root))
    }

    /// Whether other folders are on the path as well, beside what an environment that is not in view
    /// may add.
    fn adds_folders(&self, started: &Started, roots: &[Utf8PathBuf]) -> bool {
        let by_option = started.python_path.is_some() && started.program.value != Program::Uvicorn;
        let mut configs = roots.iter().map(|root| root.join("gunicorn.conf.py"));
        by_option
            || started.config_file.is_some()
            || configs.any(|config| self.files.tree.is_file(&config))
            || matches!(self.environment.get("PYTHONPATH"), Lookup::Set(_))
    }

    /// `None` if the folder has nothing of the application's top-level name.
    fn server(&self, root: &Utf8Path, app: &AppTarget, started: &Started) -> Option<Application> {
        let path = match self.look(root, &app.module)? {
            Looked::At(path) => path,
            Looked::Absent => return Some(self.no_module(started, &app.module)),
            Looked::Unknown => return Some(Application::Found { interface: None }),
        };
        let unknown = Application::Found { interface: None };
        let attribute = match &app.attribute {
            // gunicorn evaluates what is there: `create_app()`, `site.application`.
            Some(text) => text.split(['(', '.', '[']).next().unwrap_or_default().trim(),
            None if started.program.value == Program::Gunicorn => "application",
            None => return Some(unknown),
        };
        let Some((module, place)) = self.module(&path) else { return Some(unknown) };
        if binds(module, attribute) {
            let simple = app.attribute.as_deref().is_none_or(|it| it == attribute);
            let interface = simple.then(|| interface(module, attribute)).flatten();
            return Some(Application::Found { interface });
        }
        let module = Fact::at(path.to_string(), place);
        Some(Application::NoAttribute { module, attribute: attribute.to_owned() })
    }

    /// What uWSGI imports or, of a file, runs. What it calls there, several options tell.
    fn uwsgi(&self, root: &Utf8Path, app: &AppTarget, started: &Started) -> Option<Application> {
        Some(match self.look(root, &app.module)? {
            Looked::Absent => self.no_module(started, &app.module),
            Looked::At(_) | Looked::Unknown => Application::Found { interface: None },
        })
    }

    /// What `-A` leads to (`find_app` of celery 5's `celery/app/utils.py`).
    fn celery(&self, root: &Utf8Path, app: &AppTarget) -> Option<Application> {
        let found = Application::Found { interface: None };
        if let Some(attribute) = &app.attribute {
            return Some(match self.look(root, &app.module)? {
                Looked::At(path) => self.attribute(&path, attribute),
                Looked::Absent => no_instance(app),
                Looked::Unknown => found,
            });
        }
        let path = match self.look(root, &app.module)? {
            Looked::At(path) => path,
            Looked::Unknown => return Some(found),
            Looked::Absent => {
                let (module, attribute) = app.module.rsplit_once('.')?;
                return Some(match self.look(root, module)? {
                    Looked::At(path) if self.binds(&path, attribute) => found,
                    Looked::At(_) | Looked::Absent => no_instance(app),
                    Looked::Unknown => found,
                });
            }
        };
        let package = path.file_name() == Some("__init__.py");
        let within = path.parent().unwrap_or(Utf8Path::new(""));
        if package
            && (self.exists(&within.join("celery.py")) || self.is_dir(&within.join("celery")))
        {
            return Some(found);
        }
        let Some((module, place)) = self.module(&path) else { return Some(found) };
        // Celery takes whatever instance of its class the module has.
        if may_hold_an_instance(module) {
            return Some(found);
        }
        let module = Fact::at(path.to_string(), place);
        Some(Application::NoAttribute { module, attribute: "app".to_owned() })
    }

    fn attribute(&self, path: &Utf8Path, attribute: &str) -> Application {
        let Some((module, place)) = self.module(path) else {
            return Application::Found { interface: None };
        };
        if binds(module, attribute) {
            return Application::Found { interface: None };
        }
        let module = Fact::at(path.to_string(), place);
        Application::NoAttribute { module, attribute: attribute.to_owned() }
    }

    fn binds(&self, path: &Utf8Path, attribute: &str) -> bool {
        self.module(path).is_none_or(|(module, _)| binds(module, attribute))
    }

    /// What is meant where no project has the module, and one has it in a package of nearly the same
    /// name. Celery takes a package for the module `celery` in it.
    fn misspelt(&self, started: &Started, module: &str) -> Option<String> {
        let by_celery = matches!(started.program.value, Program::Celery(_));
        if !by_celery && !started.program.value.is_server()
            || self.projects.iter().any(|project| project.finds(module))
        {
            return None;
        }
        let of = |name: &str| {
            let mut roots = self.projects.iter().map(|it| it.root.as_path());
            roots.find_map(|root| django::misspelt(self.files, root, name))
        };
        let within = || {
            let name = of(&format!("{module}.celery")).filter(|_| by_celery)?;
            Some(name.strip_suffix(".celery")?.to_owned())
        };
        of(module).or_else(within)
    }

    /// The project that has the module, if it is imported from another folder and not installed.
    fn elsewhere(
        &self,
        roots: &[Utf8PathBuf],
        folder: &Fact<Utf8PathBuf>,
        module: &str,
    ) -> Option<Application> {
        let mut has = self.projects.iter().filter_map(|it| Some((it, it.home_of(module)?)));
        let (project, home) = has.next().filter(|(it, _)| !roots.contains(&it.root))?;
        if has.next().is_some() || self.may_be_installed(&project.root) {
            return None;
        }
        Some(Application::Elsewhere {
            imported_from: folder.clone(),
            module: module.to_owned(),
            folder: home.to_owned(),
        })
    }

    /// That nothing has the module: the one project of the tree makes its application elsewhere, and
    /// none of what it has installed is called so.
    fn nowhere(&self, started: &Started, app: &Fact<AppTarget>) -> Option<Fact<Application>> {
        let why = "nothing in view has such a package, and nothing that is listed is called so";
        let module = &app.value.module;
        let [project] = self.projects else { return None };
        let is_one = |kind: Entry| project.entries.iter().filter(|it| it.kind == kind).count() == 1;
        if matches!(started.program.value, Program::Celery(_)) {
            let package = module.split('.').next().unwrap_or_default();
            let is_told = self.is_alone && is_one(Entry::Celery);
            let is_lost = is_told && apps::is_nowhere(self.files, project, package);
            return is_lost.then(|| app.map(no_instance).doubt(Certainty::Likely, why));
        }
        let (package, below) = module.split_once('.')?;
        let is_told = self.is_alone && started.program.value.is_server() && is_one(Entry::Wsgi);
        // The checkout's own folder may be the package.
        if !is_told || !apps::is_nowhere(self.files, project, package) || project.finds(below) {
            return None;
        }
        let target = app.map(|_| self.no_module(started, module));
        Some(target.doubt(Certainty::Likely, why))
    }

    fn no_module(&self, started: &Started, module: &str) -> Application {
        let kind = match started.kind(false) {
            ProcessKind::Asgi => Entry::Asgi,
            _ => Entry::Wsgi,
        };
        let each = self.projects.iter().flat_map(|project| {
            let of_kind = project.entries.iter().filter(|it| it.kind == kind);
            of_kind.filter_map(|it| project.dotted(&it.path))
        });
        let made: Vec<String> = each.collect();
        let made = if let [only] = made.as_slice() { Some(only.clone()) } else { None };
        Application::NoModule { module: module.to_owned(), made }
    }

    /// Whether something makes a distribution of a folder, which is imported from anywhere.
    fn may_be_installed(&self, folder: &Utf8Path) -> bool {
        let builds = |folder: &Utf8Path| match self.files.find(&folder.join("pyproject.toml")) {
            Found::Read(read) => read.has("[build-system]"),
            Found::Wanted => true,
            Found::Folder | Found::Absent => false,
        };
        let scripts = ["setup.py", "setup.cfg"];
        folder.ancestors().any(|folder| {
            builds(folder) || scripts.iter().any(|it| self.files.tree.is_file(&folder.join(it)))
        })
    }

    /// Follows a dotted name. `None` if the folder has nothing of its first part.
    fn look(&self, root: &Utf8Path, name: &str) -> Option<Looked> {
        let mut at = root.to_owned();
        let mut parts = name.split('.').peekable();
        let mut first = true;
        while let Some(part) = parts.next() {
            let (folder, file) = (at.join(part), at.join(format!("{part}.py")));
            let package = folder.join("__init__.py");
            let is_package = self.exists(&package);
            if parts.peek().is_none() {
                return match () {
                    () if is_package => Some(Looked::At(package)),
                    () if self.exists(&file) => Some(Looked::At(file)),
                    () if self.is_dir(&folder) => Some(Looked::Unknown),
                    () if first => None,
                    () => Some(Looked::Absent),
                };
            }
            if !is_package {
                // A folder alone may be one part of a package that goes on elsewhere.
                let below = parts.map(str::to_owned).collect::<Vec<_>>().join("/");
                let whole = folder.join(below);
                let file = Utf8PathBuf::from(format!("{whole}.py"));
                return match () {
                    () if self.exists(&file) => Some(Looked::At(file)),
                    () if self.is_dir(&folder) => Some(Looked::Unknown),
                    () if first => None,
                    () => Some(Looked::Absent),
                };
            }
            (at, first) = (folder, false);
        }
        None
    }

    fn exists(&self, path: &Utf8Path) -> bool {
        self.files.tree.resolve(path).is_some_and(|path| self.files.tree.is_file(&path))
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.files.tree.resolve(path).is_some_and(|path| self.files.tree.is_dir(&path))
    }

    fn module(&self, path: &Utf8Path) -> Option<(&Module, Place)> {
        let module = self.files.python(path)?;
        Some((module, Place::new(module.file, 0, 0)))
    }
}

fn no_instance(app: &AppTarget) -> Application {
    Application::NoModule { module: app.module.clone(), made: None }
}

/// Whether a module has a name, or may have it.
fn binds(module: &Module, name: &str) -> bool {
    bound_names(&module.body).iter().any(|it| it == name || it == "__getattr__") || is_open(module)
}

/// Whether a module has something that could be a Celery application: anything but functions,
/// classes and values that are written out.
fn may_hold_an_instance(module: &Module) -> bool {
    let mut may = is_open(module);
    let bound = bound_names(&module.body);
    may |= bound.iter().any(|it| it == "app" || it == "celery" || it == "__getattr__");
    each_statement(&module.body, &mut |statement| match &statement.kind {
        StatementKind::Assign { value, .. } => {
            may |= matches!(value.kind, ExpressionKind::Call { .. } | ExpressionKind::Name(_));
        }
        StatementKind::ImportFrom { level, module, .. } => {
            let of_project =
                *level > 0 || module.as_ref().is_some_and(|it| it.text.contains("celery"));
            may |= of_project;
        }
        _ => {}
    });
    may
}

/// For which servers an application is made, by the function that makes it.
fn interface(module: &Module, name: &str) -> Option<Fact<Interface>> {
    let assigned = module.body.iter().filter_map(|statement| {
        let StatementKind::Assign { targets, value } = &statement.kind else { return None };
        let is = |it: &crate::syntax::python::ast::Expression| matches!(&it.kind, ExpressionKind::Name(target) if target == name);
        targets.iter().any(is).then_some(value)
    });
    let values: Vec<_> = assigned.collect();
    let [value] = values.as_slice() else { return None };
    if bound_names(&module.body).iter().filter(|it| *it == name).count() != 1 {
        return None;
    }
    let ExpressionKind::Call { function, .. } = &value.kind else { return None };
    let called = match &function.kind {
        ExpressionKind::Name(name) => name.as_str(),
        ExpressionKind::Attribute { name, .. } => name.text.as_str(),
        _ => return None,
    };
    let interface = match called {
        "get_wsgi_application" => Interface::Wsgi,
        "get_asgi_application" | "ProtocolTypeRouter" => Interface::Asgi,
        _ => return None,
    };
    Some(Fact::at(interface, Place { file: module.file, span: value.span }))
}
