//! What scripts, tasks and builds install.

use crate::model::Read;
use crate::model::scripted::commands::{Words, is_of_yaml, lines_having};
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// The lines of a text, in small letters, that tell to install something.
pub(in crate::model) fn installing(text: &str) -> Vec<String> {
    static INSTALLS: Words = LazyLock::new(|| {
        AhoCorasick::new(["install", " add ", " sync", "pip ", "conda", "--with", "apk "]).ok()
    });
    lines_having(&text.replace("\\\n", " ").to_ascii_lowercase(), &INSTALLS)
}

/// The lines, in small letters, that write a list of requirements: `echo gunicorn >> requirements.txt`,
/// and all of a here-document whose command writes one.
pub(super) fn listing(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut end: Option<&str> = None;
    for line in text.lines() {
        let is_writing = line.contains('>') && line.contains("requirements");
        if is_writing || end.is_some() {
            found.push(line.to_ascii_lowercase());
        }
        if end.is_some_and(|it| line.trim() == it) {
            end = None;
        } else if let Some((_, behind)) = line.split_once("<<").filter(|_| is_writing) {
            let word = behind.trim_start_matches('-').split_whitespace().next();
            end = word.map(|it| it.trim_matches(['\'', '"']));
        }
    }
    found
}

/// Whether a line runs nothing but what tells whoever watches: `echo "gunicorn installed"`.
pub(super) fn only_tells(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches("- ");
    let is_echo = ["echo ", "printf "].iter().any(|it| line.starts_with(it));
    is_echo && !line.contains(['|', '>', ';', '&']) && !line.contains("$(")
}

/// Whether a file of tasks installs with pip (Ansible's documentation, "ansible.builtin.pip"). It
/// counts as one line: what a task installs stands on lines of its own.
pub(super) fn is_task(read: Read<'_>) -> bool {
    is_of_yaml(read) && read.has("pip:")
}
