//! Many servers: the Ansible role that records them, the units that tell Prometheus.

use super::{ROOT, deployment, run};
use crate::tests::{program, tool};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

#[test]
fn the_role_records_each_host_and_leaves_nothing_there() {
    let folder = TempDir::new().unwrap();
    let (recordings, remote) = (folder.path().join("recordings"), folder.path().join("tmp"));
    fs::create_dir(&remote).unwrap();
    let root = deployment("heypage");
    let variables = serde_json::json!({
        "ansible_become": false,
        "ansible_connection": "local",
        "ansible_python_interpreter": tool("ansible/bin/python"),
        "kilter_program": program(),
        "kilter_recordings": recordings,
        "kilter_arguments": ["--root", root],
    });
    let mut playbook = Command::new(tool("ansible/bin/ansible-playbook"));
    playbook.args([
        "--inventory",
        "web1,web2,",
        "--extra-vars",
        &variables.to_string(),
        "record.yml",
    ]);
    playbook.current_dir(Path::new(ROOT).join("packages/ansible"));
    // What it makes for itself, and what it makes on the host, are both here.
    playbook.env("HOME", folder.path()).env("TMPDIR", &remote);
    let said = run(&mut playbook, 0);
    assert!(said.contains("changed=0"), "{said}");
    assert_eq!(fs::read_dir(&remote).unwrap().count(), 0, "something is left on the host");

    let mut doctor = Command::new(program());
    doctor.args(["doctor", "--format", "json", "--exit-zero"]);
    for host in ["web1", "web2"] {
        doctor.arg("--facts").arg(recordings.join(format!("{host}.json")));
    }
    let said = run(&mut doctor, 0);
    let reports: Vec<serde_json::Value> =
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(reports.len(), 2);
    assert!(reports[1]["facts"].as_str().unwrap().ends_with("web2.json"));
    assert_eq!(reports[0]["diagnostics"], reports[1]["diagnostics"]);
}

#[test]
fn systemd_takes_the_units_that_tell_prometheus() {
    let folder = TempDir::new().unwrap();
    for name in ["kilter-doctor.service", "kilter-doctor.timer"] {
        let text = fs::read_to_string(Path::new(ROOT).join("packages/systemd").join(name)).unwrap();
        let here = program().display().to_string();
        fs::write(folder.path().join(name), text.replace("/usr/bin/kilter", &here)).unwrap();
    }
    let mut verify = Command::new("systemd-analyze");
    verify.args(["verify", "--man=no"]).arg(folder.path().join("kilter-doctor.timer"));
    let said = run(&mut verify, 0);
    let about_ours = said.lines().filter(|line| line.contains("kilter-doctor"));
    assert_eq!(about_ours.collect::<Vec<_>>(), Vec::<&str>::new());
}
