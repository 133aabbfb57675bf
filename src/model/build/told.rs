//! Which steps of a deployment the tree tells of, beside what starts by itself.

use crate::model::build::documents::{documents, has_servers};
use crate::model::scripted;
use crate::model::{Files, Found, Kind, Read, Told};
use camino::Utf8PathBuf;

/// What the tree tells of, builds of images aside.
pub(super) fn told(files: &Files) -> Told {
    let read = scripted::lists(files);
    let tells = |command: &str| read.iter().any(|read| says(read.text, command));
    let creates = |text: &str| has_in_any_case(text, "CREATE DATABASE");
    let makes_user =
        |text: &str| ["CREATE USER", "CREATE ROLE"].iter().any(|it| has_in_any_case(text, it));
    let of_celery = texts_on_celery(files, &read);
    // A compose file's beat is another deployment's.
    let mut on_machines = of_celery.iter().filter(|it| it.parsed.kind() != Kind::Compose);
    Told {
        starts_workers: has_file_for_workers(files)
            || of_celery.iter().any(|it| speaks_of_celery(it.text, &["worker", "multi"])),
        starts_beat: on_machines.any(|it| speaks_of_celery(it.text, &["beat"])),
        creates_users: tells("createuser") || read.iter().any(|read| makes_user(read.text)),
        collects: tells("collectstatic"),
        migrates: tells("migrate"),
        gives_away: ["chown", "setfacl", "chmod"].into_iter().any(tells),
        creates_databases: tells("createdb")
            || read.iter().any(|read| creates(read.text))
            || guides(files).iter().any(|read| creates(read.text)),
    }
}

/// What somebody reads first who sets the project up.
fn guides<'a>(files: &Files<'a>) -> Vec<Read<'a>> {
    let names = ["README.md", "readme.md", "README.rst", "README"];
    let paths = files.tree.roots().iter().flat_map(|root| names.map(|name| root.join(name)));
    let found = paths.map(|path| files.find(&path)).collect::<Vec<_>>().into_iter();
    found
        .filter_map(|found| match found {
            Found::Read(read) => Some(read),
            Found::Wanted | Found::Folder | Found::Absent => None,
        })
        .collect()
}

/// Where it would be said how Celery is started: those lists of commands and documents that know it.
fn texts_on_celery<'a>(files: &Files<'a>, lists: &[Read<'a>]) -> Vec<Read<'a>> {
    let servers = if has_servers(files) { documents(files) } else { Vec::new() };
    let texts = lists.iter().copied().chain(servers).chain(files.of(Kind::Text));
    let texts = texts.filter(|it| it.parsed.kind() != Kind::Requirements);
    texts.filter(|it| has_in_any_case(it.text, "celery")).collect()
}

/// Whether a file is called after Celery that is no code, be it only of variables for a unit.
fn has_file_for_workers(files: &Files) -> bool {
    let is_one = |path: &Utf8PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.contains("celery") && !name.contains("beat") && path.extension() != Some("py")
    };
    files.tree.files().any(is_one)
}

/// Whether a command, or a sentence, has Celery and one of these words: `celery -A shop worker`.
fn speaks_of_celery(text: &str, words: &[&str]) -> bool {
    let flat = text.replace("\\\n", " ").to_lowercase();
    // The application of that name runs in the site.
    let flat = flat.replace("django-celery-beat", "").replace("django_celery_beat", "");
    flat.lines().any(|line| line.contains("celery") && words.iter().any(|it| line.contains(it)))
}

/// Without a copy of the text, as there are long ones.
fn has_in_any_case(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|it| it.eq_ignore_ascii_case(word.as_bytes()))
}

fn says(text: &str, command: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.any(|line| line.contains(command))
}
