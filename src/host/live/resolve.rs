//! Addresses of names, as any program of this machine gets them (getaddrinfo(3)).

use crate::host::{Answer, Needs, Unknown};
use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// What glibc and musl say of a name that does not exist, or has no address. All else is trouble
/// with who was asked.
const NO_SUCH_NAME: &[&str] = &[
    "name or service not known",
    "no address associated with hostname",
    "name does not resolve",
    "name has no usable address",
];

/// Asking cannot be stopped, so a thread is left behind where nobody answers.
pub(super) fn addresses(name: &str, patience: Duration) -> Answer<Vec<IpAddr>> {
    let (to, answers) = mpsc::channel();
    let asked = (name.to_owned(), 0);
    let ask = move || _ = to.send(asked.to_socket_addrs().map(|it| it.map(|at| at.ip()).collect()));
    let thread = thread::Builder::new().name("resolver".to_owned());
    thread.spawn(ask).map_err(|it| Unknown::new(crate::source::said(&it)))?;
    let answer: io::Result<BTreeSet<IpAddr>> = answers
        .recv_timeout(patience)
        .map_err(|_| Unknown::needing("no answer came in time", Needs::Time))?;
    match answer {
        Ok(addresses) => Ok(addresses.into_iter().collect()),
        Err(error) => {
            let said = error.to_string().to_lowercase();
            match NO_SUCH_NAME.iter().any(|it| said.contains(it)) {
                true => Ok(Vec::new()),
                false => Err(Unknown::new("nobody could be asked about names")),
            }
        }
    }
}
