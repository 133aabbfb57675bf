//! What monitoring reads of a machine: the plugin's line and codes, the textfile of gauges.

use crate::cli::Exit;
use crate::tests::cli::kilter;
use std::fs;
use tempfile::TempDir;

const RULES: &str = "live/unit-not-running,live/unit-stale";

/// A machine with one unit, of which systemd says this.
fn recorded(folder: &TempDir, unit: &str) -> String {
    let text = "[Service]\\nExecStart=/srv/app/venv/bin/gunicorn config.wsgi\\n";
    let facts = format!(
        r#"{{"format": "kilter-facts/1", "complete": true,
            "files": {{"/etc/systemd/system/app.service": {{"text": "{text}"}}}},
            "units": {{"app.service": {unit}}}}}"#
    );
    let file = folder.path().join("facts.json");
    fs::write(&file, facts).unwrap();
    file.to_str().unwrap().to_owned()
}

fn unit(active: &str, is_stale: &str) -> String {
    format!(
        r#"{{"LoadState": "loaded", "ActiveState": "{active}", "Result": "exit-code",
            "UnitFileState": "enabled", "NeedDaemonReload": "{is_stale}"}}"#
    )
}

#[test]
fn a_plugin_says_by_its_code_what_it_says_in_its_line() {
    let unknown = r#"{"unknown": "systemd does not answer", "needs": "systemd"}"#.to_owned();
    for (unit, exit, line) in [
        (unit("active", "no"), Exit::Clean, "KILTER OK - "),
        (unit("active", "yes"), Exit::Found, "KILTER WARNING - "),
        (unit("failed", "no"), Exit::Failed, "KILTER CRITICAL - "),
        (unknown, Exit::Untold, "KILTER UNKNOWN - "),
    ] {
        let folder = TempDir::new().unwrap();
        let facts = recorded(&folder, &unit);
        let said = kilter(&["doctor", "--select", RULES, "--format", "nagios", "--facts", &facts]);
        assert!(said.out.starts_with(line) && said.out.lines().count() == 1, "{}", said.out);
        assert_eq!(said.exit, exit, "{}", said.out);
    }
}

#[test]
fn gauges_tell_silence_from_health() {
    let folder = TempDir::new().unwrap();
    let facts = recorded(&folder, &unit("failed", "no"));
    let file = folder.path().join("kilter.prom");
    let output = format!("prometheus={}", file.display());
    let said = kilter(&[
        "doctor",
        "--select",
        RULES,
        "--exit-zero",
        "--output",
        &output,
        "--facts",
        &facts,
    ]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
    let gauges = fs::read_to_string(file).unwrap();
    for (rule, count) in [("live/unit-not-running", 1), ("live/unit-stale", 0)] {
        let line = gauges.lines().find(|it| it.contains(&format!("rule=\"{rule}\"")));
        assert!(line.is_some_and(|it| it.ends_with(&format!("}} {count}"))), "{gauges}");
    }
    assert!(gauges.lines().any(|it| it.starts_with("kilter_checks{outcome=\"pass\"}")), "{gauges}");
}
