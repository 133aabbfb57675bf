//! Which Django project a process runs, and under which settings.
//!
//! The command names a module; where that is found says which project, and where the project lies
//! in the process's file system. The environment names the settings, or the entry point does.

use crate::fact::{Certainty, Environment, Fact, Lookup};
use crate::model::build::named_settings::{entry, settings_module};
use crate::model::build::run::Run;
use crate::model::build::{declared, given, platform_settings, refusals, static_sources, trials};
use crate::model::collected::Collected;
use crate::model::command::{Program, Started};
use crate::model::contract::Contract;
use crate::model::django::{self, Entry, EntryPoint, Project, Role};
use crate::model::image::Ignore;
use crate::model::process::{Django, Named};
use crate::model::project::distributions::providers_of;
use crate::model::urls;
use crate::model::{Files, Found, Kind, Read};
use crate::python::{self, Evaluation};
use crate::source::{Place, has_word};
use crate::syntax::Parsed;
use crate::syntax::python::imports;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whether a command can start in a folder of a project: that which it is imported from, or a package.
pub(super) type StartsIn<'a> = &'a dyn Fn(&Project, &Utf8Path) -> bool;

/// What of the tree an image has at a path.
pub(super) type Brings<'a> = &'a (dyn Fn(&Utf8Path) -> Option<Utf8PathBuf> + Sync);

/// Where a process starts, and what it sees of the tree.
pub(super) struct Home<'a> {
    pub(super) cwd: Option<Utf8PathBuf>,
    /// Folders of the tree, and where the process has them.
    pub(super) checkout: Vec<(Utf8PathBuf, Utf8PathBuf)>,
    pub(super) environment: &'a Environment,
    /// What an image has at a path, beside those folders.
    pub(super) brings: Option<Brings<'a>>,
    /// Files of Python in those folders, and of which others an image has the text in their place.
    pub(super) put_over: Vec<(Utf8PathBuf, Utf8PathBuf)>,
    /// Whether a file that is not in the tree is surely not there.
    pub(super) closed: bool,
    /// Whether the project lies in a copy of the server's own tree, which leaves out no more than secrets.
    pub(super) copied: bool,
    /// What never gets into the image that it runs in, or is part of the making of.
    pub(super) left_out: Option<LeftOut<'a>>,
    /// What the operator declares of the deployment.
    pub(super) contract: Option<&'a Contract>,
}

/// The files that an ignore file keeps out of an image, be they in the tree or on the server that
/// builds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct LeftOut<'a> {
    pub(super) context: &'a Utf8Path,
    pub(super) ignore: &'a Ignore,
}

impl LeftOut<'_> {
    pub(super) fn has(&self, path: &Utf8Path) -> bool {
        path.strip_prefix(self.context).is_ok_and(|below| self.ignore.excludes(below))
    }
}

impl<'a> Home<'a> {
    /// Of something of which nothing but its environment is known.
    pub(super) fn unseen(environment: &'a Environment) -> Self {
        let checkout = Vec::new();
        Self {
            cwd: None,
            checkout,
            environment,
            brings: None,
            put_over: Vec::new(),
            closed: false,
            copied: false,
            left_out: None,
            contract: None,
        }
    }

    /// The folder of the tree that the process has at a path.
    fn folder(&self, files: &Files, at: &Utf8Path) -> Option<Utf8PathBuf> {
        let known = in_checkout(&self.checkout, at).filter(|folder| files.tree.is_dir(folder));
        known.or_else(|| self.brings.and_then(|brings| brings(at)))
    }
}

/// The path of the tree that a process has at one of its own: of folders around it the nearest counts.
pub(super) fn in_checkout(
    checkout: &[(Utf8PathBuf, Utf8PathBuf)],
    at: &Utf8Path,
) -> Option<Utf8PathBuf> {
    let around = checkout.iter().filter(|(_, home)| at.starts_with(home));
    let (folder, home) = around.max_by_key(|(_, home)| home.components().count())?;
    Some(folder.join(at.strip_prefix(home).ok()?))
}

/// The project that a command runs: the one that has the module it names. Of several, copies that
/// were kept beside it among them, the one that the command can start `from`, and among those the one
/// that has the settings which the environment names.
pub(super) fn project<'p>(
    files: &Files,
    projects: &'p [Arc<Project>],
    started: &Started,
    settings: Option<&str>,
    from: StartsIn<'_>,
) -> Option<&'p Arc<Project>> {
    let within = |project: &Project, module: &str| {
        project.started_within(module, |package| from(project, package)).is_some()
    };
    let named: Vec<&Arc<Project>> = match (&started.program.value, &started.app) {
        (Program::Manage(_), _) => projects.iter().filter(|it| it.has(Entry::Manage)).collect(),
        // What is to be filled in stands for the only one that there is, and Django's own module serves
        // whichever the environment names the settings of.
        (_, Some(app)) if app.value.is_to_be_filled_in() || is_djangos(&app.value.module) => {
            projects.iter().filter(|it| !it.is_a_sample()).collect()
        }
        (program, Some(app)) => {
            if program.is_server() {
                projects.iter().for_each(|it| it.ask_for(files, &app.value.module));
            }
            let named: Vec<_> = projects.iter().filter(|it| it.finds(&app.value.module)).collect();
            match named.is_empty() && program.is_server() {
                true => projects.iter().filter(|it| within(it, &app.value.module)).collect(),
                false => named,
            }
        }
        // What it is to load stands in a file that was not read yet, and its settings beside it.
        (program, None) if program.is_server() && started.config_file.is_some() => {
            let named = settings?;
            let has = |it: &Project| django::find_module(files, &it.root, named).is_some();
            projects.iter().filter(|it| has(it)).collect()
        }
        (_, None) => return None,
    };
    if let [only] = named.as_slice() {
        return Some(only);
    }
    let fitting = named.into_iter().filter(|project| {
        let is_own = |module: &str| project.home_of(module).is_none() && within(project, module);
        from(project, &project.root)
            || started.app.as_ref().is_some_and(|it| is_own(&it.value.module))
    });
    let settings = started.settings.as_ref().map(|it| it.value.as_str()).or(settings);
    let has_settings = |project: &Project| {
        settings.is_some_and(|it| django::find_module(files, &project.root, it).is_some())
    };
    // What was copied into the package of another has no `manage.py`.
    fitting.max_by_key(|it| (has_settings(it), it.has(Entry::Manage), it.root.components().count()))
}

/// The settings that an environment names.
pub(super) fn settings_of(environment: &Environment) -> Option<String> {
    match environment.get(django::VARIABLE) {
        Lookup::Set(name) => Some(name.value.to_string()),
        Lookup::Unknown(_) | Lookup::Absent => None,
    }
}

/// `django.core.wsgi:get_wsgi_application()`, as uWSGI is told, and what was written before 1.4.
fn is_djangos(module: &str) -> bool {
    ["django.core.wsgi", "django.core.asgi", "django.core.handlers.wsgi"].contains(&module)
}

/// The only project that there is, where a server is told to serve what nothing in view has: a name
/// that was taken over from a guide, or changed in one place alone.
pub(super) fn meant<'p>(
    files: &Files,
    alone: Option<&'p Arc<Project>>,
    started: &Started,
) -> Option<&'p Arc<Project>> {
    let app = started.app.as_ref().filter(|_| started.program.value.is_server())?;
    let module = &app.value.module;
    let (package, rest) = module.split_once('.')?;
    let of_django = matches!(rest.rsplit('.').next(), Some("wsgi" | "asgi"));
    let project = alone.filter(|it| of_django && !it.is_a_sample())?;
    (is_nowhere(files, project, package) && !app.value.is_to_be_filled_in()).then_some(project)
}

/// Names for whoever's project it is, which no distribution is installed for: what Django's and gunicorn's
/// manuals call it ("How to use Django with Gunicorn", "Running Gunicorn").
const OF_GUIDES: &[&str] =
    &["myproject", "mysite", "my_project", "yourproject", "your_project", "project_name"];

/// Whether nothing in view has a package, and nothing that the project has installed is called so.
pub(super) fn is_nowhere(files: &Files, project: &Project, package: &str) -> bool {
    let file = format!("{package}.py");
    [package, &file].iter().all(|it| files.named(it).is_empty())
        && (OF_GUIDES.contains(&package) || !project.requirements.may_provide(package))
}

/// The settings that a command's project has in this process.
pub(super) fn django(
    files: &Files,
    project: &Arc<Project>,
    started: &Started,
    home: &Home,
) -> Option<Django> {
    let (module, named, run) = begun(files, project, started, home)?;
    Some(settings(module, named, &run))
}

/// Which settings a command loads, and the run that does, up to there.
fn begun<'r>(
    files: &'r Files<'r>,
    project: &'r Arc<Project>,
    started: &Started,
    home: &'r Home<'r>,
) -> Option<(Fact<String>, Named, Run<'r>)> {
    let entry = entry(files, project, started);
    let mut run = Run { files, project, home, entry, configuration: None };
    let begun = run.start();
    let (module, named) = settings_module(files, project, started, entry, &begun, home)?;
    run.configuration = begun.configuration.map(|it| it.value);
    Some((module, named, run))
}

/// The settings of a command of `manage.py` that the same container runs, if they are others than
/// those of what it is there for: an entry point of its own may name them.
pub(super) fn other_than(
    main: &Django,
    files: &Files,
    started: &Started,
    home: &Home,
) -> Option<Django> {
    // Where the environment names the settings, or may, both have the same or nobody knows.
    let is_open = !matches!(home.environment.get(django::VARIABLE), Lookup::Absent);
    if started.settings.is_none() && is_open {
        return None;
    }
    let (module, named, run) = begun(files, &main.project, started, home)?;
    (module.value != main.module.value).then(|| settings(module, named, &run))
}

/// A project that no process in view runs, as a web process of which nothing else is known.
pub(super) fn assumed(files: &Files, project: &Arc<Project>, home: &Home) -> Option<Django> {
    if let Some((module, _)) = declared::settings(files, project, None, home) {
        let run = Run { files, project, home, entry: None, configuration: None };
        return Some(settings(module, Named::Assumed, &run));
    }
    if let Some(module) = platform_settings::named(files, project) {
        let run = Run { files, project, home, entry: None, configuration: None };
        return Some(settings(module, Named::Assumed, &run));
    }
    if let Some(entry) = project.entry(Entry::Passenger, None)
        && let Some(name) = named_for_passenger(project, entry)
    {
        let mut run = Run { files, project, home, entry: Some(entry), configuration: None };
        run.configuration = run.start().configuration.map(|it| it.value);
        return Some(settings(name, Named::Default(entry.clone()), &run));
    }
    let production = project.production().map(|it| project.whole_of(it));
    let module = production.or_else(|| project.only_module())?;
    let Found::Read(read) = files.find(&module.path) else { return None };
    let place = Place::new(read.id, 0, 0);
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.');
    let names = |read: &Read<'_>| has_word(read.text, &module.name, is_part);
    let serves = |entry: &EntryPoint| {
        entry.kind != Entry::Manage
            && entry.default.as_ref().is_some_and(|it| it.value == module.name)
    };
    let is_named = files.of(Kind::Compose).iter().any(names) || project.entries.iter().any(serves);
    let why = match is_named {
        true => "nothing in view starts what names this module",
        false => "no process that kilter can follow runs this module in production",
    };
    let name = Fact::at(module.name.clone(), place).doubt(Certainty::Likely, why);
    let run = Run { files, project, home, entry: None, configuration: None };
    Some(settings(name, Named::Assumed, &run))
}

/// What Passenger's file names, or the `wsgi.py` that it takes the application from. Variables are
/// set where nobody sees them.
fn named_for_passenger(project: &Project, entry: &EntryPoint) -> Option<Fact<String>> {
    let name = entry.default.clone().or_else(|| project.entry(Entry::Wsgi, None)?.default.clone());
    let why = "the host may set other settings for Passenger";
    name.map(|name| if entry.forced { name } else { name.doubt(Certainty::Likely, why) })
}

fn settings(module: Fact<String>, named: Named, run: &Run<'_>) -> Django {
    let (files, project, home) = (run.files, run.project, run.home);
    let mut environment = home.environment.clone();
    let (mut evaluation, mut missing) = given::as_if_given(run, &module, &mut environment);
    if let Some(contract) = home.contract.filter(|_| home.brings.is_none()) {
        Arc::make_mut(&mut evaluation).take(&declared::folders(contract));
    }
    if runs_unseen(files, project, &evaluation) {
        missing.clear();
    }
    // A module that makes its names when they are asked for (PEP 562), or hands itself to what does, has
    // more than it assigns.
    let makes_names = || {
        let path = django::find_module(files, &project.root, &module.value);
        let read = path.and_then(|path| files.find(&path).read());
        read.is_some_and(|it| {
            it.has("sys.modules[__name__]")
                || it.text.lines().any(|line| line.starts_with("def __getattr__("))
        })
    };
    let is_bare = evaluation.is_hollow();
    let is_lazy = is_bare && makes_names();
    // A step of the image or a script links or copies another file there: `ln -s settings.py.prod settings.py`.
    let of_name =
        Utf8PathBuf::from(format!("{}.py", django::base_of(files, &project.root, &module.value)));
    let is_put_there = files.tree.get(&of_name).is_none() && files.scripted().is_replaced(&of_name);
    let hollow = is_bare && !is_lazy && !is_put_there && !run.has_template_for_class();
    if is_lazy {
        Arc::make_mut(&mut evaluation).open("the module makes its names when they are asked for");
    }
    if hollow {
        Arc::make_mut(&mut evaluation).open("the module has no settings, so others must be meant");
    }
    // What is made for one machine, as `settings.local`, is often in no repository.
    let of_all = home.copied || django::role(&module.value) == Role::Plain;
    let lacks = |name: &str| django::lacks_module(files, &project.root, name);
    let package = module.value.rsplit_once('.').map(|(package, _)| package);
    // What the environment names may be installed from elsewhere, and a checkout that has the rest
    // of the name may be called as the package.
    let is_nowhere = |name: &str| {
        let is_checkout = |rest: &str| django::find_module(files, &project.root, rest).is_some();
        name.split_once('.').is_some_and(|(top, rest)| {
            matches!(named, Named::Default(_))
                && !is_checkout(rest)
                && is_nowhere(files, project, top)
        })
    };
    let lacks_all = lacks(&module.value) || is_nowhere(&module.value);
    let is_misspelt = django::misspelt(files, &project.root, &module.value).is_some();
    let absent = of_all && lacks_all && !is_put_there || package.is_some_and(lacks) || is_misspelt;
    let module = match is_misspelt {
        true => {
            module.doubt(Certainty::Likely, "only a package of nearly the same name is in view")
        }
        false => module,
    };
    if absent && let Some(instead) = instead(files, project, &named) {
        return Django { absent: Some(module), ..settings(instead, named, run) };
    }
    let urlconf = evaluation.get("ROOT_URLCONF");
    let urlconf = urlconf.as_ref().and_then(|it| it.value.text());
    let urls = urlconf.and_then(|name| urls::read(files, &project.root, &evaluation, name));
    let folder = |at: &Utf8Path| home.folder(files, at);
    let collected = Collected::find(files, &project.root, &evaluation, &folder);
    let absent_sources = static_sources::absent(run, &evaluation);
    let static_root = evaluation.get("STATIC_ROOT");
    let static_root = static_root.as_ref().and_then(|it| it.value.text());
    let keeps_collected = static_root.and_then(|it| run.in_tree(it)).is_some_and(|path| {
        // Without a repository nobody knows whether what git ignores was committed all the same.
        files.tree.below(&path).any(|(path, entry)| {
            files.tree.is_file(path) && (!entry.ignored || files.tree.tracked(path).is_none())
        })
    });
    let path = project.module(&module.value).map(|it| it.path.as_path());
    let file = path.and_then(|path| match files.find(path) {
        Found::Read(read) => Some(read.id),
        Found::Wanted | Found::Folder | Found::Absent => None,
    });
    let replaced = path.is_some_and(|path| files.scripted().is_replaced(path));
    Django {
        project: Arc::clone(project),
        requirements: Arc::clone(&project.requirements),
        faults: Arc::default(),
        early: None,
        trials: trials::of(run, &module, &environment, &evaluation),
        refused: refusals::refused(files, &evaluation),
        rewritten: rewritten(files, &evaluation),
        replaced,
        absent: absent.then(|| module.clone()),
        hollow,
        absent_sources,
        keeps_collected,
        at: path.and_then(|path| run.in_process(path)),
        module,
        named,
        missing,
        urls: urls.map(Arc::new),
        collected: Arc::new(collected),
        file,
        evaluation,
    }
}

/// What `manage.py` loads, where another entry point names what the project does not have.
fn instead(files: &Files, project: &Project, named: &Named) -> Option<Fact<String>> {
    let Named::Default(_) = named else { return None };
    let module = project.entry(Entry::Manage, None)?.default.clone()?;
    django::find_module(files, &project.root, &module.value)?;
    let why = "the entry point names a module that the project does not have";
    Some(module.doubt(Certainty::Likely, why))
}

/// The settings that scripts write on the server, and those with a word in them that they replace. What they
/// look for, and is nowhere in the modules, is not replaced: somebody wrote the other into them since.
fn rewritten(files: &Files, evaluation: &Evaluation) -> Arc<BTreeSet<String>> {
    let scripted = files.scripted();
    let has = |text: &str| {
        evaluation.modules.is_empty()
            || evaluation.modules.iter().any(|it| files.read(*it).text.contains(text))
    };
    let exchanged = scripted.exchanged.iter().filter(|(text, _)| has(text));
    let mut more: Vec<String> = exchanged.flat_map(|(_, names)| names.iter().cloned()).collect();
    if scripted.fills_in_any() {
        let named = evaluation.outcome.iter().flat_map(|namespace| &namespace.names);
        let filled = named.filter(|it| scripted.fills_in(&it.value.value.to_string()));
        more.extend(filled.map(|it| it.name.clone()));
    }
    if more.is_empty() {
        return Arc::clone(&scripted.settings);
    }
    Arc::new(scripted.settings.iter().cloned().chain(more).collect())
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
