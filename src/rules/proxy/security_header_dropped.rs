//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Origin;
use crate::model::Deployment;
use crate::model::guards::is_guard;
use crate::model::nginx::{Config, Context, Level, Line};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/security-header-dropped",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/security-header-dropped.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for config in &deployment.nginx {
        check_config(deployment, config, out);
    }
}

fn check_config(deployment: &Deployment, config: &Config, out: &mut Findings) {
    // Locations that lose the same headers are one thing to mend.
    let mut groups: Vec<(Vec<&Line>, Vec<&Line>)> = Vec::new();
    for level in config.levels().filter(|level| answers(*level)) {
        let Some(own) = level.own("add_header").next() else { continue };
        let guards = |line: &&Line| {
            line.arg(0).is_some_and(|it| is_guard(it) && deployment.lacks_unless_added(level, it))
        };
        let dropped: Vec<&Line> = level.dropped("add_header").into_iter().filter(guards).collect();
        let same = |a: &[&Line]| a.iter().map(|line| line.origin).eq(origins(&dropped));
        match groups.iter_mut().find(|(known, _)| same(known)) {
            Some((_, owners)) => owners.push(own),
            None if dropped.is_empty() => {}
            None => groups.push((dropped, vec![own])),
        }
    }
    for (dropped, owners) in &groups {
        report(out, dropped, owners);
    }
}

fn report(out: &mut Findings, dropped: &[&Line], owners: &[&Line]) {
    let ([first, ..], [own, more @ ..]) = (dropped, owners) else { return };
    let first = first.arg(0).unwrap_or_default();
    let others = match dropped.len() {
        1 => String::new(),
        2 => " and one other security header".to_owned(),
        count => format!(" and {} other security headers", count - 1),
    };
    let at = own.fact(());
    let finding = out.report(
        &at,
        format!("an `add_header` here drops `{first}`{others}"),
        at.label("replaces all headers that the level around it adds"),
    );
    for line in more {
        finding.also(line.fact(()).label("so does this one"));
    }
    for line in dropped {
        let name = line.arg(0).unwrap_or_default();
        finding.also(line.fact(()).label(format!("`{name}` is not sent from there")));
    }
    finding.help("repeat them here, or put them into a file that both levels include");
    // Pages that are meant to be framed, or to load from elsewhere, would not work any more.
    let edits = owners.iter().flat_map(|own| own.repeating(dropped));
    finding.mend(Safety::Unsafe, "repeat what is dropped", edits);
}

fn origins<'l>(lines: &'l [&Line]) -> impl Iterator<Item = Origin> + 'l {
    lines.iter().map(|line| line.origin)
}

/// Whether pages come from here, as far as all of its lines are in view: a `return` sends none.
fn answers(level: Level<'_>) -> bool {
    let is_page = matches!(
        level.context(),
        Context::Server | Context::Location | Context::LocationIf | Context::LimitExcept
    );
    is_page && level.scope().unseen.is_empty() && level.own("return").next().is_none()
}
