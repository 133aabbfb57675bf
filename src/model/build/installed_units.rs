//! Units that are installed as they are: in a copy of the server's `/etc`, or by a script that says
//! `cp deploy/app.service /etc/systemd/system/`.
//!
//! Whoever installs a unit by hand sees what is to be filled in; a script does not.

use crate::model::Files;
use crate::model::scripted;
use crate::model::units::Unit;

/// What puts a file elsewhere without a change. `sed` and templates are what fills in.
const COPIES: &[&str] = &["cp ", "install ", "ln ", "rsync ", "scp ", "systemctl link "];

/// Asks the scripts of those that have something to be filled in.
pub(super) fn mark(files: &Files, units: &mut [Unit]) {
    let mut open = units.iter_mut().filter(|it| it.placeholder().is_some()).peekable();
    let scripts = if open.peek().is_some() { scripted::lists(files) } else { Vec::new() };
    for unit in open {
        let name = unit.path.file_name().unwrap_or_default();
        let is_there = unit.path.as_str().contains("/systemd/system/");
        unit.is_installed = is_there || scripts.iter().any(|it| copies(it.text, name));
    }
}

/// Whether a line copies a file, and none changes it.
fn copies(text: &str, name: &str) -> bool {
    let lines = || text.lines().filter(|line| line.contains(name));
    let copies = |line: &str| {
        let line = line.trim_start();
        // What a script tells its user to do, somebody does by hand.
        let is_told = ["#", "echo ", "printf ", "print_"].iter().any(|it| line.starts_with(it));
        !is_told && COPIES.iter().any(|it| line.contains(it))
    };
    lines().any(copies) && !lines().any(|line| line.contains("sed ") || line.contains("envsubst"))
}
