//! What systemd says of a unit, by `systemctl show`: the only program that doctor runs.
//!
//! It asks over D-Bus, which any user may, and changes nothing. Its arguments are fixed but for
//! the unit's name.

use crate::host::{Answer, Needs, PROPERTIES, Unknown};
use std::collections::BTreeMap;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What `systemctl show` prints of a unit with these properties is a few hundred bytes.
const LONGEST: u64 = 64 << 10;

const PAUSE: Duration = Duration::from_millis(5);

pub(super) fn show(unit: &str, patience: Duration) -> Answer<BTreeMap<String, String>> {
    let unknown = |why: &str| Unknown::needing(why, Needs::Systemd);
    let mut child = Command::new("systemctl")
        .args(["show", "--no-pager", "--property", &PROPERTIES.join(","), "--", unit])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| unknown("systemctl cannot be run"))?;
    let ended = wait(&mut child, patience);
    let mut said = Vec::new();
    // It fits into a pipe, so the program never waits for this.
    if let (Some(true), Some(out)) = (ended, child.stdout.take()) {
        _ = out.take(LONGEST).read_to_end(&mut said);
    }
    match ended {
        None => Err(Unknown::needing("systemctl did not answer in time", Needs::Time)),
        Some(false) => Err(unknown("systemd does not answer")),
        Some(true) => Ok(properties(&String::from_utf8_lossy(&said))),
    }
}

/// Whether it ended well; nothing if it had to be ended.
fn wait(child: &mut Child, patience: Duration) -> Option<bool> {
    let end = Instant::now() + patience;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
            Ok(None) if Instant::now() < end => thread::sleep(PAUSE),
            Ok(None) | Err(_) => {
                _ = child.kill();
                _ = child.wait();
                return None;
            }
        }
    }
}

fn properties(text: &str) -> BTreeMap<String, String> {
    let pair = |line: &str| line.split_once('=').map(|(key, value)| (key.into(), value.into()));
    text.lines().filter_map(pair).collect()
}
