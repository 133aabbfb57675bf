//! The files of a tree that become units: each by its name, with the drop-ins that systemd lays over it.

use crate::model::units::installed::Copies;
use crate::model::units::{Line, Unit};
use crate::model::{Files, Kind, Read};
use crate::source::Place;
use crate::syntax::Parsed;
use crate::syntax::spliced::Spliced;
use crate::syntax::systemd::{Role, UnitFile, name, specifier};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Every unit of the tree, by path.
pub fn units(files: &Files) -> Vec<Unit> {
    let mut units = Vec::new();
    let copies = Copies::find(files);
    // By the folder that they lie in.
    let mut drop_ins: HashMap<Utf8PathBuf, Vec<(String, &UnitFile)>> = HashMap::new();
    for read in files.of(Kind::Systemd) {
        let Parsed::Systemd(tree) = read.parsed else { continue };
        match name::role(read.path.as_str()) {
            Some(Role::Unit(name)) => {
                let whole = Place::of(read.id, read.text, read.text);
                let manager = name::manager(read.path.as_str(), read.text);
                let mut unit = Unit::new(name, read.path, manager, whole, tree);
                unit.is_rendered = is_rendered(files, read);
                unit.give_way(files);
                unit.installed_as = copies.names(&unit, read.text);
                units.push(unit);
            }
            Some(Role::DropIn { name, .. }) => {
                let folder = read.path.parent().unwrap_or(Utf8Path::new(""));
                drop_ins.entry(folder.to_owned()).or_default().push((name, tree));
            }
            None => {}
        }
    }
    drop_shadowed(&mut units);
    for unit in &mut units {
        let home = unit.path.parent().unwrap_or(Utf8Path::new(""));
        // All folders together are one list, ordered by the names of the files; of two files of
        // one name that in the stronger folder counts: first by where it lies, then by its name,
        // those of all services last (measured with systemd 252).
        let mut by_name = BTreeMap::new();
        let folders = unit.name.drop_in_folders();
        let (of_kind, own) = folders.split_at(1);
        for (folders, home) in [of_kind, own]
            .into_iter()
            .flat_map(|it| lookup_path(home).into_iter().rev().map(move |home| (it, home)))
        {
            for folder in folders {
                let found = drop_ins.get(&home.join(folder)).into_iter().flatten();
                by_name.extend(found.map(|(name, tree)| (name, *tree)));
            }
        }
        by_name.into_values().for_each(|tree| unit.add(tree));
        unit.take_for_template(&copies);
    }
    units
}

impl Unit {
    /// A file that asks for an instance (`ListenStream=/run/%i.sock`) is one of a template, though it is not
    /// called so where it is kept: `gunicorn.service` goes to `gunicorn@.service`. Where systemd reads it
    /// itself, or a script puts it there by this name, its instance is empty.
    fn take_for_template(&mut self, copies: &Copies) {
        let home = self.path.parent().unwrap_or(Utf8Path::new(""));
        let is_read_here = root_of_machine(home).is_some() || copies.keep_name(self);
        let asks = |line: &Line| specifier::asks_for_instance(line.value.as_str());
        if self.name.instance.is_none() && !is_read_here && self.lines.iter().any(asks) {
            self.name.instance = Some(String::new());
        }
    }

    /// What a script writes another value of before it installs the file, whatever stands there
    /// (`sed -i "s|WorkingDirectory=.*|WorkingDirectory=$APP|" app.service`), is a symbol.
    fn give_way(&mut self, files: &Files) {
        let name = self.path.file_name().unwrap_or_default();
        let edited: Vec<&str> = files.scripted().edited().filter(|it| it.contains(name)).collect();
        for line in &mut self.lines {
            let whole = format!("{}=.*", line.key);
            let is_path = ["WorkingDirectory", "User", "Group"].contains(&line.key.as_str());
            if is_path && edited.iter().any(|it| it.contains(&whole)) {
                line.value = Spliced::new(&format!("{{{{ {} }}}}", line.key), line.value.place());
            }
        }
    }
}

/// Whether a unit is filled in before it is installed: its file or a script says so, its name and its text
/// have one blank (`gunicorn-SITENAME.service`), a path begins with a field (`{project_dir}`), or two paths
/// that systemd wants from the root begin with one and the same word, in the place of which somebody puts
/// the folder (`project_path/venv/bin/gunicorn`).
pub(in crate::model) fn is_rendered(files: &Files, read: Read<'_>) -> bool {
    let keys = ["WorkingDirectory=", "EnvironmentFile=", "ExecStart=", "ExecStartPre="];
    let first = |line: &str| {
        let path = keys.iter().find_map(|key| line.trim_start().strip_prefix(key))?;
        let path = path.trim_start_matches(['-', '@', ':', '+', '!']);
        let (word, _) = path.split_whitespace().next()?.split_once('/')?;
        let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic());
        is_word.then(|| word.to_owned())
    };
    let mut words = read.text.lines().filter_map(first);
    // systemd has no braces of its own without `$` before them.
    let begins_with_field = |line: &str| {
        let path = keys.iter().find_map(|key| line.trim_start().strip_prefix(key));
        path.is_some_and(|it| is_field(it.trim_start_matches(['-', '@', ':', '+', '!'])))
    };
    files.is_to_be_filled_in(read.path)
        || read.text.lines().any(begins_with_field)
        || has_blank_of_its_name(read)
        || words.next().is_some_and(|word| words.any(|it| it == word))
}

/// Whether a text begins with a name in braces: `{project_dir}/venv`.
fn is_field(text: &str) -> bool {
    let name = text.strip_prefix('{').and_then(|it| it.split_once('}')).map(|it| it.0);
    name.is_some_and(|name| {
        name.starts_with(|it: char| it.is_ascii_alphabetic())
            && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-".contains(&it))
    })
}

/// Whether a word in capitals stands in the name of a file and for something in its text.
fn has_blank_of_its_name(read: Read<'_>) -> bool {
    let name = read.path.file_stem().unwrap_or_default();
    let is_blank =
        |word: &&str| word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    name.split(|it: char| !it.is_ascii_alphanumeric()).filter(is_blank).any(|it| read.has(it))
}

/// Where systemd looks for units of the machine, the strongest first (systemd.unit(5), "Unit File
/// Load Path").
const LOOKUP: [&str; 5] = [
    "etc/systemd/system",
    "run/systemd/system",
    "usr/local/lib/systemd/system",
    "usr/lib/systemd/system",
    "lib/systemd/system",
];

/// The folders that are looked into beside the one that a unit lies in. Elsewhere than in a copy of
/// a machine that is the only one.
fn lookup_path(home: &Utf8Path) -> Vec<Utf8PathBuf> {
    match root_of_machine(home) {
        Some(root) => LOOKUP.iter().map(|known| format!("{root}{known}").into()).collect(),
        None => vec![home.to_owned()],
    }
}

/// Where the copy of a machine begins whose systemd looks into a folder.
fn root_of_machine(home: &Utf8Path) -> Option<&str> {
    LOOKUP.iter().find_map(|known| {
        let root = home.as_str().strip_suffix(known)?;
        (root.is_empty() || root.ends_with('/')).then_some(root)
    })
}

/// A unit of the same name in a stronger folder takes the place of one, as `/etc` does of what a
/// package brings.
fn drop_shadowed(units: &mut Vec<Unit>) {
    let paths: BTreeSet<Utf8PathBuf> = units.iter().map(|unit| unit.path.clone()).collect();
    units.retain(|unit| {
        let (Some(home), Some(file)) = (unit.path.parent(), unit.path.file_name()) else {
            return true;
        };
        let path = lookup_path(home);
        let mut stronger = path.iter().take_while(|folder| *folder != home);
        !stronger.any(|folder| paths.contains(&folder.join(file)))
    });
}
