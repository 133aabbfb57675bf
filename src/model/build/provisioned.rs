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
    tasks(text.lines().collect(), &MOVING).filter_map(|(module, said)| {
        let words = said.into_iter().flat_map(str::split_whitespace);
        // A variable is one word: `{{ item }}`.
        let task = words.collect::<Vec<_>>().join(" ").replace("{{ ", "{{").replace(" }}", "}}");
        let links = task.contains("state: link") || task.contains("state=link");
        // A file that is no link is only made, or given to somebody.
        match (module, links) {
            ("file", false) => None,
            ("file", true) => Some(format!("link {task}")),
            _ => Some(format!("{module} {task}")),
        }
    })
}

/// The calls of some modules in the lines of tasks: which one, and what stands behind its name and below it.
fn tasks<'t>(
    lines: Vec<&'t str>,
    modules: &'static [&'static str],
) -> impl Iterator<Item = (&'static str, Vec<&'t str>)> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    (0..lines.len()).filter_map(move |number| {
        let line = lines[number];
        let (key, inline) = line.trim_start().trim_start_matches("- ").split_once(':')?;
        let module = modules.iter().find(|it| key.rsplit('.').next() == Some(it))?;
        let is_below = |it: &&&str| it.trim().is_empty() || indent(it) > indent(line);
        let below = lines[number + 1..].iter().take_while(is_below);
        Some((*module, std::iter::once(inline).chain(below.copied()).collect()))
    })
}

/// The modules that put a file of a role's on the machine: one as it is, and one that is filled in.
const PUTTING: [&str; 2] = ["copy", "template"];

/// Which source each task puts where, as both are written: `template: src=site.j2 dest=/etc/nginx/…`, or
/// one below the other. What one word of a loop stands for is not followed.
pub(super) fn puts(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter(|it| !it.trim_start().starts_with('#')).collect();
    let puts = tasks(lines, &PUTTING).filter_map(|(_, said)| {
        let value = |key: &str| said.iter().find_map(|line| of_key(line, key));
        let (source, target) = (value("src")?, value("dest")?);
        let is_of_loop = |it: &str| it.contains("{{ item") || it.contains("{{item");
        let target = within(&source, target);
        (!is_of_loop(&source) && !is_of_loop(&target)).then_some((source, target))
    });
    puts.collect()
}

/// Where a file lies then: in a folder, under its own name.
fn within(source: &str, target: String) -> String {
    const FOLDERS: [&str; 3] = ["conf.d", "sites-available", "sites-enabled"];
    let last = target.rsplit('/').next().unwrap_or_default();
    let says_so = ["dir", "folder"].iter().any(|it| last.to_ascii_lowercase().contains(it));
    if last.is_empty() || FOLDERS.contains(&last) || last.contains("{{") && says_so {
        let name = source.rsplit('/').next().unwrap_or_default();
        return format!("{}/{name}", target.trim_end_matches('/'));
    }
    target
}

/// The value of a key in a line of a task: `dest: "{{ folder }}/site.conf"`, `src=site.j2 dest=/etc/…`.
fn of_key(line: &str, key: &str) -> Option<String> {
    let line = line.trim();
    let value = match line.strip_prefix(key).and_then(|it| it.strip_prefix(':')) {
        Some(value) => value.trim(),
        None => {
            let (before, value) = line.split_once(&format!("{key}="))?;
            let ends_word = before.is_empty() || before.ends_with(' ');
            let end = end_of_word(value);
            value.get(..end).filter(|_| ends_word)?
        }
    };
    let value = value.trim_matches(['"', '\'']).trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// Where a word ends that may have blanks within its braces.
fn end_of_word(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut ends = text.char_indices().filter(|(_, it)| {
        match it {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && it.is_whitespace()
    });
    ends.next().map_or(text.len(), |(at, _)| at)
}

/// The folder of the role that has a file among its templates or files.
pub(super) fn role_of(path: &Utf8Path) -> Option<&Utf8Path> {
    let is_source = |it: &&Utf8Path| matches!(it.file_name(), Some("templates" | "files"));
    path.ancestors().skip(1).find(is_source)?.parent()
}

/// What the tasks of a role put on the machine.
pub(super) fn puts_of_role(files: &Files, role: &Utf8Path) -> Vec<(String, String)> {
    let tasks = role.join("tasks");
    let lists = files.ending_in(&["yml", "yaml"]).into_iter().filter(|it| it.starts_with(&tasks));
    // All that are to be read are asked for in one round.
    let read: Vec<_> = lists.map(|it| files.skim(it)).collect();
    read.into_iter().filter_map(Found::read).flat_map(|it| puts(it.text)).collect()
}

/// Where the file of a role may lie that a task takes by this name: below its templates or files (Ansible's
/// documentation, "Search paths").
pub(super) fn sources(role: &Utf8Path, source: &str) -> [Utf8PathBuf; 2] {
    ["templates", "files"].map(|it| role.join(it).join(source))
}

/// Whether a file is the one of a role that a task takes by this name.
pub(super) fn is_source(role: &Utf8Path, source: &str, path: &Utf8Path) -> bool {
    sources(role, source).iter().any(|it| it == path)
}
