//! A machine that does not answer: a dead mount, no systemd, files that change while they are read.

use crate::tests::doctor::server::write;
use crate::tests::program;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const UNIT: &str = "[Unit]\nAfter=network.target\n\n[Service]\nUser=app\nWorkingDirectory=/srv/app\n\
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 config.wsgi\n\n[Install]\nWantedBy=multi-user.target\n";

const SITE: &str = "events {}\nhttp {\n    server {\n        listen 80;\n        server_name app.example;\n        \
    location /static/ { alias /srv/static/; }\n        location / { proxy_pass http://127.0.0.1:8000; }\n    }\n}\n";

/// A folder that stands for `/` of a server.
fn server() -> TempDir {
    let root = TempDir::new().unwrap();
    for (path, text) in [
        ("etc/systemd/system/app.service", UNIT),
        ("etc/nginx/nginx.conf", SITE),
        (
            "etc/passwd",
            "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/:/bin/false\napp:x:1001:1001::/:/bin/false\n",
        ),
        ("etc/group", "root:x:0:\nwww-data:x:33:\napp:x:1001:\n"),
        ("srv/static/site.css", "body {}\n"),
        ("srv/app/venv/bin/gunicorn", "#!/bin/sh\n"),
        (
            "srv/app/config/settings.py",
            "DEBUG = False\nALLOWED_HOSTS = ['app.example']\nSTATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/static'\n",
        ),
        (
            "srv/app/config/wsgi.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n",
        ),
    ] {
        write(&root.path().join(path), text);
    }
    root
}

fn report(said: &Output) -> Value {
    serde_json::from_slice(&said.stdout).unwrap_or_else(|why| panic!("{why}: {said:?}"))
}

fn doctor(root: &Path) -> Command {
    let mut kilter = Command::new(program());
    kilter.args(["doctor", "--format", "json", "--root"]).arg(root);
    kilter
}

/// A file system whose server never says a word: what a dead NFS server is to who asks for a path.
const HANG: &str = "
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
fuse = os.open('/dev/fuse', os.O_RDWR)
options = f'fd={fuse},rootmode=40000,user_id=0,group_id=0'.encode()
if libc.mount(b'hung', sys.argv[1].encode(), b'fuse', 0, options):
    sys.exit(f'no FUSE can be mounted: {os.strerror(ctypes.get_errno())}; it needs root')
os.set_inheritable(fuse, True)
os.execv(sys.argv[2], sys.argv[2:])
";

#[test]
fn a_dead_mount_is_told_and_the_rest_is_judged() {
    let root = server();
    let dead = root.path().join("srv/app/venv");
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "python3", "-c", HANG]).arg(&dead).arg(program());
    unshare.args(["doctor", "--format", "json", "--exit-zero", "--root"]).arg(root.path());
    let start = Instant::now();
    let said = unshare.output().unwrap();
    let took = start.elapsed();
    assert!(said.status.success(), "{said:?}");
    assert!(took < Duration::from_secs(11), "{took:?}");
    let report = report(&said);
    let checks = report["checks"].to_string();
    assert!(checks.contains("`/srv/app/venv`: no answer came in time"), "{checks}");
    let found = report["diagnostics"].to_string();
    assert!(found.contains("hosts/host-header-not-forwarded"), "its neighbours are alive: {found}");
}

#[test]
fn without_systemd_nothing_is_said_of_units() {
    let root = server();
    let hidden = "mount -t tmpfs none /run && mount --bind \"$1/etc/systemd/system\" /etc/systemd/system && shift && exec \"$@\"";
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "sh", "-c", hidden, "sh"]).arg(root.path()).arg(program());
    let said = unshare.args(["doctor", "--format", "json", "--exit-zero", "--no-probe"]).output();
    let report = report(&said.unwrap());
    let checks = report["checks"].as_array().unwrap();
    let of_units: Vec<_> =
        checks.iter().filter(|it| it["rule"] == "live/unit-not-running").collect();
    assert!(!of_units.is_empty(), "{report:#}");
    for check in of_units {
        assert_eq!(check["outcome"], "unknown", "{check}");
        assert_eq!(check["remedy"], "run where systemd answers", "{check}");
    }
    let found = report["diagnostics"].to_string();
    assert!(!found.contains("live/unit"), "{found}");
}

#[test]
fn files_may_change_while_they_are_read() {
    let root = server();
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let unit = root.path().join("etc/systemd/system/app.service");
            let settings = root.path().join("srv/app/config/settings.py");
            for number in 0_usize.. {
                if ended.load(Ordering::Relaxed) {
                    break;
                }
                let cut = number % UNIT.len();
                _ = fs::write(&unit, &UNIT[..cut]);
                _ = fs::remove_file(&settings);
                _ = fs::write(&settings, format!("DEBUG = {}\n", "(".repeat(number % 50)));
            }
        });
        for _ in 0..20 {
            let said = doctor(root.path()).output().unwrap();
            assert!(matches!(said.status.code(), Some(0 | 1)), "{said:?}");
            report(&said);
        }
        ended.store(true, Ordering::Relaxed);
    });
}
