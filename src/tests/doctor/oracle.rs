//! `kilter doctor` on a real server: healthy it has nothing to say, and each fault is found by its
//! own rule and by no other.

use crate::tests::doctor::faults::{FAULTS, restart};
use crate::tests::doctor::server::{DISK, Server, chmod};
use crate::tests::program;
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

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
        fault.make(&server);
        let (found, report) = server.doctor(&[]);
        let expected: BTreeSet<String> = fault.rules.iter().map(|it| (*it).to_owned()).collect();
        if found != expected {
            let said = report["diagnostics"].as_array().unwrap().iter();
            let said: Vec<_> = said.map(|it| it["message"].to_string()).collect();
            faults.push(format!("{}: {expected:?}, found {found:?} {said:#?}", fault.name));
        }
        fault.mend(&server);
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
    // At last nobody sees the processes of others (proc(5), `hidepid`).
    for (user, hides) in [("65534", false), ("1001", false), ("65534", true)] {
        if hides {
            let said = server.enter(&["mount", "-o", "remount,hidepid=2", "/proc"]);
            assert!(said.status.success(), "{said:?}");
        }
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
