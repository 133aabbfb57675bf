//! Where the paths of a project start, as far as its files show it.

use crate::model::Files;
use crate::model::compose::{BASES, Request, first_format};
use crate::source::normalize;
use crate::syntax::Parsed;
use camino::{Utf8Path, Utf8PathBuf};

/// Where the relative paths of a project start whose first file this is. Compose takes the folder of the
/// path that it finds and follows no link (compose-go, `ProjectOptions.GetWorkingDir`), so that a link
/// of a name that it looks for decides.
pub fn project_folder<'f>(files: &'f Files<'_>, first: &'f Utf8Path) -> &'f Utf8Path {
    let is_found = |link: &&Utf8PathBuf| link.file_name().is_some_and(|it| BASES.contains(&it));
    let path = files.tree.links_to(first).find(is_found).map_or(first, |it| it);
    let own = path.parent().unwrap_or(Utf8Path::new(""));
    folder_of_dockerfiles(files, first, own).unwrap_or(own)
}

/// The folder above from which every Dockerfile is there that a file names, where from its own none
/// is: it is linked to or copied from there, or started with `--project-directory`.
fn folder_of_dockerfiles<'f>(
    files: &Files<'_>,
    path: &Utf8Path,
    own: &'f Utf8Path,
) -> Option<&'f Utf8Path> {
    let read = files.find(path).read()?;
    let Parsed::Compose(file) = read.parsed else { return None };
    let services = file.documents.iter().flat_map(first_format::services);
    let builds = services.filter_map(|it| it.value.get("build"));
    let dockerfiles = builds.filter_map(|build| {
        // Without a context it is the project's folder (Compose Build Specification, "context").
        let context = match build.get("context") {
            Some(context) => context.text()?,
            None => build.text().unwrap_or("."),
        };
        let name = build.get("dockerfile").and_then(|it| it.text()).unwrap_or("Dockerfile");
        let below = Utf8Path::new(context).join(name);
        (!below.as_str().contains('$') && below.is_relative()).then_some(below)
    });
    let dockerfiles: Vec<Utf8PathBuf> = dockerfiles.collect();
    let from = |folder: &Utf8Path| {
        dockerfiles.iter().filter(|it| files.tree.is_file(&normalize(&folder.join(it)))).count()
    };
    if dockerfiles.is_empty() || from(own) > 0 {
        return None;
    }
    let above = own.ancestors().skip(1).find(|folder| from(folder) == dockerfiles.len())?;
    // What is mounted is looked for at each start; an image may have been built by somebody else.
    let services = file.documents.iter().flat_map(first_format::services);
    let volumes = services.filter_map(|it| it.value.get("volumes"));
    let sources = volumes.flat_map(|it| it.items()).filter_map(|it| it.text()?.split(':').next());
    let mut sources = sources.filter(|it| it.starts_with('.'));
    let is_in = |folder: &Utf8Path, source: &str| {
        files.tree.get(&normalize(&folder.join(source))).is_some()
    };
    let is_mounted = sources.any(|it| it.contains("../") && is_in(own, it) && !is_in(above, it));
    (!is_mounted).then_some(above)
}

/// Where paths of a project start.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// Those that are relative.
    pub(super) folder: &'a Utf8Path,
    /// Those below `${PWD}`; none where nobody can tell.
    pub(super) called_in: Option<&'a Utf8Path>,
}

impl<'a> Start<'a> {
    pub(super) fn at(folder: &'a Utf8Path) -> Self {
        Self { folder, called_in: Some(folder) }
    }
}

/// The folder that people are in when they call compose with these files: the project's own, or the next
/// one above where more is there of what the files look for below `${PWD}`, as the root of the tree for
/// `-f compose/prod.yml`. None if nothing of that is anywhere.
pub(super) fn where_called(files: &Files<'_>, request: &Request<'_>) -> Option<Utf8PathBuf> {
    let read = request.files.iter().filter_map(|path| files.find(path).read());
    let below = read.flat_map(|it| it.text.split("PWD").skip(1)).filter_map(|behind| {
        let path = behind.strip_prefix('}').unwrap_or(behind).strip_prefix('/')?;
        let end = path.find(|it: char| it.is_whitespace() || ":\"',]}".contains(it));
        Some(Utf8Path::new(&path[..end.unwrap_or(path.len())]))
    });
    let below: Vec<&Utf8Path> = below.filter(|it| !it.as_str().contains('$')).collect();
    if below.is_empty() {
        return Some(request.folder.to_owned());
    }
    // Of what is not there, the folder that it would lie in shows as much.
    let around = below.iter().filter_map(|it| it.parent().filter(|it| !it.as_str().is_empty()));
    let around: Vec<&Utf8Path> = around.collect();
    most_of(files, request.folder, &below).or_else(|| most_of(files, request.folder, &around))
}

/// The folder, or the next one above it, that has the most of these paths, and one of them at least.
fn most_of(files: &Files<'_>, folder: &Utf8Path, below: &[&Utf8Path]) -> Option<Utf8PathBuf> {
    let there = |folder: &Utf8Path| {
        let is_there = |it: &&&Utf8Path| files.tree.get(&normalize(&folder.join(it))).is_some();
        below.iter().filter(is_there).count()
    };
    let (root, within) = files.from_root(folder);
    let mut best = (folder.to_owned(), there(folder));
    for folder in within.ancestors().skip(1).map(|it| root.join(it)) {
        let count = there(&folder);
        if count > best.1 {
            best = (folder, count);
        }
    }
    (best.1 > 0).then_some(best.0)
}
