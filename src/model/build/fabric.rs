//! Passwords in the scripts of Fabric that deploy: those of servers, and those on the command lines that
//! are run there.

use crate::fact::Fact;
use crate::model::build::committed::is_for_tests;
use crate::model::{Files, Read, scripted};
use crate::python;
use crate::source::Place;
use crate::syntax::{self, Parsed};
use camino::Utf8Path;

/// What Vagrant's boxes let everybody in with (its documentation, "Creating a Base Box").
const OF_VAGRANT: &str = "vagrant";

pub(super) fn passwords(files: &Files) -> Vec<Fact<&'static str>> {
    let mut found = Vec::new();
    for read in scripted::deploying(files) {
        let Parsed::Python(module) = read.parsed else { continue };
        if !read.has("assword") || is_for_tests(files.from_root(read.path).1) {
            continue;
        }
        let given = python::server_passwords(&module.body).into_iter();
        let real = given.filter(|it| it.as_str().is_some_and(is_real));
        found.extend(real.map(|it| Fact::at("fabric", Place { file: read.id, span: it.span })));
    }
    for read in tasks(files) {
        let written = syntax::passwords_run(read.id, read.text).into_iter();
        let run = written.filter(|it| is_run(read.text, it.place.span.start as usize));
        found.extend(run.map(|it| Fact::at(it.value, it.place)));
    }
    found
}

/// The modules that Fabric reads: a script that deploys, or one of a package `fabfile` (Fabric's
/// documentation, "Fabfile construction and use").
fn tasks<'a>(files: &Files<'a>) -> Vec<Read<'a>> {
    let is_of_package =
        |path: &Utf8Path| path.parent().is_some_and(|it| it.iter().any(|part| part == "fabfile"));
    let packaged = files.ending_in(&["py"]).into_iter().filter(|path| is_of_package(path));
    let packaged = packaged.filter_map(|path| files.skim(path).read());
    let mut read = scripted::deploying(files);
    let known: Vec<_> = read.iter().map(|it| it.id).collect();
    read.extend(packaged.filter(|it| !known.contains(&it.id)));
    read.retain(|it| it.has("fabric") && !is_for_tests(files.from_root(it.path).1));
    read
}

/// Whether what stands at a place is what Fabric is given to run, on the same line or as the first argument
/// on a line of its own.
fn is_run(text: &str, at: usize) -> bool {
    let mut lines = text[..at].lines().rev();
    let runs = |line: &str| ["run(", "sudo(", "local("].iter().any(|it| line.contains(it));
    let own = lines.next().unwrap_or_default();
    runs(own) || lines.next().is_some_and(|it| runs(it) && it.trim_end().ends_with('('))
}

/// Whether it is what somebody logs in with, and no word that stands for one. Digits alone are one here.
fn is_real(text: &str) -> bool {
    let is_number = text.len() > 4 && text.bytes().all(|it| it.is_ascii_digit());
    text != OF_VAGRANT && (is_number || syntax::is_written_out(text))
}
