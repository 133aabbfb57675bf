//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::symbol;
use crate::model::nginx::{Config, Context, Handler, Level, Matcher};
use crate::rules::nginx::is_named_as_file;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/alias-slash-mismatch",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/alias-slash-mismatch.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels().filter(|level| level.context() == Context::Location) {
        of_location(level, out);
    }
}

fn of_location(level: Level<'_>, out: &mut Findings) {
    let Some(Matcher::Prefix { path, .. }) = level.matcher() else { return };
    let Some(alias) = level.own("alias").last().and_then(|line| line.args.first()) else { return };
    let folder = &alias.value;
    // What a variable or a placeholder stands for may end in a slash.
    let is_plain = !folder.contains('$') && !symbol::is_symbolic(folder);
    if !path.ends_with('/')
        || folder.ends_with('/')
        || !is_plain
        || is_named_as_file(folder)
        || level.is_never_reached()
        || !matches!(level.handler().value, Handler::Files)
    {
        return;
    }
    let location = level.fact(());
    out.report(
        alias,
        format!("`{path}file` is looked for as `{folder}file`: a slash is missing"),
        alias.label("what follows the location's path is put right behind this"),
    )
    .also(location.label("the slash here is cut off with the rest"))
    .help(format!("write `{folder}/`"))
    .mend(Safety::Safe, "end it in a slash", alias.whole().map(|word| Edit::behind(word, "/")));
}
