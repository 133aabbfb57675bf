//! What `packaging`, which pip carries, says of requirements and their markers.

use super::read;
use crate::fact::version::pep440;
use crate::tests::tool;
use std::env;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// In the order in which the script says whether a marker holds for them.
const PYTHONS: [&str; 4] = ["==3.8.10", "==3.11.4", "==3.12.0", "==3.13.1"];

const REQUIREMENTS: &[&str] = &[
    "Django",
    "Django==4.2",
    "Django == 4.2",
    "Django>=4.2,<5",
    "Django (>=4.2)",
    "Django[argon2]>=4.2",
    "Django [argon2 , bcrypt] >=4.2",
    "Django[]",
    "a @ https://example.org/a.zip",
    "a@https://example.org/a.zip",
    "a[x] @ https://example.org/a.zip ; os_name == 'posix'",
    "zope.interface",
    "a_b-c.d",
    "a-",
    "-a",
    "a b",
    "a==1 b==2",
    "a=1",
    "a>1<2",
    "a==",
    "a[x",
    "a;",
    "a[x]y",
    "==1",
    "4.2",
    "a~=1",
    "a>=1.*",
    "a==1.*",
    "a===1.0",
    "a==4.6.",
    "<<<<<<< Updated upstream",
];

const MARKERS: &[&str] = &[
    "python_version < '3.9'",
    "python_version <= '3.11'",
    "python_version == '3.11'",
    "python_version != '3.11'",
    "python_version > '3.11'",
    "python_version >= '3.11'",
    "python_version >= '3'",
    "python_version < '4'",
    "python_version ~= '3.8'",
    "python_version in '3.10 3.11'",
    "python_version not in '3.10 3.11'",
    "'3.11' <= python_version",
    "'3.1' in python_version",
    "python_full_version < '3.11.4'",
    "python_full_version <= '3.11.4'",
    "python_full_version == '3.11.4'",
    "python_full_version >= '3.12.0'",
    "sys_platform == 'linux'",
    "sys_platform == 'win32'",
    "sys_platform != 'win32'",
    "sys_platform == \"darwin\"",
    "'linux' in sys_platform",
    "'linux' not in sys_platform",
    "sys_platform in 'linux darwin'",
    "platform_system != 'Windows'",
    "os_name == 'nt'",
    "platform_python_implementation == 'CPython'",
    "platform_python_implementation != 'PyPy'",
    "implementation_name == 'pypy'",
    "os_name == 'nt' and python_version < '3.9'",
    "os_name == 'nt' or python_version < '3.9'",
    "os_name == 'posix' and python_version < '3.12' or sys_platform == 'win32'",
    "os_name == 'posix' and (python_version < '3.12' or sys_platform == 'win32')",
    "(python_version >= '3.9')",
    "((os_name == 'posix'))",
    "os_name == 'posix' and",
    "os_name = 'posix'",
    "os_name",
    "(os_name == 'posix'",
    "os_name == posix",
];

/// One line, as the script says it.
fn ours(line: &str) -> String {
    let read = read("requirements.txt", line);
    let [requirement] = read.manifest.requirements.as_slice() else { return "refused".to_owned() };
    if !read.problems.is_empty() {
        return "refused".to_owned();
    }
    let mut extras = requirement.extras.clone();
    extras.sort();
    let holds = PYTHONS.iter().map(|python| match &requirement.marker {
        None => "True",
        Some(marker) => match marker.holds(pep440(python).ok().as_ref()) {
            Some(true) => "True",
            Some(false) => "False",
            None => "unknown",
        },
    });
    let holds: Vec<&str> = holds.collect();
    format!("{}|{}|{}", requirement.name.value, extras.join(","), holds.join("|"))
}

#[test]
fn requirements_are_read_as_packaging_reads_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let markers = MARKERS.iter().map(|marker| format!("a; {marker}"));
    let lines: Vec<String> =
        REQUIREMENTS.iter().map(|it| (*it).to_owned()).chain(markers).collect();
    let mut python = Command::new(tool("python-packaging/bin/python"))
        .arg(root.join("src/tests/requirements/ask_packaging.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("scripts/tools/python-packaging installs it");
    let asked = lines.join("\n") + "\n";
    python.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
    let said = String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(said.lines().count(), lines.len(), "an answer for each");
    let differ = lines.iter().zip(said.lines()).filter(|(line, said)| ours(line) != *said);
    let differ: Vec<String> = differ
        .map(|(line, said)| format!("{line}: {}, and packaging {said}", ours(line)))
        .collect();
    let compared = lines.len() * (1 + PYTHONS.len());
    println!("{compared} comparisons of requirements with packaging");
    assert!(compared >= 300);
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ.join("\n"));
}
