//! See the page.

use crate::diagnostic::{Area, Findings, Severity, Subject};
use crate::model::Deployment;
use crate::model::observed::{Kept, Observed};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/backup-stale",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Files, check),
    page: include_str!("../../../rules/live/backup-stale.md"),
};

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for Kept { backup, newest } in &observed.backups {
        let (timer, folder) = (&backup.timer, &backup.folder);
        let newest = match newest {
            Ok(newest) => newest,
            Err(unseen) => {
                out.unknown(
                    format!("how old the backups are in `{folder}`"),
                    &unseen.why,
                    unseen.remedy,
                );
                continue;
            }
        };
        let message = match newest.value {
            None => format!("`{folder}` is empty, and `{timer}` is to put backups there"),
            Some(at) if observed.now - at > 2 * backup.period.value => {
                format!("the newest backup in `{folder}` is older than `{timer}` allows")
            }
            Some(_) => {
                out.passed(format!("`{folder}` has a new backup"));
                continue;
            }
        };
        let said = match newest.value {
            Some(_) => "is the last one",
            None => "nothing lies in it",
        };
        out.report(Subject::Path(folder.value.to_string()), message, newest.label(said))
            .also(folder.label("is for backups"))
            .also(backup.period.label("is when one is made"))
            .help(format!("`systemctl list-timers {timer}` says when it ran last"));
    }
}
