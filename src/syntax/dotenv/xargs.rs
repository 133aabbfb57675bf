//! `export $(grep -v '^#' file | xargs)`, an idiom of deploy scripts.
//!
//! xargs takes the quotes away, `echo` joins its words with blanks, and the shell splits the
//! result at blanks again, so a quoted value keeps its first word only.

use super::Reading;
use super::scope::{First, Variables, look_up};
use crate::fact::Environment;
use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::cooked::Cooked;

pub(super) fn read(file: FileId, text: &str, environment: &Environment) -> Reading {
    let lines: Vec<&str> =
        text.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect();
    let (arguments, refused) = unquote(&lines, file, text);
    let mut variables = Variables::default();
    for (word, place) in &arguments {
        for part in word.split([' ', '\t', '\n']).filter(|part| !part.is_empty()) {
            export(part, *place, environment, &mut variables);
        }
    }
    Reading { refused, ..variables.into_reading() }
}

fn export(word: &str, place: Place, environment: &Environment, variables: &mut Variables) {
    // A name alone is exported as it is.
    let Some((name, value)) = word.split_once('=') else { return };
    let (name, appends) = match name.strip_suffix('+') {
        Some(name) => (name, true),
        None => (name, false),
    };
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !is_name {
        return;
    }
    let mut whole = Cooked::at(place);
    if appends {
        whole.push_lookup(look_up(name, First::File, environment, variables));
    }
    whole.push(value);
    variables.set(name, whole.into_fact());
}

/// The arguments that xargs makes of these lines, each with its place. At a quote that its line
/// does not close it stops, and passes on what it has by then.
fn unquote(lines: &[&str], file: FileId, text: &str) -> (Vec<(String, Place)>, Option<Problem>) {
    let mut arguments = Vec::new();
    // The argument in the making, and where it began.
    let mut word: Option<(String, usize)> = None;
    let mut escaped = false;
    for line in lines {
        let start = Place::of(file, text, line).span.start as usize;
        let mut quote = None;
        for (at, char) in line.char_indices() {
            let here = start + at;
            let is_blank = matches!(char, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}');
            if is_blank && quote.is_none() && !escaped {
                arguments.extend(word.take().map(|(it, from)| (it, Place::new(file, from, here))));
                continue;
            }
            let (word, _) = word.get_or_insert_with(|| (String::new(), here));
            match (quote, char) {
                _ if std::mem::take(&mut escaped) => word.push(char),
                (None, '\\') => escaped = true,
                (None, '\'' | '"') => quote = Some(char),
                (Some(open), close) if open == close => quote = None,
                (Some(_), '\n') => break,
                (_, char) => word.push(char),
            }
        }
        if quote.is_some() {
            let message = "xargs stops at this unmatched quote, and nothing behind it is exported";
            let problem = Problem::new(Place::of(file, text, line.trim_end()), message);
            return (arguments, Some(problem));
        }
    }
    arguments.extend(word.map(|(it, from)| (it, Place::new(file, from, text.len()))));
    (arguments, None)
}
