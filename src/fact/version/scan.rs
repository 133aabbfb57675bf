//! Reading a version: PEP 440, appendix B, with the spellings that it normalises.

use super::LocalPart;
use super::Phase;
use super::Version;

/// Below the largest, which stands for "after every one" in ranges.
const LARGEST: u64 = u64::MAX - 1;

const SEPARATORS: [char; 3] = ['.', '-', '_'];

/// The longest spelling first, or `c` would end `candidate`-like words early.
const PHASES: [(&str, Phase); 8] = [
    ("alpha", Phase::Alpha),
    ("beta", Phase::Beta),
    ("preview", Phase::Candidate),
    ("pre", Phase::Candidate),
    ("rc", Phase::Candidate),
    ("a", Phase::Alpha),
    ("b", Phase::Beta),
    ("c", Phase::Candidate),
];

pub(super) fn version(text: &str) -> Option<Version> {
    let lower = text.trim().to_ascii_lowercase();
    let mut rest = lower.strip_prefix('v').unwrap_or(&lower);
    let mut epoch = 0;
    if let Some((before, after)) = rest.split_once('!') {
        epoch = whole_number(before)?;
        rest = after;
    }
    let mut release = vec![number(&mut rest)?];
    while let Some(mut after) = rest.strip_prefix('.')
        && let Some(part) = number(&mut after)
    {
        release.push(part);
        rest = after;
    }
    let pre = PHASES.iter().find_map(|(word, phase)| Some((*phase, stage(&mut rest, &[word])?)));
    let post = dashed_number(&mut rest).or_else(|| stage(&mut rest, &["post", "rev", "r"]));
    let dev = stage(&mut rest, &["dev"]);
    let local = match rest.strip_prefix('+') {
        Some(local) => local.split(SEPARATORS).map(local_part).collect::<Option<_>>()?,
        None if rest.is_empty() => Vec::new(),
        None => return None,
    };
    Some(Version { epoch, release, pre, post, dev, local })
}

/// Takes the digits at the front.
fn number(rest: &mut &str) -> Option<u64> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    let number = whole_number(digits)?;
    *rest = after;
    Some(number)
}

fn whole_number(digits: &str) -> Option<u64> {
    let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    all_digits.then(|| digits.parse().unwrap_or(LARGEST).min(LARGEST))
}

/// Takes `-word.3` with either separator optional; without a number it is 0.
fn stage(rest: &mut &str, words: &[&str]) -> Option<u64> {
    let after = rest.strip_prefix(SEPARATORS).unwrap_or(rest);
    let after = words.iter().find_map(|word| after.strip_prefix(word))?;
    let mut numbered = after.strip_prefix(SEPARATORS).unwrap_or(after);
    match number(&mut numbered) {
        Some(number) => {
            *rest = numbered;
            Some(number)
        }
        None => {
            *rest = after;
            Some(0)
        }
    }
}

/// `1.0-1` is `1.0.post1`.
fn dashed_number(rest: &mut &str) -> Option<u64> {
    let mut after = rest.strip_prefix('-')?;
    let number = number(&mut after)?;
    *rest = after;
    Some(number)
}

fn local_part(part: &str) -> Option<LocalPart> {
    match whole_number(part) {
        Some(number) => Some(LocalPart::Number(number)),
        None if part.is_empty() || !part.bytes().all(|b| b.is_ascii_alphanumeric()) => None,
        None => Some(LocalPart::Text(part.to_owned())),
    }
}
