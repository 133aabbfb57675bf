//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::Deployment;
use crate::model::guards::is_guard;
use crate::model::nginx::{Config, Context, Level, Line};
use crate::rules::{Check, Rule};
use std::cmp::Reverse;

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

/// What browsers keep for the whole host, whichever of its pages says it (RFC 6797, 8.1).
const OF_HOST: &str = "Strict-Transport-Security";

/// Whether a level answers for some paths of its server, where others still say what is for all.
fn is_part(level: Level) -> bool {
    let Some(opener) = level.opener().filter(|it| it.is("location")) else { return false };
    !opener.args.iter().any(|it| it.value == "/")
}

/// Headers of one level that others lose, and the lines by which they do.
struct Loss<'c> {
    dropped: Vec<&'c Line>,
    owners: Vec<Owner<'c>>,
}

/// A line that replaces the headers of the level around it, and those of them that are lost.
struct Owner<'c> {
    line: &'c Line,
    dropped: Vec<&'c Line>,
}

fn check_config(deployment: &Deployment, config: &Config, out: &mut Findings) {
    // What a level says and others inside it lose is one thing to mend, be it all or a part.
    let mut losses: Vec<Loss<'_>> = Vec::new();
    for level in config.levels().filter(|level| answers(*level)) {
        let Some(line) = level.own("add_header").next() else { continue };
        let guards = |line: &&Line| {
            let in_front = &deployment.surroundings.tls.added_in_front;
            line.arg(0).is_some_and(|it| {
                is_guard(it)
                    && !(is_part(level) && it.eq_ignore_ascii_case(OF_HOST))
                    && !in_front.contains(&it.to_ascii_lowercase())
                    && deployment.lacks_unless_added(level, it)
            })
        };
        let dropped: Vec<&Line> = level.dropped("add_header").into_iter().filter(guards).collect();
        let is_shared = |loss: &&mut Loss<'_>| dropped.iter().any(|it| has(&loss.dropped, it));
        match losses.iter_mut().find(is_shared) {
            Some(loss) => {
                let new = dropped.iter().filter(|it| !has(&loss.dropped, it));
                let new: Vec<&Line> = new.copied().collect();
                loss.dropped.extend(new);
                // A file that two servers include has its line once.
                if !loss.owners.iter().any(|it| it.line.origin == line.origin) {
                    loss.owners.push(Owner { line, dropped });
                }
            }
            None if dropped.is_empty() => {}
            None => {
                let owners = vec![Owner { line, dropped: dropped.clone() }];
                losses.push(Loss { dropped, owners });
            }
        }
    }
    for loss in &mut losses {
        loss.dropped.sort_by_key(|it| it.fact(()).written_at().map(|at| (at.file, at.span.start)));
        // The one that loses most speaks for all.
        loss.owners.sort_by_key(|it| Reverse(it.dropped.len()));
        report(out, loss);
    }
}

fn report(out: &mut Findings, loss: &Loss<'_>) {
    let [own, more @ ..] = loss.owners.as_slice() else { return };
    let Some(first) = own.dropped.first().and_then(|it| it.arg(0)) else { return };
    let others = match own.dropped.len() {
        1 => String::new(),
        2 => " and one other security header".to_owned(),
        count => format!(" and {} other security headers", count - 1),
    };
    let at = own.line.fact(());
    let finding = out.report(
        &at,
        format!("an `add_header` here drops `{first}`{others}"),
        at.label("replaces all headers that the level around it adds"),
    );
    for owner in more {
        let text = match owner.dropped.len() == own.dropped.len() {
            true => "so does this one",
            false => "drops some of them as well",
        };
        finding.also(owner.line.fact(()).label(text));
    }
    for line in &loss.dropped {
        let name = line.arg(0).unwrap_or_default();
        finding.also(line.fact(()).label(format!("`{name}` is not sent from there")));
    }
    finding.help("repeat them here, or put them into a file that both levels include");
    // Pages that are meant to be framed, or to load from elsewhere, would not work any more.
    let edits = loss.owners.iter().flat_map(|owner| owner.line.repeating(&owner.dropped));
    finding.mend(Safety::Unsafe, "repeat what is dropped", edits);
}

/// Whether the same line is among others: what several servers include is one.
fn has(lines: &[&Line], line: &Line) -> bool {
    lines.iter().any(|it| it.origin == line.origin)
}

/// Whether pages come from here, as far as all of its lines are in view: a `return` sends none.
fn answers(level: Level<'_>) -> bool {
    let is_page = matches!(
        level.context(),
        Context::Server | Context::Location | Context::LocationIf | Context::LimitExcept
    );
    is_page && level.scope().unseen.is_empty() && level.own("return").next().is_none()
}
