//! Asks a machine about what the model says should be there.
//!
//! Only that: a server has much that is none of ours. Each answer is written down as a source and
//! becomes facts of the deployment on the machine itself.

use crate::fact::Fact;
use crate::host::{Host, Needs, Unknown, Users};
use crate::model::drift::Drifts;
use crate::model::observed::{Observed, Seen, Unseen};
use crate::model::{Deployment, Model};
use crate::source::{File, FileId, Sources, Unread};
use camino::{Utf8Path, Utf8PathBuf};

mod access;
mod answers;
mod backups;
mod certificates;
mod changes;
mod clock;
mod containers;
mod declared;
mod firewall;
mod names;
mod processes;
mod sockets;
mod units;
mod volumes;

/// Adds what is seen of the machine to the deployment that runs on it.
pub fn observe(model: &mut Model, drifts: Drifts, sources: &mut Sources, host: &dyn Host) {
    let on_machine = |it: &&mut Deployment| {
        it.views.first().is_some_and(|view| view.container.is_none()) && !it.units.is_empty()
            || it.sites.iter().any(|site| site.installed)
    };
    // On a machine that is no finding: who asks may simply not be allowed to.
    let unread: Vec<_> = model.reading.unread.drain(..).collect();
    let path =
        |fact: &Fact<Unread>| Some(sources.get(fact.evidence().place()?.file).path().clone());
    let unread: Vec<_> = unread.into_iter().filter_map(|it| Some((path(&it)?, it.value))).collect();
    if let Some(deployment) = model.deployments.iter_mut().find(on_machine) {
        observe_machine(deployment, unread, sources, host);
        deployment.observed.iter_mut().for_each(|it| it.drifts.clone_from(&drifts));
    }
    containers::observe(&mut model.deployments, host, sources);
}

/// What is asked of the machine itself.
fn observe_machine(
    deployment: &mut Deployment,
    unread: Vec<(Utf8PathBuf, Unread)>,
    sources: &mut Sources,
    host: &dyn Host,
) {
    let unread = unread.into_iter().map(|(path, why)| (path, unseen(&why)));
    let unread = unread.collect();
    let users = host.users();
    let mut running = processes::running(host, &users, sources);
    let open = sockets::open(host, &running, sources);
    if let Ok(running) = &mut running {
        processes::claim(running, &open, deployment);
    }
    let units = units::states(deployment, host, sources);
    let is_whole = host.stat(Utf8Path::new("/usr")).is_ok_and(|it| it.is_some());
    let nothing = Observed::nothing(host.now());
    let mut observed = Observed { is_whole, units, running, open, unread, ..nothing };
    let users = users.unwrap_or_default();
    access::walk(deployment, &mut observed, &Ways { host, users: &users }, sources);
    observed.changes = changes::of_processes(deployment, host, sources);
    observed.certificates = certificates::of_sites(deployment, host, sources);
    observed.answers = answers::of_sites(deployment, host, sources);
    observed.backends = answers::of_backends(deployment, host, sources);
    observed.names = names::of_sites(deployment, host, sources);
    observed.volumes = volumes::of_writers(deployment, host, sources);
    observed.firewall = firewall::of_ufw(host, sources);
    observed.clock_is_set = clock::is_set(host, sources);
    observed.backups = backups::of_timers(deployment, host, sources);
    if let Some(contract) = &deployment.contract {
        observed.declared = declared::look(contract, &Ways { host, users: &users }, sources);
    }
    deployment.observed = Some(observed);
}

/// What permissions are looked up in.
struct Ways<'a> {
    host: &'a dyn Host,
    users: &'a Users,
}

/// A file of the machine as a source, so that a recording holds it; nothing if it is not there.
fn read(path: &str, host: &dyn Host, sources: &mut Sources) -> Seen<Option<FileId>> {
    let path = Utf8Path::new(path);
    if host.stat(path).map_err(|why| unseen(&why))?.is_none() {
        return Ok(None);
    }
    let bytes = host.read(path).map_err(|why| unseen(&why))?;
    sources.add(vec![File { path: path.to_owned(), bytes }]);
    Ok(sources.find(path))
}

fn unseen(why: &Unread) -> Unseen {
    let denied = *why == Unread::Failed("permission denied".to_owned());
    Unseen { why: why.to_string(), remedy: denied.then(|| Needs::Root.remedy()) }
}

impl From<Unknown> for Unseen {
    fn from(unknown: Unknown) -> Self {
        Self { why: unknown.why, remedy: unknown.needs.map(Needs::remedy) }
    }
}

/// The day and time of a moment, as `date -u` writes it without the zone.
fn moment(seconds: i64) -> String {
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = date(days);
    let (hour, minute) = (of_day / 3600, of_day % 3600 / 60);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}")
}

/// Year, month and day of a day since 1970 (Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `civil_from_days`).
fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}
