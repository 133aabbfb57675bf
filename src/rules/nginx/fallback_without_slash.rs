//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Fact, symbol};
use crate::model::nginx::{Config, Context, Handler, Level, Matcher, Served};
use crate::rules::nginx::is_named_as_file;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/fallback-without-slash",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/fallback-without-slash.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels().filter(|level| !level.is_never_reached()) {
        let Some(line) = level.own("try_files").next() else { continue };
        let Some((last, candidates)) = line.args.split_last() else { continue };
        // `try_files none @app` is how one goes to a named location: no file is meant to be there.
        let goes_on = candidates.len() == 1 && last.value.starts_with('@');
        for candidate in candidates.iter().filter(|it| !goes_on && lacks_slash(&it.value)) {
            if let Served::Root(root) = level.served() {
                report(candidate, &root, out);
            }
        }
        if lacks_slash(&last.value)
            && let Some(server) = level.outwards().find(|it| it.context() == Context::Server)
            && let Served::Root(root) = server.served()
            && has_no_place_for(server, path_of(&last.value))
        {
            report(last, &root, out);
        }
    }
}

fn report(word: &Fact<String>, root: &Fact<String>, out: &mut Findings) {
    if root.value.contains('$') || symbol::is_symbolic(&root.value) {
        return;
    }
    let path = path_of(&word.value);
    let begun = format!("/{}", word.value);
    let edit = word.whole().map(|it| Edit::replace(it, begun.as_str()));
    out.report(
        word,
        format!("`{path}` is looked for as `{}{path}`: a slash is missing", root.value),
        word.label("is put right behind the root"),
    )
    .also(root.label("the root, which ends in no slash for nginx"))
    .help(format!("write `{begun}`"))
    .mend(Safety::Unsafe, "begin it with a slash", edit);
}

/// Whether it is called as a file is, and begins as no path of a request does.
fn lacks_slash(text: &str) -> bool {
    let path = path_of(text);
    let begins = path.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_' || it == '.');
    let is_file = path.trim_end_matches('/').contains('/') || is_named_as_file(path);
    begins && is_file && !path.contains("://") && !symbol::is_symbolic(path)
}

fn path_of(text: &str) -> &str {
    text.split_once('?').map_or(text, |(path, _)| path)
}

/// Whether an inner redirect to a path without its slash surely ends at the server's own files: prefixes
/// are compared as they are written, and only an expression may take it all the same.
fn has_no_place_for(server: Level<'_>, path: &str) -> bool {
    let rewrites = ["rewrite", "if", "set"].iter().any(|it| server.own(it).next().is_some());
    let takes = |level: Level<'_>| match level.matcher() {
        Some(Matcher::Regex(pattern)) => {
            path.contains('$') || !matches!(pattern.groups(path), Ok(None))
        }
        Some(Matcher::Exact(own) | Matcher::Prefix { path: own, .. }) => !own.starts_with('/'),
        Some(Matcher::Named(_)) => false,
        Some(Matcher::Unseen) | None => true,
    };
    let is_whole = !server.outwards().any(Level::includes_unseen);
    is_whole
        && !rewrites
        && matches!(server.handler().value, Handler::Files)
        && !server.locations().any(takes)
}
