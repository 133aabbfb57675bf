//! One parser per format: text in, a tree with a place for everything out.
//!
//! A parser is a pure function of a file's text. It never fails: what the real consumer would
//! refuse becomes a [`Problem`], and the rest is still read. It never resolves an include, never
//! touches the disk, and knows nothing of Django.

use crate::diagnostic::Fix;
use crate::source::{FileId, Place, Spanned};
use crate::syntax::kind::Kind;
use camino::Utf8Path;
use std::sync::Arc;

pub mod kind;

pub mod caddy;
pub mod dockerfile;
pub mod nginx;
pub mod python;
pub mod requirements;
pub mod yaml;

mod braces;
mod cooked;
pub mod crontab;
pub mod dotenv;
pub mod envsubst;
mod filled;
pub mod ini;
pub mod pm2;
pub mod postgres;
pub mod procfile;
mod said;
mod secret;
pub mod shell;
pub mod shlex;
pub mod spliced;
pub mod systemd;
pub mod traefik;
pub mod upstart;
pub mod xml;

/// What the real consumer of a file refuses or ignores, and where.
///
/// Formats whose faults have rules of their own say which by a type of their own that becomes
/// this one where no rule asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub place: Place,
    /// A message as a diagnostic's: lower case, one line, no full stop.
    pub message: String,
    /// Something else that takes part, as the bracket that was never closed.
    pub also: Option<(Place, String)>,
    /// What would make it what was plainly meant.
    pub fix: Option<Box<Fix>>,
    /// What to do about it, where that is not what one does about others of its kind.
    pub help: Option<&'static str>,
}

impl Problem {
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), also: None, fix: None, help: None }
    }

    pub fn also(mut self, place: Place, message: impl Into<String>) -> Self {
        self.also = Some((place, message.into()));
        self
    }
}

/// Which fault a problem is, for the rules that tell faults of one format apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    Nginx(nginx::Fault),
    Systemd(systemd::Fault),
    /// Caddy's global options in a file that another imports behind a block.
    ImportedOptions,
    /// Of a format whose faults are all alike: it is refused.
    Refused(Kind),
}

impl Fault {
    /// Whether the real consumer stops there, or leaves the part out that is at fault.
    pub fn is_fatal(self) -> bool {
        match self {
            Self::Nginx(fault) => fault.is_fatal(),
            _ => true,
        }
    }

    /// Whether the real consumer says this and nothing of what follows: nginx and the builder of images
    /// end at the first fault.
    pub fn ends_reading(self) -> bool {
        match self {
            Self::Nginx(fault) => fault.is_fatal() && fault != nginx::Fault::UnquotedBrace,
            Self::Refused(kind) => kind == Kind::Dockerfile,
            Self::Systemd(_) | Self::ImportedOptions => false,
        }
    }
}

/// A file's tree, of whatever format it is.
#[derive(Debug)]
pub enum Parsed {
    Beanstalk(yaml::File),
    Caddy(caddy::Tree),
    Compose(yaml::File),
    Crontab(crontab::Crontab),
    Dockerfile(dockerfile::File),
    Dotenv(dotenv::Tree),
    Nginx(nginx::Tree),
    Pm2(Vec<pm2::App>),
    Procfile(Vec<procfile::Process>),
    Requirements(requirements::Manifest),
    Python(python::Lazy),
    Shell(shell::Script),
    Supervisor(Vec<ini::Section>),
    Systemd(systemd::UnitFile),
    Upstart(upstart::Job),
    Workflow(yaml::File),
    Traefik(traefik::Tree),
    Text(Kind),
}

/// Reads a text as the format says; what is wrong with it comes with the kind of fault.
pub fn parse(
    kind: Kind,
    path: &Utf8Path,
    file: FileId,
    text: &str,
) -> (Parsed, Vec<(Fault, Problem)>) {
    let refused = |problems: Vec<Problem>| {
        problems.into_iter().map(|problem| (Fault::Refused(kind), problem)).collect()
    };
    match kind {
        Kind::Caddy => {
            let (tree, problems) = caddy::parse(file, text);
            (Parsed::Caddy(tree), refused(problems))
        }
        Kind::Compose => {
            let mut tree = yaml::parse(file, text);
            let mut problems = std::mem::take(&mut tree.problems);
            // A template is no YAML before it is rendered.
            problems.retain(|_| !text.contains("{%") && !text.contains("{{"));
            (Parsed::Compose(tree), refused(problems))
        }
        Kind::Dockerfile => {
            let mut tree = dockerfile::parse(file, text);
            let problems = std::mem::take(&mut tree.problems);
            (Parsed::Dockerfile(tree), refused(problems))
        }
        Kind::Nginx => {
            let (tree, problems) = nginx::parse(file, text);
            // What a template says is decided when it is rendered.
            // Nor is what a guide leaves out for its reader.
            let is_sketch = text.lines().any(|line| line.trim() == "...") || is_recorded(text);
            let is_whole = tree.template.is_none() && !is_sketch;
            let problems = if is_whole { problems } else { Vec::new() };
            let faults = problems.into_iter().map(|it| (Fault::Nginx(it.fault), it.into()));
            (Parsed::Nginx(tree), faults.collect())
        }
        Kind::Requirements => {
            let format = requirements::Format::of(path).unwrap_or_default();
            let (manifest, problems) = requirements::parse(format, file, text);
            // What a template asks for is decided when it is rendered.
            let mut problems = if text.contains("{%") { Vec::new() } else { problems };
            problems.retain(|it| {
                let written = text.get(it.place.span.range());
                format == requirements::Format::Requirements
                    && (it.also.is_some() || written.is_some_and(requirements::new_pip_refuses))
            });
            (Parsed::Requirements(manifest), refused(problems))
        }
        Kind::Systemd => {
            let (tree, mut problems) = systemd::parse(file, text);
            problems.retain(|_| !is_recorded(text));
            if let Some(unit) = unit_of(path) {
                let manager = systemd::name::manager(path.as_str(), text);
                systemd::headed(&tree, &unit, &mut problems);
                problems.extend(systemd::check(&tree, &unit, manager));
            }
            let faults = problems.into_iter().map(|it| (Fault::Systemd(it.fault), it.into()));
            (Parsed::Systemd(tree), faults.collect())
        }
        // What is wrong in an env file depends on who reads it.
        Kind::Dotenv => (Parsed::Dotenv(dotenv::parse(file, text)), Vec::new()),
        // Nor does anybody ask whether a script is sound: one that is not stops where it stops.
        Kind::Shell => {
            let flavour = shell::Flavour::of_script(text);
            (Parsed::Shell(shell::parse_file(file, text, flavour)), Vec::new())
        }
        Kind::Procfile => (Parsed::Procfile(procfile::parse(file, text)), Vec::new()),
        Kind::Pm2 => (Parsed::Pm2(pm2::parse(file, text)), Vec::new()),
        Kind::Upstart => (Parsed::Upstart(upstart::parse(file, text)), Vec::new()),
        Kind::Crontab => {
            let (crontab, problems) = crontab::parse(file, text, crontab::Form::of(path.as_str()));
            (Parsed::Crontab(crontab), refused(problems))
        }
        Kind::Supervisor => {
            let (sections, problems) = ini::parse(file, text, ini::Reader::Supervisor);
            let is_template = text.contains("{%") || text.contains("{{");
            // Circus has the same format, and refuses what it does in words of its own.
            let is_silent = is_template || text.contains("[watcher:");
            let problems = if is_silent { Vec::new() } else { problems };
            (Parsed::Supervisor(sections), refused(problems))
        }
        // Workflows are read for evidence; whether GitHub would take them is not asked.
        Kind::Workflow => (Parsed::Workflow(yaml::parse(file, text)), Vec::new()),
        // What is JSON is YAML, and what the platform refuses is told where it is sent.
        Kind::Beanstalk => (Parsed::Beanstalk(yaml::parse(file, text)), Vec::new()),
        Kind::Traefik => {
            let is_toml = path.as_str().contains(".toml");
            (Parsed::Traefik(traefik::parse(file, text, is_toml)), Vec::new())
        }
        Kind::Python => {
            let module = python::Lazy::new(file, Arc::new(text.to_owned()));
            let problems = refused(module.problems().to_vec());
            (Parsed::Python(module), problems)
        }
        Kind::Makefile | Kind::Toml | Kind::Redis | Kind::Postgres | Kind::Text => {
            (Parsed::Text(kind), Vec::new())
        }
    }
}

/// Whether a text is what a terminal showed, prompt and all: `ubuntu@web:/etc/nginx$ cat default`, or
/// the head of an editor.
fn is_recorded(text: &str) -> bool {
    let first = text.trim_start().lines().next().unwrap_or_default();
    if first.starts_with("GNU nano ") {
        return true;
    }
    let prompt = first.split_once("$ ").or_else(|| first.split_once("# ")).map(|(it, _)| it);
    prompt.is_some_and(|it| it.contains('@') && it.contains(':') && !it.contains(' '))
}

/// Whether somebody wrote a password down, and no word that stands for one.
pub fn is_written_out(text: &str) -> bool {
    secret::is_written_out(text)
}

/// Secrets of a format that has no tree.
pub fn hidden(kind: Kind, file: FileId, text: &str) -> Vec<Place> {
    match kind {
        Kind::Redis => secret::in_directives(file, text),
        Kind::Postgres => postgres::secrets(file, text),
        Kind::Shell | Kind::Compose => secret::of_superusers(file, text),
        _ => Vec::new(),
    }
}

/// Secrets of a text of any format: private keys, and what options of commands are given under the name of
/// one.
pub fn in_any_format(file: FileId, text: &str) -> Vec<Place> {
    let mut found = secret::in_options(file, text);
    found.extend(secret::private_keys(file, text));
    found
}

/// Values under secret names in a text of no format that has a reader here: JSON, INI and their kin. YAML has
/// lists of names beside their values as well.
pub fn secret_values(path: &Utf8Path, file: FileId, text: &str) -> Vec<Place> {
    let mut found = secret::in_pairs(file, text);
    if matches!(path.extension(), Some("yml" | "yaml")) {
        found.extend(yaml::parse(file, text).secrets);
    }
    found
}

/// The passwords of administrators that a script makes, whatever they are.
pub fn superuser_passwords(file: FileId, text: &str) -> Vec<Place> {
    secret::of_superusers(file, text)
}

/// Passwords that stand on command lines, each with the command that takes it, hashes of some in
/// rows that `dumpdata` wrote, and those that statements of SQL give users.
pub fn passwords(kind: Kind, file: FileId, text: &str) -> Vec<Spanned<&'static str>> {
    match kind {
        Kind::Shell | Kind::Workflow | Kind::Makefile => secret::on_command_lines(file, text),
        Kind::Text => {
            let statements = secret::in_statements(file, text);
            secret::in_rows(file, text).into_iter().chain(statements).collect()
        }
        _ => Vec::new(),
    }
}

/// The same of the command lines that code has somebody run. What it calls itself, who reads code sees.
pub fn passwords_run(file: FileId, text: &str) -> Vec<Spanned<&'static str>> {
    let mut found = secret::on_command_lines(file, text);
    found.retain(|it| !matches!(it.value, "create_superuser" | "set_password"));
    found
}

/// The unit that a file is, or is a drop-in of.
fn unit_of(path: &Utf8Path) -> Option<systemd::UnitName> {
    match systemd::name::role(path.as_str())? {
        systemd::Role::Unit(name) => Some(name),
        systemd::Role::DropIn { folder, .. } => {
            systemd::UnitName::parse(folder.strip_suffix(".d")?)
        }
    }
}

impl Parsed {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Beanstalk(_) => Kind::Beanstalk,
            Self::Caddy(_) => Kind::Caddy,
            Self::Compose(_) => Kind::Compose,
            Self::Crontab(_) => Kind::Crontab,
            Self::Dockerfile(_) => Kind::Dockerfile,
            Self::Dotenv(_) => Kind::Dotenv,
            Self::Nginx(_) => Kind::Nginx,
            Self::Pm2(_) => Kind::Pm2,
            Self::Procfile(_) => Kind::Procfile,
            Self::Upstart(_) => Kind::Upstart,
            Self::Requirements(_) => Kind::Requirements,
            Self::Python(_) => Kind::Python,
            Self::Shell(_) => Kind::Shell,
            Self::Supervisor(_) => Kind::Supervisor,
            Self::Systemd(_) => Kind::Systemd,
            Self::Workflow(_) => Kind::Workflow,
            Self::Traefik(_) => Kind::Traefik,
            Self::Text(kind) => *kind,
        }
    }

    /// What no report may show. Of Python only the evaluator can tell.
    pub fn secrets(&self) -> Vec<Place> {
        match self {
            Self::Caddy(tree) => tree.secrets(),
            Self::Beanstalk(file) | Self::Compose(file) | Self::Workflow(file) => {
                file.secrets.clone()
            }
            Self::Traefik(tree) => tree.secrets.clone(),
            Self::Dockerfile(file) => dockerfile::secrets(file),
            Self::Crontab(crontab) => {
                let variables = crontab.variables.iter();
                let commands = crontab.jobs.iter().flat_map(|job| secret::in_text(&job.command));
                variables
                    .flat_map(|(name, it)| secret::under(&name.value, it))
                    .chain(commands)
                    .collect()
            }
            Self::Procfile(processes) => {
                processes.iter().flat_map(|it| secret::in_text(&it.command)).collect()
            }
            Self::Supervisor(sections) => {
                let entries = sections.iter().flat_map(|section| &section.entries);
                entries.flat_map(|it| secret::under(&it.key.value, &it.value)).collect()
            }
            Self::Dotenv(tree) => tree.secrets(),
            Self::Requirements(manifest) => manifest.secrets.clone(),
            Self::Shell(script) => shell::secrets(script),
            Self::Systemd(unit) => systemd::secrets(unit),
            Self::Pm2(apps) => pm2::secrets(apps),
            Self::Upstart(job) => upstart::secrets(job),
            Self::Nginx(tree) => nginx::secrets(tree),
            Self::Python(_) | Self::Text(_) => Vec::new(),
        }
    }
}
