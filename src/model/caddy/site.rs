//! A site: its addresses, its certificate, its routes.

use crate::fact::Fact;
use crate::model::caddy::Address;
use crate::model::caddy::answer::Replies;
use crate::model::caddy::build::Builder;
use crate::model::caddy::matcher::{MatcherSet, Scope};
use crate::model::caddy::order;
use crate::model::caddy::request::Request;
use crate::model::caddy::route::{Handler, Route, Step};
use crate::model::caddy::walk::walk;
use crate::source::Place;
use crate::syntax::Problem;
use crate::syntax::caddy::{Directive, SiteBlock};
use std::sync::Arc;

/// What `tls` says.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    pub directive: Option<Fact<()>>,
    /// Caddy's own authority signs, which no browser trusts.
    pub internal: Option<Fact<()>>,
    pub files: Option<(Fact<String>, Fact<String>)>,
    /// The lowest version that is spoken, then the highest.
    pub protocols: Vec<Fact<String>>,
    pub ciphers: Vec<Fact<String>>,
    pub on_demand: Option<Fact<()>>,
}

#[derive(Debug)]
pub struct Site {
    pub addresses: Vec<Address>,
    pub tls: Tls,
    pub bind: Vec<Fact<String>>,
    pub routes: Vec<Route>,
    /// `handle_errors`.
    pub errors: Vec<Route>,
    /// The first word of its addresses.
    pub place: Place,
}

impl Site {
    pub(super) fn read(block: &SiteBlock, builder: &mut Builder<'_>) -> Option<Self> {
        let place = block.addresses.first()?.place;
        let mut addresses = Vec::new();
        for word in &block.addresses {
            match Address::parse(&word.text, builder.release) {
                Ok(address) => addresses.push(address),
                Err(message) => builder.problems.push(Problem::new(word.place, message)),
            }
        }
        let mut site = Self {
            addresses,
            tls: Tls::default(),
            bind: Vec::new(),
            routes: builder.routes(&block.body, &Scope::new(), true),
            errors: errors(&block.body, builder),
            place,
        };
        for directive in &block.body {
            match directive.name().text() {
                "log"
                    if directive.arguments().len()
                        > usize::from(builder.release.has_named_logs()) =>
                {
                    let message = "`log` has too many arguments";
                    builder.problems.push(Problem::new(directive.head(), message));
                }
                "bind" => {
                    site.bind.extend(directive.arguments().iter().map(|word| word.text.clone()));
                }
                "tls" => site.tls.add(directive, &mut builder.problems),
                _ => {}
            }
        }
        Some(site)
    }

    /// What this site answers to a request that was sent to it, errors left to itself.
    pub fn route<'s>(&'s self, request: &Request<'_>) -> Replies<'s> {
        walk(&self.routes, &self.errors, request)
    }
}

/// `handle_errors`, those for certain codes before the one for all.
fn errors(body: &[Directive], builder: &mut Builder<'_>) -> Vec<Route> {
    let mut entries = Vec::new();
    for directive in body.iter().filter(|line| line.name().text() == "handle_errors") {
        let codes = directive.arguments();
        if !codes.is_empty() && !builder.release.has_error_codes() {
            let message = "`handle_errors` takes codes since Caddy 2.8 only";
            builder.problems.push(Problem::new(directive.head(), message));
        }
        for code in codes.iter().filter(|code| !is_code(code.text())) {
            let message = format!("`{}` is no status", code.text());
            builder.problems.push(Problem::new(code.place, message));
        }
        let routes = builder.routes(directive.body(), &Scope::new(), true);
        let matcher = (!codes.is_empty())
            .then(|| Arc::new(MatcherSet::status(directive.name().place, codes)));
        let handler = Handler::Routes(routes);
        let steps = vec![Step { directive: directive.name().text.clone(), handler }];
        entries.push(Route { matcher, group: None, steps });
    }
    order::sort(entries, |a, b| !(a.matcher.is_none() && b.matcher.is_some()))
}

fn is_code(text: &str) -> bool {
    let digits = text.strip_suffix("xx").unwrap_or(text);
    text.len() == 3 && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        || text.contains('{')
}

impl Tls {
    fn add(&mut self, directive: &Directive, problems: &mut Vec<Problem>) {
        let place = directive.name().text.map(|_| ());
        match directive.arguments() {
            [] => {}
            [only] => match only.text() {
                "internal" => self.internal = Some(only.text.map(|_| ())),
                "force_automate" => {}
                email if email.contains(['@', '{', '_']) => {}
                _ => {
                    let message = "`tls` takes `internal`, an address of e-mail, or two files";
                    problems.push(Problem::new(only.place, message));
                }
            },
            [certificate, key, ..] => {
                self.files = Some((certificate.text.clone(), key.text.clone()));
            }
        }
        for line in directive.body() {
            let words = || line.arguments().iter().map(|word| word.text.clone());
            match line.name().text() {
                "protocols" => {
                    for word in line.arguments().iter().filter(|word| !is_protocol(word.text())) {
                        let message =
                            format!("`{}` is no version of TLS that Caddy speaks", word.text());
                        problems.push(Problem::new(word.place, message));
                    }
                    self.protocols = words().collect();
                }
                "ciphers" => self.ciphers.extend(words()),
                "on_demand" => self.on_demand = Some(line.name().text.map(|_| ())),
                "issuer" if words().next().is_some_and(|name| name.value == "internal") => {
                    self.internal = Some(line.name().text.map(|_| ()));
                }
                _ => {}
            }
        }
        self.directive = Some(place);
    }
}

fn is_protocol(text: &str) -> bool {
    matches!(text, "tls1.2" | "tls1.3") || text.contains('{')
}
