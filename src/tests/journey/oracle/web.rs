//! The web server of a deployment, while it runs.

use crate::tests::caddy::oracle::current;
use crate::tests::journey::oracle::generate::Web;
use crate::tests::nginx::oracle::{self, Folder, Running};
use crate::tests::tool;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

pub(super) enum Server {
    Nginx(#[expect(dead_code, reason = "ended when it is dropped")] Running),
    /// Caddy, or Traefik.
    Other(Child),
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Self::Other(child) = self {
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
        Web::Caddy(text) => Server::Other(start_caddy(folder, text)),
        Web::Traefik(text) => Server::Other(start_traefik(folder, text, ports)),
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

fn start_traefik(folder: &Folder, text: &str, ports: [u16; 2]) -> Child {
    let path = folder.path().join("traefik.yml");
    let log = folder.path().join("traefik.log");
    fs::write(&path, text.replace("/etc/traefik/traefik.yml", path.to_str().unwrap())).unwrap();
    let mut child = Command::new(tool("traefik/bin/traefik"))
        .arg(format!("--configfile={}", path.display()))
        .env_clear()
        .env("HOME", folder.path())
        .stdin(Stdio::null())
        .stdout(fs::File::create(&log).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..4800 {
        // Listeners are open before routers are there, and every router answers something else than 404.
        let said = fs::read_to_string(&log).unwrap();
        assert!(child.try_wait().unwrap().is_none(), "{said}\n{text}");
        if is_routed(ports[0]) {
            return child;
        }
        sleep(Duration::from_millis(5));
    }
    panic!("traefik does not answer\n{}\n{text}", fs::read_to_string(&log).unwrap());
}

/// Whether a host that some router has is answered.
fn is_routed(port: u16) -> bool {
    let Ok(mut connection) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let mut answer = [0; 12];
    let asked = b"GET /health/ HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n";
    connection.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    connection.write_all(asked).is_ok()
        && connection.read_exact(&mut answer).is_ok()
        && !answer.ends_with(b"404")
}
