//! Units with their drop-ins as systemd has them in memory, told by `systemctl show`.

use crate::model::units::Unit;
use crate::syntax::systemd::specifier;
use crate::tests::systemd::oracle::{Folder, run_and_ask};
use crate::tests::systemd::units::load;
use std::collections::BTreeMap;

/// What units say, each in a file of its own or in a drop-in.
const LINES: [&str; 14] = [
    "User=app\nGroup=www\nUMask=0027\nWorkingDirectory=/srv/%p",
    "ExecStart=\nExecStart=/bin/echo %n %N %p %i %I %j %J",
    "ExecStart=/bin/echo 'a b' \"c d\" e\\x20f 50%%",
    "RuntimeDirectory=a b/%p\nRuntimeDirectoryMode=0750\nRuntimeDirectoryPreserve=restart",
    "StateDirectory=%p\nLogsDirectory=%N",
    "SupplementaryGroups=adm www\nSupplementaryGroups=\nSupplementaryGroups=mail",
    "ProtectSystem=strict\nReadWritePaths=/srv/%p -/var/x\nPrivateTmp=1",
    "Restart=on-failure\nRestart=on-abnormal",
    "ExecStart=-@/bin/echo zero ${A} $B",
    "User=\nGroup=other\nWorkingDirectory=-/opt/%i",
    "WorkingDirectory=\nUMask=077\nProtectSystem=no",
    "ExecStart=/bin/echo a ; /bin/echo b \\; c",
    "RuntimeDirectory=\nRuntimeDirectory=later\nReadWritePaths=\nPrivateTmp=off",
    "ExecStart=/bin/echo one \\\n  two \\\n# not this\n  three",
];

/// Where a drop-in may lie: below which folder of the machine, for which unit, under which name.
const PLACES: [&[(&str, &str, &str)]; 8] = [
    &[],
    &[("etc", "@own", "10-a")],
    &[("usr/lib", "@own", "10-a"), ("etc", "@own", "20-b")],
    &[("etc", "@own", "10-a"), ("usr/lib", "@own", "20-b"), ("run", "@own", "15-c")],
    &[("usr/lib", "@own", "50"), ("etc", "@own", "50")],
    &[("usr/lib", "@own", "50"), ("etc", "@prefix", "50")],
    &[("usr/local/lib", "@prefix", "30"), ("usr/lib", "@own", "40"), ("etc", "service", "35")],
    &[("etc", "service", "60"), ("usr/lib", "@own", "60"), ("usr/local/lib", "@template", "70")],
];

const ASKED: [&str; 17] = [
    "Environment",
    "ExecStart",
    "Group",
    "LogsDirectory",
    "PrivateTmp",
    "ProtectSystem",
    "ReadWritePaths",
    "Restart",
    "RuntimeDirectory",
    "RuntimeDirectoryMode",
    "RuntimeDirectoryPreserve",
    "StateDirectory",
    "SupplementaryGroups",
    "Type",
    "UMask",
    "User",
    "WorkingDirectory",
];

/// Names of units, each with its files by their paths.
fn cases() -> Vec<(String, Vec<(String, String)>)> {
    let mut cases = Vec::new();
    for (index, line) in LINES.iter().enumerate() {
        for (variant, places) in PLACES.iter().enumerate() {
            let instance = (index + variant) % 3 == 0;
            let prefix = format!("case{variant}-{index}");
            let name = if instance {
                format!("{prefix}@in-st.service")
            } else {
                format!("{prefix}.service")
            };
            let template = format!("{prefix}@.service");
            let file = if instance { &template } else { &name };
            let folder = ["usr/lib", "etc", "usr/local/lib"][(index + variant) % 3];
            let text =
                |mark: usize, line: &str| format!("[Service]\nEnvironment=MARK{mark}=1\n{line}\n");
            let base = "Type=oneshot\nExecStart=/bin/true";
            let own = if places.is_empty() { format!("{base}\n{line}") } else { base.to_owned() };
            let mut files = vec![(format!("{folder}/systemd/system/{file}"), text(0, &own))];
            for (number, (folder, of, conf)) in places.iter().enumerate() {
                let of = match *of {
                    "@own" => file.clone(),
                    "@template" => template.clone(),
                    "@prefix" => format!("case{variant}-.service"),
                    kind => kind.to_owned(),
                };
                let line = LINES[(index + number * 5) % LINES.len()];
                // What is for all services may say nothing that stops one.
                let line = if of == "service" { "UMask=0022" } else { line };
                let path = format!("{folder}/systemd/system/{of}.d/{conf}.conf");
                files.push((path, text(number + 1, line)));
            }
            cases.push((name, files));
        }
    }
    cases
}

#[test]
fn units_are_merged_as_systemd_merges_them() {
    let folder = Folder::new("merged");
    let cases = cases();
    let mut files = BTreeMap::new();
    for (path, text) in cases.iter().flat_map(|(_, files)| files) {
        files.insert(path.clone(), text.clone());
    }
    for (path, text) in &files {
        folder.write(&format!("units/{path}"), text);
    }
    let names: Vec<&str> = cases.iter().map(|(name, _)| name.as_str()).collect();
    let told = run_and_ask(&folder, &names, &ASKED);
    let files: Vec<(String, String)> = files.into_iter().collect();
    let (mut compared, mut wrong) = (0, Vec::new());
    load(&files, |units, _| {
        for name in &names {
            let unit = units.iter().find(|it| it.is_called(name)).expect("it is a unit");
            let mut unit = unit.clone();
            unit.name = crate::syntax::systemd::UnitName::parse(name).expect("a unit's name");
            for key in ASKED {
                let Some(ours) = shown(&unit, key) else { continue };
                let theirs = told[*name].get(key).map(String::as_str).unwrap_or_default();
                compared += 1;
                if ours != simplified(key, theirs) {
                    wrong.push(format!("{name} {key}: ours {ours:?}, theirs {theirs:?}"));
                }
            }
        }
    });
    println!("{compared} properties of {} units compared with systemd", names.len());
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(names.len() >= 60 && compared >= 600, "only {compared} of {} units", names.len());
}

/// What the model has of a key, in the words of `systemctl show`. `None` where the unit does not
/// say, for systemd fills in a default.
fn shown(unit: &Unit, key: &str) -> Option<String> {
    let lines = unit.all("Service", key).count();
    if lines == 0 {
        return None;
    }
    Some(match key {
        "ExecStart" => {
            let commands = unit.commands(key);
            let one = |command: &crate::syntax::systemd::exec::Command| {
                let first = command.argv0.as_ref().unwrap_or(&command.program);
                let words = std::iter::once(first).chain(&command.arguments);
                let words = words.map(|word| {
                    specifier::expand(&word.text, &unit.name, unit.manager)
                        .unwrap_or_else(|_| word.text.clone())
                        .as_str()
                        .to_owned()
                });
                words.collect::<Vec<_>>().join(" ")
            };
            commands.iter().map(one).collect::<Vec<_>>().join("\n")
        }
        "PrivateTmp" => if unit.flag("Service", key)?.value { "yes" } else { "no" }.to_owned(),
        "UMask" | "RuntimeDirectoryMode" => format!("{:0>4}", unit.get("Service", key)?.value),
        "WorkingDirectory" => {
            // A folder that may be missing is told with `!`.
            let optional = unit.get("Service", key)?.value.starts_with('-');
            let path = unit.working_directory()?.value;
            let path = path.as_str().trim_end_matches('/');
            format!("{}{path}", if optional { "!" } else { "" })
        }
        "Environment" => {
            // One that is set again stays where it was.
            let mut seen = Vec::new();
            for word in unit.words("Service", key) {
                if !seen.contains(&word.value) {
                    seen.push(word.value);
                }
            }
            seen.join(" ")
        }
        "LogsDirectory"
        | "ReadWritePaths"
        | "RuntimeDirectory"
        | "StateDirectory"
        | "SupplementaryGroups" => {
            let words = unit.words("Service", key);
            let mut words: Vec<_> = words.into_iter().map(|it| it.value).collect();
            if key.ends_with("Directory") {
                words.sort();
            }
            words.join(" ")
        }
        _ => unit.get("Service", key)?.value,
    })
}

/// `{ path=/bin/echo ; argv[]=/bin/echo a b ; ignore_errors=no ; … }`, of which the words count.
fn simplified(key: &str, told: &str) -> String {
    if key != "ExecStart" {
        return told.to_owned();
    }
    let words = told.lines().filter_map(|line| {
        let (_, words) = line.split_once("argv[]=")?;
        Some(words.split_once(" ; ignore_errors=")?.0)
    });
    words.collect::<Vec<_>>().join("\n")
}
