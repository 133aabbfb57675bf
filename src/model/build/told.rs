//! Which steps of a deployment the tree tells of, beside what starts by itself.

use crate::model::build::documents::{documents, has_servers};
use crate::model::scripted;
use crate::model::{Files, Found, Kind, Read, Told};
use camino::Utf8PathBuf;

/// What the tree tells of, builds of images aside.
pub(super) fn told(files: &Files) -> Told {
    let read = scripted::lists(files);
    let tells = |command: &str| read.iter().any(|read| says(read.text, command));
    let creates = |text: &str| text.to_ascii_uppercase().contains("CREATE DATABASE");
    let makes_user = |text: &str| {
        let text = text.to_ascii_uppercase();
        ["CREATE USER", "CREATE ROLE"].iter().any(|it| text.contains(it))
    };
    let guides_to_servers = if has_servers(files) { documents(files) } else { Vec::new() };
    let starts = |role: &str| {
        let texts = read.iter().chain(&guides_to_servers).copied().chain(files.of(Kind::Text));
        let named = |path: &Utf8PathBuf| {
            let name = path.file_name().unwrap_or_default();
            name.contains("celery") && name.contains(role) && !name.ends_with(".py")
        };
        let mut texts = texts;
        texts.any(|read| speaks_of_celery(read.text, role)) || files.tree.files().any(named)
    };
    Told {
        starts_workers: starts("worker"),
        starts_beat: starts("beat"),
        creates_users: tells("createuser") || read.iter().any(|read| makes_user(read.text)),
        collects: tells("collectstatic"),
        migrates: tells("migrate"),
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

/// Whether a command, or a sentence, has both words: `celery -A shop worker`.
fn speaks_of_celery(text: &str, role: &str) -> bool {
    let flat = text.replace("\\\n", " ").to_lowercase();
    flat.lines().any(|line| line.contains("celery") && line.contains(role))
}

fn says(text: &str, command: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.any(|line| line.contains(command))
}
