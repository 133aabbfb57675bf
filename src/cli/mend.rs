//! `--fix` and `--diff`: what diagnostics carry a fix for, done or shown.

use crate::cli::baseline::findings;
use crate::cli::check::{Asked, judge};
use crate::cli::{Exit, Failure, Terminal};
use crate::fix::{self, LeftOut, Plan};
use crate::run::Outcome;
use crate::source::Tree;
use camino::Utf8Path;
use std::io::Write;

/// One fix can make room for another in the same lines. Rules that mend each other's work would
/// go on for ever.
const ROUNDS: usize = 8;

/// Mends, and judges what is then there, until nothing is left to mend.
pub(super) fn mend(
    asked: &Asked,
    terminal: &Terminal,
    (mut tree, mut outcome): (Tree, Outcome),
) -> Result<(Tree, Outcome), Failure> {
    let mut mended = 0;
    for _ in 0..ROUNDS {
        let plan = plan(asked, &tree, &outcome);
        if plan.rewrites.is_empty() {
            break;
        }
        fix::write(&plan, &outcome.sources, Utf8Path::new(""))?;
        mended += plan.mended.len();
        (tree, outcome) = judge(asked, terminal)?;
    }
    let left = plan(asked, &tree, &outcome).left_out;
    let unsafely = left.iter().filter(|(_, why)| *why == LeftOut::Unsafe).count();
    let notes = &mut outcome.model.reading.notes;
    if mended > 0 {
        notes.push(format!("{} mended", findings(mended)));
    }
    if unsafely > 0 {
        notes.push(format!("{} mended by `--unsafe-fixes`", findings(unsafely)));
    }
    Ok((tree, outcome))
}

fn plan(asked: &Asked, tree: &Tree, outcome: &Outcome) -> Plan {
    let unsafe_fixes = asked.options.unsafe_fixes;
    fix::plan(&outcome.diagnostics, unsafe_fixes, &outcome.sources, tree)
}

/// All that would be done as one patch, which `git apply` takes.
pub(super) fn diff(
    asked: &Asked,
    tree: &Tree,
    outcome: &Outcome,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let unsafe_fixes = asked.options.unsafe_fixes;
    let (patch, _) = fix::patch(&outcome.diagnostics, unsafe_fixes, &outcome.sources, tree);
    out.write_all(patch.as_bytes())?;
    let clean = patch.is_empty() || asked.options.judging.exit_zero;
    Ok(if clean { Exit::Clean } else { Exit::Found })
}
