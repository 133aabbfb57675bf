//! Releases of Debian: which one an image is built on, and what apt answers there.

use crate::model::image::Reference;
use crate::model::image::debian::Debian;

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

#[cfg(feature = "oracles")]
mod asked {
    use super::Debian;
    use crate::model::image::debian::Package;
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
}
