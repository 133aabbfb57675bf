//! What was asked on the command line, and the exit code that answers.
//!
//! `run` is a function of arguments and streams, so that tests need no process.

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;

mod check;
mod pages;

/// What the process returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Clean = 0,
    /// Diagnostics at or above `--fail-on`.
    Found = 1,
    /// kilter could not do what was asked.
    Failed = 2,
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
    Check(check::Arguments),
    /// Print a rule's page
    Explain { rule: String },
    /// List the rules
    Rules(pages::Arguments),
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
        Command::Check(arguments) => check::run(&arguments, terminal, out),
        Command::Explain { rule } => pages::explain(&rule, out),
        Command::Rules(arguments) => pages::list(&arguments, out),
    };
    answer.unwrap_or_else(|failure| match failure {
        // Whoever read has seen enough, as with `kilter check | head`.
        Failure::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Clean,
        failure => {
            _ = writeln!(err, "kilter: {failure}");
            Exit::Failed
        }
    })
}

/// `kilter`, `kilter deploy/` and `kilter --pedantic` are `kilter check …`.
fn with_default(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let first = arguments.get(1).and_then(|it| it.to_str()).unwrap_or_default();
    let commands = ["check", "explain", "rules", "help", "-h", "--help", "-V", "--version"];
    if !commands.contains(&first) {
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
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}
