//! Where somebody or something puts copies of files, or links to them, on a machine.

use crate::fact::symbol;
use crate::source::normalize;
use camino::Utf8Path;

/// Lines of scripts and documents that copy, move or link files by their absolute paths, and what plays of
/// Ansible, jobs of CI and units do of that, each as one line.
#[derive(Debug, Default)]
pub struct Carried(pub Vec<String>);

impl Carried {
    /// Whether some line ends with a file of this name, as one does that makes it of another.
    pub fn names(&self, name: &str) -> bool {
        let last = |line: &String| {
            let word = line.split_whitespace().last().unwrap_or_default();
            let word = word.trim_matches(['"', '\'', '`', ';']);
            word.rsplit('/').next() == Some(name)
        };
        self.0.iter().any(last)
    }

    /// Whether some line takes files out of a container: `docker cp web:/app/static /var/www`.
    pub fn is_out_of_containers(&self) -> bool {
        self.0.iter().any(|line| line.contains("docker") && line.contains(" cp "))
    }

    /// Whether some line links this directory with another, or mounts one there: both are one from then on.
    pub fn links(&self, directory: &Utf8Path) -> bool {
        const LINKS: [&str; 5] = ["ln", "link", "symlink", "mount", "BindPaths"];
        let links = |line: &str| {
            line.split(|it: char| !it.is_alphanumeric()).any(|word| LINKS.contains(&word))
        };
        self.any_to(directory, links)
    }

    /// Whether some line names this directory, or puts one of its name into the folder above.
    pub fn to(&self, directory: &Utf8Path) -> bool {
        self.any_to(directory, |_| true)
    }

    fn any_to(&self, directory: &Utf8Path, is_asked: impl Fn(&str) -> bool) -> bool {
        let directory = normalize(directory);
        let Some((above, name)) = directory.parent().zip(directory.file_name()) else {
            return false;
        };
        let is_part = |it: char| it.is_alphanumeric() || "_-.".contains(it);
        let has = |line: &str, word: &str| {
            line.match_indices(word).any(|(at, _)| {
                let behind = line[at + word.len()..].trim_start_matches('/');
                // A full stop may end a sentence.
                let behind = behind.strip_prefix('.').unwrap_or(behind);
                !line[..at].ends_with(is_part) && !behind.starts_with(is_part)
            })
        };
        let ends_with = |line: &str, word: &str| {
            let end = line.trim_end_matches(['/', '`', '"', '\'']);
            end.strip_suffix(word)
                .is_some_and(|before| before.ends_with([' ', '"', '\'', '=', ':']))
        };
        // Ansible fills its variables in: `/srv/shop/{{ item }}`.
        let may_be_filled_in = |line: &str| {
            let mut words = line.split_whitespace().filter(|it| it.contains("{{"));
            words.any(|word| {
                let word = word.trim_matches(['"', '\'', ',']).trim_end_matches('/');
                // What is a variable from end to end may be anything.
                let says_something = word.starts_with('/') || word.ends_with(&format!("/{name}"));
                says_something && symbol::may_become(word, directory.as_str())
            })
        };
        self.0.iter().filter(|line| is_asked(line)).any(|line| {
            has(line, directory.as_str())
                || may_be_filled_in(line)
                || (above != "/" && has(line, name) && ends_with(line, above.as_str()))
        })
    }
}
