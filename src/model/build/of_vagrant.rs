//! What machines of Vagrant have: a developer starts them, and no visitor comes to one.

use crate::model::{Files, Read};
use camino::Utf8Path;

/// Whether a file says that it is for one: it lies below a folder with a `Vagrantfile`, or asks for what
/// such a machine alone has.
pub(super) fn is_of_vagrant(files: &Files, read: Read<'_>) -> bool {
    lies_with_vagrantfile(files, read.path) || asks_for_its_folders(read)
}

/// Whether a folder below the root of the tree has a `Vagrantfile`, and the file is in it. One at the root
/// has everything below it: what the servers have, too, which the machine may be there to try.
pub(super) fn lies_with_vagrantfile(files: &Files, path: &Utf8Path) -> bool {
    let (root, below) = files.from_root(path);
    let folders = below.ancestors().skip(1).filter(|it| !it.as_str().is_empty());
    let has_code = |folder: &Utf8Path| files.tree.is_file(&folder.join("manage.py"));
    let mut folders = folders.map(|it| root.join(it)).take_while(|it| !has_code(it));
    folders.any(|it| files.tree.is_file(&it.join("Vagrantfile")))
}

/// Whether it lies among the manifests of Puppet or Chef, and a `Vagrantfile` of the tree runs those: for
/// the machine of a developer.
pub(super) fn is_provisioned_by_vagrant(files: &Files, path: &Utf8Path) -> bool {
    let (_, below) = files.from_root(path);
    let tools = ["puppet", "chef"].into_iter().filter(|tool| below.iter().any(|it| it == *tool));
    tools.into_iter().any(|tool| {
        let mut read = files.named("Vagrantfile").iter().filter_map(|it| files.skim(it).read());
        read.any(|it| it.has(tool))
    })
}

/// Whether paths lead to the home of its user, or to the folder of the project that is shared with it
/// (Vagrant's documentation, "Synced Folders": `/vagrant`).
fn asks_for_its_folders(read: Read<'_>) -> bool {
    let lines = read.text.lines().filter(|line| !line.trim_start().starts_with(['#', ';']));
    lines.into_iter().any(|line| {
        line.contains("/home/vagrant/")
            || line.match_indices("/vagrant/").any(|(at, _)| {
                line[..at].is_empty() || line[..at].ends_with(['=', ' ', ':', '"', '\'', '-'])
            })
    })
}
