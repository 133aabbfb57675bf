//! Processes that are of interest, one transcript for each unit or program.

use crate::doctor::observe::moment;
use crate::doctor::transcript::Transcript;
use crate::host::{Answer, Host, Process, Users};
use crate::model::observed::{Open, Running, Seen, Unseen};
use crate::model::{Deployment, Endpoint, Process as ModelProcess};
use crate::source::Sources;
use std::collections::BTreeMap;

pub(super) fn running(
    host: &dyn Host,
    users: &Answer<Users>,
    sources: &mut Sources,
) -> Seen<Vec<Running>> {
    let processes = host.processes()?;
    let mut groups: BTreeMap<String, Vec<&Process>> = BTreeMap::new();
    for process in &processes {
        let group = process.unit.as_ref().unwrap_or(&process.name);
        groups.entry(group.clone()).or_default().push(process);
    }
    let groups = groups.into_iter();
    Ok(groups.flat_map(|(group, of)| written(&group, &of, users, sources)).collect())
}

/// Gives processes that belong to no unit the one that would have started them: by the socket that
/// they hold, or by what they run. A supervisor other than systemd, or a person, started them.
pub(super) fn claim(running: &mut [Running], open: &Seen<Vec<Open>>, deployment: &Deployment) {
    let open = open.as_deref().unwrap_or_default();
    let runs = |it: &Running, process: &ModelProcess| {
        let holds = |endpoint: &Endpoint| {
            let mut held = open.iter().filter(|open| open.answers(endpoint));
            held.any(|open| open.holders.as_ref().is_ok_and(|pids| pids.contains(&it.pid)))
        };
        process.listens.iter().any(|listening| holds(&listening.value.endpoint))
            || it.has_words_of(process)
    };
    let free = |it: &Running| it.unit.is_none() && !it.is_contained && it.pid != 1;
    for it in running.iter_mut().filter(|it| free(it)) {
        let owner = deployment.daemons().find(|process| runs(it, process));
        it.unit = owner.map(|process| process.name.clone());
    }
}

fn written(
    group: &str,
    processes: &[&Process],
    users: &Answer<Users>,
    sources: &mut Sources,
) -> Vec<Running> {
    let mut transcript = Transcript::new(format!("processes of {group}"));
    let mut parts = Vec::new();
    for process in processes {
        let user = match users {
            Ok(users) => users.user_name(process.uid),
            Err(_) => process.uid.to_string(),
        };
        transcript.say(&format!("{} (process {}) as ", process.name, process.pid));
        let as_user = transcript.say(&format!("user {user}"));
        transcript.say(", ");
        let since = transcript.say(&format!("since {}", moment(process.started)));
        transcript.end_line();
        parts.push((user, as_user, since));
    }
    let kept = transcript.keep(sources);
    let each = processes.iter().zip(parts);
    let each = each.map(|(process, (user, as_user, since))| {
        let variables = process.environment.answer().map_err(|it| Unseen::from(it.clone()));
        let variables = variables.map(|entries| {
            let pairs = entries.iter().filter_map(|entry| entry.split_once('='));
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        });
        Running {
            pid: process.pid,
            parent: process.parent,
            name: process.name.clone(),
            words: process.words.clone(),
            uid: process.uid,
            groups: process.groups.iter().copied().chain([process.gid]).collect(),
            user: kept.fact(user, as_user),
            started: kept.fact(process.started, since),
            unit: process.unit.clone(),
            is_contained: process.container.is_some(),
            environment: variables,
        }
    });
    each.collect()
}
