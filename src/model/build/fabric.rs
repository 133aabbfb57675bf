//! Passwords of servers in the scripts of Fabric that deploy.

use crate::fact::Fact;
use crate::model::build::committed::is_for_tests;
use crate::model::{Files, scripted};
use crate::python;
use crate::source::Place;
use crate::syntax::{self, Parsed};

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
    found
}

/// Whether it is what somebody logs in with, and no word that stands for one. Digits alone are one here.
fn is_real(text: &str) -> bool {
    let is_number = text.len() > 4 && text.bytes().all(|it| it.is_ascii_digit());
    text != OF_VAGRANT && (is_number || syntax::is_written_out(text))
}
