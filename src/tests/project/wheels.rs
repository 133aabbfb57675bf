//! Which Python distributions can be installed on, as pip says it.

use crate::model::project::wheels::{DJANGO, WHEELS, WITHOUT_CGI};
use crate::tests::tool;
use rayon::prelude::*;
use std::process::Command;

fn pip(arguments: &[&str]) -> (bool, String) {
    let mut pip = Command::new(tool("python/bin/python"));
    pip.args(["-m", "pip", "--disable-pip-version-check"]).args(arguments);
    let output = pip.output().expect("pip runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// Whether pip finds all of these for this Python on Linux without building any.
fn are_found(specifiers: &[String], minor: u64) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let (python, abi) = (format!("3.{minor}"), format!("cp3{minor}"));
    let mut arguments = vec!["install", "--dry-run", "--no-deps", "--ignore-installed"];
    arguments.extend([
        "--only-binary=:all:",
        "--implementation",
        "cp",
        "--python-version",
        &python,
    ]);
    arguments.extend(["--abi", &abi, "--abi", "abi3", "--abi", "none"]);
    for platform in [
        "manylinux1_x86_64",
        "manylinux2010_x86_64",
        "manylinux2014_x86_64",
        "manylinux_2_28_x86_64",
    ] {
        arguments.extend(["--platform", platform]);
    }
    arguments.extend(["--target", folder.path().to_str().expect("a path in UTF-8")]);
    arguments.extend(specifiers.iter().map(String::as_str));
    let (found, said) = pip(&arguments);
    let is_none = said.contains("No matching distribution found");
    assert!(found || is_none, "issue 7: pip on {specifiers:?}: {said}");
    found
}

#[test]
fn the_first_wheel_for_a_python_is_the_one_that_pip_finds_first() {
    let known =
        |minor: u64| WHEELS.iter().filter_map(move |it| Some((it.name, minor, it.first(minor)?)));
    (10..=14_u64).into_par_iter().for_each(|minor| {
        let all: Vec<String> =
            known(minor).map(|(it, _, first)| format!("{it}=={first}")).collect();
        assert!(are_found(&all, minor), "issue 7: {all:?} on Python 3.{minor}");
    });
    let known: Vec<_> = (10..=14).flat_map(known).collect();
    let wrong: Vec<String> = known
        .par_iter()
        .filter_map(|(name, minor, first)| {
            // pydantic-core 0.0.1 has a wheel for everything, and nothing in it.
            let earlier = format!("{name}<{first},!=0.0.1");
            are_found(std::slice::from_ref(&earlier), *minor)
                .then(|| format!("{earlier} on Python 3.{minor}"))
        })
        .collect();
    println!("{} first wheels compared", known.len());
    assert!(wrong.is_empty(), "issue 7: {wrong:?}");
    assert!(known.len() > 45, "issue 7: {}", known.len());
}

#[test]
fn django_takes_no_python_before_the_first_that_it_names() {
    let mut compared = 0;
    for ([major, minor], least) in DJANGO {
        for python in [*least, least - 1] {
            let version = format!("3.{python}");
            let (_, said) = pip(&["index", "versions", "Django", "--python-version", &version]);
            let listed = said.lines().find_map(|it| it.strip_prefix("Available versions: "));
            let listed = listed.expect("issue 7: pip lists versions");
            let of_series = |it: &str| it == format!("{major}.{minor}");
            let is_listed = listed.split(", ").any(of_series);
            assert_eq!(
                is_listed,
                python == *least,
                "Django {major}.{minor} on {version}: {listed}"
            );
            compared += 1;
        }
    }
    println!("{compared} releases compared");
    assert_eq!(compared, 12, "issue 7");
}

#[test]
fn django_imports_cgi_until_the_release_that_is_said() {
    let ([major, minor], without) = WITHOUT_CGI;
    assert_eq!((major, without), (4, 13));
    let program = "\
import sys, zipfile, pathlib
for wheel in sorted(pathlib.Path(sys.argv[1]).glob('*.whl')):
    files = zipfile.ZipFile(wheel)
    code = (files.read(name) for name in files.namelist() if name.endswith('.py'))
    print(wheel.name.split('-')[1], any(b'\\nimport cgi\\n' in b'\\n' + it for it in code))
";
    let folder = tempfile::tempdir().expect("a folder");
    for specifier in [format!("Django<{major}.{minor}"), format!("Django=={major}.{minor}")] {
        let to = folder.path().to_str().expect("a path in UTF-8");
        let (is_here, said) = pip(&["download", "--quiet", "--no-deps", "-d", to, &specifier]);
        assert!(is_here, "issue 7: {specifier}: {said}");
    }
    let mut python = Command::new(tool("python/bin/python"));
    let output = python.args(["-c", program]).arg(folder.path()).output().expect("python runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said, format!("4.0.10 True\n{major}.{minor} False\n"), "issue 7");
}
