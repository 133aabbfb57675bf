//! One unified diff over all files, which `git apply` and `patch -p1` take.
//!
//! Hunks are made of the edits themselves rather than of a comparison, which is free to move a
//! change onto a neighbouring line. It matters, as lines of a diff are quoted as they are: no
//! hunk reaches a line with a secret, so context is cut short where one begins.

use crate::diagnostic::Diagnostic;
use crate::fix::{Plan, Replacement, Rewrite, Wanted, plan_with};
use crate::source::{Source, Sources, Span, Tree, drives_terminals};
use std::ops::Range;

/// How many unchanged lines surround a change, as everywhere.
const CONTEXT: usize = 3;

/// The diff, and what it does. It holds no fix whose lines may not be quoted.
pub fn patch(
    diagnostics: &[Diagnostic],
    unsafe_fixes: bool,
    sources: &Sources,
    tree: &Tree,
) -> (String, Plan) {
    let wanted = Wanted { unsafe_fixes, quotable: true };
    let plan = plan_with(diagnostics, wanted, sources, tree);
    let diffs = plan.rewrites.iter().map(|rewrite| file(rewrite, sources.get(rewrite.file)));
    (diffs.collect(), plan)
}

/// Whether the lines of this span may be quoted, and one beside them. That one must be: a hunk
/// without a line below its change applies at the end of a file only, and one that quotes no
/// line at all nowhere for certain (git-apply(1), `--unidiff-zero`).
pub(super) fn is_quotable(replacement: &Replacement, source: &Source) -> bool {
    let lines = lines(source.text());
    let changed = touched(&lines, replacement);
    let from =
        if changed.start == lines.len() { changed.start.saturating_sub(1) } else { changed.start };
    lines[from..(changed.end + 1).min(lines.len())].iter().all(|line| may_quote(line, source))
}

/// A line with its end, and where it stands.
struct Line<'a> {
    start: usize,
    text: &'a str,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let line = |text: &str| {
        start += text.len();
        start - text.len()
    };
    let starts: Vec<_> = text.split_inclusive('\n').map(line).collect();
    starts
        .into_iter()
        .zip(text.split_inclusive('\n'))
        .map(|(start, text)| Line { start, text })
        .collect()
}

fn may_quote(line: &Line<'_>, source: &Source) -> bool {
    let text = line.text.trim_end_matches(['\r', '\n']);
    !text.contains(drives_terminals)
        && !source.holds_secret(Span::new(line.start, line.start + line.text.len()))
}

/// The lines that are changed: none, but the point before one, where whole lines are inserted
/// between two.
fn touched(lines: &[Line<'_>], replacement: &Replacement) -> Range<usize> {
    let Replacement { span, text, .. } = replacement;
    let (start, end) = (span.start as usize, span.end as usize);
    let first = lines.partition_point(|line| line.start + line.text.len() <= start);
    let at_line_start = lines.get(first).is_none_or(|line| line.start == start);
    let between = first == lines.len() || text.is_empty() || text.ends_with('\n');
    if start == end && at_line_start && between {
        // Behind a last line that has no end: that line changes too.
        let open = first == lines.len() && lines.last().is_some_and(|it| !it.text.ends_with('\n'));
        return first - usize::from(open)..first;
    }
    let last = lines.partition_point(|line| line.start < end.max(start + 1));
    first..last
}

/// Lines that change together, and what they become.
struct Change {
    old: Range<usize>,
    new: String,
}

fn file(rewrite: &Rewrite, source: &Source) -> String {
    let lines = lines(source.text());
    let changes = changes(&rewrite.replacements, &lines, source.text());
    let path = source.path().as_str().trim_start_matches('/');
    let (old, new) = (name("a", path), name("b", path));
    // As git writes it, so that a name with a blank ends where it ends.
    let tab = if path.contains(' ') { "\t" } else { "" };
    let mut out = format!("diff --git {old} {new}\n--- {old}{tab}\n+++ {new}{tab}\n");
    let mut grown = 0;
    for hunk in hunks(&changes, &lines, source) {
        grown += draw(&mut out, &hunk, &lines, grown);
    }
    out
}

/// Each run of touched lines, with the replacements in it done.
fn changes(replacements: &[Replacement], lines: &[Line<'_>], text: &str) -> Vec<Change> {
    let mut runs: Vec<(Range<usize>, Vec<&Replacement>)> = Vec::new();
    for replacement in replacements {
        let touched = touched(lines, replacement);
        match runs.last_mut() {
            Some((run, inside)) if touched.start < run.end || touched == *run => {
                run.end = run.end.max(touched.end);
                inside.push(replacement);
            }
            _ => runs.push((touched, vec![replacement])),
        }
    }
    let offset = |line: usize| lines.get(line).map_or(text.len(), |line| line.start);
    let done = |(old, inside): (Range<usize>, Vec<&Replacement>)| {
        let (mut new, mut at) = (String::new(), offset(old.start));
        for replacement in inside {
            new += &text[at..replacement.span.start as usize];
            new += &replacement.text;
            at = replacement.span.end as usize;
        }
        new += &text[at..offset(old.end).max(at)];
        Change { old, new }
    };
    runs.into_iter().map(done).collect()
}

/// Changes that share their context, and the lines that they span with it.
struct Hunk<'a> {
    old: Range<usize>,
    changes: Vec<&'a Change>,
}

fn hunks<'a>(changes: &'a [Change], lines: &[Line<'_>], source: &Source) -> Vec<Hunk<'a>> {
    let quotable = |line: &usize| may_quote(&lines[*line], source);
    let mut hunks: Vec<Hunk> = Vec::new();
    for change in changes {
        let above = (0..change.old.start).rev().take(CONTEXT).take_while(quotable).count();
        let below = (change.old.end..lines.len()).take(CONTEXT).take_while(quotable).count();
        let old = change.old.start - above..change.old.end + below;
        match hunks.last_mut() {
            Some(hunk) if old.start <= hunk.old.end => {
                hunk.old.end = old.end;
                hunk.changes.push(change);
            }
            _ => hunks.push(Hunk { old, changes: vec![change] }),
        }
    }
    hunks
}

/// Adds a hunk, in a file that has grown by so many lines above it; says by how many this one
/// makes it grow.
fn draw(out: &mut String, hunk: &Hunk<'_>, lines: &[Line<'_>], grown: isize) -> isize {
    let mut body = String::new();
    let (mut added, mut at) = (0, hunk.old.start);
    for change in &hunk.changes {
        lines[at..change.old.start].iter().for_each(|line| push(&mut body, ' ', line.text));
        lines[change.old.clone()].iter().for_each(|line| push(&mut body, '-', line.text));
        for line in change.new.split_inclusive('\n') {
            push(&mut body, '+', line);
            added += 1;
        }
        at = change.old.end;
    }
    lines[at..hunk.old.end].iter().for_each(|line| push(&mut body, ' ', line.text));

    let removed: usize = hunk.changes.iter().map(|change| change.old.len()).sum();
    let growth = added as isize - removed as isize;
    let (old, new) = (hunk.old.len(), (hunk.old.len() as isize + growth) as usize);
    // Where nothing is left of a side, its line is the one before.
    let first = |count: usize, line: isize| line + isize::from(count > 0);
    let start = hunk.old.start as isize;
    *out +=
        &format!("@@ -{},{old} +{},{new} @@\n{body}", first(old, start), first(new, start + grown));
    growth
}

fn push(body: &mut String, mark: char, line: &str) {
    body.push(mark);
    *body += line;
    if !line.ends_with('\n') {
        *body += "\n\\ No newline at end of file\n";
    }
}

/// A path with its side, quoted as git quotes where it would not end, or look like another.
fn name(side: &str, path: &str) -> String {
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if path.bytes().all(plain) {
        return format!("{side}/{path}");
    }
    let quoted = |byte: u8| match byte {
        b'"' => "\\\"".to_owned(),
        b'\\' => "\\\\".to_owned(),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    };
    format!("\"{side}/{}\"", path.bytes().map(quoted).collect::<String>())
}
