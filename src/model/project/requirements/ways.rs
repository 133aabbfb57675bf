//! By which files a project may be installed, as their names and includes tell.

use super::Declared;
use super::Install;
use crate::source::normalize;
use crate::syntax::requirements::{Format, Included, Manifest};
use camino::{Utf8Path, Utf8PathBuf};

/// Words in the names of files that no server installs.
const FOR_DEVELOPERS: [&str; 17] = [
    "dev",
    "devel",
    "development",
    "local",
    "test",
    "tests",
    "testing",
    "debug",
    "cov",
    "coverage",
    "sonar",
    "sonarcov",
    "doc",
    "docs",
    "lint",
    "ci",
    "build",
];

/// The paths that a file refers to, for whoever has to have them read.
pub fn included_paths(path: &Utf8Path, manifest: &Manifest) -> Vec<Utf8PathBuf> {
    let folder = path.parent().unwrap_or(Utf8Path::new(""));
    let paths = manifest.includes.iter().flat_map(|include| match &include.what {
        Included::Requirements(other) | Included::Constraints(other) => {
            vec![normalize(&folder.join(other))]
        }
        Included::Project { path: other, .. } | Included::Release { folder: other, .. } => {
            let projects = folder.ancestors().map(|it| normalize(&it.join(other)));
            projects.flat_map(|it| [it.join("pyproject.toml"), it.join("setup.cfg")]).collect()
        }
        Included::Group(_) => Vec::new(),
    });
    paths.collect()
}

/// Each file that no other includes is one way, unless it is for developers and others are not.
pub(super) fn guess(files: &[Declared<'_>]) -> Vec<Vec<Install>> {
    let (developers, servers): (Vec<_>, Vec<_>) =
        files.iter().filter(|it| is_way(it, files)).partition(|it| is_for_developers(it.path));
    // What only developers' files include is what a server would install.
    let servers = not_included(servers);
    let chosen = if servers.is_empty() { not_included(developers) } else { servers };
    let tools = files.iter().filter(|it| !it.manifest.requirements.is_empty());
    let chosen = if chosen.is_empty() { tools.collect() } else { chosen };
    let install =
        |it: &Declared<'_>| Install::File { path: it.path.to_owned(), groups: Vec::new() };
    chosen.into_iter().map(|it| vec![install(it)]).collect()
}

/// Those that none of the others takes in, be it to constrain its own.
fn not_included<'a>(files: Vec<&'a Declared<'a>>) -> Vec<&'a Declared<'a>> {
    let included: Vec<Utf8PathBuf> =
        files.iter().flat_map(|it| included_paths(it.path, it.manifest)).collect();
    files.into_iter().filter(|it| !included.iter().any(|path| path == it.path)).collect()
}

/// Lock files go with what they lock, an `.in` with the `.txt` that was compiled from it.
fn is_way(it: &Declared<'_>, files: &[Declared<'_>]) -> bool {
    match it.manifest.format {
        Format::Requirements => {
            let stem = it.path.file_stem().unwrap_or_default();
            let compiled = it.path.with_extension("txt");
            let is_source = it.path.extension() == Some("in");
            let is_compiled = is_source && files.iter().any(|file| file.path == compiled);
            !is_compiled && !stem.to_lowercase().contains("constraint")
        }
        Format::Pyproject | Format::SetupCfg | Format::SetupPy => it.manifest.declares,
        Format::Pipfile => true,
        Format::PipfileLock
        | Format::PoetryLock
        | Format::UvLock
        | Format::PdmLock
        | Format::Pylock => {
            let folder = it.path.parent().unwrap_or(Utf8Path::new(""));
            files
                .iter()
                .all(|file| file.manifest.format.is_lock() || !file.path.starts_with(folder))
        }
    }
}

/// Whether its name says that no server installs it.
pub(super) fn is_for_developers(path: &Utf8Path) -> bool {
    has_word(path, &FOR_DEVELOPERS)
}

/// Whether one of these words stands in the name of a file, or is that of its folder; digits at their
/// ends count them only.
pub(super) fn has_word(path: &Utf8Path, wanted: &[&str]) -> bool {
    // `requirementsLocal.txt` has two words as well.
    let stem = spaced(path.file_stem().unwrap_or_default()).to_lowercase();
    let folder = path.parent().and_then(Utf8Path::file_name).unwrap_or_default();
    let mut words = stem.split(['-', '_', '.']).chain([folder]);
    words.any(|word| wanted.contains(&word.trim_end_matches(|it: char| it.is_ascii_digit())))
}

/// A name with a dash wherever a small letter stands before a capital one.
fn spaced(name: &str) -> String {
    let mut spaced = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && spaced.ends_with(|it: char| it.is_ascii_lowercase()) {
            spaced.push('-');
        }
        spaced.push(letter);
    }
    spaced
}
