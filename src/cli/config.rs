//! `kilter config show` and `kilter config schema`.

use crate::cli::options::Options;
use crate::cli::{Exit, Failure, Terminal, check};
use crate::config;
use clap::Subcommand;
use std::io::Write;

#[derive(Subcommand)]
pub(super) enum Action {
    /// Print the configuration in effect, and who said each value
    Show(Box<Options>),
    /// Print the JSON schema of kilter.toml
    Schema,
}

pub(super) fn run(
    action: Action,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    match action {
        Action::Show(options) => {
            let asked = check::asked(*options, terminal)?;
            out.write_all(config::show(&asked.config).as_bytes())?;
        }
        Action::Schema => writeln!(out, "{:#}", config::schema())?,
    }
    Ok(Exit::Clean)
}
