//! What people are told to run, or machines do, beside what starts by itself: deploy scripts,
//! workflows, Makefiles.

use crate::model::{Files, Kind, Read, Told};

/// Where commands stand that somebody or something runs.
const LISTS: [Kind; 9] = [
    Kind::Shell,
    Kind::Makefile,
    Kind::Workflow,
    Kind::Systemd,
    Kind::Procfile,
    Kind::Supervisor,
    Kind::Crontab,
    Kind::Compose,
    Kind::Toml,
];

/// What the tree tells of, builds of images aside.
pub(super) fn told(files: &Files) -> Told {
    let read = lists(files);
    let tells = |command: &str| read.iter().any(|read| says(read.text, command));
    Told { collects: tells("collectstatic"), migrates: tells("migrate") }
}

/// Everything that lists commands.
pub(super) fn lists<'a>(files: &Files<'a>) -> Vec<Read<'a>> {
    LISTS.iter().flat_map(|kind| files.of(*kind)).collect()
}

fn says(text: &str, command: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.any(|line| line.contains(command))
}
