//! Where the commands of a machine have the project: `/srv/shop/manage.py migrate` of a script that
//! deploys, of a workflow or of a play, where no unit says it.

use crate::fact::Fact;
use crate::model::build::host::HOMES;
use crate::model::build::provisioned;
use crate::model::django::Project;
use crate::model::{Files, Kind, Read};
use crate::source::{Place, normalize};
use camino::{Utf8Path, Utf8PathBuf};

const SCRIPT: &str = "manage.py";

/// The folder that all such commands have the project in; nothing where they name several, as for a
/// site and for what is tried out before.
pub(super) fn home(files: &Files, project: &Project) -> Option<Fact<Utf8PathBuf>> {
    let kinds = [Kind::Shell, Kind::Workflow, Kind::Makefile, Kind::Crontab];
    let scripts = kinds.into_iter().flat_map(|kind| files.of(kind));
    let told = scripts.chain(provisioned::plays(files)).filter(|read| read.has(SCRIPT));
    let mut homes = told.flat_map(|read| homes(read, &project.below));
    let first = homes.next()?;
    homes.all(|it| it.value == first.value).then_some(first)
}

/// Where each command of a file has the script, if that is a folder of a server which may hold the project.
fn homes(read: Read<'_>, below: &Utf8Path) -> Vec<Fact<Utf8PathBuf>> {
    let mut found = Vec::new();
    let mut directory = Utf8PathBuf::new();
    for line in read.text.lines() {
        let told = line.trim_start();
        if told.starts_with('#') {
            continue;
        }
        // The next step of a workflow begins in its workspace, the next task of a play where it pleases.
        if told.starts_with("- ") {
            directory = Utf8PathBuf::new();
        }
        let mut words = told.split(is_between).filter(|it| !it.is_empty()).peekable();
        while let Some(word) = words.next() {
            if word == "cd" {
                let to = words.peek().copied().unwrap_or_default();
                directory = normalize(&directory.join(to));
            } else if Utf8Path::new(word).file_name() == Some(SCRIPT) {
                let script = normalize(&directory.join(word));
                let folder = script.parent().unwrap_or(Utf8Path::new(""));
                if is_of_a_server(folder) && folder.ends_with(below) {
                    found.push(Fact::at(folder.to_owned(), Place::of(read.id, read.text, word)));
                }
            }
        }
    }
    found
}

fn is_between(it: char) -> bool {
    it.is_whitespace() || matches!(it, '"' | '\'' | '`' | ';' | '&' | '(' | ')' | '=')
}

/// A path that is known to its end, where servers have the programs of others.
fn is_of_a_server(folder: &Utf8Path) -> bool {
    let first = folder.components().nth(1).map(|it| it.as_str());
    let is_known = !folder.as_str().contains(['$', '{', '%', '<', '*', '~']);
    folder.is_absolute() && is_known && first.is_some_and(|it| HOMES.contains(&it))
}
