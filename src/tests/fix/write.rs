//! What reaches the disk.

use crate::fix::{WriteError, write};
use crate::tests::fix::Case;
use camino::Utf8Path;
use std::fs;
use tempfile::TempDir;

/// The case's files on a disk.
fn laid(case: &Case) -> TempDir {
    let folder = TempDir::new().unwrap();
    for file in &case.files {
        let path = folder.path().join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.bytes).unwrap();
    }
    folder
}

fn root(folder: &TempDir) -> &Utf8Path {
    Utf8Path::from_path(folder.path()).unwrap()
}

fn two_files() -> Case {
    Case::of(&[("bin/run", "#!/bin/sh\nold\n"), ("z/b.conf", "old\n")]).safe(|case| {
        vec![case.replace("bin/run", "old", "new"), case.replace("z/b.conf", "old", "new")]
    })
}

#[test]
#[cfg(unix)]
fn a_file_is_replaced_with_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let case = two_files();
    let folder = laid(&case);
    let path = folder.path().join("bin/run");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).unwrap();
    write(&case.plan(), &case.sources, root(&folder)).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "#!/bin/sh\nnew\n");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o751);
    let names: Vec<_> = fs::read_dir(folder.path().join("bin")).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing is left behind");
}

#[test]
fn if_one_file_cannot_be_written_none_is() {
    let case = two_files();
    let folder = laid(&case);
    fs::remove_file(folder.path().join("z/b.conf")).unwrap();
    let failed = write(&case.plan(), &case.sources, root(&folder)).unwrap_err();
    assert!(failed.to_string().starts_with("cannot write `"), "{failed}");
    assert!(failed.to_string().contains("b.conf"), "{failed}");
    assert_eq!(fs::read_to_string(folder.path().join("bin/run")).unwrap(), "#!/bin/sh\nold\n");
    assert_eq!(fs::read_dir(folder.path().join("bin")).unwrap().count(), 1);
}

#[test]
#[cfg(unix)]
fn what_changed_since_it_was_read_is_left_alone() {
    let case = two_files();
    let folder = laid(&case);
    let path = folder.path().join("z/b.conf");
    fs::write(&path, "newer\n").unwrap();
    let failed = write(&case.plan(), &case.sources, root(&folder)).unwrap_err();
    assert!(matches!(&failed, WriteError::Changed(at) if at.ends_with("z/b.conf")), "{failed}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "newer\n");

    // Also if it became a link to something that reads the same.
    fs::write(folder.path().join("other"), "old\n").unwrap();
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("../other", &path).unwrap();
    assert!(write(&case.plan(), &case.sources, root(&folder)).is_err());
    assert_eq!(fs::read_to_string(folder.path().join("other")).unwrap(), "old\n");
}
