//! Every key of the configuration: what it holds, and what it is for.
//!
//! The check of what was written, its suggestions and the JSON schema follow from these tables.

use crate::diagnostic::Severity;
use crate::model::Stage;
use crate::report::{self, Format};
use std::ops::RangeInclusive;

pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
    /// What it is for, in one sentence.
    pub(super) says: &'static str,
}

/// What a value may be.
pub(super) enum Shape {
    Flag,
    Integer(RangeInclusive<i64>),
    Choice(fn() -> Vec<&'static str>),
    /// What means something only to others, and is not empty: "a name".
    Text(&'static str),
    /// A pattern of paths, from the folder of the file.
    Glob,
    /// A rule or a group of rules, or `all`.
    Rule,
    /// A path on the server.
    ServerPath,
    /// The name of an environment variable.
    Variable,
    Domain,
    /// The path of a URL.
    Route,
    /// Permissions, as chmod(1) takes them.
    Mode,
    List(&'static Self),
    Map(&'static Self, &'static Self),
    Table(&'static [Key]),
    Either(&'static Self, &'static Self),
}

const fn key(name: &'static str, shape: Shape, says: &'static str) -> Key {
    Key { name, shape, required: false, says }
}

const fn required(name: &'static str, shape: Shape, says: &'static str) -> Key {
    Key { name, shape, required: true, says }
}

const NAME: Shape = Shape::Text("a name");
const NAMES: Shape = Shape::List(&NAME);
const PATH: Shape = Shape::Text("a path");
const RULES: Shape = Shape::List(&Shape::Rule);
const GLOBS: Shape = Shape::List(&Shape::Glob);
const SEVERITY: Shape = Shape::Choice(severities);
const SEVERITIES: Shape = Shape::Map(&Shape::Rule, &SEVERITY);

pub(super) fn severities() -> Vec<&'static str> {
    [Severity::Error, Severity::Warning, Severity::Advice].map(report::severity).to_vec()
}

fn formats() -> Vec<&'static str> {
    Format::names()
}

fn stages() -> Vec<&'static str> {
    [Stage::Production, Stage::Development, Stage::Test].map(Stage::name).to_vec()
}

fn elsewhere() -> Vec<&'static str> {
    vec!["elsewhere"]
}

pub(super) static ROOT: &[Key] = &[
    key("extend", PATH, "another configuration file that this one builds on, from its folder"),
    key("select", RULES, "rules or groups to run, or `all`; otherwise all but the pedantic ones"),
    key("extend-select", RULES, "rules or groups to run besides those that are selected"),
    key("ignore", RULES, "rules or groups to leave out"),
    key("pedantic", Shape::Flag, "also say what is a matter of taste, and what is only possible"),
    key("exclude", GLOBS, "files and folders that are not read"),
    key("fail-on", SEVERITY, "the least severity for which `kilter check` exits with 1"),
    key("format", Shape::Choice(formats), "how findings are printed"),
    key("baseline", PATH, "the file of findings that are known already, from this folder"),
    key("severity", SEVERITIES, "how severe the findings of a rule or group are"),
    key("override", Shape::List(&Shape::Table(OVERRIDE)), "what holds for some paths only"),
    key(
        "deployment",
        Shape::Map(&NAME, &Shape::Table(DEPLOYMENT)),
        "what belongs to a deployment, and what its operator declares of it",
    ),
];

/// What a key of `[deployment.NAME]` is for.
pub fn purpose(name: &str) -> Option<&'static str> {
    DEPLOYMENT.iter().find(|key| key.name == name).map(|key| key.says)
}

const OVERRIDE: &[Key] = &[
    required("paths", GLOBS, "the files that are meant: findings with any label in them"),
    key("ignore", RULES, "rules or groups to leave out"),
    key("severity", SEVERITIES, "how severe the findings of a rule or group are"),
];

const DEPLOYMENT: &[Key] = &[
    key("stage", Shape::Choice(stages), "what the deployment is for"),
    key("settings", Shape::Text("a module"), "the module that DJANGO_SETTINGS_MODULE names"),
    key("root", Shape::ServerPath, "where the folder of this file lies on the server"),
    key("files", GLOBS, "the files that belong to the deployment, if kilter shall not find them"),
    key("bind", Shape::Map(&NAME, &Shape::Text("a value")), "what a template's symbol stands for"),
    key("run-as", NAME, "the user that the application's processes run as"),
    key("domains", Shape::List(&Shape::Domain), "names that the site answers to"),
    key(
        "tls",
        Shape::Either(&Shape::Flag, &Shape::Choice(elsewhere)),
        "whether the domains have TLS here; `elsewhere` if it ends before this deployment",
    ),
    key("requires", Shape::List(&Shape::Variable), "variables that each Django process must get"),
    key(
        "requires-together",
        Shape::List(&Shape::List(&Shape::Variable)),
        "variables of which a process must get all or none",
    ),
    key("static-root", Shape::ServerPath, "where collectstatic puts files"),
    key("media-root", Shape::ServerPath, "where uploaded files are kept"),
    key("ports", Shape::List(&Shape::Integer(1..=65535)), "the only ports that are open to others"),
    key("loopback-only", NAMES, "services that must not be reached from outside"),
    key("units", NAMES, "systemd units that must be installed and enabled"),
    key("timers", NAMES, "systemd timers that must be installed and enabled"),
    key("processes", NAMES, "services, units or programs that must run"),
    key(
        "routes",
        Shape::Map(&Shape::Route, &Shape::Integer(100..=599)),
        "the status with which the site answers a path",
    ),
    key("host", Shape::Either(&NAME, &Shape::Table(HOST)), "the machine, by name or as a table"),
    key("path", Shape::List(&Shape::Table(SERVER_PATH)), "files and directories on the server"),
];

const HOST: &[Key] = &[
    key("name", NAME, "its host name"),
    key("os", NAME, "its system, as /etc/os-release names it: `debian 12`"),
];

const SERVER_PATH: &[Key] = &[
    required("path", Shape::ServerPath, "where it is"),
    key("owner", NAME, "the user that it belongs to"),
    key("group", NAME, "the group that it belongs to"),
    key("mode", Shape::Mode, "its permissions, whole or in part: `2775`, `g+w,o-rwx`"),
    key("exists", Shape::Flag, "whether it must be there, or must not"),
];
