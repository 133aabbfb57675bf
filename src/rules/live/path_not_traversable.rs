//! See the page.

use crate::diagnostic::Subject;
use crate::diagnostic::{Area, Findings, Severity};
use crate::model::Deployment;
use crate::model::observed::{Observed, Purpose, Way};
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "live/path-not-traversable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Files, check),
    page: include_str!("../../../rules/live/path-not-traversable.md"),
};

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for (path, unseen) in &observed.unread {
        out.unknown(format!("what `{path}` says"), &unseen.why, unseen.remedy);
    }
    let mut told = BTreeSet::new();
    for access in &observed.accesses {
        let what = match access.purpose {
            Purpose::ServeStatic | Purpose::ServeMedia => "read",
            Purpose::Connect => "connect to",
            Purpose::StartIn => "start in",
            Purpose::Execute => "execute",
            Purpose::Write(_) => "write to",
            // Who may read too much, another rule says.
            Purpose::Peek => continue,
        };
        let (path, user) = (&access.path, &access.user);
        let way = match &access.way {
            Ok(way) => way,
            Err(_) if matches!(access.purpose, Purpose::Write(_)) => continue,
            Err(unseen) => {
                out.unknown(format!("whether one may {what} `{path}`"), &unseen.why, unseen.remedy);
                continue;
            }
        };
        match way {
            Way::Free if matches!(access.purpose, Purpose::Write(_)) => {}
            Way::Free => out.passed(format!("`{user}` may {what} `{path}`")),
            // That something is missing, others say who know what should have made it.
            Way::Missing(_) => {}
            // Whether the folder itself may be written to is another rule's.
            Way::Blocked(component)
                if matches!(access.purpose, Purpose::Write(_)) && component.value == *path => {}
            // One folder that is closed closes the way to all that lies below.
            Way::Blocked(component)
                if !told.insert((component.value.clone(), user.value.clone())) => {}
            Way::Blocked(component) => {
                let help = match access.purpose {
                    Purpose::Connect if component.value == *path => {
                        "let the server make its socket with a group that both are in, and mode 0660"
                    }
                    _ => "add the user to the group of that folder, or give others `x` on it",
                };
                out.report(
                    Subject::Path(path.to_string()),
                    format!("`{user}` may not {what} `{path}`: `{component}` does not let it"),
                    component.label(format!("nothing here is for `{user}`")),
                )
                .also(access.asked.label("is needed here"))
                .also(user.label("the user"))
                .help(help);
            }
        }
    }
}
