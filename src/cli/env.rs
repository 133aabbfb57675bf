//! `kilter env [PATH]`: who supplies and who reads each variable.

use crate::cli::{Exit, Failure, reading};
use crate::model::{Deployment, LedgerEntry};
use crate::report::env::{self, Process, Variable};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// Where the deployment's files are
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The deployment to look at; those for production, if none is named
    #[arg(long, value_name = "NAME")]
    deployment: Option<String>,
    /// Write a .env.example of what the settings read, without a secret
    #[arg(long)]
    example: bool,
    /// How the variables are printed
    #[arg(long, value_enum, default_value_t = Format::Text, conflicts_with = "example")]
    format: Format,
    /// The configuration file, instead of the nearest kilter.toml or pyproject.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Exit, Failure> {
    let reading = reading::read(&arguments.path, arguments.config.as_deref(), |_| {})?;
    let deployments = reading.deployments(arguments.deployment.as_deref())?;
    let shown = reading.sources.shown();
    let text = if arguments.example {
        let variables = to_fill_in(&deployments);
        env::example(&variables, shown)
    } else {
        let tables: Vec<_> = deployments.iter().map(|it| table(it)).collect();
        match arguments.format {
            Format::Text => env::text(&tables, shown),
            Format::Json => env::json(&tables, shown),
        }
    };
    out.write_all(text.as_bytes())?;
    Ok(Exit::Clean)
}

fn table(deployment: &Deployment) -> env::Deployment {
    let processes = deployment.processes.iter().map(|process| {
        let open = process.environment.openings().iter().map(|it| it.why.to_string());
        Process {
            name: process.name.clone(),
            variables: deployment.ledger(process).iter().map(variable).collect(),
            open: open.collect(),
        }
    });
    env::Deployment {
        name: deployment.name.clone(),
        stage: deployment.stage.value.name(),
        processes: processes.filter(|it| !it.variables.is_empty()).collect(),
    }
}

fn variable(entry: &LedgerEntry<'_>) -> Variable {
    Variable {
        name: entry.name.to_owned(),
        state: entry.state.name(),
        supplied: entry.supplied.clone(),
        read: entry.asked.and_then(|read| read.asked_at()),
        required: entry.asked.is_some_and(|read| read.required),
        default: entry.default(),
    }
}

/// What any process asks for, once, in the order in which settings do.
fn to_fill_in(deployments: &[&Deployment]) -> Vec<Variable> {
    let mut variables: Vec<Variable> = Vec::new();
    for deployment in deployments {
        for process in &deployment.processes {
            let asked = deployment.ledger(process);
            let asked = asked.iter().filter(|it| it.asked.is_some_and(|it| it.is_to_fill_in()));
            for entry in asked {
                match variables.iter_mut().find(|it| it.name == entry.name) {
                    Some(known) => known.required |= entry.asked.is_some_and(|it| it.required),
                    None => variables.push(variable(entry)),
                }
            }
        }
    }
    variables.sort_by_key(|it| it.read);
    variables
}
