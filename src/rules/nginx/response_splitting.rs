//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::nginx::{
    Config, Context, Level, Line, Matcher, Part, ScopeId, Taint, parts, quoted,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/response-splitting",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("6.1"),
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/response-splitting.md"),
};

/// A text that a line break gets into.
struct Sink<'c> {
    line: &'c Line,
    level: Level<'c>,
    value: &'c Fact<String>,
    /// Whether it is a header or a part of a request's first line.
    header: bool,
    variable: String,
    at: Fact<String>,
    /// The level whose expression catches it.
    captured: Option<ScopeId>,
}

fn check(config: &Config, out: &mut Findings) {
    let mut sinks = sinks(config);
    while !sinks.is_empty() {
        let sink = sinks.remove(0);
        let Sink { line, level, value, header, variable, at, captured } = &sink;
        let into = if *header { "into this header" } else { "into the request that is passed on" };
        let finding = out.report(
            *value,
            format!("`${variable}` is decoded, so a URL can bring a line break {into}"),
            at.label("`%0d%0a` in the URL ends the line here"),
        );
        finding.help(
            "write `$request_uri`, which is as the client sent it, or catch `[^\\r\\n]` only",
        );
        if let Some(whole) = as_sent(&value.value, variable).filter(|_| line.is("return")) {
            // What a `rewrite` made of the path would be lost.
            let rewritten = level.outwards().any(|it| it.own("rewrite").next().is_some());
            let safety = if rewritten { Safety::Unsafe } else { Safety::Safe };
            finding.replace(value, quoted(&whole), safety);
        }
        // One expression mends all of its group.
        let same = |it: &Sink<'_>| {
            captured.is_some() && it.captured == *captured && it.variable == *variable
        };
        for other in sinks.extract_if(.., |it| same(it)) {
            finding.also(other.at.label("and here"));
        }
    }
}

fn sinks(config: &Config) -> Vec<Sink<'_>> {
    let levels = config.levels().filter(|level| is_http(*level));
    let lines = levels.flat_map(|level| level.lines().iter().map(move |line| (level, line)));
    let sinks = lines.filter_map(|(level, line)| {
        let (value, header) = sent(line)?;
        let (variable, at) = broken(level, line, value, header)?;
        let captured = level.captured_at(&variable).map(Level::id);
        Some(Sink { line, level, value, header, variable, at, captured })
    });
    sinks.collect()
}

fn is_http(level: Level<'_>) -> bool {
    let http = matches!(
        level.context(),
        Context::Http
            | Context::Server
            | Context::Location
            | Context::ServerIf
            | Context::LocationIf
            | Context::LimitExcept
    );
    // What leads to a location that nobody can ask for names the path: mostly Django, by `X-Accel-Redirect`.
    // A fixed path holds no line break.
    http && !level.is_internal()
        && !matches!(level.outwards().find_map(Level::matcher), Some(Matcher::Exact(_)))
}

/// A text that a line sends, and whether as a header or as a part of a request's first line.
fn sent(line: &Line) -> Option<(&Fact<String>, bool)> {
    match line.name.as_str() {
        "return" => {
            let redirects = line.args.len() == 1
                || line.arg(0).is_some_and(|it| ["301", "302", "303", "307", "308"].contains(&it));
            Some((line.args.last().filter(|_| redirects)?, true))
        }
        // Groups are escaped in a redirect of `rewrite`, and variables are not.
        "rewrite" => {
            let target = line.args.get(1).filter(|it| it.value.starts_with("http"))?;
            let groups = parts(&target.value).into_iter().any(|part| match part {
                Part::Variable(name) => !["uri", "document_uri"].contains(&name),
                Part::Literal(_) => false,
            });
            (!groups).then_some((target, true))
        }
        "add_header" | "proxy_set_header" => Some((line.args.get(1)?, true)),
        "proxy_pass" => Some((line.args.first()?, false)),
        _ => None,
    }
}

/// The variable that may bring a line break. A carriage return alone is one to few programs.
fn broken(
    level: Level<'_>,
    line: &Line,
    text: &Fact<String>,
    header: bool,
) -> Option<(String, Fact<String>)> {
    let by_expression =
        matches!(level.outwards().find_map(Level::matcher), Some(Matcher::Regex(_)));
    let is_fixed = line.name.ends_with("_header") && tries_fixed_files(level);
    let found = |char| {
        let tainted = level.tainted(&text.value, Taint::Char(char))?;
        let whole = ["uri", "document_uri"].contains(&tainted.variable.as_str());
        // What an expression lets through it says itself.
        (!(whole && (by_expression || is_fixed))).then_some(tainted.variable)
    };
    if let Some(variable) = found('\n') {
        return Some((variable, text.clone()));
    }
    let variable = found('\r').filter(|_| header)?;
    let why = "few programs take a carriage return alone for the end of a line";
    Some((variable, text.clone().doubt(Certainty::Possible, why)))
}

/// Whether the path of a request is one that the file says by the time that headers are made, which is
/// after `return` and `rewrite`: `try_files` makes it that of the file it finds
/// (`ngx_http_try_files_handler`), here the same for all.
fn tries_fixed_files(level: Level<'_>) -> bool {
    level.own("try_files").any(|line| line.args.iter().all(|it| !it.value.contains('$')))
}

/// The target with the path and the arguments as they came, where it ends in the decoded path.
fn as_sent(target: &str, variable: &str) -> Option<String> {
    if !["uri", "document_uri"].contains(&variable) {
        return None;
    }
    let with_args = ["$is_args$args", "?$args", "$is_args$query_string", "?$query_string"];
    let path = with_args.iter().find_map(|args| target.strip_suffix(args)).unwrap_or(target);
    let host = path.strip_suffix(&format!("${variable}"))?;
    (!host.contains(&format!("${variable}"))).then(|| format!("{host}$request_uri"))
}
