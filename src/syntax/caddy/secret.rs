//! What no report may show of a Caddyfile.

use crate::fact::secret;
use crate::source::Place;
use crate::syntax::caddy::structure::{Directive, Item};
use crate::syntax::caddy::{Token, Tree};

/// Fields of requests and responses whose values let somebody in, beside those whose names say so.
const FIELDS: &[&str] = &["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// Directives that name a field before its value.
const NAMES_FIELD: &[&str] = &["header", "header_up", "header_down", "request_header"];

/// Password hashes, keys of certificate authorities and DNS providers, values of secret fields,
/// defaults of secret variables, and passwords in URLs.
pub(super) fn secrets(tree: &Tree) -> Vec<Place> {
    let mut places: Vec<Place> = tree.tokens.iter().flat_map(of_word).collect();
    for item in &tree.items {
        match item {
            Item::Options(block) | Item::Snippet { block, .. } | Item::NamedRoute { block, .. } => {
                of_lines(&block.body, "", &mut places);
            }
            Item::Site(site) => of_lines(&site.body, "", &mut places),
            Item::Directive(directive) => {
                of_lines(std::slice::from_ref(directive), "", &mut places);
            }
        }
    }
    places
}

fn of_lines(lines: &[Directive], parent: &str, places: &mut Vec<Place>) {
    for line in lines {
        let (name, arguments) = (line.name().text(), line.arguments());
        let hidden = match (parent, name) {
            ("basicauth" | "basic_auth", _) => arguments,
            (_, "eab" | "acme_eab") => arguments.get(1..).unwrap_or_default(),
            (_, "dns" | "acme_dns") => arguments.get(1..).unwrap_or_default(),
            (_, _) if NAMES_FIELD.contains(&name) => after_field(arguments),
            ("header", _) if is_field(name) => arguments,
            (_, _) if secret::is_secret_name(name) => arguments,
            (_, _) => &[],
        };
        places.extend(hidden.iter().filter(|word| holds(word.text())).map(|word| word.place));
        of_lines(line.body(), name, places);
    }
}

/// What follows the name of a secret field.
fn after_field(arguments: &[Token]) -> &[Token] {
    let field = arguments.iter().position(|word| is_field(word.text()));
    field.and_then(|at| arguments.get(at + 1..)).unwrap_or_default()
}

fn is_field(name: &str) -> bool {
    let name = name.trim_start_matches(['+', '-', '?', '>']).trim_end_matches(':');
    FIELDS.contains(&name.to_ascii_lowercase().as_str()) || secret::is_secret_name(name)
}

/// Whether this is a secret itself rather than where it comes from.
fn holds(text: &str) -> bool {
    let is_placeholder = text.starts_with('{') && text.ends_with('}');
    !text.is_empty() && !is_placeholder && !secret::is_reference(text)
}

fn of_word(token: &Token) -> Vec<Place> {
    let written = token.written.as_deref().unwrap_or(token.text());
    let start = token.place.span.start as usize;
    // Without escapes and quotes a word is written as it reads.
    let is_plain = written.len() == token.place.span.len();
    let in_urls = secret::url_credentials(written).into_iter().map(|range| match is_plain {
        true => Place::new(token.place.file, start + range.start, start + range.end),
        false => token.place,
    });
    let defaults = token.variables.iter().filter(|variable| {
        let default = variable.default.as_deref().unwrap_or_default();
        secret::is_secret_name(&variable.name) && holds(default)
    });
    in_urls.chain(defaults.map(|variable| variable.place)).collect()
}
