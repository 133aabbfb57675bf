//! Levels by which every file of the machine has a URL.

use crate::fact::Fact;
use crate::model::nginx::handler::Handler;
use crate::model::nginx::level::{Level, Served};
use crate::model::nginx::matcher::Matcher;
use crate::model::nginx::scope::Context;
use crate::source::normalize;
use camino::Utf8Path;

impl Level<'_> {
    /// The line by which every file is somewhere below the URLs that a level answers from files.
    pub fn whole_file_system(self) -> Option<Fact<String>> {
        let (path, reaches_all) = match self.served() {
            Served::Root(path) => (path, is_for(self, "/etc/passwd")),
            // With an expression, what is behind it has to say which file.
            Served::Alias { to, location } => {
                (to, matches!(location.matcher(), Some(Matcher::Prefix { .. })))
            }
        };
        let is_root = normalize(Utf8Path::new(&format!("{}/", path.value))) == "/";
        let fixed = path.written_at().is_some() && !path.value.contains('$');
        let all = is_root && fixed && reaches_all && hands_out_what_is_asked(self);
        (all && self.restrictions().is_empty()).then_some(path)
    }
}

/// Whether requests for a path come to a level, as far as its own location and those in it say.
fn is_for(level: Level, path: &str) -> bool {
    let takes = |matcher: &Matcher| match matcher {
        Matcher::Exact(own) => own == path,
        Matcher::Prefix { path: own, .. } => path.starts_with(own.as_str()),
        Matcher::Regex(pattern) => matches!(pattern.groups(path), Ok(Some(_))),
        Matcher::Named(_) | Matcher::Unseen => true,
    };
    let taken =
        |inner: Level| matches!(inner.matcher(), Some(it @ Matcher::Prefix { .. }) if takes(it));
    let own = level.outwards().find_map(Level::matcher);
    own.is_none_or(takes) && !level.locations().any(taken)
}

/// Whether the path of a request decides which file is sent.
fn hands_out_what_is_asked(level: Level) -> bool {
    // Every server that says nothing else has it from there.
    if level.context() == Context::Http {
        return true;
    }
    let serves =
        matches!(level.context(), Context::Server | Context::Location | Context::LocationIf);
    let diverts = |level: Level| level.own("return").chain(level.own("rewrite")).next().is_some();
    if !serves || level.outwards().any(diverts) {
        return false;
    }
    match level.own("try_files").last() {
        // The last is no file.
        Some(line) => line
            .args
            .iter()
            .rev()
            .skip(1)
            .any(|it| it.value.trim_start_matches('/').starts_with('$')),
        None => matches!(level.handler().value, Handler::Files),
    }
}
