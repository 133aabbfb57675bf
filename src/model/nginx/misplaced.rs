//! Lines in levels where nginx has no such directive, which come of putting files together.
//!
//! What one file alone gets wrong is the parser's to say.

use crate::fact::Fact;
use crate::model::nginx::scope::Line;
use crate::model::nginx::{Config, Context, Level, MAIN_FILE};
use crate::syntax::nginx::{Known, known};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// A line at which nginx stops (`"server" directive is not allowed here`).
#[derive(Clone, Copy, Debug)]
pub struct Misplaced<'c> {
    pub line: &'c Line,
    /// The level that it stands in.
    pub level: Level<'c>,
    /// Where a container has its file, if nginx begins with that.
    pub brought: Option<&'c Fact<Utf8PathBuf>>,
}

impl Misplaced<'_> {
    /// The levels that it may stand in, as nginx's source calls them; those of other protocols only
    /// where HTTP has none.
    pub fn allowed(&self) -> Vec<&'static str> {
        let mut all: Vec<&str> = forms(self.line).flat_map(|form| form.contexts()).collect();
        let is_other = |it: &&str| it.starts_with("stream") || it.starts_with("mail");
        if !all.iter().all(is_other) {
            all.retain(|it| !is_other(it));
        }
        all
    }

    /// Whether it stands outside of all blocks in the file that nginx begins with.
    pub fn is_in_main_file(&self) -> bool {
        self.brought.is_some_and(|at| is_main(&at.value))
    }
}

impl Config {
    /// The first misplaced line of each file at each place that the file is read from.
    pub fn misplaced(&self) -> Vec<Misplaced<'_>> {
        if !self.whole {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut told = BTreeSet::new();
        for level in self.levels() {
            for line in level.lines() {
                let Some(file) = line.fact(()).written_at().map(|it| it.file) else { continue };
                let brought = self.brought.get(&file).filter(|_| line.via.is_empty());
                let is_own = level.place().is_some_and(|it| it.file == file);
                // Where the root is put is known of containers alone.
                let is_loose = level.place().is_none() && line.via.is_empty() && brought.is_none();
                let stands = stands_in(line, level.context(), brought.map(|it| it.value.as_path()));
                if is_own || is_loose || stands || !told.insert((file, line.via.clone())) {
                    continue;
                }
                found.push(Misplaced { line, level, brought });
            }
        }
        found
    }

    /// The `http` of a container's main file that has no `events`, without which nginx does not
    /// start, and where the container has the file.
    pub fn without_events(&self) -> Option<(Fact<()>, &Fact<Utf8PathBuf>)> {
        let main = self.main();
        let http = self.http().opener()?.fact(());
        let brought = self.brought.get(&http.written_at()?.file)?;
        let has_events = main.own("events").next().is_some() || main.unseen().is_some();
        (!has_events && is_main(&brought.value)).then_some((http, brought))
    }
}

/// Whether nginx begins with the file at a path.
fn is_main(at: &Utf8Path) -> bool {
    at == MAIN_FILE
}

/// Whether nginx takes a line in a level; `at` is where the root that it stands in is put.
fn stands_in(line: &Line, context: Context, at: Option<&Utf8Path>) -> bool {
    // By its path it is read in another level than it is written for.
    let context = match (context, at.map(is_main)) {
        (Context::Http, Some(true)) => Context::Main,
        (Context::Main, Some(false)) => Context::Http,
        _ => context,
    };
    let Some(context) = context.name() else { return true };
    let mut forms = forms(line).peekable();
    // One that nobody knows may be a module's.
    forms.peek().is_none() || forms.any(|form| form.stands_in(context))
}

/// What nginx knows of a directive, with a block or without as it is written.
fn forms(line: &Line) -> impl Iterator<Item = &'static Known> {
    known(&line.name).iter().filter(|form| form.block == line.body.is_some())
}
