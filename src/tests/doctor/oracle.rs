//! `kilter doctor` on a real server: healthy it has nothing to say, and each fault is found by its
//! own rule and by no other.

use crate::tests::doctor::server::{DISK, Server, certify, chmod};
use crate::tests::program;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::chown;
use std::process::Command;

/// Something that breaks, what finds it, and how it is mended.
struct Fault {
    name: &'static str,
    rules: &'static [&'static str],
    make: fn(&Server),
    mend: fn(&Server),
}

fn restart(server: &Server) {
    server.systemctl(&["daemon-reload"]);
    server.systemctl(&["restart", "redis-server", "app"]);
    server.systemctl(&["restart", "nginx"]);
    server.until(|| server.enter(&["test", "-S", "/run/app/app.sock"]).status.success());
    server.until(|| {
        let asked = "import socket; s = socket.socket(socket.AF_UNIX); s.settimeout(2); \
            s.connect('/run/app/app.sock'); s.send(b'GET / HTTP/1.0\\r\\nHost: app.example\\r\\n\\r\\n'); \
            assert s.recv(4)";
        server.enter(&["/usr/bin/python3", "-c", asked]).status.success()
    });
}

const FAULTS: &[Fault] = &[
    Fault {
        name: "the application was stopped",
        rules: &["live/unit-not-running"],
        make: |server| server.systemctl(&["stop", "app"]),
        mend: |server| server.systemctl(&["start", "app"]),
    },
    Fault {
        name: "Redis was stopped",
        rules: &["live/backing-service-down"],
        make: |server| server.systemctl(&["stop", "redis-server"]),
        mend: |server| server.systemctl(&["start", "redis-server"]),
    },
    Fault {
        name: "nginx was stopped",
        rules: &["live/port-not-listening"],
        make: |server| server.systemctl(&["stop", "nginx"]),
        mend: |server| server.systemctl(&["start", "nginx"]),
    },
    Fault {
        name: "the unit was changed and not reloaded",
        rules: &["live/unit-stale"],
        make: |server| {
            let path = server.path("units/app.service");
            // Its time is all that counts for systemd.
            server.replace("units/app.service", "Description=The shop", "Description=A shop");
            assert!(path.exists());
            server.systemctl(&["restart", "app"]);
        },
        mend: |server| {
            server.replace("units/app.service", "Description=A shop", "Description=The shop");
        },
    },
    Fault {
        name: "the env file was changed and the service not restarted",
        rules: &["live/process-env-drift"],
        make: |server| server.replace("srv/app/.env", "6379/1", "6379/2"),
        mend: |server| server.replace("srv/app/.env", "6379/2", "6379/1"),
    },
    Fault {
        name: "the folder of static files is closed to the web server",
        rules: &["live/path-not-traversable"],
        make: |server| chmod(&server.path("srv/app/static"), 0o700),
        mend: |server| chmod(&server.path("srv/app/static"), 0o755),
    },
    Fault {
        name: "the project's folder is closed to the web server",
        rules: &["live/path-not-traversable"],
        make: |server| {
            chown(server.path("srv/app"), Some(1001), Some(1001)).unwrap();
            chmod(&server.path("srv/app"), 0o700);
        },
        mend: |server| chmod(&server.path("srv/app"), 0o755),
    },
    Fault {
        name: "the socket is closed to the web server",
        rules: &["live/path-not-traversable"],
        make: |server| assert!(server.enter(&["chmod", "0700", "/run/app"]).status.success()),
        mend: |server| assert!(server.enter(&["chmod", "0750", "/run/app"]).status.success()),
    },
    Fault {
        name: "uploads cannot be stored",
        rules: &["live/path-mode-differs"],
        make: |server| chmod(&server.path("srv/app/media"), 0o755),
        mend: |server| chmod(&server.path("srv/app/media"), 0o2775),
    },
    Fault {
        name: "static files were never collected",
        rules: &["live/static-stale"],
        make: |server| {
            fs::rename(server.path("srv/app/static"), server.path("srv/app/gone")).unwrap()
        },
        mend: |server| {
            fs::rename(server.path("srv/app/gone"), server.path("srv/app/static")).unwrap()
        },
    },
    Fault {
        name: "the certificate is about to expire",
        rules: &["live/cert-expiring"],
        make: |server| certify(server.path("").as_path(), "app.example", 3),
        mend: |server| certify(server.path("").as_path(), "app.example", 90),
    },
    Fault {
        name: "the certificate is for another name",
        rules: &["live/cert-expiring"],
        make: |server| certify(server.path("").as_path(), "other.example", 90),
        mend: |server| certify(server.path("").as_path(), "app.example", 90),
    },
    Fault {
        name: "Redis listens for everybody",
        rules: &["live/port-public"],
        make: |server| {
            server.replace(
                "units/redis-server.service",
                "127.0.0.1",
                "0.0.0.0 --protected-mode no",
            );
            restart(server);
        },
        mend: |server| {
            server.replace(
                "units/redis-server.service",
                "0.0.0.0 --protected-mode no",
                "127.0.0.1",
            );
        },
    },
    Fault {
        name: "the application is hung up",
        rules: &["live/route-unreachable"],
        make: |server| {
            server.replace("srv/app/config/urls.py", "HttpResponse(\"hello\")", "1 / 0");
            restart(server);
        },
        mend: |server| {
            server.replace("srv/app/config/urls.py", "1 / 0", "HttpResponse(\"hello\")");
        },
    },
    Fault {
        name: "the application runs as another user",
        rules: &["live/process-user-differs", "live/unit-stale"],
        make: |server| {
            server.replace("units/app.service", "User=app\n", "User=www-data\n");
            restart(server);
            server.replace("units/app.service", "User=www-data\n", "User=app\n");
        },
        mend: |_| {},
    },
];

#[test]
fn each_fault_of_a_real_server_is_found_by_its_own_rule() {
    let server = Server::start();
    restart(&server);
    let (found, report) = server.doctor(&[]);
    assert_eq!(found, BTreeSet::new(), "healthy: {:#}", report["diagnostics"]);
    let unknown = report["checks"].as_array().unwrap().iter();
    let unknown: Vec<_> = unknown.filter(|it| it["outcome"] != "pass").collect();
    assert!(unknown.is_empty(), "healthy, and unknown: {unknown:#?}");

    let mut faults = Vec::new();
    for fault in FAULTS {
        (fault.make)(&server);
        let (found, report) = server.doctor(&[]);
        let expected: BTreeSet<String> = fault.rules.iter().map(|it| (*it).to_owned()).collect();
        if found != expected {
            let said = report["diagnostics"].as_array().unwrap().iter();
            let said: Vec<_> = said.map(|it| it["message"].to_string()).collect();
            faults.push(format!("{}: {expected:?}, found {found:?} {said:#?}", fault.name));
        }
        (fault.mend)(&server);
        restart(&server);
    }
    let (found, _) = server.doctor(&[]);
    assert_eq!(found, BTreeSet::new(), "healthy again");
    println!("{} faults made on a real server", FAULTS.len());
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), FAULTS.len(), faults.join("\n"));
}

#[test]
fn a_real_server_is_recorded_without_its_secrets_and_judged_again() {
    let server = Server::start();
    restart(&server);
    server.systemctl(&["stop", "redis-server"]);
    chmod(&server.path("srv/app/static"), 0o700);
    let file = server.path("facts.json");
    let (_, live) = server.doctor(&["--record", file.to_str().unwrap()]);
    let text = fs::read_to_string(&file).unwrap();
    assert!(!text.contains("canary"), "a secret is in the recording");
    let again = Command::new(program())
        .args(["doctor", "--format", "json", "--ignore", DISK])
        .args(["--facts", file.to_str().unwrap()])
        .output()
        .unwrap();
    let again: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    for key in ["diagnostics", "checks"] {
        let lines = |report: &serde_json::Value| format!("{:#}", report[key]);
        let (again, live) = (lines(&again), lines(&live));
        let differs = again.lines().zip(live.lines()).find(|(again, live)| again != live);
        assert_eq!(differs, None, "{key}");
        assert_eq!(again.len(), live.len(), "{key}");
    }
}

#[test]
fn whoever_may_see_less_is_told_so_and_nothing_false() {
    let server = Server::start();
    restart(&server);
    for user in ["65534", "1001"] {
        let [uid, gid] = ["--reuid", "--regid"].map(|it| format!("{it}={user}"));
        let kilter = program();
        let path = kilter.to_str().unwrap();
        let user_is = ["setpriv", &uid, &gid, "--clear-groups"];
        let command = [path, "doctor", "--format", "json", "--ignore", DISK];
        let said = server.enter(&[user_is.as_slice(), &command].concat());
        let report: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
        assert_eq!(report["diagnostics"], serde_json::json!([]), "as {user}");
        let checks = report["checks"].as_array().unwrap();
        assert!(checks.iter().any(|it| it["outcome"] == "pass"), "as {user}: {checks:#?}");
        assert!(checks.iter().any(|it| it["outcome"] == "unknown"), "as {user}: {checks:#?}");
    }
}

#[test]
fn nothing_is_written_and_nothing_is_run_but_systemctl() {
    let server = Server::start();
    restart(&server);
    let trace = server.path("trace");
    let kilter = program();
    let said = server.enter(&[
        "strace",
        "-f",
        "-qq",
        "-e",
        "trace=openat,open,creat,execve,connect,unlink,rename,mkdir",
        "-o",
        trace.to_str().unwrap(),
        kilter.to_str().unwrap(),
        "doctor",
        "--exit-zero",
    ]);
    assert!(said.status.success(), "{said:?}");
    let trace = fs::read_to_string(trace).unwrap();
    let own = kilter.to_str().unwrap();
    for line in trace.lines().filter(|line| !line.contains(" = -1 ")) {
        let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "unlink(", "rename(", "mkdir("];
        let is_null = line.contains("/dev/null");
        assert!(is_null || !writes.iter().any(|it| line.contains(it)), "{line}");
        if let Some((_, program)) = line.split_once("execve(\"") {
            let program = program.split('"').next().unwrap();
            assert!(program == own || program.ends_with("/systemctl"), "{line}");
        }
    }
    let connected: Vec<_> = trace.lines().filter(|line| line.contains("connect(")).collect();
    let expected = ["app.sock", "127.0.0.1", "/run/systemd/private", "/run/dbus"];
    for line in connected {
        assert!(expected.iter().any(|it| line.contains(it)), "{line}");
    }
}
