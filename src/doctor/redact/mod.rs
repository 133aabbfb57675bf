//! Facts made fit to leave the machine: every secret in them becomes another text.
//!
//! The other text has the same length and the same kinds of characters, so a recording parses as
//! the files did and its places are theirs; equal secrets become equal texts, so that what differs
//! can still be told. It is computed from the secret with a key that is thrown away, and nobody
//! can try words against it.

use crate::fact::secret::{is_placeholder, is_secret_name, url_credentials};
use crate::host::{Facts, FileFact, Known};
use crate::model::Kind;
use crate::source::{Place, Source, Sources};
use crate::syntax::kind;
use sha2::{Digest, Sha256};
use std::ops::Range;

mod harmless;

use harmless::is_harmless;

/// What makes one recording's texts others than those of the next.
pub struct Key([u8; 32]);

impl Key {
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// The text that stands for a secret.
    fn substitute(&self, secret: &str) -> String {
        if is_placeholder(secret) {
            return placeholder(secret.len());
        }
        // Django counts the characters of its key (security.W009): too few stay too few.
        let kinds = secret.chars().collect::<std::collections::BTreeSet<_>>().len();
        const MARK: &str = "django-insecure-";
        let kept = if secret.starts_with(MARK) { MARK } else { "" };
        let mut stream = self.stream(secret);
        let mut next = |alphabet: &[u8]| {
            let alphabet = if kinds < 5 { &alphabet[..2] } else { alphabet };
            let byte = stream.next().unwrap_or_default();
            char::from(alphabet[usize::from(byte) % alphabet.len()])
        };
        let mut out = kept.to_owned();
        for character in secret[kept.len()..].chars() {
            match character {
                'a'..='z' => out.push(next(b"abcdefghijklmnopqrstuvwxyz")),
                'A'..='Z' => out.push(next(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")),
                '0'..='9' => out.push(next(b"0123456789")),
                // Quotes, blanks and dollars decide how the text is read.
                _ if character.is_ascii() => out.push(character),
                _ => out.extend((0..character.len_utf8()).map(|_| 'x')),
            }
        }
        out
    }

    /// Bytes that nobody can tell from chance without the key (HMAC's two passes, in counter mode).
    fn stream(&self, secret: &str) -> impl Iterator<Item = u8> + use<> {
        let seed = Sha256::new().chain_update(self.0).chain_update(secret).finalize();
        let key = self.0;
        (0_u32..).flat_map(move |counter| {
            let block = Sha256::new().chain_update(key).chain_update(counter.to_le_bytes());
            block.chain_update(seed).finalize().to_vec()
        })
    }
}

/// Something that was to be replaced stays something that was to be replaced.
fn placeholder(length: usize) -> String {
    const WORD: &str = "changeme";
    match length.checked_sub(WORD.len()) {
        Some(rest) => format!("{WORD}{}", "0".repeat(rest)),
        None => "x".repeat(length),
    }
}

/// Keeps out of every report what would be replaced in a recording: on a machine an env file holds
/// the real thing, whatever the file and the variable are called.
pub fn hide(sources: &mut Sources) {
    for id in sources.ids() {
        let source = sources.get(id);
        let hidden = in_lines(source).into_iter().chain(url_credentials(source.text()));
        for range in hidden.collect::<Vec<_>>() {
            sources.hide(Place::new(id, range.start, range.end));
        }
    }
}

/// Gives recorded files their text, and takes out of all facts what is secret. What nobody parsed
/// is not kept at all.
pub fn redact(mut facts: Facts, sources: &Sources, key: &Key) -> Facts {
    for (path, fact) in &mut facts.files {
        let Some(fact) = fact else { continue };
        let known = sources.find(path).map(|id| sources.get(id));
        if let (None, Some(source)) = (&fact.text, known) {
            fact.text = Some(Known::Value(text(source, key)));
            fact.size = None;
        }
    }
    facts.files.retain(|_, fact| !fact.as_ref().is_some_and(is_empty));
    if let Some(Known::Value(processes)) = &mut facts.processes {
        for process in processes {
            process.words = words(&process.words, key);
            if let Known::Value(entries) = &mut process.environment {
                entries.iter_mut().for_each(|entry| *entry = assignment(entry, key));
            }
        }
    }
    facts
}

/// Neither anything said of it nor asked.
fn is_empty(fact: &FileFact) -> bool {
    *fact == FileFact::default()
}

fn text(source: &Source, key: &Key) -> String {
    let mut secrets: Vec<Range<usize>> = source.secrets().iter().map(|it| it.range()).collect();
    secrets.extend(in_lines(source));
    secrets.extend(url_credentials(source.text()));
    replaced(source.text(), secrets, key)
}

/// Values of env files and units whose names say nothing, and that do not look harmless.
fn in_lines(source: &Source) -> Vec<Range<usize>> {
    let kind = kind::by_name(source.path());
    let text = source.text();
    let lines = text.lines().filter_map(|line| {
        let line = match kind {
            Some(Kind::Systemd) => line.trim().strip_prefix("Environment=")?,
            // Whatever an `EnvironmentFile=` is called.
            None | Some(Kind::Dotenv | Kind::Text) => line.trim().trim_start_matches("export "),
            Some(_) => return None,
        };
        let (name, value) = line.split_once('=')?;
        let name = name.trim().trim_start_matches(['"', '\'', '#']).trim();
        let is_name =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let value = value.trim().trim_matches(['"', '\'']);
        let start = value.as_ptr() as usize - text.as_ptr() as usize;
        (is_name && !is_harmless(name, value)).then(|| start..start + value.len())
    });
    lines.collect()
}

fn assignment(entry: &str, key: &Key) -> String {
    let Some((name, value)) = entry.split_once('=') else { return key.substitute(entry) };
    match is_harmless(name, value) {
        true => format!("{name}={}", replaced(value, url_credentials(value), key)),
        false => format!("{name}={}", key.substitute(value)),
    }
}

/// A command line: `--password x`, `--password=x`, `SECRET=x`, and URLs.
fn words(words: &[String], key: &Key) -> Vec<String> {
    let mut follows = false;
    let each = words.iter().map(|word| {
        let bare = word.trim_start_matches('-');
        let out = match bare.split_once('=') {
            _ if follows => key.substitute(word),
            Some((name, value)) if is_secret_name(name) => {
                let head = &word[..word.len() - value.len()];
                format!("{head}{}", key.substitute(value))
            }
            // A title is one word with blanks.
            _ => replaced(word, url_credentials(word), key),
        };
        follows = word.starts_with('-') && is_secret_name(bare);
        out
    });
    each.collect()
}

fn replaced(text: &str, mut secrets: Vec<Range<usize>>, key: &Key) -> String {
    secrets.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for range in secrets.into_iter().filter(|range| !range.is_empty()) {
        // One inside another was replaced with it.
        if range.start < at {
            continue;
        }
        out += &text[at..range.start];
        out += &key.substitute(&text[range.clone()]);
        at = range.end;
    }
    out + &text[at..]
}
