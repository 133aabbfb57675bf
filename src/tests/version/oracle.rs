//! What `packaging`, which pip carries, says of constraints and versions.

use super::version;
use crate::fact::version::pep440;
use crate::tests::tool;
use std::env;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const CONSTRAINTS: &[&str] = &[
    "",
    "==4.2",
    "==4.2.0",
    "==4.2.*",
    "!=4.2.*",
    "!=4.2",
    "~=4.2",
    "~=4.2.1",
    "~=4.2rc1",
    ">=4.2",
    ">4.2",
    "<4.2",
    "<=4.2",
    ">=4.2,<5.0",
    ">=4.2, <5",
    "<4.2.post1",
    ">4.2.post1",
    "<4.2rc1",
    ">4.2rc1",
    "<=4.2rc1",
    "==4.2+local.1",
    "==4.2.post1",
    ">=4.2.dev0",
    "<5.0a1",
    "==4.*",
    "==1!4.2",
    ">=1!0",
    ">=3,!=4.2.1,<6",
    "~=4.0,!=4.2",
    ">= 4.2 , < 5.0",
    "==4.2.dev1",
    ">4,<4",
    "<=4.2.post1",
    "==4.2.0.*",
    "=4.2",
    "4.2",
    ">=4.*",
    "~=4",
    "==4.2.x",
    ">=4.2+local",
    "=>4.2",
    "==",
    ">=4.2 <5",
    "==4.2,",
    "==4.2rc1.*",
];

const VERSIONS: &[&str] = &[
    "3.2.25",
    "4.1.13",
    "4.2.dev0",
    "4.2.dev1",
    "4.2a1",
    "4.2rc1",
    "4.2rc1.dev3",
    "4.2rc2",
    "4.2",
    "4.2.0",
    "4.2+local.1",
    "4.2+local.2",
    "4.2.post1",
    "4.2.post1.dev1",
    "4.2.post2",
    "4.2.1",
    "4.2.1rc1",
    "4.2.16",
    "4.3.dev0",
    "4.3a1",
    "4.10",
    "5.0.dev0",
    "5.0a1",
    "5.0",
    "5.0.post1",
    "6.0",
    "1!0.1",
    "1!4.2",
    "1!4.2.1",
];

#[test]
fn constraints_admit_what_packaging_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pairs: Vec<(&str, &str)> =
        CONSTRAINTS.iter().flat_map(|it| VERSIONS.iter().map(move |v| (*it, *v))).collect();
    let mut python = Command::new(tool("python-packaging/bin/python"))
        .arg(root.join("src/tests/version/ask_packaging.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("scripts/tools/python-packaging installs it");
    let lines: String = pairs.iter().map(|(one, other)| format!("{one}\t{other}\n")).collect();
    python.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let said = String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap();
    let said: Vec<&str> = said.lines().collect();
    assert_eq!(said.len(), pairs.len(), "an answer for each");
    let mut wrong = Vec::new();
    for ((constraint, admitted), said) in pairs.iter().zip(said) {
        let ours = match pep440(constraint) {
            Err(_) => "refused",
            Ok(range) if range.contains(&version(admitted)) => "True",
            Ok(_) => "False",
        };
        if ours != said {
            wrong.push(format!("{constraint} and {admitted}: {ours}, and packaging says {said}"));
        }
    }
    println!("{} comparisons with packaging", pairs.len());
    assert!(pairs.len() >= 1000);
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
