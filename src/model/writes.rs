//! Where a process writes, as its settings and its command say.

use crate::fact::Fact;
use crate::model::command::Step;
use crate::model::{Container, Deployment, INSTALLED_APPS, Process, ProcessKind, Storage};
use crate::python::Value;
use camino::{Utf8Path, Utf8PathBuf};

/// A path that a process writes to.
#[derive(Clone, Debug)]
pub struct Written {
    /// The setting or option that names it: `MEDIA_ROOT`, `LOGGING`.
    pub what: &'static str,
    pub path: Fact<Utf8PathBuf>,
    /// Where it is assigned.
    pub at: Fact<()>,
}

/// What has a folder that belongs to root.
#[derive(Clone, Debug)]
pub enum Keeps {
    Image,
    /// A named volume, where it is mounted.
    Volume(Fact<()>),
    /// Nothing yet: docker makes the folder of the checkout that is bound here.
    Host(Fact<()>, Utf8PathBuf),
}

impl Written {
    /// The folder in which it makes something first: all others are files of their own.
    pub fn folder(&self) -> Option<&Utf8Path> {
        match self.what {
            "MEDIA_ROOT" | "STATIC_ROOT" => Some(&self.path.value),
            _ => self.path.value.parent(),
        }
    }
}

impl Fact<&Process> {
    /// Every path that is surely written to.
    pub fn written_paths(&self) -> Vec<Written> {
        let mut out = Vec::new();
        out.extend(self.uploads());
        out.extend(self.database_file());
        out.extend(self.log_files());
        out.extend(self.beat_schedule());
        out
    }

    /// Every path that a command of manage.py surely writes to. What is there already root leaves to
    /// its owner, so that of root only counts what it may be the first to make.
    pub fn written_by(&self, command: &str, is_root: bool) -> Vec<Written> {
        let mut out = self.log_files();
        let changes = ["clearsessions", "createsuperuser", "flush", "loaddata"];
        if command == "migrate" || changes.contains(&command) && !is_root {
            out.extend(self.database_file());
        }
        if command == "collectstatic" {
            out.extend(self.collected());
        }
        out
    }

    /// `STATIC_ROOT`, where `collectstatic` writes.
    fn collected(&self) -> Option<Written> {
        self.at_path("STATIC_ROOT", &self.setting("STATIC_ROOT")?)
    }

    /// `MEDIA_ROOT`, if uploads go to the file system.
    fn uploads(&self) -> Option<Written> {
        let root = self.setting("MEDIA_ROOT")?;
        let local = |backend: &Value| {
            backend.text().is_some_and(|it| {
                it.starts_with("django.core.files.storage") && it.ends_with("FileSystemStorage")
            })
        };
        if let Some(old) = self.setting("DEFAULT_FILE_STORAGE")
            && self.reads_old_storages() != Some(false)
            && !local(&old.value)
        {
            return None;
        }
        // Unset, it is Django's own storage.
        if let Some(storages) = self.setting("STORAGES") {
            let backend = storages.value.get("default")?.value.get("BACKEND")?;
            local(&backend.value).then_some(())?;
        }
        self.at_path("MEDIA_ROOT", &root)
    }

    fn database_file(&self) -> Option<Written> {
        let databases = self.setting("DATABASES")?;
        let default = databases.value.get("default")?;
        let engine = default.value.get("ENGINE")?;
        // Often it stands in for the database that a missing variable would have named.
        let complete = self.value.django.as_ref()?.missing.is_empty();
        let sqlite = complete && engine.value.text()?.ends_with("sqlite3");
        sqlite.then(|| self.at_path("DATABASES", default.value.get("NAME")?))?
    }

    /// The files of `LOGGING`'s handlers that some logger uses.
    fn log_files(&self) -> Vec<Written> {
        let Some(logging) = self.setting("LOGGING") else { return Vec::new() };
        let Some(handlers) = logging.value.get("handlers") else { return Vec::new() };
        let each = handlers.value.entries();
        each.filter_map(|it| self.at_path("LOGGING", it.value.value.get("filename")?)).collect()
    }

    /// Whether this is celery's beat, which has a file of its own unless it is told to keep its times in
    /// the database, and so asks nobody but the broker.
    pub fn keeps_times_in_a_file(&self) -> bool {
        let given = self.value.started.as_ref().and_then(|it| it.scheduler.as_ref());
        let given = given.map(|it| it.value.clone());
        let set = || self.setting("CELERY_BEAT_SCHEDULER")?.value.text().map(str::to_owned);
        let is_another = |it: &String| !it.contains("PersistentScheduler");
        self.value.kind == ProcessKind::Scheduler
            && !given.or_else(set).as_ref().is_some_and(is_another)
            && !self.members(INSTALLED_APPS).iter().any(|it| it.value.contains("beat"))
    }

    /// The file in which `celery beat` keeps when it last sent what, unless another scheduler does.
    fn beat_schedule(&self) -> Option<Written> {
        let started = self.value.started.as_ref().filter(|_| self.value.runs_beat())?;
        let set = self.setting("CELERY_BEAT_SCHEDULER");
        let set = set.and_then(|it| it.value.text().map(str::to_owned)).unwrap_or_default();
        let given = started.scheduler.as_ref().map_or(set.as_str(), |it| it.value.as_str());
        if !given.is_empty() && !given.contains("PersistentScheduler") {
            return None;
        }
        // Celery's `beat_schedule_filename`, by its name of today and of before 4.
        let moved = ["CELERY_BEAT_SCHEDULE_FILENAME", "CELERYBEAT_SCHEDULE_FILENAME"];
        if let Some((what, set)) = moved.iter().find_map(|it| Some((*it, self.setting(it)?)))
            && started.schedule_file.is_none()
        {
            let written = self.at_path(what, &set)?;
            return Some(Written { what: "beat's schedule", ..written });
        }
        let name = started.schedule_file.as_ref().map_or("celerybeat-schedule", |it| &it.value);
        let at = started.schedule_file.as_ref().unwrap_or(&started.executable).map(|_| ());
        let cwd = self.value.working_directory()?;
        let path = cwd.map(|cwd| cwd.join(name)).given(&at).given(self);
        Some(Written { what: "beat's schedule", path, at })
    }

    fn at_path(&self, what: &'static str, value: &Fact<Value>) -> Option<Written> {
        let path = value.try_map(|it| it.text().filter(|it| !it.is_empty()).map(str::to_owned))?;
        let path = path.given(self);
        let at = self.assignment(what).unwrap_or_else(|| path.map(|_| ()));
        let cwd = self.value.working_directory();
        let absolute = match (Utf8Path::new(&path.value).is_absolute(), &cwd) {
            (true, _) => path.map(|it| Utf8PathBuf::from(it.as_str())),
            (false, Some(cwd)) => path.map(|it| cwd.value.join(it)).given(cwd),
            (false, None) => return None,
        };
        Some(Written { what, path: absolute, at })
    }
}

impl Deployment {
    /// `STATIC_ROOT`, if each start of the process's container collects into it what no build has put
    /// there: what is there already is left as it is.
    pub fn collected_at_start(&self, process: &Process) -> Option<Written> {
        let container = self.container(&process.name)?;
        let mut steps = process.way().prepares("collectstatic");
        let (_, step) = steps.find(|(_, it)| !it.optional)?;
        // What collects before the server gives root up (`gosu`, supervisord's `user=`) still is root.
        let own = self.user_at_start(container, &process.name);
        let collector = step.started.user.as_ref().or(own.as_ref()).map(|it| &it.value);
        if collector != process.user.as_ref().map(|it| &it.value) {
            return None;
        }
        let is_built = container.build.iter().any(|it| it.ran.is_manage("collectstatic"));
        let is_kept = process.django.as_ref()?.keeps_collected;
        let app = process.fact();
        app.collects_into().filter(|_| !is_built && !is_kept)?;
        let written = app.collected()?;
        let collects = step.started.executable.map(|_| ());
        Some(Written { path: written.path.given(&collects), ..written })
    }

    /// As whom a container starts, before anything in it changes to another.
    fn user_at_start(&self, container: &Container, service: &str) -> Option<Fact<String>> {
        let service = self.compose.as_ref().and_then(|it| it.service(service));
        match (service, &container.image) {
            (Some(service), image) => service.starts_as(image.as_ref()),
            (None, image) => image.as_ref()?.user(),
        }
    }

    /// That the container's user may not write to a path, with what lies there.
    pub fn closed_to(&self, process: &Process, written: &Written) -> Option<Fact<Keeps>> {
        let user = process.user.as_ref()?;
        let name = user.value.split(':').next().unwrap_or_default();
        let container = self.container(&process.name)?;
        let image = container.image.as_ref()?;
        let view = self.view(process.view);
        let storage = view.locate(&view.dir(process.view, &written.path.value))?;
        let folder = written.folder()?;
        // What a start does as root may give it away; so may a start of another container.
        let mut steps = self.containers.iter().flat_map(|it| &it.steps);
        let path = written.path.value.as_path();
        let changed = steps.any(|it| may_give_away(it, path)) || self.is_given_inside(path);
        if matches!(name, "root" | "0") || changed || container.steps.is_empty() {
            return None;
        }
        // Whoever the folder around it belongs to, docker makes this one.
        let made = container.contents.unmade.iter().find(|it| folder.starts_with(&it.value));
        let mount = || view.mount(&written.path.value).map(|it| it.map(|_| ()));
        let keeps = match &storage.value {
            Storage::Container { .. } => Keeps::Image,
            Storage::Volume { .. } => mount().map_or(Keeps::Image, Keeps::Volume),
            Storage::Checkout(path) if made.is_some() => {
                let is_file = folder != written.path.value;
                let of_host = path.parent().filter(|_| is_file).unwrap_or(path);
                Keeps::Host(mount()?, of_host.to_owned())
            }
            Storage::Checkout(_) | Storage::Host(_) | Storage::Temporary { .. } => return None,
        };
        let closed = image.keeps_for_root(folder) || made.is_some();
        let of_root = closed.then(|| storage.map(|_| keeps).given(user))?;
        Some(match made {
            Some(made) => of_root.given(made),
            None => of_root,
        })
    }

    /// Whether a script has a container that runs give a path away, or a folder around it.
    fn is_given_inside(&self, path: &Utf8Path) -> bool {
        let lines = self.surroundings.told.given_away.iter();
        let mut inside = lines.filter(|it| it.contains("exec ") || it.contains("run "));
        let names = |word: &str| word.starts_with('/') && path.starts_with(word);
        inside.any(|line| line.split([' ', '\t', '"', '\'', ';']).any(names))
    }
}

/// Whether a step of a start may give a path to somebody, a file itself or a folder around it, or goes on as
/// another user: all that is done by one which hands other folders over is that.
fn may_give_away(step: &Step, written: &Utf8Path) -> bool {
    const BECOMES: [&str; 6] = ["gosu", "su-exec", "setpriv", "su", "sudo", "runuser"];
    let words = || step.started.words.iter().map(|it| it.value.as_str());
    if !matches!(step.program_name(), "chown" | "chmod") {
        return BECOMES.contains(&step.program_name()) || words().any(|it| it == "chown");
    }
    let is_other = |path: &str| {
        path.starts_with('/') && !path.contains(['$', '*', '?', '[']) && !written.starts_with(path)
    };
    let is_plain = |option: &str| !option.starts_with("--reference");
    let mut paths = words().filter(|it| !it.starts_with('-')).skip(1).peekable();
    !(words().all(is_plain) && paths.peek().is_some() && paths.all(is_other))
}
