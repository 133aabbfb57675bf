//! What nginx refuses of a directive that is read: where it stands, and what is behind its name.

use crate::syntax::nginx::directives::known;
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
            return;
        };
        let place = args.last().map_or(name.place, |last| name.place.to(last.place));
        // `alias <path to the project>/media;`: the words are a request, and no arguments.
        if self.lexer.note_request(place) {
            return;
        }
        self.report(Problem::new(fault, place).of(&name.value));
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

/// Whether a text is a host with a port and no more, and nothing that is still to be filled in.
fn is_address(text: &str) -> bool {
    let text = text.split('/').next().unwrap_or_default();
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let is_host = |it: &str| {
        it.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte)
        })
    };
    let is_port = !port.is_empty() && port.bytes().all(|it| it.is_ascii_digit());
    !host.is_empty() && is_host(host) && is_port
}
