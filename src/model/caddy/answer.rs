//! What a site answers, and what reaches the browser and the upstream along with it.

use crate::fact::Fact;
use crate::model::caddy::headers::{HeaderChange, HeaderOp, HeaderOps};
use crate::model::caddy::{FileServer, Proxy};
use crate::source::Place;

#[derive(Clone, Debug)]
pub enum Answer<'a> {
    File {
        /// `None` if nothing said so: Caddy then takes its own working directory.
        root: Option<Fact<String>>,
        /// Below the root, without escapes.
        path: String,
        server: &'a FileServer,
        /// The folder itself is listed.
        is_listing: bool,
    },
    Proxy {
        proxy: &'a Proxy,
        /// The path and query that are sent.
        uri: String,
        method: String,
    },
    Redirect {
        to: String,
        status: String,
        written: Fact<String>,
    },
    Respond {
        status: String,
        body: Option<String>,
    },
    /// An error that no `handle_errors` answers.
    Error {
        status: String,
    },
    /// The connection is closed.
    Abort,
    /// No handler answers, so Caddy sends 200 and nothing. What the request was rewritten to is
    /// what a redirect after it would say.
    Nothing {
        uri: String,
    },
    Unknown {
        why: String,
    },
}

/// What was taken for granted where nobody can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    pub place: Option<Place>,
    pub why: String,
    /// Whether it is one of files that may be there; else the client's request decides, or what is not
    /// read of the matcher.
    pub is_of_files: bool,
    pub holds: bool,
}

#[derive(Clone, Debug)]
pub struct Reply<'a> {
    pub answer: Answer<'a>,
    /// The directives that had a part in it, in the order in which they were asked.
    pub trail: Vec<Place>,
    pub assumptions: Vec<Assumption>,
    /// `basic_auth` and `forward_auth` in front of it: who may not gets another answer.
    pub guards: Vec<Place>,
    /// Changes to the response, in the order in which they were met.
    pub(super) response: Vec<(&'a HeaderOps, Vec<HeaderChange>)>,
    /// The request's own headers as they stand before a proxy changes them.
    pub(super) request: Vec<(String, String)>,
    /// Changes that wait for the response to be written are made.
    pub(super) is_written: bool,
}

/// Every answer that is possible. One, unless something decides that no file tells.
#[derive(Clone, Debug)]
pub struct Replies<'a>(pub Vec<Reply<'a>>);

impl<'a> Replies<'a> {
    /// The answer, if there is only one.
    pub fn only(&self) -> Option<&Reply<'a>> {
        match self.0.as_slice() {
            [reply] => Some(reply),
            [] | [_, _, ..] => None,
        }
    }

    /// What all of the possible answers have in common.
    pub fn every<T: PartialEq>(&self, read: impl Fn(&Reply<'a>) -> Option<T>) -> Option<T> {
        let mut values = self.0.iter().map(read);
        let first = values.next()??;
        values.all(|value| value.as_ref() == Some(&first)).then_some(first)
    }
}

/// The address of the upstream that was chosen, which is filled in where that is known.
const OWN_HOST: &str = "{upstream_hostport}";

type Fields = Vec<(String, String)>;

impl Reply<'_> {
    /// The response's fields as the browser gets them, given what the upstream or the handler
    /// itself sent. `None` if some change cannot be followed.
    pub fn response_headers(&self, sent: &[(String, String)]) -> Option<Fields> {
        let mut fields = Fields::new();
        for (ops, changes) in self.response.iter().filter(|(ops, _)| !is_late(ops)) {
            known(ops)?;
            apply(&mut fields, changes)?;
        }
        let mut sent = sent.to_vec();
        if let Answer::Proxy { proxy, .. } = &self.answer {
            apply(&mut sent, &ordered(&proxy.headers_down))?;
            fields.extend(sent);
        } else {
            for (name, value) in sent {
                fields.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
                fields.push((name, value));
            }
        }
        // Each wraps the writer of those before it, so the last one met is the first to write;
        // an error that nobody handles is written past all of them.
        let late = self.response.iter().rev().filter(|(ops, _)| is_late(ops) && self.is_written);
        for (ops, changes) in late {
            known(ops)?;
            let is_there =
                |name: &String| fields.iter().any(|(field, _)| field.eq_ignore_ascii_case(name));
            if ops.unless_present.iter().any(is_there) {
                continue;
            }
            apply(&mut fields, changes)?;
        }
        Some(fields)
    }

    /// What is added to a response beside a field that the upstream sent, if both reach the browser.
    pub fn added_beside(&self, name: &str, own: &str) -> Option<Fact<String>> {
        let is_it = |field: &str| field.eq_ignore_ascii_case(name);
        let fields = self.response_headers(&[(name.to_owned(), own.to_owned())])?;
        if fields.iter().filter(|(field, _)| is_it(field)).count() < 2 {
            return None;
        }
        let changes = self.response.iter().flat_map(|(_, changes)| changes);
        changes.filter(|it| is_it(&it.field.value)).find_map(|it| match &it.op {
            HeaderOp::Add(value) | HeaderOp::Set(value) => Some(value.clone()),
            HeaderOp::Delete | HeaderOp::Replace { .. } => None,
        })
    }

    /// The request's fields as they are sent to the upstream. `client` is an address that is
    /// not trusted, whose own `X-Forwarded-*` are thrown away.
    pub fn upstream_headers(&self, client: &str, scheme: &str, host: &str) -> Option<Fields> {
        let Answer::Proxy { proxy, .. } = &self.answer else { return None };
        if !proxy.trusted_proxies.is_empty() {
            return None;
        }
        let mut fields = self.request.clone();
        let forwarded = [
            ("X-Forwarded-For", client),
            ("X-Forwarded-Proto", scheme),
            ("X-Forwarded-Host", host),
        ];
        let forwarded = forwarded
            .into_iter()
            .filter(|(name, _)| proxy.forwards.contains(&name.to_ascii_lowercase().as_str()));
        for (name, value) in forwarded {
            fields.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
            fields.push((name.to_owned(), value.to_owned()));
        }
        // A name over TLS that the release decides about is taken for the client's.
        let host = if proxy.sends_own_host == Some(true) { OWN_HOST } else { host };
        fields.push(("Host".to_owned(), host.to_owned()));
        apply(&mut fields, &ordered(&proxy.headers_up))?;
        Some(fields)
    }
}

fn is_late(ops: &HeaderOps) -> bool {
    ops.is_deferred || !ops.unless_present.is_empty() || ops.has_match
}

fn known(ops: &HeaderOps) -> Option<()> {
    (!ops.has_match).then_some(())
}

fn ordered(ops: &HeaderOps) -> Vec<HeaderChange> {
    ops.in_order().into_iter().cloned().collect()
}

/// Makes changes whose placeholders are filled in already.
pub(super) fn apply(fields: &mut Fields, changes: &[HeaderChange]) -> Option<()> {
    for HeaderChange { field, op } in changes {
        let name = field.value.as_str();
        match op {
            HeaderOp::Add(value) => fields.push((name.to_owned(), value.value.clone())),
            HeaderOp::Set(value) => {
                fields.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
                fields.push((name.to_owned(), value.value.clone()));
            }
            HeaderOp::Delete => fields.retain(|(known, _)| !is_named(name, known)),
            // By a regular expression of Go's, with references to its groups.
            HeaderOp::Replace { .. } if fields.iter().any(|(known, _)| is_named(name, known)) => {
                return None;
            }
            HeaderOp::Replace { .. } => {}
        }
    }
    Some(())
}

/// `X-*`, `*-Id` and `*forwarded*` name many.
fn is_named(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_ascii_lowercase(), name.to_ascii_lowercase());
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(""), _) => true,
        (Some(rest), Some(_)) => name.contains(rest.trim_end_matches('*')),
        (Some(rest), None) => name.ends_with(rest),
        (None, Some(rest)) => name.starts_with(rest),
        (None, None) => name == pattern,
    }
}
