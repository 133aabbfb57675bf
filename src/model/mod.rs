//! The deployment: which processes run, under which settings, behind which sites.
//!
//! One vocabulary for every format. Methods take facts and return facts, so what a rule learns
//! is as certain as all that was looked at; `None` is the answer where nobody can tell. Borrows
//! no tree and knows no rule.

mod acme;
mod agreement;
mod alone;
mod assets;
mod backups;
mod beside;
mod boot;
mod build;
pub mod caddy;
mod caddy_certificates;
mod carried;
mod code;
mod collected;
pub mod command;
pub mod compose;
mod connection;
mod container;
pub mod contents;
pub mod contract;
mod control_port;
pub mod datastore;
mod declared;
mod deployment;
mod direct;
mod divided;
pub mod django;
pub mod drift;
mod early;
mod endpoint;
mod env_file;
mod fallback;
pub mod faults;
mod file_fields;
mod files;
mod front;
pub mod guards;
mod held_back;
mod held_up;
mod hosts;
mod idle;
pub mod image;
mod interpreter;
pub mod journey;
mod kept;
mod ledger;
mod left_empty;
mod left_in_image;
mod listening;
mod lookup;
mod manifest;
mod memo;
mod mending;
pub mod mention;
pub mod middleware;
mod misspelt;
mod names;
mod needs;
mod network;
pub mod nginx;
mod nginx_version;
pub mod observed;
mod openings;
mod outdated;
mod overrides;
pub mod own_headers;
mod percent;
mod postgres_server;
mod probe;
mod process;
pub mod project;
mod protocol;
mod proxy_user;
mod queues;
mod reach;
mod reading;
mod redis;
mod redis_server;
mod routers;
mod scheme;
mod scripted;
mod sends;
mod served;
mod settings;
mod shadow;
mod site;
mod spoken;
mod supply;
mod surroundings;
mod target;
pub mod text;
pub mod traefik;
mod unheard;
pub mod units;
mod unreached;
mod unrendered;
mod unshelled;
mod upload_paths;
mod upstream;
pub mod urls;
mod usage;
mod uses;
mod variables;
mod view;
mod way;
mod workplace;
mod writers;
mod writes;

pub use crate::python::{Answer as Answered, Missing, Read as Asked, Value};
pub use crate::source::Unread;
pub use crate::syntax::Fault;
pub use crate::syntax::dotenv::{Assignment, Line as EnvLine};
pub use crate::syntax::kind::Kind;
pub use crate::syntax::systemd::UnitKind;
pub use crate::syntax::{nginx::Fault as NginxFault, systemd::Fault as UnitFault};
pub use agreement::{Conflict, Divergence, Unsafe};
pub use alone::Alone;
pub use assets::{Asset, PartServed, Unserved, is_own_url};
pub use backups::Backup;
pub use boot::Tmpfiles;
pub use build::{is_of_developers, is_of_no_server, is_of_own_machine};
pub use caddy_certificates::{Distrust, Untrusted};
pub use code::Code;
pub use collected::lies_collected;
pub use connection::{Connection, ServerKind};
pub use container::{BuildStep, Container, Deaf, Migration};
pub use control_port::ControlPort;
pub use datastore::Access;
pub use deployment::{Deployment, Missed, Stage};
pub use direct::Way;
pub use endpoint::{Endpoint, Host, reaches};
pub use env_file::{EnvFile, EnvReader};
pub use file_fields::FileField;
pub use files::{Files, Found, Paths, Read, Wanted};
pub use held_back::{HeldBack, Meant};
pub use hosts::{allowed_by_debug, allows};
pub use idle::Idle;
pub use kept::Kept;
pub use ledger::{Entry as LedgerEntry, State as LedgerState};
pub use listening::Listening;
pub use lookup::{Lookup, Misread, Shadow};
pub use memo::Memo;
pub use names::{Exposed, Names};
pub use needs::{LocalService, ServiceKind};
pub use network::Target;
pub use openings::Opening;
pub use overrides::{Defeated, Hole};
pub use postgres_server::{Breadth, PostgresServer};
pub use probe::{Health, Probe, Url};
pub use process::{
    Django, Helper, KeyWithout, Lacking, Named, NeededBy, NoneText, Process, ProcessKind, Refusal,
};
pub use protocol::{OtherProtocol, Spoken};
pub use proxy_user::{Connected, May, Owned, Wants, mode};
pub use queues::QueueRoute;
pub use reading::{Reading, Refused};
pub use redis::Redis;
pub use redis_server::RedisServer;
pub use scheme::{Lifting, Scheme};
pub use settings::Setting;
pub use settings::keys::{
    ALLOWED_HOSTS, AUTH_PASSWORD_VALIDATORS, AUTH_USER_MODEL, AUTHENTICATION_BACKENDS, BROKER_URL,
    CACHES, CELERY_ACCEPT_CONTENT, CELERY_BEAT_SCHEDULE, CELERY_BROKER_URL, CELERY_RESULT_BACKEND,
    CHANNEL_LAYERS, CORS_ALLOW_ALL_ORIGINS, CORS_ALLOW_CREDENTIALS, CORS_ALLOWED_ORIGIN_REGEXES,
    CORS_ALLOWED_ORIGINS, CORS_ORIGIN_ALLOW_ALL, CORS_ORIGIN_REGEX_WHITELIST,
    CORS_ORIGIN_WHITELIST, CORS_URLS_REGEX, CSRF_COOKIE_DOMAIN, CSRF_COOKIE_SAMESITE,
    CSRF_COOKIE_SECURE, CSRF_TRUSTED_ORIGINS, CSRF_USE_SESSIONS, DATA_UPLOAD_MAX_MEMORY_SIZE,
    DATABASE_ROUTERS, DATABASES, DEBUG, DEBUG_TOOLBAR_CONFIG, DEFAULT_FILE_STORAGE, EMAIL_BACKEND,
    EMAIL_PORT, EMAIL_USE_SSL, EMAIL_USE_TLS, INSTALLED_APPS, INTERNAL_IPS,
    LANGUAGE_COOKIE_SAMESITE, LANGUAGE_COOKIE_SECURE, LIST_SETTINGS, MEDIA_ROOT, MEDIA_URL,
    MIDDLEWARE, PASSWORD_HASHERS, PUBLIC_URLS, REST_FRAMEWORK, SECRET_KEY,
    SECURE_CONTENT_TYPE_NOSNIFF, SECURE_HSTS_PRELOAD, SECURE_HSTS_SECONDS, SECURE_PROXY_SSL_HEADER,
    SECURE_SSL_REDIRECT, SESSION_CACHE_ALIAS, SESSION_COOKIE_DOMAIN, SESSION_COOKIE_HTTPONLY,
    SESSION_COOKIE_SAMESITE, SESSION_COOKIE_SECURE, SESSION_ENGINE, SILKY_AUTHENTICATION,
    SIMPLE_JWT, STATIC_ROOT, STATIC_URL, STATICFILES_STORAGE, STORAGES, USE_X_FORWARDED_HOST,
    WSGI_APPLICATION, X_FRAME_OPTIONS,
};
pub use site::{Answer, Engine, Listener, Route, Site, SiteName, is_for_everybody, origin};
pub use supply::AbsentFile;
pub use surroundings::shell_word;
pub use surroundings::{
    Committed, CommittedKind, CommittedVariables, Elsewhere, MigrationFiles, ReadDifferently,
    RefusedOption, Restart, ScriptSecret, Surroundings, Told, UnheededMigration, UnnamedMigration,
};
pub use target::{Application, Interface};
pub use unheard::{Deafness, Unheard};
pub use unrendered::{Rendered, Unrendered};
pub use unshelled::Unshelled;
pub use uses::MIGRATING;
pub use variables::{Concern, is_read_by_programs};
use view::is_of_macos;
pub use view::{Dir, Mount, Storage, View, ViewId};
pub use way::Unheeded;
pub use writes::{Keeps, Written};

use crate::fact::Certainty;
use crate::model::compose::Service;
use crate::source::FileId;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// Everything that rules may look at.
#[derive(Debug, Default)]
pub struct Model {
    pub deployments: Vec<Deployment>,
    pub reading: Reading,
    /// The Python files that some process runs.
    pub ran: BTreeSet<FileId>,
    /// The units that are to be filled in before they are installed.
    pub rendered: BTreeSet<FileId>,
    pub surroundings: Arc<Surroundings>,
    /// No file has anything of a Django project.
    without_django: bool,
    /// The versions of Django that the tree's only project admits.
    admitted: Option<crate::fact::Fact<crate::fact::version::Range>>,
}

impl Model {
    /// The variables that env files and supervisors supply and no evaluated settings ask for:
    /// something else in the tree may. Commands of manage.py likewise.
    pub fn unasked(&self) -> HashSet<String> {
        let processes = || self.deployments.iter().flat_map(|it| &it.processes);
        let reads = processes().filter_map(|it| it.django.as_ref());
        let asked: HashSet<&str> =
            reads.flat_map(|it| &it.evaluation.reads).map(|read| read.name.as_str()).collect();
        let files = &self.surroundings.env_files;
        let told = |name: &&str| files.iter().all(|file| file.lists(name).is_none());
        let undocumented: Vec<&str> = asked.iter().copied().filter(told).collect();
        let listed = files.iter().flat_map(EnvFile::assignments);
        let listed = listed.map(|it| it.key.value.as_str());
        let supplied = processes().flat_map(|it| it.environment.names());
        let is_known =
            |name: &str| is_read_by_programs(name) && !variables::is_read_by_databases(name);
        let is_open = |name: &&str| !asked.contains(name) && !is_known(name);
        let open = listed.chain(supplied).filter(is_open);
        let django = processes().filter_map(|it| it.django.as_ref());
        let classes = mention::CLASSES.map(|(_, class)| class);
        let code = [
            mention::CODE,
            mention::LOGINS,
            mention::MAILS,
            mention::LINKS,
            mention::RESETS,
            mention::PREFIXERS,
        ];
        let of_projects = [mention::COMMANDS, &code.concat(), &classes, &[mention::GUIDE]].concat();
        let commands = django.take(1).flat_map(|_| of_projects.clone());
        // What an image has for a variable may be outdone where it is started.
        let alone = self.deployments.iter().filter(|it| it.alone.is_some());
        let of_images = alone
            .flat_map(|it| &it.processes)
            .flat_map(|it| {
                let reads = it.django.iter().flat_map(|it| &it.evaluation.reads);
                let defaulted = reads.filter(|read| read.default.is_some());
                let defaulted = defaulted.map(|read| read.name.as_str());
                it.environment.names().chain(defaulted).chain([mention::GIVEN_WHOLE])
            })
            .chain(mention::OTHER_USERS.iter().copied());
        // Who runs what nothing in view starts may name its settings.
        let mut django = processes().filter_map(|it| it.django.as_ref());
        let is_assumed = django.any(|it| matches!(it.named, Named::Assumed));
        let is_open = is_assumed || self.deployments.iter().any(|it| it.alone.is_some());
        let named = is_open.then_some([django::VARIABLE, mention::GIVEN_WHOLE]);
        let named = named.into_iter().flatten();
        let found = open.chain(undocumented).chain(commands).chain(of_images).chain(named);
        found.map(str::to_owned).collect()
    }

    /// Where sites pass requests on to on their own machine while Django listens elsewhere.
    pub fn missed_addresses(&self) -> Vec<Endpoint> {
        let missed = self.deployments.iter().filter_map(Deployment::missed_in_view);
        let each = missed.flat_map(|missed| {
            let view = missed.process.value.view;
            missed.upstreams.into_iter().filter(move |(site, _)| site.view == view)
        });
        each.map(|(_, to)| to.value).collect()
    }

    /// The files that sites are made of.
    pub fn files_of_sites(&self) -> BTreeSet<FileId> {
        let sites = self.deployments.iter().flat_map(|it| &it.sites);
        let places = sites.flat_map(|site| {
            let upstreams = site.routes.iter().flat_map(|route| &route.upstreams);
            let upstreams = upstreams.filter_map(|it| it.evidence().place());
            site.declared.evidence().place().into_iter().chain(upstreams)
        });
        places.map(|it| it.file).collect()
    }

    /// The fields that keep what people upload, and what links to those of all: whether anything does so.
    pub fn linkable(&self) -> HashSet<String> {
        let processes = self.deployments.iter().flat_map(|it| &it.processes);
        let projects = processes.filter_map(|it| Some(&it.django.as_ref()?.project.code));
        let fields = projects.flat_map(|it| &it.fields).filter(|it| it.of_model.is_some());
        let fields: Vec<_> = fields.collect();
        let linkers = mention::linkers().filter(|_| !fields.is_empty()).map(str::to_owned);
        fields.iter().filter_map(|it| it.name.clone()).chain(linkers).collect()
    }

    /// The variables that a default stands in for, in settings or in compose files: what deploys may
    /// set them.
    pub fn defaulted(&self) -> HashSet<String> {
        let processes = self.deployments.iter().flat_map(|it| &it.processes);
        let reads = processes.filter_map(|it| it.django.as_ref());
        let reads = reads.flat_map(|it| &it.evaluation.reads);
        let defaulted = reads.filter(|it| it.default.is_some()).map(|it| it.name.clone());
        let services = self.deployments.iter().filter_map(|it| it.compose.as_ref());
        let interpolated = services.flat_map(|it| &it.services).flat_map(Service::defaulted);
        defaulted.chain(interpolated.map(|it| it.to_string())).collect()
    }

    /// Whether a deployment is compose's, and may as well be what a developer starts: nobody says
    /// that it is for others, and nothing in it would be there for them alone, or the site is seen
    /// to be served otherwise.
    pub fn is_assumed_live(&self, deployment: &Deployment) -> bool {
        let serves = |it: &Deployment| {
            let is_said = it.stage.evidence().certainty() == Certainty::Certain;
            let is_live = is_said && it.stage.value == Stage::Production;
            let starts = |it: &Process| it.kind.is_web() && it.started.is_some();
            is_live && it.processes.iter().any(starts)
        };
        deployment.compose.is_some()
            && deployment.stage.evidence().certainty() < Certainty::Certain
            && (!deployment.kept_up
                || self.deployments.iter().any(serves)
                || self.is_beside_default(deployment))
    }

    /// Whether files have a name that nobody takes by itself, and those that compose takes lie in the
    /// tree and are no developers': which of them is deployed, their names do not say.
    fn is_beside_default(&self, deployment: &Deployment) -> bool {
        let is_default = |it: &Deployment| {
            let name = camino::Utf8Path::new(&it.name).file_name().unwrap_or_default();
            compose::BASES.contains(&name)
        };
        let is_taken = |it: &Deployment| {
            it.compose.is_some() && it.stage.value == Stage::Production && is_default(it)
        };
        !is_default(deployment) && self.deployments.iter().any(is_taken)
    }

    /// Builds what other files hang on from what was read so far; what is wanted besides, `files`
    /// remembers.
    pub fn build(files: &Files) -> Self {
        build::build(files)
    }

    /// Whether the settings of some process were evaluated, be it that modules of theirs are still to be
    /// read.
    pub fn has_settings(&self) -> bool {
        let mut processes = self.deployments.iter().flat_map(|it| &it.processes);
        processes.any(|it| it.django.is_some())
    }

    /// Adds what is wrong around the settings, which is looked for in all of a project's code.
    pub fn look_around_settings(&mut self, files: &Files) {
        build::look_around_settings(self, files);
    }

    /// Adds what is asked about deployments once nothing they consist of is missing.
    pub fn complete(&mut self, files: &Files) {
        build::complete(self, files);
    }

    /// Asks for files that only [`complete`](Self::complete) looks at.
    pub fn want(files: &Files) {
        build::want(files);
    }
}
