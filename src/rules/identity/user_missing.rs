//! See the page.

use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::fact::Fact;
use crate::model::image::NamesUser;
use crate::model::{Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "identity/user-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/identity/user-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (process, container) in deployment.contained() {
        let Some(image) = &container.image else { continue };
        let mut unknown = image.unknown_users();
        unknown.retain(|it| !said.contains(&it.written_at()));
        said.extend(unknown.iter().map(Fact::written_at));
        while let Some(first) = unknown.first().cloned() {
            let (same, others): (Vec<_>, Vec<_>) =
                unknown.into_iter().partition(|it| it.value == first.value);
            let finding = report(process, &first, out);
            for again in &same[1..] {
                finding.also(again.label("nor for this"));
            }
            if let Some(base) = image.base() {
                finding.also(base.fact().label("nor does this have it"));
            }
            unknown = others;
        }
    }
}

fn report<'o>(
    process: &Process,
    named: &Fact<(String, NamesUser)>,
    out: &'o mut Findings,
) -> &'o mut Diagnostic {
    let (name, how) = &named.value;
    let finding = match how {
        NamesUser::Chown => out.report(
            process,
            format!("the copy belongs to root: the image has no user `{name}`"),
            named.label("no step before makes this user, and BuildKit takes root for it"),
        ),
        NamesUser::User => out.report(
            process,
            format!("the container does not start: its image has no user `{name}`"),
            named.label("no step before makes this user"),
        ),
    };
    if *how == NamesUser::Chown {
        finding.at_most(Severity::Warning);
    }
    finding.help(format!(
        "make it before, as with `RUN useradd --system {name}`, or name one that is there"
    ))
}
