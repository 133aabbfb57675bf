//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::symbol;
use crate::model::nginx::{Config, Level, Matcher, Server};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/location-never-matches",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/location-never-matches.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for server in config.servers() {
        answered_before(server, out);
    }
    if makes_other_paths(config) {
        return;
    }
    for level in config.levels() {
        let Some(Matcher::Exact(path) | Matcher::Prefix { path, .. }) = level.matcher() else {
            continue;
        };
        // What a proxy's answer redirects to (`X-Accel-Redirect`) begins as that likes.
        let is_inner = level.own("internal").next().is_some();
        let begins = path
            .chars()
            .next()
            .is_some_and(|it| it.is_ascii_alphanumeric() || "^*\\.(".contains(it));
        // `location PATH_OF_SHOP`: a word that stands for another, which is put there later.
        let is_word = path.bytes().all(|it| it.is_ascii_uppercase() || it == b'_');
        if !begins
            || is_word
            || is_inner
            || symbol::is_symbolic(path)
            || path.contains('$') && !path.starts_with('^')
        {
            continue;
        }
        let location = level.fact(());
        let help = match path.starts_with(|it: char| it.is_ascii_alphanumeric()) {
            // Without `~` a backslash is no more than itself.
            true if path.contains('\\') => format!("write `~ ^/{path}`"),
            true => format!("write `/{path}`"),
            false => "write `~` before an expression".to_owned(),
        };
        out.report(
            &location,
            format!("no request ever comes to `{path}`: every path begins with `/`"),
            location.label("is compared as it is written"),
        )
        .help(help);
    }
}

/// The locations of a server that answers before it looks for one; the first of them stands for all.
fn answered_before(server: Server<'_>, out: &mut Findings) {
    let level = server.level();
    let Some(answer) = level.answer_before_locations() else { return };
    let does_more = |it: &Level<'_>| !it.is_internal() && it.own("return").next().is_none();
    let shown = |it: Level<'_>| match it.matcher() {
        Some(Matcher::Exact(path) | Matcher::Prefix { path, .. }) => Some(path.clone()),
        Some(Matcher::Regex(pattern)) => Some(pattern.source().to_owned()),
        Some(Matcher::Named(_) | Matcher::Unseen) | None => None,
    };
    let mut lost = level.locations().filter(does_more).filter_map(|it| Some((it, shown(it)?)));
    let Some((location, path)) = lost.next() else { return };
    let at = location.fact(());
    let finding = out.report(
        &at,
        format!("no request ever comes to `{path}`: its server answers before"),
        at.label("is never looked up"),
    );
    finding.also(answer.fact(()).label("answers every request, wherever it stands in the server"));
    finding.help("put the `return` into a `location /`");
    // An authority that asks for its challenge goes where it is sent, and finds it there.
    let is_challenge = |path: &str| path.contains("well-known");
    let others = level.config().servers().filter(|it| it.level().id() != level.id());
    let mut theirs =
        others.flat_map(|it| it.level().locations().filter_map(shown).collect::<Vec<_>>());
    if is_challenge(&path) && theirs.any(|it| is_challenge(&it)) {
        finding.at_most(Severity::Advice);
    }
}

/// Whether nginx itself goes to paths that begin otherwise.
fn makes_other_paths(config: &Config) -> bool {
    let is_other = |target: &str| {
        let known = ["/", "@", "=", "http", "$uri", "$document_uri", "$request_uri", "$scheme"];
        !known.iter().any(|it| target.starts_with(it))
    };
    let rewritten = config.levels().flat_map(|level| level.own("rewrite"));
    let mut rewritten = rewritten.filter_map(|line| line.args.get(1));
    let last = ["error_page", "try_files"];
    let mut others = last.iter().flat_map(|name| config.levels().flat_map(|it| it.own(name)));
    rewritten.any(|it| is_other(&it.value))
        || others.any(|line| line.args.last().is_some_and(|it| is_other(&it.value)))
}
