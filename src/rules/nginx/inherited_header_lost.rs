//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::Deployment;
use crate::model::guards::is_guard;
use crate::model::nginx::{Config, Context, Level, Line, Matcher};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/inherited-header-lost",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/nginx/inherited-header-lost.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for config in &deployment.nginx {
        replaced(config, out);
        for level in config.levels() {
            left_behind(deployment, level, out);
        }
    }
}

/// A level's own lines take the place of those around it.
fn replaced(config: &Config, out: &mut Findings) {
    let mut lost: Vec<(&Line, Vec<&Line>)> = Vec::new();
    for level in config.levels().filter(|level| level.scope().unseen.is_empty()) {
        for name in ["add_header", "add_trailer"] {
            let dropped = level.dropped(name);
            // Those that guard a page are said elsewhere.
            let guards = dropped.iter().any(|line| line.arg(0).is_some_and(is_guard));
            if let Some(own) = level.own(name).next().filter(|_| !dropped.is_empty() && !guards) {
                lost.push((own, dropped));
            }
        }
    }
    let Some(((own, dropped), more)) = lost.split_first() else { return };
    let at = own.fact(());
    let first = dropped[0].arg(0).unwrap_or_default();
    let finding = out.report(
        &at,
        format!("an `{}` here drops `{first}` of the level around it", own.name),
        at.label("replaces all of the level around it"),
    );
    for line in dropped {
        finding.also(line.fact(()).label("not sent from there"));
    }
    for (own, _) in more {
        finding.also(own.fact(()).label("so does this one"));
    }
    finding.help("repeat the lines here, or put them into a file that both levels include");
    // Some levels are meant to send less than the one around them.
    let edits = lost.iter().flat_map(|(own, dropped)| own.repeating(dropped));
    finding.mend(Safety::Unsafe, "repeat what is lost", edits);
}

/// The headers are of the location that answers in the end, which is another for what is no file.
fn left_behind(deployment: &Deployment, level: Level<'_>, out: &mut Findings) {
    let Some((name, named)) = falls_to(level) else { return };
    let is_left = |line: &&Line| {
        let Some(header) = line.arg(0).filter(|it| !is_of_files(it)) else { return false };
        let is_it = |line: &&Line| line.arg(0).is_some_and(|it| it.eq_ignore_ascii_case(header));
        let again = named.in_effect(&["add_header"]).lines.iter().any(is_it);
        !again && deployment.lacks_unless_added(named, header)
    };
    let left: Vec<&Line> = level.own("add_header").filter(is_left).collect();
    let [first, more @ ..] = left.as_slice() else { return };
    let header = first.arg(0).unwrap_or_default();
    let at = first.fact(());
    let finding = out.report(
        &at,
        format!("`{header}` is not sent with what `{name}` answers"),
        at.label("sent with files only"),
    );
    for line in more {
        finding.also(line.fact(()).label("and this"));
    }
    finding
        .also(named.fact(()).label("answers what is no file, with headers of its own level"))
        .help(format!("repeat it in `{name}`, or write it into the server"));
    // Some headers are meant for files alone.
    let pass = named.lines().iter().find(|it| it.name.ends_with("_pass"));
    let edits = pass.into_iter().flat_map(|it| it.repeating(&left));
    finding.mend(Safety::Unsafe, format!("repeat it in `{name}`"), edits);
}

/// The location with a name that answers for a location's path where no file is there. One for the
/// names that files have says what is right for files.
fn falls_to(level: Level<'_>) -> Option<(&str, Level<'_>)> {
    let is_wide = matches!(level.matcher(), Some(Matcher::Prefix { .. }));
    let name = level.own("try_files").next()?.args.last()?.value.as_str();
    if !is_wide || !name.starts_with('@') {
        return None;
    }
    let server = level.outwards().find(|it| it.context() == Context::Server)?;
    let is_it = |it: &Level<'_>| matches!(it.matcher(), Some(Matcher::Named(own)) if own == name);
    let named = server.with_locations().into_iter().find(is_it)?;
    (named.unseen().is_none() && named.own("return").next().is_none()).then_some((name, named))
}

/// What is said of files on purpose: how long to keep them, and who may load them.
fn is_of_files(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    [
        "cache-control",
        "expires",
        "pragma",
        "vary",
        "x-cache",
        "x-accel-",
        "access-control-",
        "content-",
    ]
    .iter()
    .any(|it| header.starts_with(it) && header != "content-security-policy")
}
