//! What a README says compose is for.
//!
//! A sentence that calls it the developers' counts where it speaks of nothing else: most READMEs bring
//! a site up with compose for whoever tries it out, and the same files are what runs on the server.

use crate::model::Read;

/// What a sentence says a thing is made for.
const MADE_FOR: &[&str] =
    &["intended for", "meant for", "only for", "is for", "used for", "solely for", "just for"];

/// Development, behind those words.
const DEVELOPERS: &[&str] =
    &["development", "developing", "developers", "local use", "local machine", "local testing"];

/// What it denies to be.
const DENIED: &[&str] = &[
    "not intended for production",
    "not intended for serious production",
    "not meant for production",
    "not suitable for production",
    "not for production",
    "not use it in production",
    "not used in production",
];

/// Whether one says that compose is there for developers, and nobody else.
pub(super) fn is_for_developers(readmes: &[Read<'_>]) -> bool {
    readmes.iter().any(|it| sentences(it.text).any(|it| says_so(&it)))
}

fn says_so(sentence: &str) -> bool {
    let Some(at) = ["docker compose", "docker-compose"].iter().find_map(|it| sentence.find(it))
    else {
        return false;
    };
    let is_denied = DENIED.iter().any(|it| sentence.contains(it));
    let behind = &sentence[at..];
    let is_made_for = MADE_FOR.iter().any(|made| {
        let purpose = behind.find(made).map(|at| &behind[at + made.len()..]);
        purpose.is_some_and(|it| DEVELOPERS.iter().any(|word| it.contains(word)))
    });
    is_denied || is_made_for && !sentence.contains("production")
}

/// In small letters, each on one line. A list's item, a heading and a line of a table end one.
fn sentences(text: &str) -> impl Iterator<Item = String> {
    let ends = |line: &str| {
        let line = line.trim_start();
        line.is_empty() || line.starts_with(['#', '-', '*', '|', '`', '>'])
    };
    let mut paragraphs: Vec<String> = vec![String::new()];
    for line in text.lines() {
        if ends(line) {
            paragraphs.push(String::new());
        }
        if let Some(last) = paragraphs.last_mut() {
            last.push_str(line.trim());
            last.push(' ');
        }
    }
    paragraphs.into_iter().flat_map(|it| {
        let lower = it.to_lowercase();
        lower.split_inclusive(". ").map(str::to_owned).collect::<Vec<_>>()
    })
}
