//! Comments that ignore what was found, as edits of the files: `--add-ignore`.
//!
//! A comment stands on a line of its own above the label's. Where a line between two others would
//! be no comment but part of a value, none is written, and the finding is left.

use crate::diagnostic::{Diagnostic, Edit, Fix, Safety};
use crate::rules::{self, Check};
use crate::run::Outcome;
use crate::source::{FileId, Place};
use crate::syntax::kind::{self, Kind};
use crate::syntax::yaml;
use std::collections::BTreeMap;

/// What is to be written, each as the fix of a diagnostic that it silences.
pub struct Annotations {
    pub fixes: Vec<Diagnostic>,
    /// What each of them silences.
    pub silenced: Vec<Vec<Diagnostic>>,
    /// Those for which no comment can be written.
    pub left: Vec<Diagnostic>,
}

/// Where a comment goes, and whether it is about the whole file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    file: FileId,
    offset: usize,
    wide: bool,
}

pub fn annotate(outcome: &Outcome, reason: &str) -> Annotations {
    let mut spots: BTreeMap<Spot, Vec<&Diagnostic>> = BTreeMap::new();
    let mut left = Vec::new();
    for diagnostic in &outcome.diagnostics {
        let places = diagnostic.labels.iter().filter_map(|label| label.evidence.place());
        // What is said of ignores cannot be ignored by one.
        let by_run = rules::find(diagnostic.rule).is_some_and(|it| matches!(it.check, Check::Run));
        match places.filter(|_| !by_run).find_map(|place| spot(outcome, place)) {
            Some(spot) => spots.entry(spot).or_default().push(diagnostic),
            None => left.push(diagnostic.clone()),
        }
    }
    let fixes = spots.iter().map(|(spot, found)| comment(outcome, *spot, found, reason)).collect();
    let silenced = spots.into_values().map(|found| found.into_iter().cloned().collect());
    Annotations { fixes, silenced: silenced.collect(), left }
}

fn comment(outcome: &Outcome, spot: Spot, found: &[&Diagnostic], reason: &str) -> Diagnostic {
    let text = &outcome.sources.get(spot.file).text()[spot.offset..];
    let indent = if spot.wide { "" } else { indent(text) };
    let mut names: Vec<_> = found.iter().map(|it| it.rule).collect();
    names.sort_unstable();
    names.dedup();
    let (what, names) = (if spot.wide { "file-ignore" } else { "ignore" }, names.join(", "));
    let text = format!("{indent}# kilter: {what}[{names}] {reason}\n");
    let place = Place::new(spot.file, spot.offset, spot.offset);
    let edits = vec![Edit::Replace { place, text }];
    let mut diagnostic = found[0].clone();
    diagnostic.fix(Fix { safety: Safety::Safe, title: "ignore this".to_owned(), edits });
    diagnostic
}

/// Where a comment can stand that is about what is at the place.
fn spot(outcome: &Outcome, place: Place) -> Option<Spot> {
    let source = outcome.sources.get(place.file);
    let text = source.text();
    // JSON has no comments, as in Pipfile.lock.
    if text.trim_start().starts_with('{') {
        return None;
    }
    let kind = kind::by_name(source.path()).or_else(|| kind::by_content(source.path(), text))?;
    let line_start = text[..place.span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    if line_start == 0 && must_come_first(text) {
        let offset = text.find('\n').map(|at| at + 1)?;
        return Some(Spot { file: place.file, offset, wide: true });
    }
    let spot = Spot { file: place.file, offset: line_start, wide: false };
    takes_comment(kind, place.file, text, line_start).then_some(spot)
}

/// The blanks that the first line begins with.
fn indent(text: &str) -> &str {
    &text[..text.len() - text.trim_start_matches([' ', '\t']).len()]
}

/// `#!`, a byte order mark, and the parser directives of a Dockerfile count in the first line only.
fn must_come_first(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default().replace(' ', "").to_lowercase();
    ["#!", "\u{feff}", "#syntax=", "#escape=", "#check="].iter().any(|it| first.starts_with(it))
}

/// Whether a line that is put in here would be a comment.
fn takes_comment(kind: Kind, file: FileId, text: &str, line_start: usize) -> bool {
    let before = &text[..line_start];
    let continued = before.trim_end_matches(['\n', '\r']).ends_with('\\');
    let even = |quotes: &str| before.matches(quotes).count().is_multiple_of(2);
    match kind {
        Kind::Nginx | Kind::Redis | Kind::Postgres | Kind::Procfile | Kind::Supervisor => {
            !continued
        }
        Kind::Requirements | Kind::Crontab | Kind::Dotenv | Kind::Upstart => !continued,
        // "Lines ending in a backslash … comment lines are ignored" (systemd.syntax(7)).
        Kind::Systemd => true,
        // As Docker has it, comments between the lines of an instruction are taken out; those in
        // a heredoc are not.
        Kind::Dockerfile => !before.contains("<<"),
        Kind::Shell | Kind::Makefile | Kind::Caddy => !continued && !before.contains("<<"),
        Kind::Python | Kind::Toml => !continued && even("\"\"\"") && even("'''"),
        Kind::Compose | Kind::Workflow | Kind::Traefik | Kind::Beanstalk => {
            // Indented as the line is: in a block scalar, what is indented less ends it.
            let indent = indent(&text[line_start..]);
            let probe = format!("{before}{indent}#\n{}", &text[line_start..]);
            let comments = yaml::parse(file, &probe).comments;
            comments.iter().any(|it| it.span.start as usize == line_start + indent.len())
        }
        // Comments of JavaScript begin another way.
        Kind::Pm2 | Kind::Text => false,
    }
}
