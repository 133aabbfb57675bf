//! What no report may show of a script.

use crate::fact::secret;
use crate::source::Place;
use crate::syntax::shell::{Redirect, Script, Simple, Value};
use crate::syntax::spliced::Spliced;

/// Values that are assigned or passed under secret names, in here-documents too, and passwords in
/// URLs.
pub fn secrets(script: &Script) -> Vec<Place> {
    let steps = script.steps();
    steps.into_iter().flat_map(|step| of_simple(step.simple)).collect()
}

fn of_simple(simple: &Simple) -> Vec<Place> {
    let mut places = Vec::new();
    for assignment in &simple.assignments {
        let Value::Word(word) = &assignment.value else { continue };
        match secret::is_secret_name(&assignment.name) {
            true => places.extend(whole(&word.raw, 0..word.raw.as_str().len())),
            false => places.extend(in_urls(&word.raw)),
        }
    }
    for word in &simple.words {
        // `export NAME=value` and `--name=value`.
        let raw = word.raw.as_str();
        match raw.split_once('=').filter(|(name, _)| secret::is_secret_name(name)) {
            Some((name, _)) => places.extend(whole(&word.raw, name.len() + 1..raw.len())),
            None => places.extend(in_urls(&word.raw)),
        }
    }
    let bodies = simple.redirects.iter().filter_map(|redirect: &Redirect| redirect.body.as_ref());
    bodies.for_each(|body| places.extend(in_lines(body)));
    places
}

/// A value, unless it only refers to a secret that is kept elsewhere.
fn whole(text: &Spliced, range: std::ops::Range<usize>) -> Option<Place> {
    let value = text.as_str()[range.clone()].trim_matches(['"', '\'']);
    let is_secret = !value.is_empty() && !secret::is_reference(value) && !value.starts_with("$(");
    is_secret.then(|| text.place_of(range))
}

fn in_urls(text: &Spliced) -> Vec<Place> {
    let found = secret::url_credentials(text.as_str()).into_iter();
    found.map(|range| text.place_of(range)).collect()
}

/// What `cat > .env <<EOF` writes.
fn in_lines(body: &Spliced) -> Vec<Place> {
    let mut places = in_urls(body);
    let mut start = 0;
    for line in body.as_str().split_inclusive('\n') {
        let bare = line.trim_end();
        if let Some((name, _)) = bare.split_once('=')
            && secret::is_secret_name(name.trim())
        {
            places.extend(whole(body, start + name.len() + 1..start + bare.len()));
        }
        start += line.len();
    }
    places
}
