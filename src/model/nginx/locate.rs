//! Which location a URI leads to (`ngx_http_core_find_location`).

use crate::fact::{Certainty, Fact, symbol};
use crate::model::nginx::Handler;
use crate::model::nginx::choose::Server;
use crate::model::nginx::level::Level;
use crate::model::nginx::matcher::Matcher;
use crate::model::nginx::pattern::Groups;
use crate::model::nginx::text::Unknown;
use crate::model::nginx::uri;

/// Where a URI leads before rewriting.
#[derive(Clone, Debug)]
pub struct Located<'c> {
    /// The location, or the server itself where no location is for the URI.
    pub level: Level<'c>,
    /// The location is for the URI with a slash behind it, and nginx redirects there.
    pub adds_slash: bool,
    /// Why it is this one, with the doubt that others are not in view.
    pub why: Fact<String>,
    pub(super) groups: Option<Groups>,
}

impl<'c> Server<'c> {
    /// The location of a path as a client sends it. Rewriting comes before and after that: what
    /// finally answers is asked by [`Config::answer`](crate::model::nginx::Config::answer).
    pub fn locate(self, path: &str) -> Result<Located<'c>, Unknown> {
        let merges = self.level().is_on("merge_slashes", true, "ngx_http_core_module");
        let uri = uri::normalized(path, merges.value);
        let uri = uri.ok_or_else(|| Unknown::new("nginx refuses this URI"))?;
        self.locate_decoded(&uri.path)
    }

    pub(super) fn locate_decoded(self, path: &str) -> Result<Located<'c>, Unknown> {
        let mut search = Search { path, at: self.level(), groups: None, doubt: None };
        let end = search.run()?;
        let level = search.at;
        let why = match level.matcher() {
            Some(matcher) => level.fact(format!("`location {matcher}` is for it")),
            None => level.fact("no location is for it".to_owned()),
        };
        let why = match (level.unseen(), search.doubt) {
            (Some(unseen), _) => unseen.doubt(why),
            (None, Some(doubt)) => doubt.map(|_| why.value.clone()).given(&why),
            (None, None) => why,
        };
        Ok(Located { level, adds_slash: end == End::Slash, why, groups: search.groups })
    }

    /// A location that only inner redirects lead to: `@app`.
    pub fn named(self, name: &str) -> Option<Level<'c>> {
        let is = |level: &Level| matches!(level.matcher(), Some(Matcher::Named(it)) if it == name);
        self.level().locations().find(is)
    }
}

struct Search<'p, 'c> {
    path: &'p str,
    at: Level<'c>,
    groups: Option<Groups>,
    /// A location with a placeholder that could be the one.
    doubt: Option<Fact<()>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Exact,
    Slash,
    Prefix,
    Nowhere,
}

impl<'c> Search<'_, 'c> {
    /// Looks among the locations right inside the level reached so far, then inside the one that
    /// was found. Bounded by how deep levels nest.
    fn run(&mut self) -> Result<End, Unknown> {
        let outer = self.at;
        let mut end = self.prefix(outer);
        let mut no_regex = false;
        if end == End::Prefix {
            no_regex = matches!(self.at.matcher(), Some(Matcher::Prefix { no_regex: true, .. }));
            end = self.run()?;
        }
        if matches!(end, End::Exact | End::Slash) || no_regex {
            return Ok(end);
        }
        for location in outer.locations() {
            let Some(Matcher::Regex(pattern)) = location.matcher() else { continue };
            let Some(groups) = pattern.groups(self.path)? else { continue };
            self.groups = Some(groups);
            self.at = location;
            self.run()?;
            return Ok(End::Exact);
        }
        Ok(end)
    }

    /// Exact and prefix locations: the whole path, else the longest prefix; before that, one that
    /// lacks only the final slash and whose handler is another server.
    fn prefix(&mut self, outer: Level<'c>) -> End {
        let mut longest: Option<(usize, Level)> = None;
        let (mut same, mut slash) = (None, None);
        for location in outer.locations() {
            match location.matcher() {
                Some(Matcher::Exact(path)) if path == self.path => {
                    self.at = location;
                    return End::Exact;
                }
                Some(Matcher::Exact(path)) => {
                    if lacks_slash(path, self.path) && redirects(location) {
                        slash = Some(location);
                    }
                }
                Some(Matcher::Prefix { path, .. }) => {
                    if path == self.path {
                        same = same.or(Some(location));
                    } else if self.path.starts_with(path.as_str()) {
                        if longest.as_ref().is_none_or(|(length, _)| path.len() > *length) {
                            longest = Some((path.len(), location));
                        }
                    } else if lacks_slash(path, self.path) && redirects(location) {
                        slash = slash.or(Some(location));
                    } else {
                        self.note_placeholder(path, location);
                    }
                }
                Some(Matcher::Regex(_) | Matcher::Named(_) | Matcher::Unseen) | None => {}
            }
        }
        let (end, found) = match (same, slash, longest) {
            (Some(same), ..) => (End::Prefix, Some(same)),
            (None, Some(slash), _) => (End::Slash, Some(exact_of(outer, slash))),
            (None, None, Some((_, longest))) => (End::Prefix, Some(longest)),
            (None, None, None) => (End::Nowhere, None),
        };
        self.at = found.unwrap_or(self.at);
        end
    }

    fn note_placeholder(&mut self, path: &str, location: Level<'_>) {
        let Some(placeholder) = symbol::find(path) else { return };
        let before = path.find(placeholder).unwrap_or_default();
        if self.path.starts_with(&path[..before]) {
            let doubt = location.fact(());
            self.doubt = Some(doubt.doubt(Certainty::Likely, "a placeholder decides"));
        }
    }
}

/// nginx redirects in the name of the exact location, where there is one of that path too.
fn exact_of<'c>(outer: Level<'c>, location: Level<'c>) -> Level<'c> {
    let path = location.matcher().and_then(Matcher::path);
    let exact = |it: &Level| matches!(it.matcher(), Some(Matcher::Exact(own)) if path == Some(own));
    outer.locations().find(exact).unwrap_or(location)
}

fn lacks_slash(location: &str, path: &str) -> bool {
    location.strip_suffix('/') == Some(path)
}

/// Locations that pass requests on redirect `/x` to their own `/x/`.
fn redirects(location: Level<'_>) -> bool {
    matches!(location.handler().value, Handler::Proxy(_) | Handler::Gateway(_))
}
