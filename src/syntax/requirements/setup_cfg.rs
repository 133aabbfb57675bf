//! setup.cfg's `[options]`, as setuptools reads them. What setup.py passes beside is not seen.

use super::Group;
use super::Include;
use super::Included;
use super::Reading;
use super::decoded::decode;
use super::normalise;
use super::place_in;
use super::requirement;
use crate::syntax::spliced::Spliced;

/// An option with the lines of its value.
struct Entry {
    section: String,
    name: String,
    lines: Vec<Spliced>,
}

pub(super) fn read(reading: &mut Reading, text: &str) {
    for entry in entries(reading, text) {
        let group = match (entry.section.as_str(), entry.name.as_str()) {
            ("options", "install_requires") => Group::Main,
            ("options", "python_requires") => {
                if let [python] = entry.lines.as_slice() {
                    reading.manifest.python = requirement::range(reading, python);
                }
                continue;
            }
            ("options.extras_require", name) => Group::Extra(normalise(name)),
            _ => continue,
        };
        reading.manifest.declares |= group == Group::Main;
        for line in &entry.lines {
            dependency(reading, line, &group);
        }
    }
}

/// A line of requirements, separated by semicolons where they stand in one, which is then no
/// place for markers (setuptools, "Specifying values").
fn dependency(reading: &mut Reading, line: &Spliced, group: &Group) {
    let Some(files) = line.as_str().strip_prefix("file:") else {
        requirement::read(reading, line, line.as_str(), group);
        return;
    };
    for file in files.split(',') {
        let what = Included::Requirements(file.trim().to_owned());
        let place = place_in(line, file.trim());
        reading.manifest.includes.push(Include { what, group: group.clone(), place });
    }
}

fn entries(reading: &Reading, text: &str) -> Vec<Entry> {
    let decoded = decode(reading.file, text);
    let mut entries: Vec<Entry> = Vec::new();
    let mut section = String::new();
    let mut open = false;
    for line in decoded.text.split_inclusive('\n') {
        let content = line.trim();
        if content.starts_with(['#', ';']) || content.is_empty() {
            continue;
        }
        if line.starts_with([' ', '\t']) && open {
            if let Some(entry) = entries.last_mut() {
                entry.lines.push(decoded.spliced(content));
            }
            continue;
        }
        if let Some(name) = content.strip_prefix('[').and_then(|it| it.split(']').next()) {
            section = name.to_owned();
            open = false;
            continue;
        }
        let (name, value) = match content.find(['=', ':']) {
            Some(split) => (&content[..split], content[split + 1..].trim()),
            None => (content, ""),
        };
        let lines = if value.is_empty() { Vec::new() } else { vec![decoded.spliced(value)] };
        let name = name.trim().to_ascii_lowercase().replace('-', "_");
        entries.push(Entry { section: section.clone(), name, lines });
        open = true;
    }
    entries
}
