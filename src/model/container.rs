//! What the container of a service is made of: its image, and the programs that its start runs.

use crate::diagnostic::Edit;
use crate::fact::{Fact, Lookup};
use crate::model::command::{Front, Program, Step};
use crate::model::compose::Service;
use crate::model::contents::Contents;
use crate::model::image::{self, Flavour, Ignore, Image, Role, Start, Tool, is_named_root};
use crate::model::probe::Health;
use crate::model::{Django, PostgresServer, Process, RedisServer, Unheeded};
use crate::source::{Place, normalize};
use crate::syntax::dockerfile::Form;
use crate::syntax::shell::evaluate::OnFailure;
use camino::{Utf8Path, Utf8PathBuf};

#[derive(Debug)]
pub struct Container {
    /// The service.
    pub name: String,
    /// What is built here; `None` if it is pulled, or not in view.
    pub image: Option<Image>,
    /// What the table of images knows of it, or of what it is built on.
    pub flavour: Option<Fact<Flavour>>,
    /// The folder that is sent to the build.
    pub context: Option<Utf8PathBuf>,
    pub ignore: Ignore,
    /// The Dockerfile.
    pub dockerfile: Option<Utf8PathBuf>,
    /// All that entrypoint and command start, in order.
    pub steps: Vec<Step>,
    pub health: Health,
    /// The number of the one that it is there for.
    pub main: Option<usize>,
    /// The server, if a shell stays in front of it and gets the container's signals.
    pub shadowed: Option<Fact<Front>>,
    /// The script of its entrypoint, if that never looks at any command.
    pub deaf: Option<Deaf>,
    /// The variable for want of which its entrypoint ends, where that demands it.
    pub unset: Option<Fact<String>>,
    /// Its entrypoint is a script that is not in view.
    pub begins_unseen: bool,
    /// All that its build runs.
    pub build: Vec<BuildStep>,
    pub contents: Contents,
    /// Every port that its nginx listens on, if all that it reads is in view.
    pub nginx_ports: Option<Vec<Fact<u16>>>,
    /// How its Redis is set up, if it is one.
    pub redis: Option<RedisServer>,
    /// How its PostgreSQL is.
    pub postgres: Option<PostgresServer>,
    /// A field of a model that keeps uploads in `MEDIA_ROOT`, if nothing else holds those.
    pub uploads: Option<Fact<()>>,
    /// The settings under which it migrates, if they are others than those that it then runs under.
    pub migrates: Option<Migration>,
}

/// A migration on the way to a server.
#[derive(Debug)]
pub struct Migration {
    pub command: Fact<()>,
    pub django: Django,
}

/// A script of an entrypoint that does the same whatever the command is.
#[derive(Debug)]
pub struct Deaf {
    /// The command that it is handed where the container starts, if there is one.
    pub command: Option<Fact<()>>,
    pub entrypoint: Fact<String>,
    /// How it ends.
    pub last: Fact<()>,
}

/// A program that a `RUN` starts.
#[derive(Debug)]
pub struct BuildStep {
    /// The instruction.
    pub place: Place,
    pub ran: Step,
    /// The settings that it loads, if it is a command of manage.py.
    pub django: Option<Django>,
}

impl Container {
    /// What its start is there for.
    pub fn main(&self) -> Option<&Step> {
        self.steps.get(self.main?)
    }

    /// Whether what its start is there for is started as another user than root as well, in some branch of
    /// a script.
    pub fn may_give_up_root(&self) -> bool {
        let Some(main) = self.main() else { return false };
        let is_other = |it: &Fact<String>| !is_named_root(&it.value);
        self.steps.iter().any(|step| {
            step.started.program_name() == main.started.program_name()
                && step.started.user.as_ref().is_some_and(is_other)
        })
    }

    /// Whether static files are collected whenever it starts, or may be.
    pub fn starts_collecting(&self) -> bool {
        self.steps.iter().any(|step| {
            let unseen = matches!(step.started.program.value, Program::Shell | Program::Other);
            step.is_manage("collectstatic")
                || unseen && step.started.words.iter().any(|it| it.value.contains("collect"))
        })
    }

    /// Whether its build puts files into a folder, or below it: `COPY`, `cp -r app/static/* staticfiles/`.
    pub fn is_filled(&self, folder: &Utf8Path) -> bool {
        let copies = |it: &BuildStep| {
            let step = &it.ran;
            let target = step.started.words.iter().rfind(|it| !it.value.starts_with('-'));
            let from = step.directory.as_ref().map_or("", |it| it.value.as_str());
            let is_there = |to: &str| normalize(&Utf8Path::new(from).join(to)).starts_with(folder);
            matches!(step.program_name(), "cp" | "mv" | "rsync")
                && target.is_some_and(|it| is_there(&it.value))
        };
        let is_copied = |it: &Image| it.copied_to(folder).is_some();
        self.build.iter().any(copies) || self.image.as_ref().is_some_and(is_copied)
    }

    /// Whether its start waits for another service by itself, or nobody can tell.
    pub fn waits(&self) -> bool {
        let waits = [
            "wait",
            "dockerize",
            "pg_isready",
            "until",
            "/dev/tcp",
            "ping",
            "nc ",
            "netcat",
            "sleep",
        ];
        let words = |step: &Step| {
            let started = &step.started;
            let words = started.words.iter().chain([&started.executable]).chain(&started.script);
            words.into_iter().any(|word| waits.iter().any(|it| word.value.contains(it)))
        };
        // A program of Python that stands in the script: cookiecutter-django's connects until it can.
        let is_inline = |step: &Step| {
            let is_python = step.program_name().starts_with("python");
            let words = &step.started.words;
            let connects = words.is_empty() || words.iter().any(|it| it.value.contains("connect("));
            let is_other = step.started.program.value == Program::Other;
            is_python && is_other && step.started.script.is_none() && connects
        };
        // Besides the server, a shell with conditions is more than a list of commands.
        self.steps.is_empty()
            || self.steps.iter().any(|it| words(it) || is_inline(it) || it.waits || it.optional)
    }

    /// The program of its base, as `bash` or `python3`, where neither the service nor the Dockerfile says
    /// what to run: without a terminal it ends at once.
    pub fn runs_its_base(&self, service: &Service) -> Option<Fact<String>> {
        // An entrypoint of a base, as node's, runs the command.
        let is_plain = |it: &&Image| !matches!(it.entrypoint(), Some(Start::Written(_)));
        let image = self.image.as_ref().filter(is_plain)?;
        let is_told = service.command.is_some() || service.entrypoint.is_some();
        let is_base = self.flavour.as_ref().is_some_and(|it| it.value.is_base());
        match image.command()? {
            Start::Stock(words, base) if is_base && !is_told => {
                Some(Fact::at(words.join(" "), base))
            }
            Start::Stock(..) | Start::Written(_) => None,
        }
    }

    /// Whether it starts a shell without anything to do, as a tool for `docker compose run` does:
    /// `CMD ["/bin/bash"]`. Without a terminal that ends at once.
    pub fn starts_bare_shell(&self, service: &Service) -> bool {
        let Some(image) = &self.image else { return false };
        let words = |start: Start| match start {
            Start::Written(image::Command { form: Form::Exec(words), .. }) => {
                Some(words.iter().map(|it| it.as_str().to_owned()).collect())
            }
            Start::Written(_) | Start::Stock(..) => None,
        };
        let is_none = |it: Start| words(it).is_some_and(|it: Vec<String>| it.is_empty());
        if service.entrypoint.is_some() || image.entrypoint().is_some_and(|it| !is_none(it)) {
            return false;
        }
        let told: Option<Vec<String>> = match &service.command {
            Some(told) => Some(told.words.iter().map(ToString::to_string).collect()),
            None => image.command().and_then(words),
        };
        let shells = ["bash", "sh", "ash"];
        let is_shell = |word: &str| word.rsplit('/').next().is_some_and(|it| shells.contains(&it));
        matches!(told.as_deref(), Some([word]) if is_shell(word))
    }

    /// Whether it starts with a command that its entrypoint never looks at.
    pub fn is_deaf_to_command(&self) -> bool {
        self.deaf.as_ref().is_some_and(|it| it.command.is_some())
    }

    /// The command of a service, if the entrypoint never looks at it. The image's own command is but the
    /// default of what nobody asks for.
    pub fn ignores_command(&self, service: &Service) -> Option<(&Fact<()>, &Deaf)> {
        let deaf = self.deaf.as_ref()?;
        let command = service.command.as_ref()?;
        // `command: /start` of what starts so anyway.
        let words = command.words.iter().map(ToString::to_string);
        let is_that_script = words.eq([deaf.entrypoint.value.clone()]);
        deaf.command.as_ref().filter(|_| !is_that_script).map(|it| (it, deaf))
    }

    /// Whether its start or the build of its image runs a command of manage.py, or may.
    pub fn manages(&self, command: &str) -> bool {
        let in_build = |image: &Image| {
            let mut steps = image.steps().into_iter();
            steps.any(|step| step.run.form.text().contains(command))
        };
        self.begins_unseen
            || self.steps.iter().any(|step| step.is_manage(command))
            || self.image.as_ref().is_some_and(in_build)
    }

    /// Whether its start brings up other programs beside the one it is there for, which a script may
    /// have in the background and wait for.
    pub fn runs_more(&self) -> bool {
        self.has_more(&self.steps)
    }

    /// The same of what it comes to while `process` runs, which is what it is there for.
    pub fn runs_beside(&self, process: &Process) -> bool {
        let reached = self.steps.len() - self.held_up(process).len();
        let steps = &self.steps[..reached];
        // Behind a server that goes to the background stands what stays in front.
        let is_another =
            |(at, it): (usize, &Step)| self.main != Some(at) && it.started.is_of_celery();
        self.has_more(steps) || steps.iter().enumerate().any(is_another)
    }

    fn has_more(&self, steps: &[Step]) -> bool {
        let more = |(at, step): (usize, &Step)| {
            step.apart && self.main != Some(at)
                || step.starts_nginx()
                || step.starts_apache()
                || step.leaves_a_daemon()
        };
        steps.iter().enumerate().any(more)
    }

    /// Whether the image brings a health check; `None` if nobody can tell.
    pub fn has_healthcheck(&self) -> Option<bool> {
        match &self.image {
            Some(image) => image.has_healthcheck(),
            None => Some(self.flavour.as_ref()?.value.stock.healthcheck),
        }
    }

    /// That the program of a step is lacking, and that of each step which is tried in its place: a check
    /// of `curl … || wget …` needs one of them.
    pub fn lacks_all<'s>(
        &self,
        steps: &'s [Step],
        number: usize,
    ) -> Option<Vec<(&'s Step, Fact<()>)>> {
        let mut found = Vec::new();
        let mut next = Some(number);
        while let Some(number) = next {
            let step = steps.get(number)?;
            found.push((step, self.lacks(step)?));
            next = match step.on_failure {
                // An answer stands behind what it answers to, so this ends.
                OnFailure::Tries(answer) => Some(answer.filter(|it| *it > number)?),
                OnFailure::Stops
                | OnFailure::Skips(_)
                | OnFailure::GoesOn(_)
                | OnFailure::Tested => None,
            };
        }
        Some(found)
    }

    /// That a step runs a program which its image surely lacks; at the image's name.
    pub fn lacks(&self, step: &Step) -> Option<Fact<()>> {
        let (tool, packages) = tool(step.program_name())?;
        let flavour = self.flavour.as_ref()?;
        let has = flavour.value.has(tool)?;
        let brought = match &self.image {
            Some(image) => image.may_bring(step.program_name(), packages),
            // What other images hold beside their server is not all in the table, nor on what these are
            // built.
            None => {
                tool == Tool::Ps
                    || !matches!(flavour.value.stock.role, Role::Database | Role::Cache)
            }
        };
        (!has && !brought).then(|| flavour.map(|_| ()))
    }
}

/// What brings procps: itself, and what depends on it (`apt-cache rdepends procps`, Debian 12).
const WITH_PROCPS: &[&str] = &[
    "procps",
    "busybox",
    "apache2",
    "clamav",
    "cmake",
    "cups",
    "erlang",
    "firefox-esr",
    "fish",
    "libsnmp-dev",
    "mariadb-server",
    "openssh-server",
    "parallel",
    "rabbitmq-server",
    "samba",
    "sendmail",
    "vsftpd",
];

/// A program that checks run, and words in the names of packages that bring it.
fn tool(program: &str) -> Option<(Tool, &'static [&'static str])> {
    Some(match program {
        "curl" => (Tool::Curl, &["curl"]),
        "wget" => (Tool::Wget, &["wget"]),
        "nc" | "netcat" | "ncat" => (Tool::Nc, &["netcat", "ncat", "nmap", "busybox"]),
        "ps" | "pgrep" | "pkill" => (Tool::Ps, WITH_PROCPS),
        "pg_isready" => (Tool::PgIsReady, &["postgresql"]),
        "psql" => (Tool::Psql, &["postgresql"]),
        "mysqladmin" => (Tool::Mysqladmin, &["mysql", "mariadb"]),
        "redis-cli" => (Tool::RedisCli, &["redis", "valkey"]),
        _ => return None,
    })
}

impl BuildStep {
    /// Whether it loads a module of settings, and nothing gives it a variable: if they demand that, there is
    /// no image.
    pub fn would_lack(&self, module: &str, name: &str) -> bool {
        let loads = self.django.as_ref().is_some_and(|it| it.module.value == module);
        loads
            && !self.ran.optional
            && self.fails_silently().is_none()
            && matches!(self.ran.environment.get(name), Lookup::Absent)
    }

    /// Gives it variables, for itself alone.
    pub fn supply(&self, assignments: &str) -> Option<Edit> {
        // A wrapper in front of the program would take them for one of its words.
        let program = self.ran.started.program.written_at();
        let program = program.filter(|it| it.span.start == self.ran.place.span.start);
        program.map(|place| Edit::ahead(place, format!("{assignments} ")))
    }

    /// Whether the image is built although this failed.
    pub fn fails_silently(&self) -> Option<Unheeded> {
        match self.ran.on_failure {
            OnFailure::Stops | OnFailure::Skips(_) | OnFailure::Tries(_) | OnFailure::Tested => {
                None
            }
            OnFailure::GoesOn(place) => Some(Unheeded::by(place)),
        }
    }
}

impl Step {
    /// Whether nothing behind it runs if it fails, as the condition of a loop that waits. What runs in a
    /// branch may never do so.
    pub fn is_needed(&self) -> bool {
        !self.conditional && !self.apart && self.on_failure == OnFailure::Stops
    }

    /// Whether it is this command of manage.py, and not only a look at what it would do.
    pub fn is_manage(&self, command: &str) -> bool {
        let looks = ["--check", "--dry-run", "--plan", "--help"];
        let words = || self.started.words.iter();
        // django-tenants migrates each schema by a command of its own.
        let means =
            |name: &str| name == command || command == "migrate" && name == "migrate_schemas";
        matches!(&self.started.program.value, Program::Manage(name) if means(name))
            && !words().any(|word| looks.contains(&word.value.as_str()))
    }
}
