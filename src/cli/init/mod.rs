//! `kilter init [PATH]`: proposes a kilter.toml that declares what holds today.
//!
//! What the files say can be wrong, and wrong is nothing to hold on to. So the rules themselves
//! decide what is proposed: what they speak against is left out.

use crate::cli::{Exit, Failure, output, reading};
use crate::config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::run::{self, Outcome};
use crate::source::{File, Tree};
use clap::Args;
use draft::Draft;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

mod draft;

#[derive(Args)]
pub(super) struct Arguments {
    /// The folder that gets the kilter.toml
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Print it, and write nothing
    #[arg(long)]
    print: bool,
}

const NAME: &str = "kilter.toml";

/// Each round leaves something out, and what is left can come to be judged otherwise.
const ROUNDS: usize = 8;

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Exit, Failure> {
    let reading = reading::read(&arguments.path, None, |_| {})?;
    if let Some(configured) = reading.configured_by {
        let why = format!("`{configured}` is there already, and configures this folder");
        return Err(Failure::Asked(why));
    }
    let deployments = reading.deployments(None)?;
    let folder = arguments.path.to_string_lossy();
    let mut draft = Draft::of(&deployments, reading.sources.shown(), &folder);
    let today = judge(&draft, &reading.tree)?;
    draft.doubt(&faulty(&today, &folder));
    for _ in 0..ROUNDS {
        let broken = broken(&judge(&draft, &reading.tree)?);
        if broken.is_empty() {
            break;
        }
        draft.leave_out(&broken);
    }
    let text = draft.text();
    if arguments.print {
        out.write_all(text.as_bytes())?;
        return Ok(Exit::Clean);
    }
    let path = arguments.path.join(NAME);
    output::write(vec![(&path, text)])?;
    writeln!(out, "Wrote `{}`: {}.", path.display(), draft.counted())?;
    Ok(Exit::Clean)
}

/// What is found if this is declared.
fn judge(draft: &Draft, tree: &Tree) -> Result<Outcome, Failure> {
    let file = File { path: NAME.into(), bytes: draft.text().into_bytes() };
    Ok(run::run(tree, &config::parse(file)?))
}

/// The lines that a finding is about: what they say is to be mended, and no promise.
fn faulty(outcome: &Outcome, folder: &str) -> BTreeSet<String> {
    let shown = outcome.sources.shown();
    let grave = outcome.diagnostics.iter().filter(|it| it.severity() > Severity::Advice);
    let places = grave.filter_map(Diagnostic::place);
    places.map(|place| draft::address(shown, place, folder)).collect()
}

/// The lines of the draft that a rule has something against.
fn broken(outcome: &Outcome) -> BTreeSet<usize> {
    let shown = outcome.sources.shown();
    let found = outcome.diagnostics.iter().chain(&outcome.withheld);
    let labels = found.flat_map(|it: &Diagnostic| &it.labels);
    let places = labels.filter_map(|label| label.evidence.place());
    let ours = places.filter(|it| shown.path(it.file) == NAME);
    ours.map(|it| shown.position(it).0).collect()
}
