//! Jobs of Upstart (its init(5)): one stanza on each line, and scripts between `script` and `end script`.
//!
//! Read as far as they say what is started and with what. Hooks, as `pre-start`, are passed over.

use crate::source::{FileId, Place, Spanned};
use crate::syntax::secret;
use crate::syntax::spliced::Spliced;

#[derive(Debug, Default)]
pub struct Job {
    /// What a shell is given to run.
    pub main: Option<Spliced>,
    pub chdir: Option<Spanned<String>>,
    pub setuid: Option<Spanned<String>>,
    /// `env NAME=VALUE`; a name alone takes what whoever starts the job has.
    pub variables: Vec<(String, Spliced)>,
}

pub fn parse(file: FileId, text: &str) -> Job {
    let mut job = Job::default();
    let spanned =
        |part: &str| Spanned::new(unquoted(part).to_owned(), Place::of(file, text, part.trim()));
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = stanza(rest);
        rest = after;
        let line = line.trim();
        let (word, value) = line.split_once([' ', '\t']).map_or((line, ""), |(a, b)| (a, b.trim()));
        match word {
            "exec" if !value.is_empty() => {
                job.main = Some(Spliced::verbatim(file, text, value));
            }
            "script" => {
                let (script, after) = block(rest);
                rest = after;
                job.main = Some(Spliced::verbatim(file, text, script));
            }
            "pre-start" | "post-start" | "pre-stop" | "post-stop" if value == "script" => {
                rest = block(rest).1;
            }
            "chdir" => job.chdir = Some(spanned(value)),
            "setuid" => job.setuid = Some(spanned(value)),
            "env" => {
                if let Some((name, value)) = value.split_once('=') {
                    let value = Spliced::verbatim(file, text, unquoted(value));
                    job.variables.push((name.trim().to_owned(), value));
                }
            }
            _ => {}
        }
    }
    job
}

/// A line with those that it goes on in, and what comes after.
fn stanza(text: &str) -> (&str, &str) {
    let mut end = 0;
    loop {
        let line = text[end..].find('\n').map_or(text.len(), |at| end + at);
        let is_last = line == text.len() || !text[end..line].trim_end().ends_with('\\');
        if is_last {
            return (&text[..line], text.get(line + 1..).unwrap_or_default());
        }
        end = line + 1;
    }
}

/// What comes before `end script`, and what after that.
fn block(text: &str) -> (&str, &str) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mut words = line.split_whitespace();
        if words.next() == Some("end") && words.next() == Some("script") {
            return (&text[..at], &text[at + line.len()..]);
        }
        at += line.len();
    }
    (text, "")
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let within = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    within('"').or_else(|| within('\'')).unwrap_or(value)
}

/// What no report may show.
pub fn secrets(job: &Job) -> Vec<Place> {
    let variables = job.variables.iter().flat_map(|(name, it)| secret::under(name, it));
    variables.chain(job.main.iter().flat_map(secret::in_text)).collect()
}
