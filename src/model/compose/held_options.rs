//! Options of compose that a script holds in a variable: `COMPOSE_FILES=(-f a.yml -f b.yml)`, and then
//! `docker compose "${COMPOSE_FILES[@]}" up`.
//!
//! What is set further in than what was set before, or in another block, is set under some condition, and
//! may or may not hold.

use std::collections::BTreeMap;

/// More than this nobody has a variable hold, and nothing is guessed then.
pub(super) const MOST: usize = 8;

/// Nor does a script have so many of them; a text that does is not searched for each.
const MOST_VARIABLES: usize = 32;

/// What the variables of one text hold.
pub(super) struct Held<'t> {
    text: &'t str,
    known: BTreeMap<&'t str, Vec<String>>,
}

impl<'t> Held<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, known: BTreeMap::new() }
    }

    /// Each that the variable in a word of a call may hold, where all that the text sets it to are
    /// options. Nothing for a word that is none.
    pub(super) fn find(&mut self, word: &'t str) -> Vec<String> {
        let Some(name) = name(word) else { return Vec::new() };
        if self.known.len() == MOST_VARIABLES && !self.known.contains_key(name) {
            return Vec::new();
        }
        self.known.entry(name).or_insert_with(|| held(self.text, name)).clone()
    }
}

/// In the order of the text.
fn held(text: &str, name: &str) -> Vec<String> {
    let mut held: Vec<String> = Vec::new();
    // Where the last was set, and the least that a line stood in since.
    let (mut margin, mut least) = (usize::MAX, usize::MAX);
    for (at, line) in lines(text).filter(|(_, line)| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        least = least.min(indent);
        let Some(set) = assignment(&text[at..], line, name) else { continue };
        let mut next: Vec<String> = match set.is_added {
            true => held.iter().map(|it| format!("{it} {}", set.value)).collect(),
            false => vec![set.value.to_owned()],
        };
        let is_conditional = indent > margin.min(least);
        if is_conditional {
            held.append(&mut next);
        } else {
            held = next;
        }
        if held.len() > MOST {
            return Vec::new();
        }
        (margin, least) = (indent, usize::MAX);
    }
    let are_options = held.iter().all(|it| it.trim_start().starts_with('-') && !it.contains('`'));
    if are_options { held } else { Vec::new() }
}

/// The variable that a word is and nothing else: `$NAME`, `${NAME}`, `${NAME[@]}`, make's `$(NAME)`.
fn name(word: &str) -> Option<&str> {
    let bare = word.strip_prefix('$')?;
    let within = |open, close| bare.strip_prefix(open).and_then(|it| it.strip_suffix(close));
    let named = within('{', '}').or_else(|| within('(', ')')).unwrap_or(bare);
    let named = ["[@]", "[*]"].iter().find_map(|it| named.strip_suffix(it)).unwrap_or(named);
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    (!named.is_empty() && named.chars().all(is_name)).then_some(named)
}

struct Assignment<'t> {
    value: &'t str,
    is_added: bool,
}

/// What a line sets a variable to, in a shell, in make or in the `env` of a workflow. An array may go on over
/// lines, as what stands in quotes may.
fn assignment<'t>(from: &'t str, line: &str, name: &str) -> Option<Assignment<'t>> {
    let mut bare = line.trim_start();
    for word in ["export ", "local ", "readonly ", "declare -a ", "declare "] {
        bare = bare.strip_prefix(word).unwrap_or(bare);
    }
    let rest = bare.strip_prefix(name)?.trim_start();
    // No target of make's is made of what begins with an option.
    let is_mapped =
        || rest.starts_with(": ") && rest[1..].trim_start().starts_with(['-', '"', '\'']);
    let operator = rest
        .find('=')
        .filter(|end| matches!(&rest[..*end], "" | "+" | ":" | "?" | "::"))
        .or_else(|| is_mapped().then_some(0))?;
    let is_added = rest.starts_with('+');
    let begin = line.len() - rest.len() + operator + 1;
    let value = from[begin..].trim_start_matches([' ', '\t']);
    let end = match value.chars().next()? {
        '(' => value.find(')')?,
        quote @ ('"' | '\'') => 1 + value[1..].find(quote)?,
        _ => value.find('\n').unwrap_or(value.len()),
    };
    let value = value[..end].trim_start_matches(['(', '"', '\'']);
    // `FILES="$FILES -f more.yml"`.
    let own = [format!("${{{name}}}"), format!("${name}"), format!("$({name})")];
    let behind = own.iter().find_map(|it| value.strip_prefix(it.as_str()));
    Some(Assignment { value: behind.unwrap_or(value), is_added: is_added || behind.is_some() })
}

/// The lines of a text, each with where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let begin = *at;
        *at += line.len();
        Some((begin, line))
    })
}
