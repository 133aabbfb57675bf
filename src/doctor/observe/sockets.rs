//! The table of listening sockets.

use crate::doctor::transcript::Transcript;
use crate::host::{Address, Host, Socket};
use crate::model::Endpoint;
use crate::model::observed::{Open, Running, Seen, Unseen};
use crate::source::Sources;

pub(super) fn open(
    host: &dyn Host,
    running: &Seen<Vec<Running>>,
    sources: &mut Sources,
) -> Seen<Vec<Open>> {
    let sockets = host.sockets()?;
    let running = running.as_deref().unwrap_or_default();
    let mut transcript = Transcript::new("listening sockets");
    let mut written = Vec::new();
    for socket in &sockets {
        let part = transcript.say(&match &socket.at {
            Address::Tcp(at) => at.to_string(),
            Address::Unix(path) => path.to_string(),
        });
        let program = program(socket, running);
        transcript.line(&program.as_ref().map(|it| format!(" {it}")).unwrap_or_default());
        written.push((part, program));
    }
    let kept = transcript.keep(sources);
    let each = sockets.iter().zip(written).map(|(socket, (part, program))| {
        let endpoint = match &socket.at {
            Address::Tcp(at) => Endpoint::from(*at),
            Address::Unix(path) => Endpoint::Unix(path.clone()),
        };
        let holders = socket.holders.answer().map_err(|it| Unseen::from(it.clone()));
        let holders = holders.map(|pids| pids.iter().copied().collect());
        Open { endpoint: kept.fact(endpoint, part), holders, program }
    });
    Ok(each.collect())
}

/// What the process is called that answers: systemd holds what it hands over as well.
fn program(socket: &Socket, running: &[Running]) -> Option<String> {
    let holders = socket.holders.answer().ok()?;
    let named = holders.iter().filter_map(|pid| running.iter().find(|it| it.pid == *pid));
    let mut named = named.filter(|it| it.pid != 1).map(|it| it.name.clone());
    named.next()
}
