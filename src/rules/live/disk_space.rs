//! See the page.

use crate::diagnostic::Subject;
use crate::diagnostic::{Area, Findings, Severity};
use crate::model::Deployment;
use crate::model::observed::Observed;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/disk-space",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Machine, check),
    page: include_str!("../../../rules/live/disk-space.md"),
};

/// Less than this is gone in a night of logs.
const LITTLE: u8 = 5;

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for volume in &observed.volumes {
        let path = &volume.path;
        let free = match &volume.free {
            Ok(free) => free,
            Err(unseen) => {
                out.unknown(format!("what is free at `{path}`"), &unseen.why, unseen.remedy);
                continue;
            }
        };
        let short = [(&free.bytes, "bytes"), (&free.inodes, "inodes")];
        let Some((left, what)) = short.into_iter().find(|(left, _)| left.value < LITTLE) else {
            out.passed(format!("`{path}` has {} % free", free.bytes.value));
            continue;
        };
        out.report(
            Subject::Path(path.to_string()),
            format!("the volume of `{path}` has {left} % of its {what} left"),
            left.label("nearly full"),
        )
        .also(path.label("is written to"))
        .help("make room before uploads, logs and the database fail: `du -x / | sort -n | tail`");
    }
}
