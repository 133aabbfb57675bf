//! The configuration files that count: the nearest one, and the chain that it extends.

use crate::config::check;
use crate::config::key::ROOT;
use crate::config::toml;
use crate::config::value::{By, Table};
use crate::config::{ConfigError, located};
use crate::source::{File, FileId, Place, Sources, Unread, above, read_one};
use camino::Utf8Path;
use std::path::{Path, PathBuf};

const PYPROJECT: &str = "pyproject.toml";

/// In one folder the first that is there counts.
const NAMES: &[&str] = &["kilter.toml", PYPROJECT];

/// The file that configures all of these paths.
pub(super) fn nearest(roots: &[PathBuf], here: &Path) -> Result<Option<PathBuf>, ConfigError> {
    let mut found: Option<(&PathBuf, Option<PathBuf>)> = None;
    for root in roots {
        let file = nearest_to(root, here)?;
        match &found {
            Some((first, other))
                if here.join(other.as_deref().unwrap_or(Path::new("")))
                    != here.join(file.as_deref().unwrap_or(Path::new(""))) =>
            {
                let [first, second] = [first, root].map(|it| it.display().to_string());
                return Err(ConfigError::Two { first, second });
            }
            Some(_) => {}
            None => found = Some((root, file)),
        }
    }
    Ok(found.and_then(|(_, file)| file))
}

fn nearest_to(root: &Path, here: &Path) -> Result<Option<PathBuf>, ConfigError> {
    for folder in above(root, here) {
        for name in NAMES {
            let path = folder.join(name);
            match read_one(&path) {
                Some(Ok(file)) if configures(&file) => return Ok(Some(path)),
                // Somebody else's file that cannot be read says nothing to kilter.
                Some(Err(why)) if *name != PYPROJECT => return Err(unreadable(&path, &why)),
                Some(_) | None => {}
            }
        }
    }
    Ok(None)
}

/// pyproject.toml is everybody's; one that is broken is others' business, unless it seems to
/// speak to kilter.
fn configures(file: &File) -> bool {
    if file.path.file_name() != Some(PYPROJECT) {
        return true;
    }
    let text = String::from_utf8_lossy(&file.bytes);
    text.contains("kilter") && {
        let (sources, id) = one(file.clone());
        let section = toml::read(id, sources.get(id).text(), section(&file.path));
        section.map_or(text.contains("[tool.kilter"), |table| table.is_some())
    }
}

fn section(path: &Utf8Path) -> &'static [&'static str] {
    if path.file_name() == Some(PYPROJECT) { &["tool", "kilter"] } else { &[] }
}

fn one(file: File) -> (Sources, FileId) {
    let mut sources = Sources::default();
    let path = file.path.clone();
    sources.add(vec![file]);
    let id = sources.find(&path).expect("it was just added");
    (sources, id)
}

/// The file and what it extends, as one table; each file becomes a source, the nearest first.
pub(super) fn read(
    path: &Path,
    files: &mut Vec<File>,
    sources: &mut Sources,
) -> Result<Table, ConfigError> {
    let mut tables: Vec<Table> = Vec::new();
    let mut next = Some((path.to_owned(), None));
    while let Some((path, asked)) = next.take() {
        let fault = |message| match asked {
            Some(place) => located(check::Fault { by: By::Place(place), message }, sources),
            None => ConfigError::Unreadable { path: shown(&path), why: message },
        };
        let file = match read_one(&path) {
            Some(Ok(file)) => file,
            Some(Err(why)) if asked.is_none() => return Err(unreadable(&path, &why)),
            Some(Err(why)) => {
                return Err(fault(format!("cannot read `{}`: {why}", path.display())));
            }
            None if asked.is_none() => return Err(fault("it does not exist".to_owned())),
            None => return Err(fault(format!("`{}` does not exist", path.display()))),
        };
        if sources.find(&file.path).is_some() {
            return Err(fault(format!("`{}` extends itself", file.path)));
        }
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let table = parse(file, files, sources)?;
        next = table.get("extend").and_then(|it| Some((folder.join(it.text()?), it.place())));
        tables.push(table);
    }
    let whole = tables.into_iter().rev().reduce(|lower, upper| upper.over(lower));
    let mut whole = whole.unwrap_or_default();
    whole.remove("extend");
    Ok(whole)
}

/// One file, which becomes a source.
pub(super) fn parse(
    file: File,
    files: &mut Vec<File>,
    sources: &mut Sources,
) -> Result<Table, ConfigError> {
    let path = file.path.clone();
    files.push(file.clone());
    sources.add(vec![file]);
    let id = sources.find(&path).expect("it was just added");
    let read = toml::read(id, sources.get(id).text(), section(&path));
    let read = read.map_err(|broken| {
        let by = By::Place(broken.place);
        located(check::Fault { by, message: broken.why }, sources)
    })?;
    let table = read.unwrap_or_default();
    let whole = By::Place(Place::new(id, 0, 0));
    check::table(&table, ROOT, &whole).map_err(|fault| located(fault, sources))?;
    Ok(table)
}

fn unreadable(path: &Path, why: &Unread) -> ConfigError {
    ConfigError::Unreadable { path: shown(path), why: why.to_string() }
}

fn shown(path: &Path) -> camino::Utf8PathBuf {
    path.to_string_lossy().into_owned().into()
}
