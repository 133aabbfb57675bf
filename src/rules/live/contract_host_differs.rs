//! See the page.

use crate::diagnostic::{Area, Findings, Severity, Subject};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::observed::{Observed, Seen};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/contract-host-differs",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Machine, check),
    page: include_str!("../../../rules/live/contract-host-differs.md"),
};

fn check(deployment: &Deployment, observed: &Observed, out: &mut Findings) {
    let Some(host) = deployment.contract.as_ref().and_then(|it| it.host.as_ref()) else { return };
    let seen = &observed.declared;
    if let (Some(declared), Some(name)) = (&host.name, &seen.name) {
        let declared = Fact::at(declared.value.clone(), declared.place);
        compare("the machine's name", &declared, name, is_name, out);
    }
    if let (Some(declared), Some(system)) = (&host.os, &seen.system) {
        let declared = Fact::at(declared.value.clone(), declared.place);
        compare("the machine's system", &declared, system, is_system, out);
    }
}

fn compare(
    what: &str,
    declared: &Fact<String>,
    seen: &Seen<Fact<String>>,
    is_it: fn(&str, &str) -> bool,
    out: &mut Findings,
) {
    match seen {
        Err(unseen) => out.unknown(what, &unseen.why, unseen.remedy),
        Ok(seen) if is_it(&declared.value, &seen.value) => out.passed(format!("{what} is {seen}")),
        Ok(seen) => {
            out.report(
                Subject::Nothing,
                format!("{what} is `{seen}`, and `{}` is declared", declared.value),
                seen.label("this is another one"),
            )
            .also(declared.label("is meant"))
            .help("run kilter on the machine that is meant, or correct the declaration");
        }
    }
}

/// The machine may leave its domain out (hostname(1)), or the declaration may.
fn is_name(declared: &str, seen: &str) -> bool {
    let short = |name: &str| name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let is_whole = declared.contains('.') && seen.contains('.');
    match is_whole {
        true => declared.eq_ignore_ascii_case(seen),
        false => short(declared) == short(seen),
    }
}

/// `ubuntu 22` means any of its releases, `ubuntu` any at all.
fn is_system(declared: &str, seen: &str) -> bool {
    let (declared, seen) = (declared.to_ascii_lowercase(), seen.to_ascii_lowercase());
    let rest = seen.strip_prefix(declared.trim());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '.']))
}
