//! What the tree holds beside what runs: env files, and what git has that it should not have.

use crate::fact::Fact;
use crate::fact::version::Range;
use crate::model::carried::Carried;
use crate::model::django::Project;
use crate::model::mention::Use;
use crate::model::spoken::Speaks;
use crate::model::{ControlPort, Endpoint, EnvFile, PostgresServer, RedisServer, Tmpfiles};
use crate::source::{Place, normalize};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

#[derive(Debug, Default)]
pub struct Surroundings {
    /// By path.
    pub env_files: Vec<EnvFile>,
    /// That which a script writes where it sets the server up.
    pub written_env: Option<EnvFile>,
    /// Settings modules that Dockerfiles name for what their images start, wherever that runs, and scripts
    /// that start a server.
    pub named_by_starters: BTreeSet<String>,
    /// Variables that some compose file gives to somebody, be it for development.
    pub named_in_compose: BTreeSet<String>,
    /// No file has anything of a Django project.
    pub without_django: bool,
    /// The versions of Django that the tree's only project admits.
    pub django: Option<Fact<Range>>,
    /// Some of the code is not in view, as a submodule that was not fetched.
    pub lacks_code: bool,
    /// Something speaks of certificates, or of a server that has them.
    pub tells_of_tls: bool,
    /// Each proxy of production takes plain http alone, and says so of whatever it passes on.
    pub passes_on_http: bool,
    /// Commands deploy to Kubernetes, or a manifest has an Ingress: that is what the site may be behind then.
    pub may_be_behind_cluster: bool,
    /// A cluster runs what is built here by manifests that are not in view.
    pub has_unseen_manifests: bool,
    /// Something speaks of a web server that could send files, or one is in view.
    pub tells_of_web_server: bool,
    /// Data and keys that everybody gets who clones the repository.
    pub committed: Vec<Committed>,
    pub told: Told,
    pub guides: Vec<GuideList>,
    /// By project.
    pub unnamed_migrations: Vec<UnnamedMigration>,
    /// The Redis of the machine itself, by its file below `/etc`.
    pub redis: Option<RedisServer>,
    /// The PostgreSQLs of the machine itself, likewise.
    pub postgres: Vec<PostgresServer>,
    /// What settings files of the tree have for `STATIC_ROOT`, whoever loads them.
    pub static_roots: BTreeSet<Utf8PathBuf>,
    /// Where the supervisords of the machine take commands.
    pub control_ports: Vec<ControlPort>,
    /// Variables of which two readers of one file get different values.
    pub read_differently: Vec<ReadDifferently>,
    pub kept_comments: Vec<KeptComments>,
    pub each_minute: Vec<EachMinute>,
    pub script_secrets: Vec<ScriptSecret>,
    /// The variables that Ansible has of files.
    pub play_variables: Vec<CommittedVariables>,
    /// Those that python-decouple has of each `settings.ini`.
    pub ini_variables: Vec<CommittedVariables>,
    /// Those that files of YAML and JSON have, which are nothing else.
    pub value_files: Vec<CommittedVariables>,
    /// Those that Kubernetes has of manifests of Secrets.
    pub manifests: Vec<CommittedVariables>,
    /// Those that Elastic Beanstalk has of `.ebextensions`.
    pub beanstalk_variables: Vec<CommittedVariables>,
    /// Those that other platforms have of their descriptions: `fly.toml`, `render.yaml`.
    pub described_variables: Vec<CommittedVariables>,
    /// Folders with the admin's style sheet where `collectstatic` puts it: somebody collected into them,
    /// and committed what was made.
    pub collected: BTreeSet<Utf8PathBuf>,
    /// Who mentions the names that were asked for, once somebody has looked.
    pub uses: OnceLock<BTreeMap<String, BTreeSet<Use>>>,
    /// The addresses that sites pass requests on to where no server of Django listens, and that some other file
    /// names, once somebody has looked.
    pub named_addresses: OnceLock<BTreeSet<String>>,
    /// What it says of certificates and of what stands before its servers.
    pub tls: Speaks,
    pub links: Links,
    /// The lines of scripts that edit files.
    pub edits: Vec<String>,
    /// The settings know of two quotes that stand for nothing: `SENTRY_DSN != "''"`.
    pub knows_of_quotes: bool,
    pub carried: Carried,
    /// The names that scripts give to containers which they start: `docker run --name`.
    pub named_by_hand: BTreeSet<String>,
    /// A unit of systemd brings containers up with compose, so that they come back with the machine.
    pub starts_compose: bool,
    /// Units are installed for a user, whose own manager runs them.
    pub has_user_units: bool,
    /// Litestream copies a database in a file to a bucket, and from there to a new container.
    pub has_replicas: bool,
    /// The lines of scripts that start a server at a socket or a port.
    pub binders: Vec<String>,
    /// Containers may be started of the tree as well, wherever that is checked out then.
    pub has_compose: bool,
    /// What systemd-tmpfiles makes when the machine starts.
    pub tmpfiles: Tmpfiles,
}

/// A list of the variables that a text for people has them set.
#[derive(Clone, Debug)]
pub struct GuideList {
    pub file: Utf8PathBuf,
    /// Where each stands first, by name.
    pub names: Vec<Fact<String>>,
}

/// A password on a command line.
#[derive(Clone, Debug)]
pub struct ScriptSecret {
    /// What takes it, at the password.
    pub command: Fact<&'static str>,
    /// A number that those of one text share.
    pub which: usize,
}

/// A file of variables that is no env file.
#[derive(Clone, Debug)]
pub struct CommittedVariables {
    pub path: Utf8PathBuf,
    /// That git has it.
    pub committed: Fact<()>,
    /// By name, in the order of the file: what is written out.
    pub variables: Vec<(String, Fact<String>)>,
}

/// Symbolic links of the tree, and where each leads.
#[derive(Debug, Default)]
pub struct Links(pub BTreeMap<Utf8PathBuf, Utf8PathBuf>);

/// What deploy scripts, workflows or services run of the commands of manage.py, wherever.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub collects: bool,
    /// The same, and not so that a failure is taken for a success.
    pub collects_heeded: bool,
    pub migrates: bool,
    /// A script or a workflow deletes volumes of containers.
    pub drops_volumes: bool,
    /// Where a script has a server take a new version of the code, which it then starts.
    pub brings: Option<Place>,
    /// The migrations of one that starts the code whether they succeed or not.
    pub unheeded_migration: Option<UnheededMigration>,
    /// Where such a script makes migrations.
    pub makes_migrations: Option<Place>,
    /// Something gives files to other users, or opens them to a group.
    pub gives_away: bool,
    /// Lines that do so.
    pub given_away: Vec<String>,
    /// Whether migrations are committed, where some command makes them.
    pub migrations: MigrationFiles,
    /// An app whose migrations git ignores and has none of, at its first model.
    pub unmigrated: Option<Fact<String>>,
    /// Or a guide says how to make a database by hand.
    pub creates_databases: bool,
    /// Users of a database as well.
    pub creates_users: bool,
    /// Something starts a worker of Celery, or a text says how.
    pub starts_workers: bool,
    /// The same of what sends Celery's tasks at certain times.
    pub starts_beat: bool,
    /// A script takes Debian's own site away from what nginx reads, which has every name that no other has.
    pub drops_default_site: bool,
    /// The texts to be replaced that scripts look for in what they are given, to stop there.
    pub refused: BTreeSet<String>,
    /// Options that commands of manage.py are given and refuse, one of a file.
    pub refused_options: Vec<RefusedOption>,
}

/// What stands for `--noinput` behind a command of manage.py, and is no option of it.
#[derive(Clone, Debug)]
pub struct RefusedOption {
    pub command: String,
    pub option: Fact<String>,
}

/// Migrations in a deploy script that goes on when they fail.
#[derive(Clone, Debug)]
pub struct UnheededMigration {
    pub migrates: Fact<()>,
    /// What it starts afterwards, which is something.
    pub restarts: Vec<Restart>,
    /// What is done in the place of a failure; `None` where nothing is.
    pub answer: Option<Fact<()>>,
}

/// A command that starts services again.
#[derive(Clone, Debug)]
pub struct Restart {
    pub at: Fact<()>,
    /// In the words of the script; none where a variable names them.
    pub services: Vec<String>,
}

impl UnheededMigration {
    /// What starts a service of this name, which systemd takes without its ending as well.
    pub fn restart_of(&self, name: &str) -> Option<&Restart> {
        let bare = |it: &str| it.strip_suffix(".service").unwrap_or(it).to_owned();
        self.restarts.iter().find(|it| it.services.iter().any(|it| bare(it) == bare(name)))
    }
}

/// A migration that is run under whatever settings `manage.py` names, and those are for development.
#[derive(Debug)]
pub struct UnnamedMigration {
    pub project: Arc<Project>,
    pub command: Fact<()>,
    pub default: Fact<String>,
    /// The SQLite that is migrated.
    pub database: Fact<()>,
}

/// A variable that one reader of an env file takes otherwise than another.
#[derive(Debug)]
pub struct ReadDifferently {
    pub name: String,
    pub at: Fact<()>,
    /// What people call them, and what has them read the file.
    pub readers: Vec<(&'static str, Fact<()>)>,
    /// Settings ask for it, or it is a secret.
    pub matters: bool,
}

/// A time in a schedule of Celery's that comes in each minute.
#[derive(Debug)]
pub struct EachMinute {
    pub path: Utf8PathBuf,
    /// What it is limited to: `hour`.
    pub given: Fact<String>,
}

/// Values of an env file that systemd takes with the comments behind them.
#[derive(Debug)]
pub struct KeptComments {
    pub file: Utf8PathBuf,
    /// It is copied to make the file that is read.
    pub is_example: bool,
    /// What has systemd read it.
    pub reader: Fact<()>,
    /// The variables, each where its value is.
    pub names: Vec<Fact<String>>,
}

/// A script whose commands have another env file than the service.
#[derive(Debug)]
pub struct Elsewhere {
    pub at: Fact<String>,
    pub units: Fact<String>,
}

#[derive(Debug)]
pub struct Committed {
    /// From the root that was given, which is where commands are typed.
    pub below: Utf8PathBuf,
    pub kind: CommittedKind,
    pub at: Fact<()>,
    /// Its name says that it is for a developer's machine.
    pub local: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommittedKind {
    Sqlite,
    Dump,
    /// What `dumpdata` writes, with the passwords of users in it.
    Accounts,
    PrivateKey,
}

impl Surroundings {
    /// Whether a script edits a word of some file, in whatever letters: `sed -i s/UPSTREAM_NAME/…/`.
    pub fn is_word_edited(&self, word: &str) -> bool {
        let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
        let mut words = self.edits.iter().flat_map(|line| line.split(|it| !is_part(it)));
        words.any(|it| it.eq_ignore_ascii_case(word))
    }

    /// Whether another program may be at an address, between the web server and Django: some file besides the
    /// web servers' own names it, and starts no server there.
    pub fn may_have_another_at(&self, address: &Endpoint) -> bool {
        let named = self.named_addresses.get();
        named.is_some_and(|it| it.contains(&address.to_string())) && !self.starts_at(address)
    }

    /// Whether something else than a unit starts a server at this socket.
    pub fn starts_at(&self, socket: &Endpoint) -> bool {
        let written = match socket {
            Endpoint::Unix(path) => path.as_str().to_owned(),
            Endpoint::Tcp { port, .. } => format!(":{port}"),
        };
        let ends = |rest: &str| !rest.starts_with(|it: char| it.is_alphanumeric() || it == '/');
        let names = |line: &String| {
            let mut behind = line.match_indices(&written).map(|(at, it)| &line[at + it.len()..]);
            behind.any(ends)
        };
        self.binders.iter().any(names)
    }

    /// Whether a script writes another value of a variable into a YAML file before it is used.
    pub fn is_edited(&self, variable: &str) -> bool {
        let names_it = |line: &String| {
            line.match_indices(variable).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                let after = line[at + variable.len()..].chars().next();
                let is_part = |it: char| it.is_alphanumeric() || it == '_';
                !before.is_some_and(is_part) && matches!(after, Some(':' | '='))
            })
        };
        let is_yaml = |line: &&String| line.contains(".yml") || line.contains(".yaml");
        self.edits.iter().filter(is_yaml).any(names_it)
    }

    /// The files that document what is to be filled in, those of developers and tests left out.
    pub fn examples(&self) -> impl Iterator<Item = &EnvFile> {
        self.env_files.iter().filter(|it| it.documents && !it.is_for_developers())
    }

    /// Where the `.env` of a folder is documented, or is itself.
    pub fn of_folder<'a>(&'a self, folder: &'a Utf8Path) -> impl Iterator<Item = &'a EnvFile> {
        self.env_files.iter().filter(move |it| it.path.parent() == Some(folder))
    }
}

/// A path as a word of a shell's command: in quotes where it has blanks or signs in it.
pub fn shell_word(path: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || "./_-+@%=:,".contains(it);
    match path.chars().all(is_plain) {
        true => path.to_owned(),
        false => format!("'{}'", path.replace('\'', "'\\''")),
    }
}

/// What the tree has of a cluster of Kubernetes.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) struct Cluster {
    /// Commands deploy to one, or a manifest has an Ingress.
    pub(in crate::model) may_be_in_front: bool,
    /// It runs what is built here by manifests that are not in view.
    pub(in crate::model) has_unseen_manifests: bool,
}

impl Links {
    /// Where a path of the tree leads, there or not.
    pub fn follow(&self, path: &Utf8Path) -> Utf8PathBuf {
        let mut path = path.to_owned();
        // A chain of links is as long as it may be on Linux (path_resolution(7)).
        for _ in 0..40 {
            let found = path.ancestors().find_map(|it| Some((it, self.0.get(it)?)));
            let Some((link, target)) = found else { break };
            path = normalize(&target.join(path.strip_prefix(link).unwrap_or("".as_ref())));
        }
        path
    }
}

/// What the tree has of the migrations that some command makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MigrationFiles {
    #[default]
    Committed,
    /// git ignores those of an app, and has none of it.
    Ignored,
    /// Nobody committed any.
    Lacking,
}
