//! Running a project's entry point and settings in the interpreter, as one process would.

use crate::fact::symbol::is_symbolic;
use crate::fact::version::Range;
use crate::fact::{Certainty, Environment, Lookup};
use crate::model::build::apps::{Home, LeftOut};
use crate::model::build::ignored;
use crate::model::django::{Entry, EntryPoint, Project};
use crate::model::project::Requirements;
use crate::model::{Files, Found, Kind};
use crate::python::{self, Checkout, Evaluation, Installed, Request, Started};
use crate::source::{FileId, normalize};
use crate::syntax::Parsed;
use crate::syntax::python::ast::Module;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What names the class that has the settings (django-configurations).
const CLASS: &str = "DJANGO_CONFIGURATION";

/// One process that loads the settings of a project.
pub(super) struct Run<'r> {
    pub(super) files: &'r Files<'r>,
    pub(super) project: &'r Arc<Project>,
    pub(super) home: &'r Home<'r>,
    /// What it runs first.
    pub(super) entry: Option<&'r EntryPoint>,
    /// The class that the entry point names, where the environment names none.
    pub(super) configuration: Option<String>,
}

impl Run<'_> {
    /// What the entry point does before it loads the settings.
    pub(super) fn start(&self) -> Started {
        let is_closed = self.home.environment.is_closed();
        let started = self.in_view("", self.home.environment, |request| {
            if request.entry.is_none() {
                return Started::default();
            }
            let misses_env = is_closed && !request.environment.is_closed();
            Started { misses_env, ..python::start(request) }
        });
        self.want(&started.wants);
        started
    }

    pub(super) fn settings(&self, module: &str, environment: &Environment) -> Arc<Evaluation> {
        self.settings_given(module, environment, 0)
    }

    /// What settings that were evaluated `before` come to under another environment. `None` where that
    /// takes too long, or is too early.
    pub(super) fn settings_tried(
        &self,
        module: &str,
        environment: &Environment,
        before: &Evaluation,
    ) -> Option<Arc<Evaluation>> {
        is_worth_another(before).then(|| self.settings(module, environment))
    }

    /// The same without the modules that each machine has for itself.
    pub(super) fn settings_alone(
        &self,
        module: &str,
        environment: &Environment,
        before: &Evaluation,
    ) -> Option<Arc<Evaluation>> {
        let alone = || self.evaluated(module, environment, "alone", python::evaluate_alone);
        is_worth_another(before).then(alone)
    }

    /// The same as if those were there, and left all settings as they are.
    pub(super) fn settings_beside_empty(
        &self,
        module: &str,
        environment: &Environment,
        before: &Evaluation,
    ) -> Option<Arc<Evaluation>> {
        let evaluate = python::evaluate_beside_empty;
        let beside = || self.evaluated(module, environment, "beside empty", evaluate);
        is_worth_another(before).then(beside)
    }

    /// The same as if somebody had given up to so many variables that they stop without.
    pub(super) fn settings_given(
        &self,
        module: &str,
        environment: &Environment,
        most: usize,
    ) -> Arc<Evaluation> {
        let how = most.to_string();
        self.evaluated(module, environment, &how, |it| python::evaluate_given(it, most))
    }

    fn evaluated(
        &self,
        module: &str,
        environment: &Environment,
        how: &str,
        evaluate: impl Fn(&Request<'_>) -> Evaluation,
    ) -> Arc<Evaluation> {
        let Home { checkout, cwd, closed, left_out, put_over, .. } = self.home;
        let entry = self.entry.map(|entry| &entry.path);
        let Project { root, package, .. } = &**self.project;
        let configuration = &self.configuration;
        let version = |name| surely_has(&self.project.requirements, name);
        let versions = python::VERSIONED.map(version);
        let key = format!(
            "{root} {module} {entry:?} {configuration:?} {checkout:?} {cwd:?} {closed} {how} \
             {versions:?} {left_out:?} {put_over:?} {package:?}"
        );
        if let Some(known) = self.files.memo.evaluation(&key, environment) {
            return known;
        }
        let mut evaluation = self.in_view(module, environment, evaluate);
        if let Ok(namespace) = &mut evaluation.outcome
            && self.has_old_middleware()
        {
            namespace.call_also("MIDDLEWARE_CLASSES", "MIDDLEWARE");
        }
        self.want(&evaluation.wants);
        for awaited in &mut evaluation.awaited {
            awaited.value = normalize(&self.base().join(&awaited.value));
        }
        self.files.memo.keep(key, environment, evaluation)
    }

    /// Whether Django takes its middleware from the list of the old name: up to 1.9 always, then for
    /// want of the new one until 2.0 (release notes of 1.10, "New-style middleware").
    fn has_old_middleware(&self) -> bool {
        self.project.requirements.django().is_some_and(|it| it.value.at_least([2]) == Some(false))
    }

    /// Whether a template is to say which class of the module has the settings.
    pub(super) fn has_template_for_class(&self) -> bool {
        let named = self.home.environment.get(CLASS);
        matches!(named, Lookup::Set(name) if is_symbolic(&name.value))
    }

    fn want<'w>(&self, wants: impl IntoIterator<Item = &'w Utf8PathBuf>) {
        let base = self.base();
        // What lies over a file was asked for already, and the file itself may not be there.
        let is_hidden = |path: &Utf8PathBuf| self.home.put_over.iter().any(|it| it.0 == *path);
        let paths = wants.into_iter().map(|path| base.join(path));
        self.files.want(paths.filter(|it| !is_hidden(it)));
    }

    /// The path in the tree that a path of the process leads to.
    pub(super) fn in_tree(&self, path: &str) -> Option<Utf8PathBuf> {
        Some(normalize(&self.base().join(self.checkout().relative(path)?)))
    }

    /// The process's path of a path in the tree.
    pub(super) fn in_process(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        let below = path.strip_prefix(self.base()).ok()?;
        self.checkout().absolute(below).map(Utf8PathBuf::from)
    }

    /// Where the process has the tree.
    fn checkout(&self) -> Checkout {
        let base = self.base();
        let inside = |path: &Utf8Path| path.strip_prefix(base).unwrap_or(path).to_owned();
        let mounts = self.home.checkout.iter().map(|(folder, at)| (inside(folder), at.clone()));
        let (root, modules) = (&self.project.root, &self.project.modules);
        let has_code = |(folder, _): &(Utf8PathBuf, Utf8PathBuf)| {
            root.starts_with(folder) || modules.iter().any(|it| it.path.starts_with(folder))
        };
        match self.home.checkout.iter().any(has_code) {
            true => Checkout::new(mounts.collect()),
            false => Checkout::besides(mounts.collect()),
        }
    }

    fn base(&self) -> &Utf8Path {
        base(self.files, &self.project.root)
    }

    /// Runs with what the process sees. If an env file is missed that may be on the server, then
    /// once more, with an environment that it may have added to.
    fn in_view<T>(
        &self,
        module: &str,
        environment: &Environment,
        run: impl Fn(&Request<'_>) -> T,
    ) -> T {
        let base = self.base();
        let missed_env = AtomicBool::new(false);
        let Home { closed, left_out, .. } = *self.home;
        let put_over = &self.home.put_over;
        let seen = Seen { files: self.files, base, closed, left_out, put_over, missed_env };
        let configuration = match environment.get(CLASS) {
            Lookup::Set(name) if !is_symbolic(&name.value) => Some(name.value),
            Lookup::Absent => self.configuration.clone(),
            Lookup::Set(_) | Lookup::Unknown(_) => None,
        };
        let entry = self.entry.and_then(|entry| Some((self.project.dotted(&entry.path)?, entry)));
        let entry = entry.as_ref().map(|(module, entry)| python::EntryPoint {
            module,
            is_script: entry.kind == Entry::Manage,
        });
        let checkout = self.checkout();
        let root = self.project.root.strip_prefix(base).unwrap_or(&self.project.root).to_owned();
        let requirements = &*self.project.requirements;
        let request = Request {
            files: &seen,
            roots: std::slice::from_ref(&root),
            package: self.project.package.as_deref(),
            module,
            entry,
            environment,
            checkout: &checkout,
            cwd: self.home.cwd.clone(),
            installed: Installed::AtLeast(&|module| surely_provides(requirements, module)),
            configuration: configuration.as_deref(),
            versions: &|name| surely_has(requirements, name),
        };
        let result = run(&request);
        if !(seen.missed_env.load(Ordering::Relaxed) && environment.is_closed()) {
            return result;
        }
        let mut open = environment.clone();
        open.open("the settings load an env file that is not in view", None);
        run(&Request { environment: &open, ..request })
    }
}

/// Settings that take more steps are not run again to find out what they would come to otherwise: a loader
/// of the project's own decides each of them anew, for every process, and nobody waits that long. The
/// largest others that we measured take 37,000 (unicef/etools-datamart).
const QUICK: usize = 60_000;

/// Whether it is worth it to run settings again. As long as modules of theirs are yet to be read, all is
/// run anew with those, and this as well.
fn is_worth_another(evaluation: &Evaluation) -> bool {
    evaluation.wants.is_empty() && evaluation.steps <= QUICK
}

/// The versions of a distribution, or of Python, that the project surely has.
fn surely_has(requirements: &Requirements, name: &str) -> Option<Range> {
    let known = if name == "python" { requirements.python() } else { requirements.of(name) };
    let known = known.filter(|it| it.evidence().certainty() == Certainty::Certain)?;
    Some(known.value)
}

/// Whether a top-level module surely comes from what the project has installed.
fn surely_provides(requirements: &Requirements, module: &str) -> bool {
    let provides = requirements.provides(module);
    provides.is_some_and(|it| it.value && it.evidence().certainty() == Certainty::Certain)
}

/// The tree as settings may see it. An env file that is not in it may be on the server.
pub(super) struct Seen<'f, 'a> {
    files: &'f Files<'a>,
    /// What paths begin at.
    pub(super) base: &'f Utf8Path,
    closed: bool,
    left_out: Option<LeftOut<'f>>,
    put_over: &'f [(Utf8PathBuf, Utf8PathBuf)],
    missed_env: AtomicBool,
}

/// Python knows the tree by paths from its root, which may be an absolute one.
fn base<'f>(files: &'f Files<'_>, path: &Utf8Path) -> &'f Utf8Path {
    let around = files.tree.roots().iter().filter(|root| path.starts_with(root));
    around.max_by_key(|root| root.as_str().len()).map_or(Utf8Path::new(""), |it| it.as_path())
}

impl<'f, 'a> Seen<'f, 'a> {
    /// For whoever loads a file of the tree that is none of a project.
    pub(super) fn around(files: &'f Files<'a>, path: &Utf8Path) -> Self {
        let base = base(files, path);
        let missed_env = AtomicBool::new(false);
        Self { files, base, closed: false, left_out: None, put_over: &[], missed_env }
    }
}

impl python::Files for Seen<'_, '_> {
    fn find(&self, path: &Utf8Path) -> python::Found<'_> {
        let path = normalize(&self.base.join(path));
        // The last that is copied there counts.
        let over = self.put_over.iter().rev().find(|(hidden, _)| *hidden == path);
        let path = over.map_or(path, |(_, other)| other.clone());
        let is_env = crate::syntax::kind::by_name(&path) == Some(Kind::Dotenv);
        let ignored = self.files.tree.is_ignored(&path);
        match self.files.find(&path) {
            _ if is_env && self.is_left_out(&path) => python::Found::Absent,
            _ if is_env && ignored && !self.closed => self.missed(),
            // What is in the tree gives way to what a script writes where the site is deployed.
            _ if is_env && !self.closed && ignored::is_rewritten(self.files, &path) => {
                self.missed()
            }
            Found::Read(read) if is_env && self.files.is_unread(read.id) => self.missed(),
            Found::Absent if is_env && self.files.tree.is_unseen(&path) => self.missed(),
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

    fn search(&self, path: &Utf8Path) -> python::Found<'_> {
        let place = normalize(&self.base.join(path));
        let folder = place.parent().unwrap_or(self.base);
        match self.files.find(&place) {
            // An env file that is nowhere lies where one is documented, or beside `manage.py`.
            Found::Absent if !self.is_home_of_env_files(folder) => python::Found::Absent,
            _ => self.find(path),
        }
    }

    fn may_appear(&self, path: &Utf8Path) -> bool {
        let path = normalize(&self.base.join(path));
        let kind = crate::syntax::kind::by_name(&path);
        !self.closed
            && !self.is_left_out(&path)
            && matches!(kind, Some(Kind::Dotenv | Kind::Python))
    }

    fn is_expected(&self, path: &Utf8Path) -> bool {
        let place = normalize(&self.base.join(path));
        self.may_appear(path) && self.is_home_of_env_files(place.parent().unwrap_or(self.base))
    }

    fn is_made_on_site(&self, path: &Utf8Path) -> bool {
        let path = normalize(&self.base.join(path));
        !self.closed && (has_example(self.files, &path) || self.files.tree.ignores(&path))
    }

    fn examples(&self, path: &Utf8Path) -> Vec<Utf8PathBuf> {
        let path = normalize(&self.base.join(path));
        let is_one = |it: &&Utf8Path| crate::syntax::kind::is_example(it);
        let beside = examples(self.files, &path).filter(is_one);
        // What Ansible makes it of lies with Ansible's files.
        let template = path.file_name().map(|name| format!("{name}.j2")).unwrap_or_default();
        let templates = self.files.files_named(&template).map(Utf8PathBuf::as_path);
        beside.chain(templates).map(Utf8Path::to_owned).collect()
    }

    fn may_be_put(&self, _path: &Utf8Path) -> bool {
        !self.closed
    }

    fn misses_env(&self) {
        self.missed();
    }

    fn module(&self, file: FileId) -> Option<&Module> {
        match self.files.read(file).parsed {
            Parsed::Python(module) => Some(module),
            _ => None,
        }
    }
}

/// `local.py.example`, `local_example.py`: to be copied where the site is set up.
pub(super) fn has_example(files: &Files<'_>, path: &Utf8Path) -> bool {
    examples(files, path).next().is_some()
}

fn examples<'f>(files: &'f Files<'_>, path: &'f Utf8Path) -> impl Iterator<Item = &'f Utf8Path> {
    let folder = path.parent().zip(path.file_stem());
    folder.into_iter().flat_map(|(folder, stem)| {
        let is_one =
            move |it: &str| it != stem && it.contains(stem) && it.contains(['.', '_', '-']);
        let children = files.tree.children(folder).map(|(it, _)| it.as_path());
        children.filter(move |it| it.file_name().is_some_and(is_one))
    })
}

impl Seen<'_, '_> {
    fn is_home_of_env_files(&self, folder: &Utf8Path) -> bool {
        let is_env = |path: &Utf8Path| crate::syntax::kind::by_name(path) == Some(Kind::Dotenv);
        let tells = |path: &Utf8Path| path.file_name() == Some("manage.py") || is_env(path);
        folder == self.base || self.files.tree.children(folder).any(|(path, _)| tells(path))
    }

    fn is_left_out(&self, path: &Utf8Path) -> bool {
        self.left_out.is_some_and(|it| it.has(path))
    }

    fn missed(&self) -> python::Found<'_> {
        self.missed_env.store(true, Ordering::Relaxed);
        python::Found::Absent
    }
}
