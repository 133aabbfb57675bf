//! The web server of a deployment, while it runs.

use crate::tests::caddy::oracle::current;
use crate::tests::journey::oracle::generate::Web;
use crate::tests::nginx::oracle::{self, Folder, Running};
use std::fs;
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

pub(super) enum Server {
    Nginx(#[expect(dead_code, reason = "ended when it is dropped")] Running),
    Caddy(Child),
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Self::Caddy(child) = self {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Starts it, and waits until it answers.
pub(super) fn run(folder: &Folder, web: &Web, ports: [u16; 2]) -> Server {
    match web {
        Web::Nginx(http) => {
            let at = ports.map(|port| (Ipv4Addr::LOCALHOST.into(), port));
            Server::Nginx(oracle::run(folder, http, &at))
        }
        Web::Caddy(text) => Server::Caddy(start_caddy(folder, text)),
    }
}

fn start_caddy(folder: &Folder, text: &str) -> Child {
    let path = folder.path().join("Caddyfile");
    let log = folder.path().join("caddy.log");
    fs::write(&path, text).unwrap();
    let mut child = Command::new(current())
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(&path)
        .env_clear()
        .env("HOME", folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    for _ in 0..4800 {
        // One line of the log says that every listener is open.
        let said = fs::read_to_string(&log).unwrap();
        if said.contains("serving initial configuration") {
            return child;
        }
        assert!(child.try_wait().unwrap().is_none(), "{said}\n{text}");
        sleep(Duration::from_millis(5));
    }
    panic!("caddy does not answer\n{text}");
}
