//! What nginx refuses of a directive that is read: where it stands, and what is behind its name.

use crate::fact::symbol;
use crate::source::Place;
use crate::syntax::nginx::directives::{Directive as Known, Value, known};
use crate::syntax::nginx::parameters;
use crate::syntax::nginx::parser::{DATA, Parser};
use crate::syntax::nginx::problem::{Fault, Problem};
use crate::syntax::nginx::{Body, Directive, Word};

impl Parser<'_> {
    /// Where a file is read nobody can tell; but no place takes a `server` and a `location` side by side.
    pub(super) fn check_top(&mut self) {
        let is_block = |it: &&Directive, name: &str| {
            it.name.value == name && matches!(it.body, Body::Block(_))
        };
        let is_server = |it: &&Directive| is_block(it, "server") && it.args.is_empty();
        let location = self.top.iter().find(|it| is_block(it, "location"));
        if let Some(location) = location.filter(|_| self.top.iter().any(|it| is_server(&it))) {
            let problem = Problem::new(Fault::Misplaced, location.name.place);
            self.report(problem.of("location"));
        }
    }

    /// The number of arguments and the presence of a block, for nginx's own directives inside
    /// nginx's own blocks.
    pub(super) fn check_shape(&mut self, name: &Word, args: &[Word], block: bool) {
        let forms = known(&name.value);
        let own = |name: &str| known(name).iter().any(|form| form.block) && !DATA.contains(&name);
        // Where a word was misread, the count of words says nothing.
        let misread = self.lexer.problems.last().is_some_and(|last| last.place >= name.place);
        if args.is_empty() && !block && !misread && self.within().is_some_and(own) {
            self.check_name(name);
        }
        if forms.is_empty() || misread || !self.within().is_none_or(own) {
            return;
        }
        let around = self.contexts();
        let stands = |context: &&str| forms.iter().any(|form| form.stands_in(context));
        // nginx asks this before anything else (`ngx_conf_handler`).
        if !around.is_empty() && !around.iter().any(stands) {
            let problem = Problem::new(Fault::Misplaced, name.place).of(&name.value);
            let block = self.open.last().and_then(|open| open.head.as_ref());
            let problem = Problem { also: block.map(|(name, _)| name.place), ..problem };
            // The same again in one block is mended with the first.
            let is_same = |it: &Problem| {
                it.fault == problem.fault
                    && it.directive == problem.directive
                    && it.also == problem.also
            };
            if !self.lexer.problems.iter().any(is_same) {
                self.report(problem);
            }
            return;
        }
        let fits = |block: bool| forms.iter().filter(move |form| form.block == block);
        let fault = if fits(block).next().is_none() {
            if block { Fault::BlockUnexpected } else { Fault::BlockMissing }
        } else if !fits(block).any(|form| form.takes(args.len())) {
            Fault::ArgumentCount
        } else {
            let stands =
                |form: &&Known| around.is_empty() || around.iter().any(|it| form.stands_in(it));
            self.check_values(name, args, fits(block).filter(stands));
            return self.check_parameters(name, args);
        };
        let place = args.last().map_or(name.place, |last| name.place.to(last.place));
        // `alias <path to the project>/media;`: the words are a request, and no arguments.
        if self.lexer.note_request(place) {
            return;
        }
        self.report(Problem::new(fault, place).of(&name.value));
    }

    /// No directive has `=` in its name; what has, stands behind another (`ngx_http_upstream_module`,
    /// "server": `fail_timeout=time`).
    fn check_name(&mut self, name: &Word) {
        let is_parameter = |it: &str| {
            it.split_once('=').is_some_and(|(key, value)| {
                let is_name = |it: u8| it.is_ascii_lowercase() || it == b'_';
                !key.is_empty() && key.bytes().all(is_name) && !value.is_empty()
            })
        };
        if name.quoted || !is_parameter(&name.value) || !is_written_out(name) {
            return;
        }
        let before = self.siblings().last().map(|it| it.place);
        let problem = Problem::new(Fault::ParameterForName, name.place).of(&name.value);
        self.report(Problem { also: before, ..problem });
    }

    /// A word that a directive of nginx's own refuses. It may stand behind words that are made elsewhere.
    fn check_parameters(&mut self, name: &Word, args: &[Word]) {
        let texts = args.iter().map(|it| it.value.as_str());
        let Some((at, meant)) = parameters::refused(&name.value, texts) else { return };
        let word = &args[at];
        let whole = Word { value: word.value.replace(':', "."), ..word.clone() };
        if is_written_out(&whole) {
            let problem = Problem::new(Fault::Parameter, word.place).of(&name.value);
            self.report(Problem { meant, ..problem });
        }
    }

    /// The first argument that no form of a directive takes.
    fn check_values<'k>(
        &mut self,
        name: &Word,
        args: &[Word],
        forms: impl Iterator<Item = &'k Known>,
    ) {
        let values: Vec<Value> = forms.map(|form| form.value).collect();
        let (Some(last), true) = (values.last(), args.iter().all(is_written_out)) else { return };
        let refused = args
            .iter()
            .enumerate()
            .find(|(index, word)| !values.iter().any(|value| value.takes(*index, &word.value)));
        let Some((index, word)) = refused else { return };
        let meant = last.meant(index, &word.value);
        let problem = Problem::new(Fault::Value(*last), word.place).of(&name.value);
        self.report(Problem { meant, ..problem });
    }

    /// What nginx takes for no condition of an `if`.
    pub(super) fn check_condition(&mut self, name: &Word, args: &[Word]) {
        let is_of_http = || {
            let around = self.contexts();
            around.is_empty() || ["server", "location"].iter().any(|it| around.contains(it))
        };
        let is_open = |word: &Word| symbol::is_symbolic(&word.value.replace("${", "$"));
        if name.value != "if" || !is_of_http() || args.iter().any(is_open) {
            return;
        }
        if let Some(place) = refused_condition(args) {
            self.report(Problem::new(Fault::Condition, place).of(&name.value));
        }
    }

    /// The contexts that the innermost block may be; none where nobody can tell, as outside of all.
    fn contexts(&self) -> &'static [&'static str] {
        let mut names = self
            .open
            .iter()
            .rev()
            .map(|open| open.head.as_ref().map_or("", |(name, _)| name.value.as_str()));
        let within = names.next().unwrap_or_default();
        match (within, names.next().unwrap_or_default()) {
            ("http", _) => &["http"],
            ("server", "http") => &["server"],
            ("server", "stream") => &["stream-server"],
            ("server", "mail") => &["mail-server"],
            ("server", _) => &["server", "stream-server", "mail-server"],
            ("location", _) => &["location"],
            ("if", "server") => &["server-if"],
            ("if", "location") => &["location-if"],
            ("if", _) => &["server-if", "location-if"],
            ("limit_except", _) => &["limit_except"],
            ("upstream", _) => &["upstream", "stream-upstream"],
            _ => &[],
        }
    }

    /// What a `server` of `http` calls itself.
    pub(super) fn check_names(&mut self, name: &Word, args: &[Word]) {
        let is_of_http = || self.within().is_none() || self.contexts().contains(&"server");
        if name.value != "server_name" || !is_of_http() {
            return;
        }
        for refused in args.iter().filter(|it| is_no_name(&it.value)) {
            self.report(Problem::new(Fault::ServerName, refused.place).of(&name.value));
        }
    }

    /// In a location, `proxy_pass` takes a URL; without a scheme nginx stops at an "invalid URL
    /// prefix". A `stream` takes the bare address.
    pub(super) fn check_url(&mut self, name: &Word, args: &[Word]) {
        let [url] = args else { return };
        let in_location = || matches!(self.within(), Some("location" | "if" | "limit_except"));
        if name.value == "proxy_pass" && in_location() && is_address(&url.value) {
            self.report(Problem::new(Fault::UrlWithoutScheme, url.place).of(&name.value));
        }
    }
}

/// Whether nginx refuses a server's name by its first letters (`ngx_http_core_server_name`).
fn is_no_name(name: &str) -> bool {
    match name.as_bytes() {
        [b'*', rest @ ..] => rest.len() < 2 || rest[0] != b'.',
        [b'.'] => true,
        _ => false,
    }
}

/// Whether nothing in a word is still to be filled in, and nothing else that reads configurations of
/// nginx's kind may have made it.
fn is_written_out(word: &Word) -> bool {
    let text = word.value.as_str();
    let is_of_words = |it: u8| it.is_ascii_alphanumeric() || b".-_=".contains(&it);
    let is_name = text.contains('_') && text.bytes().any(|it| it.is_ascii_uppercase());
    !text.is_empty()
        && text.bytes().all(is_of_words)
        && !symbol::is_symbolic(text)
        && !symbol::is_shouted(text)
        && !is_name
}

/// The word at which nginx stops in a condition (`ngx_http_rewrite_if_condition`).
fn refused_condition(args: &[Word]) -> Option<Place> {
    let mut words: Vec<(&str, Place)> =
        args.iter().map(|it| (it.value.as_str(), it.place)).collect();
    let first = words.first_mut()?;
    let Some(inside) = first.0.strip_prefix('(') else { return Some(first.1) };
    first.0 = inside;
    let last = words.last_mut()?;
    let Some(inside) = last.0.strip_suffix(')') else { return Some(last.1) };
    last.0 = inside;
    let end = last.1;
    // A parenthesis that stands alone is no part of what is inside.
    if words.first().is_some_and(|it| it.0.is_empty()) {
        words.remove(0);
    }
    if words.last().is_some_and(|it| it.0.is_empty()) {
        words.pop();
    }
    match words.as_slice() {
        [] => Some(end),
        [(variable, place)] => (!is_variable(variable)).then_some(*place),
        [(variable, _), (operator, place), _] if is_variable(variable) => {
            let known = ["=", "!=", "~", "~*", "!~", "!~*"];
            (!known.contains(operator)).then_some(*place)
        }
        [(test, place), _] => {
            let known = ["-f", "-d", "-e", "-x", "!-f", "!-d", "!-e", "!-x"];
            (!known.contains(test)).then_some(*place)
        }
        [(_, place), ..] => Some(*place),
    }
}

fn is_variable(word: &str) -> bool {
    word.len() > 1 && word.starts_with('$')
}

/// Whether a text is a host, be it with a port, or a path, and nothing that is still to be filled in.
fn is_address(text: &str) -> bool {
    let is_of_address =
        |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b".-_:/".contains(&it);
    let has_scheme = text.starts_with("http://") || text.starts_with("https://");
    !has_scheme && !text.is_empty() && text.bytes().all(is_of_address) && !symbol::is_symbolic(text)
}
