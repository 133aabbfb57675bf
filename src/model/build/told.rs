//! Which steps of a deployment the tree tells of, beside what starts by itself.

use crate::model::scripted;
use crate::model::{Files, Found, Read, Told};

/// What the tree tells of, builds of images aside.
pub(super) fn told(files: &Files) -> Told {
    let read = scripted::lists(files);
    let tells = |command: &str| read.iter().any(|read| says(read.text, command));
    let creates = |text: &str| text.to_ascii_uppercase().contains("CREATE DATABASE");
    let makes_user = |text: &str| {
        let text = text.to_ascii_uppercase();
        ["CREATE USER", "CREATE ROLE"].iter().any(|it| text.contains(it))
    };
    Told {
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

fn says(text: &str, command: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.any(|line| line.contains(command))
}
