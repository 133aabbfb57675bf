//! How old the newest file is in each folder that timers put backups into.

use crate::doctor::observe::{moment, unseen};
use crate::doctor::transcript::Transcript;
use crate::host::Host;
use crate::model::observed::{Kept, Unseen};
use crate::model::{Backup, Deployment};
use crate::source::{Sources, StatKind, Unread};
use camino::Utf8Path;

/// A folder with more files is looked at no further; what is newest may lie behind them.
const MOST: usize = 5000;

pub(super) fn of_timers(
    deployment: &Deployment,
    host: &dyn Host,
    sources: &mut Sources,
) -> Vec<Kept> {
    let is_folder = |it: &Backup| {
        let found = host.stat(&it.folder.value).ok().flatten();
        found.is_some_and(|it| it.kind == StatKind::Dir)
    };
    let backups = deployment.backups().into_iter().filter(is_folder);
    backups
        .map(|backup| {
            let folder = &backup.folder.value;
            let newest = newest(folder, host).map(|newest| {
                let mut transcript = Transcript::new(format!("the newest file in {folder}"));
                let part = transcript.line(&match newest {
                    Some(at) => format!("written on {}", moment(at)),
                    None => "there is none".to_owned(),
                });
                transcript.keep(sources).fact(newest, part)
            });
            Kept { backup, newest }
        })
        .collect()
}

/// In the folder and in those in it: some have one for each day.
fn newest(folder: &Utf8Path, host: &dyn Host) -> Result<Option<i64>, Unseen> {
    let denied = |why: Unread| unseen(&why);
    let (mut newest, mut looked_at) = (None, 0);
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for name in host.names(&folder).map_err(denied)? {
            looked_at += 1;
            if looked_at > MOST {
                return Err(Unseen { why: "there are too many files".to_owned(), remedy: None });
            }
            let path = folder.join(&name);
            let Some(stat) = host.stat(&path).map_err(denied)? else { continue };
            match stat.kind {
                StatKind::Dir if depth < 2 => folders.push((path, depth + 1)),
                StatKind::File => newest = newest.max(Some(stat.modified)),
                _ => {}
            }
        }
    }
    Ok(newest)
}
