//! What no report may show of a site: what is sent or set under a name of secrets.

use crate::fact::secret::{is_placeholder, is_secret_name};
use crate::source::Place;
use crate::syntax::nginx::{Directive, Tree};

/// Those that give a name a value: `proxy_set_header Authorization "Basic …";`.
const SETTERS: &[&str] = &[
    "add_header",
    "fastcgi_param",
    "grpc_set_header",
    "proxy_set_header",
    "scgi_param",
    "set",
    "uwsgi_param",
];

/// How the value of `Authorization` begins, before what is secret (RFC 7235, 5.1).
const SCHEMES: &[&str] = &["Basic", "Bearer", "Token"];

pub fn secrets(tree: &Tree) -> Vec<Place> {
    let mut found = Vec::new();
    let of_dump = tree.dump.iter().flat_map(|dump| &dump.files);
    for tree in of_dump.map(|it| &it.tree).chain([tree]) {
        gather(&tree.directives, &mut found);
    }
    found
}

fn gather(directives: &[Directive], found: &mut Vec<Place>) {
    for directive in directives {
        if let (true, [name, value, ..]) =
            (SETTERS.contains(&directive.name.value.as_str()), directive.args.as_slice())
        {
            let name = name.value.trim_start_matches('$');
            let is_secret = is_secret_name(name) || name.eq_ignore_ascii_case("authorization");
            found.extend((is_secret && holds_text(&value.value)).then_some(value.place));
        }
        gather(directive.children(), found);
    }
}

/// Whether there is anything in a value but variables, which come with the request.
fn holds_text(value: &str) -> bool {
    let is_word = |word: &&str| !word.starts_with('$') && !SCHEMES.contains(word);
    let mut words = value.split_whitespace().filter(is_word);
    words.any(|word| !is_placeholder(word) && word.chars().any(char::is_alphanumeric))
}
