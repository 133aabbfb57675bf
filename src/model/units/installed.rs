//! Under which names a unit's file is installed.
//!
//! A repository's `gunicorn.service` is often copied to the name of the site. Its own comment at the
//! head says so, or the script that copies it.

use crate::model::units::Unit;
use crate::model::{Files, Kind};
use crate::syntax::systemd::UnitName;
use camino::Utf8Path;

const FOLDERS: [&str; 2] = ["/etc/systemd/system/", "/lib/systemd/system/"];

/// What scripts copy or link to where systemd looks: the file in their words, and its name there.
pub(super) struct Copies<'a>(Vec<(&'a str, UnitName)>);

impl<'a> Copies<'a> {
    pub(super) fn find(files: &Files<'a>) -> Self {
        let scripts = [Kind::Shell, Kind::Makefile].into_iter().flat_map(|kind| files.of(kind));
        let lines = scripts.flat_map(|script| script.text.lines());
        let lines = lines.filter(|line| FOLDERS.iter().any(|folder| line.contains(folder)));
        let words = lines.map(|line| line.split_whitespace().collect::<Vec<_>>());
        let copies = words.flat_map(|words| {
            let copied = |pair: &[&'a str]| Some((pair[0], installed(pair[1])?));
            words.windows(2).filter_map(copied).collect::<Vec<_>>()
        });
        Self(copies.collect())
    }

    /// The further names of a unit: those that the head of its `text` tells, and those it is copied
    /// to.
    pub(super) fn names(&self, unit: &Unit, text: &str) -> Vec<UnitName> {
        let head = text.lines().take_while(|line| !line.starts_with('['));
        let comments = head.filter_map(|line| line.trim_start().strip_prefix(['#', ';']));
        let told = comments.flat_map(str::split_whitespace).filter_map(installed);
        let mut found: Vec<UnitName> = Vec::new();
        for name in told.chain(self.of(unit).cloned()) {
            if name.kind == unit.name.kind && name != unit.name && !found.contains(&name) {
                found.push(name);
            }
        }
        found
    }

    /// Whether a script copies a unit to the name that its file has.
    pub(super) fn keep_name(&self, unit: &Unit) -> bool {
        self.of(unit).any(|it| *it == unit.name)
    }

    /// The names that a unit's file is copied to.
    fn of(&self, unit: &Unit) -> impl Iterator<Item = &UnitName> {
        self.0.iter().filter(|(file, _)| is_file(file, &unit.path)).map(|(_, name)| name)
    }
}

/// Whether a word of a script means the file: what it says ends as the path does.
fn is_file(word: &str, path: &Utf8Path) -> bool {
    let word = Utf8Path::new(word.trim_matches(['"', '\'']));
    let mut both = word.components().rev().zip(path.components().rev()).take(2);
    word.file_name() == path.file_name()
        && both.all(|(said, is)| said == is || said.as_str().starts_with(['$', '.', '/']))
}

/// The unit that a path among those of systemd names.
fn installed(word: &str) -> Option<UnitName> {
    let word = word.trim_matches(['"', '\'', '`', '(', ')', ',', ';', ':']).trim_end_matches('.');
    let name = FOLDERS.iter().find_map(|folder| word.split_once(folder))?.1;
    UnitName::parse(name).filter(|_| !name.contains(['$', '<', '{', '/']))
}
