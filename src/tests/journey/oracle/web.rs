//! The web server of a deployment, while it runs.

use crate::tests::caddy::oracle::current;
use crate::tests::journey::oracle::generate::Web;
use crate::tests::journey::oracle::stack::Stack;
use crate::tests::nginx::oracle::{self, Folder, Running};
use crate::tests::tool;
use std::fs;
use std::net::Ipv4Addr;
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
pub(super) fn run(folder: &Folder, web: &Web, ports: [u16; 2], stack: &mut Stack) -> Server {
    match web {
        Web::Nginx(http) => {
            let at = ports.map(|port| (Ipv4Addr::LOCALHOST.into(), port));
            Server::Nginx(oracle::run(folder, http, &at))
        }
        Web::Caddy(text) => Server::Other(start_caddy(folder, text)),
        Web::Traefik(text) => Server::Other(start_traefik(folder, text, ports, stack)),
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

fn start_traefik(folder: &Folder, text: &str, ports: [u16; 2], stack: &mut Stack) -> Child {
    let path = folder.path().join("traefik.yml");
    let log = folder.path().join("traefik.log");
    let text = text.replace("/etc/traefik/traefik.yml", path.to_str().unwrap());
    fs::write(&path, text.clone() + FRESH_CONNECTIONS).unwrap();
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
        let said = fs::read_to_string(&log).unwrap();
        assert!(child.try_wait().unwrap().is_none(), "{said}\n{text}");
        if is_routed(ports, stack) {
            return child;
        }
        sleep(Duration::from_millis(5));
    }
    panic!("traefik does not answer\n{}\n{text}", fs::read_to_string(&log).unwrap());
}

/// uWSGI closes each connection behind its answer. A form that goes out on one which Traefik has kept, and is
/// closed in that moment, is not sent again as a page is that is asked for (Go's `net/http`, "Transport"), and
/// the answer is 502: measured once in some thousands of requests. What hangs on the moment is no prediction.
const FRESH_CONNECTIONS: &str = "serversTransport:\n  maxIdleConnsPerHost: -1\n";

/// Whether both entry points have the routers of the file, each of which answers something else
/// than 404.
///
/// Listeners are open before any router is there, and an entry point gets its own after the other
/// has got them: that of a redirection is there even before the file is read.
fn is_routed([http, https]: [u16; 2], stack: &mut Stack) -> bool {
    let asked = "GET /health/ HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n";
    let both = [(false, http, asked.to_owned()), (true, https, asked.to_owned())];
    stack.ask(&both).iter().all(|it| it.as_ref().is_some_and(|it| it.status != 404))
}
