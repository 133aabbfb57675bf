//! One question to the Docker daemon: which containers there are.
//!
//! Whoever may connect to its socket may do anything on the machine, so nothing is sent but this.

use crate::host::live::probe;
use crate::host::{Address, Answer, Container, Needs, Unknown, container};
use camino::Utf8PathBuf;
use std::io;
use std::time::{Duration, Instant};

/// Of a thousand containers the list has about two megabytes.
const LONGEST: usize = 8 << 20;

/// HTTP/1.0, so that the answer ends with the connection and comes in one piece.
const REQUEST: &[u8] = b"GET /containers/json?all=1 HTTP/1.0\r\nHost: docker\r\n\r\n";

pub(super) fn containers(socket: Utf8PathBuf, patience: Duration) -> Answer<Vec<Container>> {
    let end = Instant::now() + patience;
    let failed = |error: &io::Error| match error.kind() {
        io::ErrorKind::PermissionDenied => {
            Unknown::needing("the Docker daemon's socket may not be used", Needs::Docker)
        }
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
            Unknown::needing("the Docker daemon does not answer in time", Needs::Time)
        }
        _ => Unknown::new(format!("the Docker daemon: {}", crate::source::said(error))),
    };
    let mut stream = match probe::connect(&Address::Unix(socket), patience) {
        Ok(stream) => stream,
        // Installed, and not running: then nothing runs in containers.
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return Ok(Vec::new()),
        Err(error) => return Err(failed(&error)),
    };
    let mut answer = Vec::new();
    probe::send(stream.as_mut(), REQUEST, end).map_err(|it| failed(&it))?;
    while answer.len() < LONGEST {
        let came = probe::receive(stream.as_mut(), &mut answer, end).map_err(|it| failed(&it))?;
        if came == 0 {
            break;
        }
    }
    let body = answer.windows(4).position(|it| it == b"\r\n\r\n").map(|at| &answer[at + 4..]);
    container::parse(body.unwrap_or_default())
}
