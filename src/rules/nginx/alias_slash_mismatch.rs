//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Fact, symbol};
use crate::model::nginx::{Config, Context, Handler, Level, Matcher};
use crate::model::{Deployment, Storage};
use crate::rules::nginx::is_named_as_file;
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "nginx/alias-slash-mismatch",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/nginx/alias-slash-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for config in &deployment.nginx {
        for level in config.levels().filter(|level| level.context() == Context::Location) {
            of_location(deployment, config, level, out);
        }
    }
}

fn of_location(deployment: &Deployment, config: &Config, level: Level<'_>, out: &mut Findings) {
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
    let finding = out.report(
        alias,
        format!("`{path}file` is looked for as `{folder}file`: a slash is missing"),
        alias.label("what follows the location's path is put right behind this"),
    );
    finding.also(location.label("the slash here is cut off with the rest"));
    if has_project(deployment, config, alias) {
        finding
            .help("serve STATIC_ROOT: with a slash here, everybody could read the whole project");
        return;
    }
    let safety = if is_public(path, folder) { Safety::Safe } else { Safety::Unsafe };
    finding.help(format!("write `{folder}/`")).mend(
        safety,
        "end it in a slash",
        alias.whole().map(|word| Edit::behind(word, "/")),
    );
}

/// Whether the code of a project lies in the folder, which the missing slash has kept from everybody so far.
fn has_project(deployment: &Deployment, config: &Config, folder: &Fact<String>) -> bool {
    deployment.sites.iter().filter(|it| it.is_of(config)).any(|site| {
        let view = deployment.view(site.view);
        let located = view.locate(&view.dir(site.view, Utf8Path::new(&folder.value)));
        deployment.apps().any(|process| match located.as_ref().map(|it| &it.value) {
            Some(Storage::Checkout(path)) => {
                process.django.as_ref().is_some_and(|it| it.project.root.starts_with(path))
            }
            _ => process.view == site.view && process.settings_below(folder).is_some(),
        })
    })
}

/// Whether a folder is called as those are whose files everybody is to get, or as the location is. Of any
/// other nobody can tell what else would be served from it.
fn is_public(path: &str, folder: &str) -> bool {
    const PUBLIC: [&str; 12] = [
        "assets",
        "build",
        "dist",
        "files",
        "html",
        "images",
        "media",
        "public",
        "static",
        "staticfiles",
        "uploads",
        "www",
    ];
    let last = |it: &str| it.trim_end_matches('/').rsplit('/').next().map(str::to_owned);
    let own = last(folder).unwrap_or_default();
    PUBLIC.contains(&own.as_str()) || last(path).is_some_and(|it| it == own)
}
