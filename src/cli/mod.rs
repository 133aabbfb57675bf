//! What was asked on the command line, and the exit code that answers.
//!
//! `run` is a function of arguments and streams, so that tests need no process.

use camino::Utf8PathBuf;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;

mod add_ignore;
mod baseline;
mod check;
mod config;
mod doctor;
mod env;
mod generate;
mod init;
mod mend;
mod options;
mod output;
mod pages;
mod panics;
mod reading;
mod settings;
mod since;
mod statistics;
mod trace;
mod unknown;

pub use panics::hide_payloads;

/// What the process returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Clean = 0,
    /// Diagnostics at or above `--fail-on`.
    Found = 1,
    /// kilter could not do what was asked; of `nagios`, an error was found.
    Failed = 2,
    /// Nobody can tell: of a journey, or of a machine with `nagios`.
    Untold = 3,
}

/// Finds what is out of kilter between a Django deployment's settings, env files, web server,
/// units, compose files and images.
#[derive(Parser)]
#[command(name = "kilter", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say what is out of kilter; the default command
    Check(Box<options::Options>),
    /// Say what is out of kilter on this server, with what really runs; changes nothing
    Doctor(Box<doctor::Arguments>),
    /// Say what would happen to a request, hop by hop, and which lines decide it
    Trace(Box<trace::Arguments>),
    /// Say who supplies and who reads each variable, process by process
    Env(Box<env::Arguments>),
    /// Print settings as Python would have them, and why
    Settings(Box<settings::Arguments>),
    /// Print a rule's page
    Explain { rule: String },
    /// List the rules
    Rules(pages::Arguments),
    /// Show the configuration, or what it may hold
    #[command(subcommand)]
    Config(config::Action),
    /// Write a kilter.toml that declares what holds of the deployments today
    Init(init::Arguments),
    /// Print what makes a shell complete kilter's commands and options
    Completions { shell: Shell },
    /// Print the manual page
    Man,
}

/// What the process was started from.
#[derive(Debug, Default)]
pub struct Terminal {
    /// Its width; none if the output goes elsewhere.
    pub columns: Option<usize>,
    pub variables: BTreeMap<String, String>,
}

impl Terminal {
    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }
}

/// Runs one command line, the program's name first.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    terminal: &Terminal,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let cli = match Cli::try_parse_from(with_default(arguments)) {
        Ok(cli) => cli,
        Err(error) => {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // Nobody is left to tell that the message could not be written.
            _ = if asked { write!(out, "{error}") } else { write!(err, "{error}") };
            return if asked { Exit::Clean } else { Exit::Failed };
        }
    };
    let answer = match cli.command {
        Command::Check(options) => check::run(*options, terminal, out),
        Command::Doctor(arguments) => doctor::run(*arguments, terminal, out),
        Command::Trace(arguments) => trace::run(&arguments, out),
        Command::Env(arguments) => env::run(&arguments, out),
        Command::Settings(arguments) => settings::run(&arguments, out),
        Command::Explain { rule } => pages::explain(&rule, out),
        Command::Rules(arguments) => pages::list(&arguments, out),
        Command::Config(action) => config::run(action, terminal, out),
        Command::Init(arguments) => init::run(&arguments, out),
        Command::Completions { shell } => generate::completions(shell, out),
        Command::Man => generate::man(out),
    };
    answer.unwrap_or_else(|failure| {
        // Whoever read has seen enough, as with `kilter check | head`.
        if let Failure::Output(error) = &failure
            && error.kind() == std::io::ErrorKind::BrokenPipe
        {
            return Exit::Clean;
        }
        _ = writeln!(err, "kilter: {failure}");
        Exit::Failed
    })
}

/// `kilter`, `kilter deploy/` and `kilter --pedantic` are `kilter check …`.
fn with_default(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let first = arguments.get(1).and_then(|it| it.to_str()).unwrap_or_default();
    let mut command = Cli::command();
    command.build();
    let is_command = command.get_subcommands().any(|it| it.get_name() == first);
    if !is_command && !["-h", "--help", "-V", "--version"].contains(&first) {
        arguments.insert(1.min(arguments.len()), "check".into());
    }
    arguments
}

/// Why a command could not do what was asked.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Root(#[from] crate::source::RootError),
    #[error("there is no rule `{name}`{}", near.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default())]
    NoRule { name: String, near: Option<&'static str> },
    #[error("{0}")]
    Asked(String),
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    #[error("{variable}: {why}")]
    Variable { variable: String, why: String },
    #[error("{0}")]
    Arguments(clap::Error),
    #[error(transparent)]
    Url(#[from] crate::model::journey::BadUrl),
    #[error("several deployments could answer: {}; name one with --deployment", all.join(", "))]
    Several { all: Vec<String> },
    #[error("nothing was found that is deployed")]
    Nothing,
    #[error("there is no process `{name}`; there is {}", all.join(", "))]
    NoProcess { name: String, all: Vec<String> },
    #[error("there is no deployment `{name}`; {}", listed(all))]
    NoDeployment { name: String, all: Vec<String> },
    #[error("cannot tell the working directory: {0}")]
    Here(std::io::Error),
    #[error("cannot use `{path}` as a baseline: {why}")]
    Baseline { path: Utf8PathBuf, why: String },
    #[error("cannot tell what is new since `{revision}`: {why}")]
    Since { revision: String, why: String },
    #[error("cannot use `{path}` as recorded facts: {why}")]
    Facts { path: String, why: String },
    #[error("a reason is one line of text that is not empty")]
    Reason,
    #[error(transparent)]
    Fix(#[from] crate::fix::WriteError),
    #[error("cannot write `{path}`: {why}")]
    Write { path: String, why: String },
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

fn listed(deployments: &[String]) -> String {
    match deployments {
        [] => "nothing was found that is deployed".to_owned(),
        all => format!("there is {}", all.join(", ")),
    }
}
