//! A Docker daemon of the tests' own: no network, no rules in the firewall, nothing outside its folder.

use crate::tests::tool;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

pub(super) struct Daemon {
    folder: TempDir,
    child: Child,
}

/// The programs that the daemon looks for are those of its own release.
fn path() -> String {
    let own = |it: &str| tool("docker").join(it).display().to_string();
    format!("{}:{}:{}", own("usr/bin"), own("usr/sbin"), std::env::var("PATH").unwrap())
}

impl Daemon {
    pub(super) fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        let log = fs::File::create(at("log")).unwrap();
        let mut daemon = Command::new(tool("docker/usr/sbin/dockerd"));
        daemon.args(["--iptables=false", "--ip6tables=false", "--bridge=none"]);
        daemon.args(["--storage-driver=vfs", "--data-root"]).arg(at("data"));
        daemon.arg("--exec-root").arg(at("exec")).arg("--pidfile").arg(at("pid"));
        daemon.arg("--host").arg(format!("unix://{}", at("docker.sock").display()));
        daemon.env("PATH", path()).stdout(Stdio::null()).stderr(log);
        let child = daemon.spawn().expect("dockerd starts");
        let daemon = Self { folder, child };
        for _ in 0..300 {
            if daemon.docker(&["version"]).status.success() {
                return daemon;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let log = fs::read_to_string(daemon.folder.path().join("log")).unwrap();
        panic!("dockerd does not come up; it needs root\n{log}");
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }

    fn docker(&self, arguments: &[&str]) -> Output {
        let mut docker = Command::new(tool("docker/usr/bin/docker"));
        docker.arg("--host").arg(format!("unix://{}", self.socket().display()));
        // The older builder is part of the daemon; the newer one is a plugin that is not there.
        docker.args(arguments).env("PATH", path()).env("DOCKER_BUILDKIT", "0");
        docker.env("DOCKER_CONFIG", self.folder.path().join("config"));
        docker.output().expect("docker runs")
    }

    /// What the client says.
    pub(super) fn run(&self, arguments: &[&str], code: i32) -> String {
        let Output { status, stdout, stderr } = self.docker(arguments);
        let text = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
        assert_eq!(status.code(), Some(code), "docker {arguments:?}\n{text}");
        text
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        _ = self.child.wait();
        // Containers in the host's network leave it mounted, and the folder could not be removed.
        _ = Command::new("umount")
            .arg(self.folder.path().join("exec/netns/default"))
            .stderr(Stdio::null())
            .status();
    }
}
