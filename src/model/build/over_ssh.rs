//! What a workflow starts on the server over ssh: `nohup gunicorn … &` in the script of a step that uses
//! an action for ssh.
//!
//! Only what a push brings about counts. Which machine that is, and what else runs there, is not in view.

use crate::model::build::compose_drops::{is_pushed_to, script_for_server};
use crate::model::build::named_stage::stage_of;
use crate::model::{Files, Kind, Read};
use crate::source::Place;
use crate::syntax::Parsed;
use crate::syntax::spliced::Spliced;
use crate::syntax::yaml::Node;

/// Every script that the workflows of a tree hand to a server, with its workflow.
pub(super) fn scripts<'f>(files: &Files<'f>) -> Vec<(Read<'f>, Spliced)> {
    let is_for_few = |read: &Read<'_>| {
        read.path.file_name().and_then(stage_of).is_some_and(|it| it.is_for_few())
    };
    let workflows = files.of(Kind::Workflow).into_iter().filter(|it| !is_for_few(it));
    workflows.flat_map(|read| in_workflow(read).into_iter().map(move |it| (read, it))).collect()
}

fn in_workflow(read: Read<'_>) -> Vec<Spliced> {
    let Parsed::Workflow(file) = read.parsed else { return Vec::new() };
    let Some(root) = file.documents.first().filter(|root| is_pushed_to(root)) else {
        return Vec::new();
    };
    let jobs = root.get("jobs").map(Node::pairs).unwrap_or_default();
    let steps =
        jobs.iter().flat_map(|job| job.value.get("steps").map(Node::items).unwrap_or_default());
    steps.filter_map(script_for_server).filter_map(|script| block(read, script)).collect()
}

/// The lines of a block (`script: |`), each where it stands.
fn block(read: Read<'_>, script: &Node) -> Option<Spliced> {
    let source = read.text.get(script.place.span.range())?;
    let header = source.lines().next().filter(|it| it.starts_with('|') && it.len() < 4);
    let lines = &source[header.map_or(0, str::len)..];
    if !lines.trim_end().contains('\n') {
        return None;
    }
    let mut spliced = Spliced::empty(script.place);
    for line in lines.lines().map(str::trim) {
        let place = Place::of(read.id, read.text, line);
        spliced.push(&filled_in(line), place);
        spliced.push("\n", Place::new(read.id, place.span.end as usize, place.span.end as usize));
    }
    Some(spliced)
}

/// A line with a variable of the shell in the place of each expression, which the workflow has filled in
/// by then: as long as that, so that everything else stays where it is.
fn filled_in(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once("${{") {
        let Some((expression, after)) = behind.split_once("}}") else { break };
        out.push_str(before);
        out.push_str("${_");
        let named = |it: char| if it.is_ascii_alphanumeric() { it } else { '_' };
        out.extend(expression.bytes().map(|it| named(char::from(it))));
        out.push_str("_}");
        rest = after;
    }
    out.push_str(rest);
    out
}
