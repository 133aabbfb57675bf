//! Services that systemd does not load, told by `systemd-analyze verify`.

use crate::config::Config;
use crate::rules;
use crate::run::run;
use crate::source::Tree;
use crate::tests::file;
use crate::tests::systemd::oracle::Folder;
use std::process::Command;

const RULES: [&str; 2] = ["systemd/several-commands", "systemd/restart-refused"];

/// What stands in `[Service]`, and in a drop-in.
const SERVICES: &[(&str, &str)] = &[
    ("ExecStart=/bin/true\nExecStart=/bin/false", ""),
    ("ExecStart=/bin/true\nExecStart=\nExecStart=/bin/false", ""),
    ("ExecStart=/bin/true", "ExecStart=/bin/false"),
    ("ExecStart=/bin/true", "ExecStart=\nExecStart=/bin/false"),
    ("ExecStart=/bin/true\nExecStart=/bin/false", "Type=oneshot"),
    ("Type=oneshot\nExecStart=/bin/true\nExecStart=/bin/false", ""),
    ("Type=oneshot\nExecStart=/bin/true\nExecStart=/bin/false", "Type=simple"),
    ("Type=notify\nExecStart=/bin/true\nExecStart=/bin/false", ""),
    ("Type=exec\nExecStart=/bin/true ; /bin/false", ""),
    ("Type=forking\nExecStart=/bin/sh -c 'true ; false'", ""),
    ("ExecStart=/bin/true \\; /bin/false", ""),
    ("ExecStart=/bin/true\nExecStartPre=/bin/true\nExecStartPre=/bin/false", ""),
    ("Type=oneshot\nExecStart=/bin/true\nRestart=always", ""),
    ("Type=oneshot\nExecStart=/bin/true\nRestart=on-success", ""),
    ("Type=oneshot\nExecStart=/bin/true\nRestart=on-failure", ""),
    ("Type=oneshot\nExecStart=/bin/true\nRestart=no", ""),
    ("Type=oneshot\nExecStart=/bin/true", "Restart=always"),
    ("Type=oneshot\nExecStart=/bin/true\nRestart=always", "Restart=on-abnormal"),
    ("Type=oneshot\nExecStart=/bin/true\nRestart=always", "Type=simple"),
    ("ExecStart=/bin/true\nRestart=always", ""),
];

#[test]
fn services_are_refused_that_systemd_refuses() {
    let folder = Folder::new("refused");
    let mut wrong = Vec::new();
    for (index, (service, drop_in)) in SERVICES.iter().enumerate() {
        let name = format!("case{index}.service");
        let files = [
            (name.clone(), format!("[Service]\n{service}\n")),
            (format!("{name}.d/10.conf"), format!("[Service]\n{drop_in}\n")),
        ];
        for (path, text) in &files {
            folder.write(path, text);
        }
        let asked =
            Command::new("systemd-analyze").arg("verify").arg(folder.0.join(&name)).output();
        let asked = asked.expect("systemd-analyze is installed by scripts/tools/systemd");
        let said = String::from_utf8_lossy(&asked.stderr).into_owned();
        let rules = rules::all().filter(|rule| RULES.contains(&rule.id)).collect();
        let tree = Tree::of(files.iter().map(|(path, text)| file(path, text.as_str())).collect());
        let found = run(&tree, &Config { rules, ..Config::default() }).diagnostics;
        if found.is_empty() == said.contains("Refusing") {
            wrong.push(format!("{service:?} {drop_in:?}: {said}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
