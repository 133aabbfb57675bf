//! One requirement as PEP 508 writes it: `name[extra] >=1,<2 ; marker` or `name @ url ; marker`.

use super::Group;
use super::Include;
use super::Included;
use super::Marker;
use super::Reading;
use super::Requirement;
use super::Wanted;
use super::marker;
use super::normalise;
use super::place_in;
use crate::fact::version::{Range, pep440};
use crate::source::{Place, Spanned};
use crate::syntax::spliced::Spliced;

/// Reads all of `part`, a slice of what is written.
pub(super) fn read(reading: &mut Reading, written: &Spliced, part: &str, group: &Group) {
    let part = part.trim();
    let Some(name) = name(part) else {
        reading.refuse(place_in(written, part), "this is no requirement: it starts with no name");
        return;
    };
    let (extras, rest) = extras(part[name.len()..].trim_start());
    let Some(extras) = extras else {
        reading.refuse(place_in(written, part), "the bracket of the extras is never closed");
        return;
    };
    let (wanted, marker) = match rest.strip_prefix('@') {
        Some(rest) => {
            // A URL may hold a semicolon; the marker's is set off by a blank.
            let (url, marker) = split(rest, " ;");
            reading.release(name, url.trim(), group, place_in(written, part));
            (Wanted::Elsewhere, marker)
        }
        None => {
            let (constraint, marker) = split(rest, ";");
            (self::wanted(reading, written, constraint.trim()), marker)
        }
    };
    let marker = marker.and_then(|it| self::marker(reading, written, it));
    let name = Spanned::new(name.to_owned(), place_in(written, name));
    let group = group.clone();
    reading.manifest.requirements.push(Requirement {
        name,
        extras,
        wanted,
        marker,
        group,
        hashed: false,
    });
}

impl Reading {
    /// Takes down that a URL leads to a release.
    pub(super) fn release(&mut self, name: &str, url: &str, group: &Group, place: Place) {
        if let Some(what) = release(name, url) {
            self.manifest.includes.push(Include { what, group: group.clone(), place });
        }
    }
}

/// What a URL says of the release that it leads to: its tag, and the folder of the repository (pip,
/// "VCS Support").
fn release(name: &str, url: &str) -> Option<Included> {
    let (repository, fragment) = url.strip_prefix("git+")?.split_once('#')?;
    let folder = fragment.split('&').find_map(|it| it.strip_prefix("subdirectory="))?;
    let (_, tag) = repository.rsplit_once('/')?.1.rsplit_once('@')?;
    let version = tag.strip_prefix('v').unwrap_or(tag).to_owned();
    let folder = folder.trim_matches('/').to_owned();
    Some(Included::Release { name: normalise(name), version, folder })
}

fn split<'a>(text: &'a str, separator: &str) -> (&'a str, Option<&'a str>) {
    text.split_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// A name at the front: letters and digits, with `-`, `_` and `.` between them.
pub(super) fn name(text: &str) -> Option<&str> {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = text.find(|c| !inside(c)).unwrap_or(text.len());
    let name = text[..end].trim_end_matches(['-', '_', '.']);
    let starts = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    (starts && name.len() == end).then_some(name)
}

/// The extras, if the text starts with any, and what follows them.
pub(super) fn extras(text: &str) -> (Option<Vec<String>>, &str) {
    let Some(inner) = text.strip_prefix('[') else { return (Some(Vec::new()), text) };
    let Some((inner, rest)) = inner.split_once(']') else { return (None, text) };
    let extras = inner.split(',').map(|extra| extra.trim().to_owned());
    (Some(extras.filter(|extra| !extra.is_empty()).collect()), rest.trim_start())
}

fn wanted(reading: &mut Reading, written: &Spliced, constraint: &str) -> Wanted {
    match pep440(constraint) {
        Ok(range) => Wanted::Versions(range),
        // Spellings that are no version can be asked for as they are (PEP 440, "Arbitrary equality").
        Err(_) if constraint.starts_with("===") => Wanted::Elsewhere,
        Err(_) => {
            let message = format!("`{constraint}` is no constraint on versions");
            reading.refuse(place_in(written, constraint), message);
            Wanted::Refused
        }
    }
}

/// A constraint that stands by itself: `requires-python`.
pub(super) fn range(reading: &mut Reading, written: &Spliced) -> Option<Spanned<Range>> {
    let place = written.place();
    match pep440(written.as_str()) {
        Ok(range) => Some(Spanned::new(range, place)),
        Err(_) => {
            let message = format!("`{}` is no constraint on versions", written.as_str());
            reading.refuse(place, message);
            None
        }
    }
}

pub(super) fn marker(reading: &mut Reading, written: &Spliced, text: &str) -> Option<Marker> {
    let text = text.trim();
    let marker = marker::parse(text);
    if marker.is_none() {
        reading.refuse(place_in(written, text), "this is no environment marker");
    }
    // Whether it applies is then unknown.
    Some(marker.unwrap_or(Marker::Unreadable))
}
