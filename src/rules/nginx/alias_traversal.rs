//! See the page.

use crate::diagnostic::{Diagnostic, Edit, Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::Deployment;
use crate::model::nginx::{Config, Context, Handler, Level, Matcher, Part, Pattern, parts};
use crate::rules::nginx::is_named_as_file;
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "nginx/alias-traversal",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("7.5"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/nginx/alias-traversal.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for config in &deployment.nginx {
        of_config(deployment, config, out);
    }
}

fn of_config(deployment: &Deployment, config: &Config, out: &mut Findings) {
    for level in config.levels().filter(|level| level.context() == Context::Location) {
        if let Some(Matcher::Regex(pattern)) = level.matcher() {
            by_expression(level, pattern, out);
            continue;
        }
        let Some(Matcher::Prefix { path, .. }) = level.matcher() else { continue };
        let Some(alias) = level.own("alias").last().and_then(|line| line.args.first()) else {
            continue;
        };
        // What is to be filled in there may end in a slash, and mostly does; what begins with a letter is
        // the path of no request, as every one has its slash.
        if path.ends_with('}') || path.starts_with(|it: char| it.is_ascii_alphanumeric()) {
            continue;
        }
        let opens = !path.ends_with('/') && alias.value.ends_with('/') && alias.value.len() > 1;
        let beside = !path.ends_with('/') && path.len() > 1 && !alias.value.ends_with('/');
        let word = level.opener().and_then(|line| line.args.last());
        let slash = word.filter(|word| word.value == *path).and_then(end_in_slash);
        if beside && matches!(level.handler().value, Handler::Files) {
            let why = "only what begins with the same name is reached";
            let alias = alias.clone().doubt(Certainty::Possible, why);
            let both = slash.clone().into_iter().chain(end_in_slash(&alias));
            report_beside(out, &alias, path).mend(Safety::Unsafe, "end both in a slash", both);
        }
        // It comes before any file (ngx_http_rewrite_module).
        let returns = level.own("return").next().is_some();
        if !opens
            || level.is_internal()
            || returns
            || level.is_never_reached()
            || !matches!(level.handler().value, Handler::Files)
        {
            continue;
        }
        // `..` of a folder that is not there is not found either.
        if deployment.has_nowhere(config, alias) {
            continue;
        }
        let location = level.fact(());
        let finding = out.report(
            alias,
            format!("`{path}../` leads out of the directory, to whatever lies beside it"),
            location.label("the path does not end in a slash, so `..` can follow it"),
        );
        finding.also(alias.label("and the directory does"));
        // What is called as a file is meant to be one: with a slash behind it nobody finds it.
        match is_named_as_file(path) {
            true => {
                finding.help(format!("write `location = {path}`, with the file as its alias"));
            }
            false => {
                finding.help(format!("write `location {path}/`")).mend(
                    Safety::Safe,
                    format!("write `{path}/`"),
                    slash,
                );
            }
        }
        // Beside it lies nothing that has no location of its own.
        let aliases: Vec<&Utf8Path> = aliases(config).map(|it| Utf8Path::new(&it.value)).collect();
        if deployment.is_among(config, alias, &aliases) {
            finding.at_most(Severity::Advice);
        }
        // It leads one level up, to where visitors may look anyway.
        if let Some(public) = published(config, alias) {
            finding
                .also(public.label("what lies beside is published here"))
                .at_most(Severity::Advice);
        }
    }
}

/// The alias of another location that publishes all that lies beside a directory.
fn published<'c>(config: &'c Config, alias: &Fact<String>) -> Option<&'c Fact<String>> {
    let above = Utf8Path::new(&alias.value).parent()?;
    aliases(config).find(|it| it.value.len() > 1 && above.starts_with(&it.value))
}

fn aliases(config: &Config) -> impl Iterator<Item = &Fact<String>> {
    let locations = config.levels().filter(|level| level.context() == Context::Location);
    locations.filter_map(|level| level.own("alias").last()?.args.first())
}

fn end_in_slash(word: &Fact<String>) -> Option<Edit> {
    Some(Edit::behind(word.whole()?, "/"))
}

fn report_beside<'o>(
    out: &'o mut Findings,
    alias: &Fact<String>,
    path: &str,
) -> &'o mut Diagnostic {
    out.report(
        alias,
        format!("`{path}x` leads to what lies beside the directory and begins with its name"),
        alias.label("neither the path nor this ends in a slash"),
    )
    .help("end both in a slash")
}

/// Groups of the location's expression that come after the directory in the alias.
fn by_expression(level: Level<'_>, pattern: &Pattern, out: &mut Findings) {
    let Some(alias) = level.own("alias").last().and_then(|line| line.args.first()) else { return };
    let parts = parts(&alias.value);
    let [.., Part::Literal(before), Part::Variable(group)] = parts.as_slice() else { return };
    let Ok(number) = group.parse::<usize>() else { return };
    let Some(shape) = pattern.shape() else { return };
    let Some((group, ahead)) = shape.group(number) else { return };
    // A decoded path has `..` only where no slash is before it.
    let dots = group.may_begin_with('.') && ahead != Some('/');
    let glued = !before.ends_with('/') && (!group.may_begin_with('/') || group.may_begin_with('x'));
    if before.ends_with('/') && dots {
        out.report(
            alias,
            format!("`..` can be what `${number}` begins with, and so leads out of the directory"),
            alias.label("what was caught follows the directory"),
        )
        .also(level.fact(()).label("no slash has to be before the group"))
        .help("write a slash before the group");
    } else if glued {
        let why = "only what begins with the same name is reached";
        let alias = alias.clone().doubt(Certainty::Possible, why);
        report_beside(out, &alias, &pattern.to_string());
    }
}
