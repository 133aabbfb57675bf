//! The names that certificates of certbot are obtained for, as commands and guides of the tree have them.

use crate::fact::symbol::is_symbolic;
use crate::model::spoken::Certified;
use crate::source::{FileId, Place, command_at};

/// What certbot's other commands are called, which obtain nothing (its manual, "Certbot commands").
const OTHERS: &[&str] = &[
    "renew",
    "certificates",
    "revoke",
    "delete",
    "install",
    "update_symlinks",
    "rollback",
    "plugins",
];

/// The commands of a text that obtain one, in order.
pub(super) fn certified(file: FileId, text: &str) -> Vec<Certified> {
    let mut found = Vec::new();
    let mut end = 0;
    for line in text.lines().filter(|it| it.contains("certbot") || it.contains("certonly")) {
        let at = Place::of(file, text, line.trim());
        let begin = at.span.start as usize;
        // A line of the command before.
        if begin < end {
            continue;
        }
        end = Place::of(file, text, command_at(text, begin)).span.end as usize;
        let words: Vec<&str> = text[begin..end].split_whitespace().collect();
        found.extend(names(&words).map(|names| Certified { at, names }));
    }
    found
}

/// The names behind `-d`, in small letters, if the words are of a command that obtains a certificate; none
/// where it asks for them, or they are not written out.
fn names(words: &[&str]) -> Option<Vec<String>> {
    let words: Vec<&str> = words.iter().map(|it| it.trim_matches(QUOTES)).collect();
    let obtains = words.iter().any(|it| ["certonly", "--nginx", "--apache"].contains(it));
    let is_certbot = words.iter().any(|it| *it == "certonly" || it.ends_with("certbot"));
    let is_other = words.windows(2).any(|it| it[0].ends_with("certbot") && OTHERS.contains(&it[1]));
    if !obtains || !is_certbot || is_other {
        return None;
    }
    let mut names = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let value = match *word {
            "-d" | "--domain" | "--domains" => rest.next().copied(),
            word => ["--domains=", "--domain="].iter().find_map(|it| word.strip_prefix(it)),
        };
        names.extend(value.into_iter().flat_map(|it| it.split(',')));
    }
    let names = names.into_iter().map(|it| it.trim_matches(QUOTES).to_ascii_lowercase());
    let names: Vec<String> = names.filter(|it| !it.is_empty()).collect();
    let is_name = |it: &String| {
        let written = it.bytes().all(|it| it.is_ascii_alphanumeric() || b".-*".contains(&it));
        it.contains('.') && written && !is_symbolic(it) && !is_sample(it)
    };
    Some(if names.iter().all(is_name) { names } else { Vec::new() })
}

const QUOTES: [char; 5] = ['"', '\'', '`', ';', ')'];

/// Whether guides have such a name in place of the reader's own.
fn is_sample(name: &str) -> bool {
    let labels =
        ["example", "your", "my", "mydomain", "domain", "yourdomain", "yoursite", "mysite"];
    name.split(['.', '-']).any(|it| labels.contains(&it))
}
