//! Headers that nginx sends to an upstream, and those that it adds to an answer.

use crate::fact::{Fact, Origin};
use crate::model::nginx::level::Level;
use crate::model::nginx::scope::{Context, Line};

/// A header of the request that is passed on. One with an empty value is not sent.
#[derive(Clone, Debug)]
pub struct SentHeader {
    pub name: Fact<String>,
    /// As written, with its variables.
    pub value: Fact<String>,
}

/// A header of the answer.
#[derive(Clone, Debug)]
pub struct AddedHeader {
    pub name: Fact<String>,
    /// As written, with its variables.
    pub value: Fact<String>,
    /// On errors too.
    pub always: bool,
}

/// What nginx sets by itself (`ngx_http_proxy_headers`). Since 1.29.7 it speaks HTTP/1.1 to
/// upstreams and keeps the connection, so `Connection` is not sent.
const OWN: &[(&str, &str, &str)] = &[
    ("Host", "$proxy_host", "every version"),
    ("Connection", "close", "before 1.29.7"),
    ("TE", "", "every version"),
    ("Keep-Alive", "", "every version"),
    ("Expect", "", "every version"),
    ("Upgrade", "", "every version"),
];

/// The module that speaks uWSGI's protocol.
pub const UWSGI_MODULE: &str = "ngx_http_uwsgi_module";

/// The statuses that `add_header` without `always` and `expires` are for.
pub(super) const PLAIN_STATUSES: &[u16] = &[200, 201, 204, 206, 301, 302, 303, 304, 307, 308];

impl Line {
    /// Whether an `add_header` adds to answers of a status.
    pub fn adds_to(&self, status: u16) -> bool {
        self.arg(2) == Some("always") || PLAIN_STATUSES.contains(&status)
    }
}

impl<'c> Level<'c> {
    /// The headers that `proxy_pass` sends from here, other than those the client sent: what is
    /// set, and nginx's own that nothing sets.
    pub fn sent_headers(self) -> Vec<SentHeader> {
        let found = self.in_effect(&["proxy_set_header"]);
        let set = found.lines.iter().filter_map(|line| {
            let (name, value) = (line.args.first()?, line.args.get(1)?);
            Some(SentHeader {
                name: found.doubted(name.clone()),
                value: found.doubted(value.clone()),
            })
        });
        let mut headers: Vec<SentHeader> = set.collect();
        for (name, value, version) in OWN {
            if headers.iter().any(|header| header.name.value.eq_ignore_ascii_case(name)) {
                continue;
            }
            let source = "ngx_http_proxy_module";
            let origin = Origin::Default { of: "nginx", version, source };
            let own = |text: &str| found.alone(Fact::new(text.to_owned(), origin));
            headers.push(SentHeader { name: own(name), value: own(value) });
        }
        headers
    }

    /// The headers that `uwsgi_pass` sends beside the client's own, which it passes on all, as the
    /// variables of WSGI that `uwsgi_param` sets.
    pub fn sent_variables(self) -> Vec<SentHeader> {
        let found = self.in_effect(&["uwsgi_param"]);
        let header = |name: &String| Some(name.strip_prefix("HTTP_")?.replace('_', "-"));
        let set = found.lines.iter().filter_map(|line| {
            let (name, value) = (line.args.first()?.try_map(header)?, line.args.get(1)?);
            Some(SentHeader { name: found.doubted(name), value: found.doubted(value.clone()) })
        });
        let mut headers: Vec<SentHeader> = set.collect();
        if !headers.iter().any(|header| header.name.value.eq_ignore_ascii_case("host")) {
            let origin =
                Origin::Default { of: "nginx", version: "every version", source: UWSGI_MODULE };
            let own = |text: &str| found.alone(Fact::new(text.to_owned(), origin));
            headers.push(SentHeader { name: own("Host"), value: own("$http_host") });
        }
        headers
    }

    /// What `uwsgi_param` sets beside headers, each under its name in small letters: `https`,
    /// `uwsgi_scheme`, `path_info`.
    pub fn set_variables(self) -> Vec<SentHeader> {
        let found = self.in_effect(&["uwsgi_param"]);
        let own = |name: &String| (!name.starts_with("HTTP_")).then(|| name.to_ascii_lowercase());
        let set = found.lines.iter().filter_map(|line| {
            let (name, value) = (line.args.first()?.try_map(own)?, line.args.get(1)?);
            Some(SentHeader { name: found.doubted(name), value: found.doubted(value.clone()) })
        });
        set.collect()
    }

    /// The headers that `add_header` adds to answers from here.
    pub fn added_headers(self) -> Vec<AddedHeader> {
        let mut headers = Vec::new();
        let mut level = Some(self);
        while let Some(inner) = level {
            let found = inner.in_effect(&["add_header"]);
            headers.extend(found.lines.iter().filter_map(|line| {
                Some(AddedHeader {
                    name: found.doubted(line.args.first()?.clone()),
                    value: found.doubted(line.args.get(1)?.clone()),
                    always: line.arg(2) == Some("always"),
                })
            }));
            // `add_header_inherit merge` (1.29.3) adds to what the outer level has.
            let merges = inner.value("add_header_inherit").is_some_and(|it| it.value == "merge");
            level = found.at.filter(|_| merges).and_then(Level::parent);
        }
        headers
    }

    /// The header that is added to answers of an application behind this level beside one that it
    /// may send itself: that is not hidden.
    pub fn added_beside(self, header: &str) -> Option<AddedHeader> {
        let is_it = |name: &str| name.eq_ignore_ascii_case(header);
        let hidden = self.in_effect(&["proxy_hide_header", "uwsgi_hide_header"]).lines;
        if hidden.iter().any(|line| line.arg(0).is_some_and(is_it)) || self.replaces_header(header)
        {
            return None;
        }
        self.added_headers().into_iter().find(|it| is_it(&it.name.value))
    }

    /// Whether the module headers-more sets a header of answers from here, or takes it away, whoever sent
    /// it. Its lines add up from level to level (`ngx_http_headers_more_merge_loc_conf`).
    pub fn replaces_header(self, header: &str) -> bool {
        let names = |line: &Line| {
            matches!(line.name.as_str(), "more_set_headers" | "more_clear_headers")
                && line.args.iter().any(|it| {
                    let name = it.value.split(':').next().unwrap_or_default().trim();
                    name.eq_ignore_ascii_case(header)
                })
        };
        self.outwards().any(|level| level.lines().iter().any(names))
    }

    /// Lines of the level around this one that would hold here, had this one none of that name;
    /// without those whose first argument is set here again.
    ///
    /// For `add_header`, `proxy_set_header` and the like, which are replaced as a whole.
    pub fn dropped(self, name: &str) -> Vec<&'c Line> {
        let own: Vec<_> = self.own(name).collect();
        let Some(parent) = self.parent().filter(|_| !own.is_empty()) else { return Vec::new() };
        let inherit = format!("{name}_inherit");
        if self.value(&inherit).is_some_and(|it| it.value == "merge") {
            return Vec::new();
        }
        let again = |outer: &&&Line| {
            let same = |inner: &&Line| match (inner.arg(0), outer.arg(0)) {
                (Some(inner), Some(outer)) => inner.eq_ignore_ascii_case(outer),
                _ => false,
            };
            own.iter().any(same)
        };
        let outer = parent.in_effect(&[name]).lines;
        let preflight = self.answers_preflight();
        let counts = |line: &&&Line| {
            let header = line.arg(0).unwrap_or_default().to_ascii_lowercase();
            !preflight || header.starts_with("access-control-allow-")
        };
        outer.iter().filter(|line| !again(line)).filter(counts).copied().collect()
    }

    /// Whether it is there to answer what browsers ask before a request to another origin, of which
    /// they read nothing but what is allowed (Fetch Standard, "CORS-preflight fetch").
    fn answers_preflight(self) -> bool {
        let is_if = matches!(self.context(), Context::LocationIf | Context::ServerIf);
        let asks = self.opener().filter(|_| is_if).is_some_and(|line| {
            let words: Vec<&str> = line
                .args
                .iter()
                .map(|it| it.value.trim_matches(|c| "()'\"".contains(c)))
                .filter(|word| !word.is_empty())
                .collect();
            matches!(words.as_slice(), ["$request_method", "=", "OPTIONS"])
        });
        asks && self.own("return").next().is_some()
    }
}
