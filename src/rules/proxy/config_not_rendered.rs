//! See the page.

use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Rendered, Site, Unrendered};
use crate::rules::{Check, Rule};
use camino::Utf8Path;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "proxy/config-not-rendered",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/config-not-rendered.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told = BTreeSet::new();
    let new = |it: &&Unrendered| told.insert(it.name.value.clone());
    let lost: Vec<&Unrendered> = deployment.unrendered.iter().filter(new).collect();
    // One call takes away all that it does not know.
    let is_by = |it: &Unrendered, by: &Fact<()>| match &it.how {
        Rendered::Emptied { by: other, .. } => other.evidence().place() == by.evidence().place(),
        Rendered::Nowhere | Rendered::Truncated | Rendered::Undefined => false,
    };
    for Unrendered { name, how } in &lost {
        match how {
            Rendered::Nowhere => {
                let finding = out.report(
                    name,
                    format!("nginx takes `${{{name}}}` as it is: nothing puts the variable in"),
                    name.label("the image fills in files of `/etc/nginx/templates` only"),
                );
                finding.help(
                    "put the file into `/etc/nginx/templates`, with `.template` behind its name",
                );
                weigh(deployment, name, finding);
            }
            Rendered::Truncated => {
                let file = Utf8Path::new(&name.value).file_name().unwrap_or(&name.value);
                let finding = out.report(
                    name,
                    format!("`{file}` is empty when nginx reads it: `>` comes before `envsubst`"),
                    name.label("the shell empties what is written before it starts what reads"),
                );
                finding.help(format!("write what comes out to another file than `{name}`"));
            }
            Rendered::Undefined => {
                let finding = out.report(
                    name,
                    format!(
                        "nginx takes `${{{name}}}` as it is: the container has no such variable"
                    ),
                    name.label("the image fills in what the environment has, and leaves the rest"),
                );
                finding.help(format!("give `{name}` to the service"));
                weigh(deployment, name, finding);
            }
            Rendered::Emptied { by, named } => {
                let by_it: Vec<_> = lost.iter().filter(|it| is_by(it, by)).collect();
                if by_it.first().is_some_and(|it| std::ptr::eq(&it.name, name)) {
                    let names: Vec<_> = by_it.iter().map(|it| &it.name).collect();
                    emptied((by, *named), &names, out);
                }
            }
        }
    }
}

/// A server that takes the requests for any host answers, whatever it is called.
fn weigh(deployment: &Deployment, name: &Fact<String>, finding: &mut Diagnostic) {
    let Some(at) = name.evidence().place() else { return };
    let is_name_of = |site: &&Site| {
        let mut places = site.names.iter().filter_map(|it| it.evidence().place());
        places.any(|it| it.contains(at))
    };
    let mut sites = deployment.sites.iter().filter(is_name_of).peekable();
    if sites.peek().is_some() && sites.all(Site::takes_any_host) {
        finding.at_most(Severity::Warning);
    }
}

/// The variables that one call of `envsubst` leaves nothing of.
fn emptied((by, named): (&Fact<()>, bool), names: &[&Fact<String>], out: &mut Findings) {
    let [first, more @ ..] = names else { return };
    let others = match more.len() {
        0 => String::new(),
        1 => " and one other".to_owned(),
        more => format!(" and {more} others"),
    };
    let finding = out.report(
        *first,
        format!(
            "`envsubst` leaves nothing of `${first}`{others}: the environment has no such variable"
        ),
        first.label("gone by the time nginx reads it"),
    );
    finding.also(by.label(match named {
        true => "is told to fill it in",
        false => "fills in every variable that it finds",
    }));
    for name in more {
        finding.also(name.label("gone as well"));
    }
    finding.help(match named {
        true => {
            format!("give `{first}` to the container, or take it out of what `envsubst` is told")
        }
        false => {
            "name behind `envsubst` what it is to fill in, in single quotes: `'$HOST $PORT'`".into()
        }
    });
}
