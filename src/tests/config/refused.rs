//! What the process itself does where it cannot write, or nobody reads on.

use super::folder;
use crate::tests::program;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

/// An env file that `--fix` would mend.
const UNTIDY: &str = "DEBUG=0  \n\n\nLEVEL=info";

#[test]
fn a_tree_that_may_not_be_written_is_left_as_it_is() {
    let folder = folder(&[(".env", UNTIDY)]);
    for (path, mode) in [(".env", 0o444), ("", 0o555)] {
        let path = folder.path().join(path);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    // Root may write whatever the modes say.
    let is_root = fs::metadata("/proc/self").is_ok_and(|it| {
        use std::os::unix::fs::MetadataExt;
        it.uid() == 0
    });
    let mut kilter = Command::new(if is_root { "setpriv".into() } else { program() });
    if is_root {
        kilter.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program());
    }
    kilter.args(["check", "--pedantic", "--fix", "--unsafe-fixes"]).current_dir(folder.path());
    let said = kilter.output().unwrap();
    let err = String::from_utf8(said.stderr).unwrap();
    assert_eq!(said.status.code(), Some(2), "{err}");
    assert!(err.starts_with("kilter: cannot write `.env`: "), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    assert_eq!(fs::read_to_string(folder.path().join(".env")).unwrap(), UNTIDY);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    for arguments in [&["rules"][..], &["check", "--format", "json", "."], &["man"]] {
        let mut kilter = Command::new(program());
        kilter.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        kilter.current_dir(env!("CARGO_MANIFEST_DIR").to_owned() + "/fixtures/deployments/heypage");
        let mut kilter = kilter.spawn().unwrap();
        drop(kilter.stdout.take());
        let said = kilter.wait_with_output().unwrap();
        assert_eq!(said.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8(said.stderr).unwrap(), "", "{arguments:?}");
    }
}

#[test]
fn a_full_disk_is_told() {
    for arguments in [&["rules"][..], &["check", "."]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let empty = folder(&[]);
        let mut kilter = Command::new(program());
        kilter.args(arguments).stdout(full).current_dir(empty.path());
        let said = kilter.output().unwrap();
        assert_eq!(said.status.code(), Some(2), "{arguments:?}");
        let err = String::from_utf8(said.stderr).unwrap();
        assert!(err.starts_with("kilter: cannot write: "), "{err}");
        assert_eq!(err.lines().count(), 1, "{err}");
    }
}
