//! `kilter doctor` beside a real Docker daemon, with containers that Compose made.

use crate::tests::docker::Daemon;
use crate::tests::doctor::server::write;
use crate::tests::{program, tool};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// No network, because the daemon has none.
const COMPOSE: &str = "\
services:
  web:
    image: box:1
    command: [sh, -c, 'exec sleep 600 # gunicorn config.wsgi']
    network_mode: none
    restart: unless-stopped
    environment:
      SECRET_KEY: canary-5Wq8Zt2LmXa
  cache:
    image: box:1
    command: [sleep, '600']
    network_mode: none
    restart: unless-stopped
    healthcheck:
      test: [CMD, /bin/busybox, test, '!', -e, /tmp/sick]
      interval: 1s
      retries: 1
  migrate:
    image: box:1
    command: [sh, -c, 'exit 0']
    network_mode: none
";

/// A machine whose `/srv` and Docker socket are ours.
struct Machine {
    daemon: Daemon,
    folder: TempDir,
}

impl Machine {
    fn start() -> Self {
        let (daemon, folder) = (Daemon::start(), TempDir::new().unwrap());
        write(&folder.path().join("srv/app/compose.yml"), COMPOSE);
        let root = folder.path().join("image");
        fs::create_dir_all(root.join("bin")).unwrap();
        fs::create_dir_all(root.join("tmp")).unwrap();
        fs::copy(tool("docker/bin/busybox"), root.join("bin/busybox")).unwrap();
        for name in ["sh", "sleep"] {
            std::os::unix::fs::symlink("busybox", root.join("bin").join(name)).unwrap();
        }
        let archive = folder.path().join("image.tar");
        let mut tar = Command::new("tar");
        tar.arg("-cf").arg(&archive).arg("-C").arg(&root).arg(".");
        assert!(tar.status().unwrap().success());
        daemon.run(&["import", archive.to_str().unwrap(), "box:1"], 0);
        Self { daemon, folder }
    }

    /// Runs a program that sees our `/srv`, and our daemon where everybody looks for it.
    fn enter(&self, program: &Path, arguments: &[&str]) -> Output {
        let script = "mount --bind \"$1\" /srv && mount -t tmpfs none /run && \
            ln -s \"$2\" /run/docker.sock && shift 2 && cd /srv/app && exec \"$@\"";
        let mut unshare = Command::new("unshare");
        unshare.args(["--mount", "sh", "-c", script, "sh"]).arg(self.folder.path().join("srv"));
        unshare.arg(self.daemon.socket()).arg(program).args(arguments);
        unshare.env("DOCKER_HOST", "unix:///run/docker.sock").output().expect("unshare runs")
    }

    fn compose(&self, arguments: &[&str]) {
        let compose = tool("compose/usr/libexec/docker/cli-plugins/docker-compose");
        let said = self.enter(&compose, arguments);
        assert!(said.status.success(), "{arguments:?}: {said:?}");
    }

    fn doctor(&self) -> (BTreeSet<String>, String) {
        let options = ["doctor", "--format", "json", "--exit-zero", "--select", "live"];
        let said = self.enter(&program(), &options);
        let text = String::from_utf8(said.stdout).unwrap();
        let report: Value = serde_json::from_str(&text).unwrap_or_else(|why| {
            panic!("{why}: {text} {}", String::from_utf8_lossy(&said.stderr))
        });
        let found = report["diagnostics"].as_array().unwrap().iter();
        let found = found.map(|it| it["message"].as_str().unwrap().to_owned());
        let machine = |it: &String| !it.contains("is nearly full") && !it.contains(" is full");
        (found.filter(machine).collect(), text)
    }

    /// What is found once it has come to that.
    fn finds(&self, expected: &[&str]) {
        let expected: BTreeSet<String> = expected.iter().map(|it| (*it).to_owned()).collect();
        for _ in 0..20 {
            if self.doctor().0 == expected {
                return;
            }
            thread::sleep(Duration::from_millis(500));
        }
        let (found, report) = self.doctor();
        assert_eq!(found, expected, "{report}");
    }
}

#[test]
fn containers_of_a_compose_project_are_looked_at() {
    let machine = Machine::start();
    machine.compose(&["up", "--detach"]);
    machine.finds(&[]);
    let (_, report) = machine.doctor();
    assert!(report.contains("`web` runs in `app-web-1`"), "{report}");
    assert!(!report.contains("canary"), "{report}");

    machine.daemon.run(&["exec", "app-cache-1", "/bin/busybox", "touch", "/tmp/sick"], 0);
    machine.finds(&["`cache` runs, and its health check fails"]);
    machine.daemon.run(&["exec", "app-cache-1", "/bin/busybox", "rm", "/tmp/sick"], 0);
    machine.finds(&[]);
    machine.daemon.run(&["stop", "--time=0", "app-web-1"], 0);
    machine.finds(&["`web` does not run"]);
    machine.compose(&["up", "--detach"]);
    machine.finds(&[]);
    let text = COMPOSE.replace("exec sleep 600 # ", "exit 3 # ");
    write(&machine.folder.path().join("srv/app/compose.yml"), &text);
    machine.compose(&["up", "--detach"]);
    machine.finds(&["`web` ends again and again"]);
}
