//! What sets machines up: the files of Salt, Puppet and Ansible.

use crate::model::{Files, Found, Read};
use crate::source::extension;
use camino::{Utf8Path, Utf8PathBuf};

const OF_ANSIBLE: [&str; 6] = ["ansible", "roles", "group_vars", "host_vars", "playbooks", "tasks"];

/// Every line of such files that has a text.
pub(super) fn lines<'f>(files: &Files<'f>, text: &str) -> Vec<&'f str> {
    let provisions = |path: &Utf8Path| {
        let mut above = path.components().map(|it| it.as_str());
        matches!(extension(path), Some("sls" | "pp")) || above.any(|it| OF_ANSIBLE.contains(&it))
    };
    let paths = files.ending_in(&["sls", "pp", "yml", "yaml"]).into_iter();
    let read = paths.filter(|path| provisions(path)).filter_map(|path| files.skim(path).read());
    read.flat_map(|it| it.text.lines()).filter(|line| line.contains(text)).collect()
}

/// The plays and tasks of Ansible, by where they lie and how they are called.
pub(super) fn plays<'f>(files: &Files<'f>) -> Vec<Read<'f>> {
    const NAMES: [&str; 6] = ["playbook", "play", "site", "deploy", "provision", "setup"];
    let is_one = |path: &&&Utf8PathBuf| {
        let stem = path.file_stem().unwrap_or_default();
        let mut above = path.components().map(|it| it.as_str());
        above.any(|it| OF_ANSIBLE.contains(&it)) || NAMES.iter().any(|it| stem.contains(it))
    };
    let paths = files.ending_in(&["yml", "yaml"]);
    // All that are to be read are asked for in one round.
    let found: Vec<_> = paths.iter().filter(is_one).map(|path| files.skim(path)).collect();
    found.into_iter().filter_map(Found::read).collect()
}

/// The modules of Ansible that put files somewhere.
const MOVING: [&str; 4] = ["file", "copy", "synchronize", "unarchive"];

/// What tasks copy and link, each as one line: `copy src: /srv/code/static dest: /srv/static`.
pub(super) fn moves(text: &str) -> impl Iterator<Item = String> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let task = move |number: usize| {
        let line = *lines.get(number)?;
        let (key, inline) = line.trim_start().trim_start_matches("- ").split_once(':')?;
        let module = MOVING.into_iter().find(|it| key.rsplit('.').next() == Some(it))?;
        let is_below = |it: &&&str| it.trim().is_empty() || indent(it) > indent(line);
        let below = lines[number + 1..].iter().take_while(is_below);
        let words = std::iter::once(inline).chain(below.copied()).flat_map(str::split_whitespace);
        // A variable is one word: `{{ item }}`.
        let task = words.collect::<Vec<_>>().join(" ").replace("{{ ", "{{").replace(" }}", "}}");
        let links = task.contains("state: link") || task.contains("state=link");
        // A file that is no link is only made, or given to somebody.
        match (module, links) {
            ("file", false) => None,
            ("file", true) => Some(format!("link {task}")),
            _ => Some(format!("{module} {task}")),
        }
    };
    (0..text.lines().count()).filter_map(task)
}
