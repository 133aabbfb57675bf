//! Whatever worked before `--fix` works after it, by the real consumers.

use crate::tests::{FIXTURES, program, tools};
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn nothing_that_worked_is_broken_in_any_fixture() {
    let folders = fs::read_dir(FIXTURES.as_path()).unwrap().map(|it| it.unwrap().path());
    let mut folders: Vec<_> = folders.filter(|it| it.is_dir()).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    folders.push(root.join("src/tests/fix/untidy"));
    folders.sort();
    let said = Command::new(root.join("scripts/measure/fix-round-trip"))
        .env("KILTER_TOOLS", tools())
        .arg(program())
        .args(&folders)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
    assert!(said.status.success(), "{text}");
    let mended = text.trim().rsplit_once(" folders, ").unwrap().1;
    let mended: usize = mended.split(' ').next().unwrap().parse().unwrap();
    println!("{text}");
    assert!(mended > 5, "{text}");
}
