//! Where timers have backups put, and how often.

use crate::fact::Fact;
use crate::model::units::Unit;
use crate::model::{Deployment, UnitKind};
use camino::Utf8PathBuf;

/// What a timer starts, and a folder for backups that it is given.
#[derive(Clone, Debug)]
pub struct Backup {
    pub timer: String,
    pub folder: Fact<Utf8PathBuf>,
    /// The most that lies between two runs, in seconds.
    pub period: Fact<i64>,
}

const DAY: i64 = 86_400;

impl Deployment {
    pub fn backups(&self) -> Vec<Backup> {
        let mut found = Vec::new();
        for timer in self.units.iter().filter(|it| it.is(UnitKind::Timer)) {
            let Some(period) = period(timer) else { continue };
            let Some(partner) = timer.partner() else { continue };
            let service = self.units.iter().find(|it| it.is_called(&partner.value));
            let folders = service.map(folders).unwrap_or_default();
            found.extend(folders.into_iter().map(|folder| Backup {
                timer: timer.name.to_string(),
                folder,
                period: period.clone(),
            }));
        }
        found
    }
}

/// The folders for backups that a service may write to, or is told of.
fn folders(service: &Unit) -> Vec<Fact<Utf8PathBuf>> {
    let written = service.words("Service", "ReadWritePaths");
    let told = service.words("Service", "ExecStart");
    let set = service.sets().into_iter().map(|(_, value)| value);
    let mut found: Vec<Fact<Utf8PathBuf>> = Vec::new();
    for word in written.into_iter().chain(told).chain(set) {
        let folder = word.map(|it| Utf8PathBuf::from(it.trim_start_matches(['-', '+'])));
        let is_new = found.iter().all(|it| it.value != folder.value);
        if folder.value.is_absolute() && is_for_backups(&folder.value) && is_new {
            found.push(folder);
        }
    }
    found
}

fn is_for_backups(path: &Utf8PathBuf) -> bool {
    let mut parts = path.components().map(|it| it.as_str().to_ascii_lowercase());
    parts.any(|it| it.starts_with("backup") || it.starts_with("dump") || it.ends_with("backups"))
}

/// The most that lies between two of its times. One that is only told by other events has none.
fn period(timer: &Unit) -> Option<Fact<i64>> {
    let mut lines = timer.all("Timer", "OnCalendar");
    let (line, None) = (lines.next()?, lines.next()) else { return None };
    timer.expand(line)?.try_map(|it| longest_gap(it))
}

/// Of a calendar event (systemd.time(7)); `None` if that would have to be worked out.
fn longest_gap(event: &str) -> Option<i64> {
    match event.trim().to_ascii_lowercase().as_str() {
        "minutely" | "hourly" | "daily" => return Some(DAY),
        "weekly" => return Some(7 * DAY),
        "monthly" => return Some(31 * DAY),
        "quarterly" | "semiannually" | "yearly" | "annually" => return None,
        _ => {}
    }
    let mut gap = DAY;
    for word in event.split_whitespace() {
        if word.starts_with(|it: char| it.is_ascii_alphabetic()) {
            // Days of the week, or the name of a time zone, which changes nothing.
            let is_zone = word.contains('/') || word == "UTC";
            gap = if is_zone { gap } else { gap.max(7 * DAY) };
        } else if word.contains('-') {
            let parts: Vec<&str> = word.split('-').collect();
            gap = match parts.as_slice() {
                ["*", "*", "*"] | ["*", "*"] => gap,
                ["*", "*", _] => gap.max(31 * DAY),
                _ => return None,
            };
        } else if !word.contains(':') {
            return None;
        }
    }
    Some(gap)
}
