//! Mends what diagnostics carry a fix for.
//!
//! A fix is applied whole or not at all. [`plan`] chooses what [`write`] then puts on the disk;
//! [`patch`] chooses and shows it as one diff. What a fix should do, rules decide; which are
//! asked for, the command line.

use crate::diagnostic::{Diagnostic, Edit, Fix, Safety};
use crate::source::{EntryKind, FileId, Source, Sources, Span, Tree};
use crate::syntax::{self, kind};
use std::collections::BTreeMap;

mod patch;
mod write;

pub use patch::patch;
pub use write::{WriteError, write};

/// What would be done, and what not.
#[derive(Debug, Default)]
pub struct Plan {
    pub rewrites: Vec<Rewrite>,
    /// The diagnostics that are mended, by their index.
    pub mended: Vec<usize>,
    /// The diagnostics whose fix is left out, by their index, and why.
    pub left_out: Vec<(usize, LeftOut)>,
}

/// A file as it is to be.
#[derive(Debug)]
pub struct Rewrite {
    pub file: FileId,
    /// In the order of the file; none overlap.
    replacements: Vec<Replacement>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeftOut {
    #[error("it could change what a working deployment does; `--unsafe-fixes` takes it")]
    Unsafe,
    #[error("another fix changes the same lines; run it again")]
    Conflict,
    #[error("it would change nothing")]
    Nothing,
    #[error("it would change a file that is not below the given paths")]
    Outside,
    #[error("it would leave a file that its reader refuses")]
    Broken,
    #[error("it would change a file that is no valid UTF-8")]
    NotText,
    #[error("its lines hold a secret or control characters and are not shown; `--fix` takes it")]
    NotShown,
}

/// New text for a range of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Replacement {
    span: Span,
    text: String,
    /// Lines of their own: two that come to stand at one point can both be had.
    lines: bool,
}

/// Takes every fix that is asked for, the earlier before the later where two collide.
pub fn plan(
    diagnostics: &[Diagnostic],
    unsafe_fixes: bool,
    sources: &Sources,
    tree: &Tree,
) -> Plan {
    plan_with(diagnostics, Wanted { unsafe_fixes, quotable: false }, sources, tree)
}

#[derive(Clone, Copy)]
struct Wanted {
    unsafe_fixes: bool,
    /// Only what can be shown: a diff quotes lines as they are.
    quotable: bool,
}

fn plan_with(diagnostics: &[Diagnostic], wanted: Wanted, sources: &Sources, tree: &Tree) -> Plan {
    let mut plan = Plan::default();
    let mut accepted = Changes::new();
    for (index, diagnostic) in diagnostics.iter().enumerate() {
        let Some(fix) = &diagnostic.fix else { continue };
        match accept(fix, wanted, sources, tree, &accepted) {
            Ok(changed) => {
                accepted.extend(changed);
                plan.mended.push(index);
            }
            Err(why) => plan.left_out.push((index, why)),
        }
    }
    let rewrites = accepted.into_iter();
    plan.rewrites = rewrites.map(|(file, replacements)| Rewrite { file, replacements }).collect();
    plan
}

type Changes = BTreeMap<FileId, Vec<Replacement>>;

/// What the files that the fix touches come to with it.
fn accept(
    fix: &Fix,
    wanted: Wanted,
    sources: &Sources,
    tree: &Tree,
    accepted: &Changes,
) -> Result<Changes, LeftOut> {
    if fix.safety == Safety::Unsafe && !wanted.unsafe_fixes {
        return Err(LeftOut::Unsafe);
    }
    let mut changed = Changes::new();
    for edit in &fix.edits {
        let file = edit.place().file;
        let source = sources.get(file);
        let ours = tree.get(source.path()).is_some_and(|entry| {
            matches!(entry.kind, EntryKind::File { .. }) && entry.is_named_as_shown()
        });
        if !ours {
            return Err(LeftOut::Outside);
        }
        if source.text().as_bytes() != source.bytes() {
            return Err(LeftOut::NotText);
        }
        let replacement = resolve(edit, source);
        let Span { start, end } = replacement.span;
        if source.text()[start as usize..end as usize] == replacement.text {
            continue;
        }
        if wanted.quotable && !patch::is_quotable(&replacement, source) {
            return Err(LeftOut::NotShown);
        }
        let there =
            changed.entry(file).or_insert_with(|| accepted.get(&file).cloned().unwrap_or_default());
        insert(there, replacement)?;
    }
    match changed.is_empty() {
        true => Err(LeftOut::Nothing),
        false if changed.iter().any(|(file, new)| breaks(*file, new, sources)) => {
            Err(LeftOut::Broken)
        }
        false => Ok(changed),
    }
}

/// Whether more is wrong with a file than was before, in the eyes of its own parser.
fn breaks(file: FileId, replacements: &[Replacement], sources: &Sources) -> bool {
    let source = sources.get(file);
    let path = source.path();
    let Some(kind) = kind::by_name(path).or_else(|| kind::by_content(path, source.text())) else {
        return false;
    };
    let faults = |text: &str| syntax::parse(kind, path, file, text).1.len();
    faults(&replaced(source.text(), replacements)) > faults(source.text())
}

/// With the line ends that the file has.
fn resolve(edit: &Edit, source: &Source) -> Replacement {
    let (span, text) = edit.resolve(source.text());
    let first_line = source.text().split_inclusive('\n').next().unwrap_or_default();
    let text = match first_line.ends_with("\r\n") {
        true => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        false => text,
    };
    Replacement { span, text, lines: edit.adds_lines(source.text()) }
}

/// In the order of the file. What is there already is not done twice.
fn insert(there: &mut Vec<Replacement>, new: Replacement) -> Result<(), LeftOut> {
    if there.contains(&new) {
        return Ok(());
    }
    if there.iter().any(|old| conflict(old, &new)) {
        return Err(LeftOut::Conflict);
    }
    // An insertion comes before what is replaced from the same point on, and after another.
    let key = |it: &Replacement| (it.span.start, it.span.end);
    let at = there.partition_point(|old| key(old) <= key(&new));
    there.insert(at, new);
    Ok(())
}

fn conflict(a: &Replacement, b: &Replacement) -> bool {
    if a.span == b.span {
        return !(a.span.is_empty() && a.lines && b.lines);
    }
    a.span.start < b.span.end && b.span.start < a.span.end
}

impl Rewrite {
    /// The file's text with all that is replaced.
    pub fn text(&self, sources: &Sources) -> String {
        replaced(sources.get(self.file).text(), &self.replacements)
    }
}

fn replaced(old: &str, replacements: &[Replacement]) -> String {
    let (mut new, mut done) = (String::with_capacity(old.len()), 0);
    for Replacement { span, text, .. } in replacements {
        new += &old[done..span.start as usize];
        new += text;
        done = span.end as usize;
    }
    new + &old[done..]
}
