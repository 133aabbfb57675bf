//! Units, line by line.

use crate::fact::{Fact, symbol};
use crate::model::drift::{Copies, Difference, Drift, is_sample};
use crate::model::files::{Files, Read};
use crate::source::Place;
use crate::syntax::Parsed;
use crate::syntax::kind::Kind;
use crate::syntax::systemd::value::{boolean, seconds};
use crate::syntax::systemd::words::{self, Escapes};
use crate::syntax::systemd::{Assignment, UnitFile};
use camino::Utf8PathBuf;
use std::collections::{BTreeMap, BTreeSet};

/// What decides how something runs. `[Unit]` and `[Install]` say when it starts, and what
/// `systemctl enable` made of them is another matter.
const SECTIONS: &[&str] = &["Service", "Socket", "Timer", "Path"];

/// Where output goes and how it is marked there.
const OF_OUTPUT: &[&str] = &["StandardOutput", "StandardError", "SyslogIdentifier"];

/// What a missing line means (systemd.service(5), systemd.exec(5), systemd.kill(5)); switches
/// aside, which are off.
const DEFAULTS: &[(&str, &str)] = &[
    ("KillMode", "control-group"),
    ("KillSignal", "SIGTERM"),
    ("RuntimeDirectoryMode", "0755"),
    ("Type", "simple"),
    ("UMask", "0022"),
    ("User", "root"),
];

/// The paths that have to be there for a unit to be one of this machine's.
pub(super) fn needed(unit: &UnitFile) -> Vec<Utf8PathBuf> {
    let folder = unit.all("Service", "WorkingDirectory").map(|it| it.value.as_str());
    let commands = unit.all("Service", "ExecStart").map(|it| it.value.as_str());
    let program = |text: &str| text.split_whitespace().next().map(str::to_owned);
    let paths = folder.map(str::to_owned).chain(commands.filter_map(program));
    let paths = paths.map(|it| Utf8PathBuf::from(it.trim_start_matches(['-', '@', ':', '+', '!'])));
    paths.filter(|it| it.is_absolute()).collect()
}

/// What is installed, compared with what projects hold under the same names: the files of `copies`,
/// each with its project's folder.
pub(super) fn find(files: &Files, copies: &Copies) -> Vec<Drift> {
    let (of_projects, installed): (Vec<_>, Vec<_>) =
        files.of(Kind::Systemd).into_iter().partition(|it| copies.contains_key(it.path));
    let compared = |it: &Read| {
        let homes = homes(it, &installed);
        let is_of_its_project =
            |copy: &&Read| homes.iter().any(|home| home.starts_with(&copies[copy.path]));
        let same_name = |copy: &&Read| copy.path.file_name() == it.path.file_name();
        let own = of_projects.iter().filter(same_name).filter(is_of_its_project);
        compared(it, own, files)
    };
    installed.iter().filter_map(compared).collect()
}

/// The paths that tell whose a unit is; of a socket or timer, those of the service that it starts.
fn homes(unit: &Read, installed: &[Read]) -> Vec<Utf8PathBuf> {
    let same = installed.iter().filter(|it| it.path.file_stem() == unit.path.file_stem());
    same.filter_map(parsed).flat_map(needed).collect()
}

fn compared<'a>(
    installed: &Read,
    copies: impl Iterator<Item = &'a Read<'a>>,
    files: &Files,
) -> Option<Drift> {
    let unit = parsed(installed)?;
    let copies: Vec<(&Read, &UnitFile)> = copies.filter_map(|it| Some((it, parsed(it)?))).collect();
    let drift = |(read, copy): &(&Read, &UnitFile)| Drift {
        name: installed.path.file_name().unwrap_or_default().to_owned(),
        copy: read.path.to_owned(),
        differences: differences((installed, unit), (read, copy)),
    };
    let drifts: Vec<Drift> = copies.iter().map(drift).collect();
    if let Some(same) = drifts.iter().find(|it| it.differences.is_empty()) {
        return Some(same.clone());
    }
    let ([(read, copy)], [drift]) = (copies.as_slice(), drifts.as_slice()) else { return None };
    is_meant(read, copy, files).then(|| drift.clone())
}

fn parsed<'a>(read: &Read<'a>) -> Option<&'a UnitFile> {
    match read.parsed {
        Parsed::Systemd(unit) => Some(unit),
        _ => None,
    }
}

/// Whether a project's unit is for this machine, as it stands.
fn is_meant(read: &Read, copy: &UnitFile, files: &Files) -> bool {
    let needed = needed(copy);
    copy.insertions.is_empty()
        && !symbol::is_symbolic(read.text)
        && !is_sample(read.path)
        && needed.iter().all(|path| files.tree.resolve(path).is_some())
}

type Lines<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a Assignment>>;

fn differences(installed: (&Read, &UnitFile), copy: (&Read, &UnitFile)) -> Vec<Difference> {
    let (here, there) = (lines(installed.1), lines(copy.1));
    let keys: BTreeSet<_> = here.keys().chain(there.keys()).collect();
    let differ = keys.into_iter().filter(|(section, key)| {
        let values = [&here, &there].map(|it| values(it.get(&(*section, *key)), key));
        !same(&values[0], &values[1])
    });
    let difference = |(section, key): &(&str, &str)| Difference {
        key: (*key).to_owned(),
        installed: place(&here, section, key, installed),
        copy: place(&there, section, key, copy),
    };
    differ.map(difference).collect()
}

fn lines(unit: &UnitFile) -> Lines<'_> {
    let mut lines = Lines::new();
    let sections = unit.sections.iter().filter(|it| SECTIONS.contains(&it.name.value.as_str()));
    for section in sections {
        for line in &section.assignments {
            let key = line.key.value.as_str();
            if OF_OUTPUT.contains(&key) || key.starts_with("X-") {
                continue;
            }
            let lines = lines.entry((section.name.value.as_str(), key)).or_default();
            match line.is_reset() {
                true => lines.clear(),
                false => lines.push(line),
            }
        }
    }
    lines
}

/// The words of all lines, or of what no line means.
fn values(lines: Option<&Vec<&Assignment>>, key: &str) -> Vec<String> {
    let words = lines.into_iter().flatten().flat_map(|it| words::split(&it.value, Escapes::Kept).0);
    let words: Vec<String> = words.map(|it| it.as_str().to_owned()).collect();
    let default = DEFAULTS.iter().find(|(it, _)| *it == key).map_or("no", |(_, default)| default);
    if words.is_empty() { vec![default.to_owned()] } else { words }
}

fn same(one: &[String], other: &[String]) -> bool {
    let same_word = |(one, other): (&String, &String)| {
        let switches = boolean(one).is_some() && boolean(one) == boolean(other);
        let times = seconds(one).is_some() && seconds(one) == seconds(other);
        one == other || switches || times
    };
    one.len() == other.len() && one.iter().zip(other).all(same_word)
}

/// The last line of a key, or else the head of its section or file.
fn place(lines: &Lines, section: &str, key: &str, (read, unit): (&Read, &UnitFile)) -> Fact<bool> {
    let line = lines.get(&(section, key)).and_then(|it| it.last()).map(|it| it.place());
    let head = unit.sections.iter().find(|it| it.name.value == section).map(|it| it.name.place);
    Fact::at(line.is_some(), line.or(head).unwrap_or(Place::of(read.id, read.text, read.text)))
}
