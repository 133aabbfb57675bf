//! Releases of Debian: which one an image is built on, and what apt answers there.

use crate::model::image::debian::Debian;
use crate::model::image::{PythonImage, Reference};

fn of(image: &str) -> Option<&'static str> {
    Debian::of(&Reference::parse(image).expect("an image's name")).map(Debian::name)
}

#[test]
fn a_tag_tells_what_an_image_is_built_on() {
    let cases = [
        ("python:3.12-slim-bookworm", Some("bookworm")),
        ("docker.io/library/python:3.9.2-buster", Some("buster")),
        ("python", Some("trixie")),
        ("python:3-slim", Some("trixie")),
        ("python:3.13", Some("trixie")),
        ("python:3.12.10-slim", Some("bookworm")),
        ("python:3.12.11", Some("trixie")),
        ("python:3.9.5-slim", Some("buster")),
        ("python:3.9.16", Some("bullseye")),
        ("python:3.7", Some("bookworm")),
        ("python:2.7", Some("buster")),
        ("debian:12", Some("bookworm")),
        ("debian:11.6-slim", Some("bullseye")),
        ("debian:stable-slim", Some("trixie")),
        ("node:20-bookworm-slim", Some("bookworm")),
        // Older than what was handed down, newer than all of it, or on something else.
        ("python:2.7.9", None),
        ("python:3.99", None),
        ("python:3.12-alpine", None),
        ("python:3.12-windowsservercore", None),
        ("node:20", None),
        ("ubuntu:24.04", None),
        ("registry.example.com/python:3.12", None),
    ];
    for (image, release) in cases {
        assert_eq!(of(image), release, "{image}");
    }
}

#[test]
fn a_tag_tells_which_python_an_image_has() {
    let of = |image: &str| {
        let it = PythonImage::of(&Reference::parse(image).expect("an image's name"))?;
        Some((it.minor, it.is_newest, it.is_slim))
    };
    let cases = [
        ("python:3.12-slim-bookworm", Some((12, false, true))),
        ("docker.io/library/python:3.9.2-buster", Some((9, false, false))),
        ("python:3.11.4", Some((11, false, false))),
        ("python:3.13-alpine", Some((13, false, false))),
        ("python", Some((14, true, false))),
        ("python:3-slim", Some((14, true, true))),
        ("python:slim-trixie", Some((14, true, true))),
        ("python:3.12@sha256:0000", Some((12, false, false))),
        // An old one, those that only a digest tells, what is built no more, and somebody else's.
        ("python:2.7", None),
        ("python@sha256:0000", None),
        ("python:3-slim@sha256:0000", None),
        ("python:buster", None),
        ("python:3-stretch", None),
        ("python:3-alpine3.12", None),
        ("registry.example.com/python:3.12", None),
    ];
    for (image, expected) in cases {
        assert_eq!(of(image), expected, "{image}");
    }
}

#[cfg(feature = "oracles")]
mod asked {
    use super::Debian;
    use crate::model::image::debian::{Package, WITHOUT_COMPILER};
    use crate::tests::tool;
    use std::collections::BTreeSet;
    use std::process::Command;

    /// What apt says against installing packages on a release.
    fn refusal(release: Debian, packages: &[&str]) -> String {
        let config = tool(&format!("debian/{}/apt.conf", release.name()));
        let mut apt = Command::new("apt-get");
        apt.env("APT_CONFIG", config).env("LC_ALL", "C").args(["-s", "install"]).args(packages);
        let output = apt.output().expect("apt-get runs");
        String::from_utf8(output.stderr).expect("apt speaks ASCII")
    }

    /// The packages that it finds nothing for: each has a line of its own.
    fn refused<'p>(errors: &str, packages: &[&'p str]) -> BTreeSet<&'p str> {
        let about = |line: &str, package: &str| {
            let mut words = line.split_whitespace().map(|it| it.trim_matches('\''));
            line.starts_with("E: ")
                && !line.contains("by regex")
                && words.any(|word| word == package)
        };
        let is = |package: &&&str| errors.lines().any(|line| about(line, package));
        packages.iter().filter(is).copied().collect()
    }

    #[test]
    fn packages_are_gone_where_apt_finds_none() {
        let mut compared = 0;
        for release in [Debian::Bullseye, Debian::Bookworm, Debian::Trixie] {
            let names: Vec<&str> = Package::all().iter().map(|it| it.name).collect();
            let errors = refusal(release, &names);
            let refused = refused(&errors, &names);
            for package in Package::all() {
                let expected = package.is_in(release);
                let says = !refused.contains(package.name);
                assert_eq!(says, expected, "{} on {}: {errors}", package.name, release.name());
                compared += 1;
            }
            // What is named in its place is there.
            let gone = Package::all().iter().filter(|it| !it.is_in(release));
            let instead: Vec<&str> = gone.filter_map(|it| it.instead).collect();
            let errors = refusal(release, &instead);
            for package in &instead {
                assert!(!errors.contains(package), "{package} on {}: {errors}", release.name());
                compared += 1;
            }
        }
        println!("{compared} packages compared");
        assert!(compared > 300, "issue 7: {compared}");
    }

    #[test]
    fn what_is_said_to_bring_no_compiler_brings_none() {
        let mut compared = 0;
        for release in [Debian::Bookworm, Debian::Trixie] {
            // Together they bring what each of them does, without those that a release does not have.
            let errors = refusal(release, WITHOUT_COMPILER);
            let refused = refused(&errors, WITHOUT_COMPILER);
            let there = WITHOUT_COMPILER.iter().filter(|it| !refused.contains(*it));
            let there: Vec<&str> = there.copied().collect();
            let config = tool(&format!("debian/{}/apt.conf", release.name()));
            let mut apt = Command::new("apt-get");
            apt.env("APT_CONFIG", &config).env("LC_ALL", "C").args(["-s", "install"]);
            let output = apt.args(&there).output().expect("apt-get runs");
            assert!(output.status.success(), "issue 7: {}: {errors}", release.name());
            let said = String::from_utf8(output.stdout).expect("apt speaks ASCII");
            let installs =
                |name: &str| said.lines().any(|it| it.starts_with(&format!("Inst {name} ")));
            assert!(installs("curl") && installs("git"), "issue 7: {said}");
            for compiler in ["gcc", "clang", "g++", "build-essential"] {
                assert!(!installs(compiler), "issue 7: {compiler} on {}", release.name());
            }
            compared += there.len();
        }
        println!("{compared} packages compared");
        assert!(compared > 95, "issue 7: {compared}");
    }
}
