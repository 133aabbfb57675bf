//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::nginx::{Config, Level, Matcher, quoted};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/regex-for-literal",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/regex-for-literal.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels() {
        let Some(Matcher::Regex(pattern)) = level.matcher() else { continue };
        let inner = pattern.source().strip_prefix('^').and_then(|it| it.strip_suffix('$'));
        let Some(literal) = inner.and_then(literal).filter(|_| !pattern.ignores_case()) else {
            continue;
        };
        let location = level.fact(());
        out.report(
            &location,
            format!("an expression for one path: `= {literal}` says the same, and is faster"),
            location.label("matches nothing else"),
        )
        .help(format!("write `location = {literal}`"))
        .mend(safety(level), format!("write `= {literal}`"), exact(level, &literal));
    }
}

/// The one text that an expression matches, if there is nothing special in it.
fn literal(expression: &str) -> Option<String> {
    let plain = expression.replace("\\.", "\u{0}").replace("\\/", "/").replace("\\-", "-");
    let special = |c: char| "\\^$.[]|()?*+{}".contains(c);
    (!plain.contains(special)).then(|| plain.replace('\u{0}', "."))
}

/// In place of the modifier and the expression.
fn exact(level: Level<'_>, literal: &str) -> Option<Edit> {
    let [modifier, expression] = level.opener()?.args.as_slice() else { return None };
    let (from, to) = modifier.written_at().zip(expression.written_at())?;
    Some(Edit::replace(from.to(to), format!("= {}", quoted(literal))))
}

/// An exact path is asked before any other location; an expression only in its turn.
fn safety(level: Level<'_>) -> Safety {
    let goes_before = |other: &Level<'_>| match other.matcher() {
        Some(Matcher::Prefix { no_regex, .. }) => *no_regex,
        Some(Matcher::Regex(_)) => other.id() < level.id(),
        _ => false,
    };
    let mut around = level.parent().into_iter().flat_map(Level::locations);
    if around.any(|it| goes_before(&it)) { Safety::Unsafe } else { Safety::Safe }
}
