//! What systemd itself says: `systemd-analyze verify` of single lines, and the environment that
//! services get from a systemd which is started for them.

use super::units::load;
use super::{parse, unit};
use crate::fact::{Lookup, Supplied};
use crate::syntax::systemd::{Fault, Manager, check};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of its own, gone when it is no longer needed.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kilter-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Lines of `[Service]`, right and wrong.
const LINES: &[&str] = &[
    "User=www",
    "  User = www ",
    "user=www",
    "Nosuch=1",
    "this is bad",
    "=x",
    "User",
    "[Unit",
    "[Nosuch]",
    "[X-Mine]\nA=1",
    "Restart=always",
    "Restart=alway",
    "Restart=on-failure # c",
    "Type=simple",
    "Type=daemon",
    "Type=exec",
    "KillMode=mixed",
    "KillMode=all",
    "KillSignal=TERM",
    "KillSignal=SIGINT",
    "KillSignal=15",
    "KillSignal=SIGNOPE",
    "NotifyAccess=main",
    "NotifyAccess=maybe",
    "PrivateTmp=yes",
    "PrivateTmp=1",
    "PrivateTmp=on",
    "PrivateTmp=maybe",
    "PrivateTmp=yes # x",
    "NoNewPrivileges=Y",
    "UMask=0007",
    "UMask=27",
    "UMask=u=rwx",
    "UMask=0999",
    "RestartSec=5",
    "RestartSec=1min 30s",
    "RestartSec=soon",
    "RestartSec=infinity",
    "RestartSec=500ms",
    "TimeoutStopSec=5 parsecs",
    "TimeoutStartSec=1h30m",
    "TimeoutSec=90",
    "RuntimeDirectory=a b/c",
    "RuntimeDirectory=/run/x",
    "RuntimeDirectory=../x",
    "RuntimeDirectoryMode=0755",
    "RuntimeDirectoryMode=rwx",
    "RuntimeDirectoryPreserve=restart",
    "RuntimeDirectoryPreserve=maybe",
    "StateDirectory=app",
    "LogsDirectory=/var/log/x",
    "WorkingDirectory=/srv/a b",
    "WorkingDirectory=srv",
    "WorkingDirectory=~",
    "WorkingDirectory=-/x",
    "WorkingDirectory=\"/srv\"",
    "ReadWritePaths=/a -/b +/c",
    "ReadWritePaths=/a b",
    "EnvironmentFile=.env",
    "EnvironmentFile=-/etc/x",
    "EnvironmentFile=\"/etc/x\"",
    "PIDFile=/run/x.pid",
    "PIDFile=x.pid",
    "RootDirectory=srv",
    "ProtectSystem=strict",
    "ProtectSystem=very",
    "ProtectHome=read-only",
    "ProtectHome=sure",
    "StandardOutput=append:/var/log/x",
    "StandardOutput=journal",
    "StandardOutput=nowhere",
    "StandardError=file:/x",
    "Environment=A=1",
    "Environment=A=x y",
    "Environment=\"A=x y\" B=2",
    "Environment=A=p%40w",
    "Environment=A=100%",
    "Environment=A=50%%",
    "Environment=\"A=b",
    "Environment=1A=b",
    "Environment=A=b#c",
    "Environment=A=\\d",
    "Environment=A=%n",
    "Environment=A=b # c",
    "Environment=A=$B",
    "ExecStartPre=/bin/echo \"a b",
    "ExecStartPre=/bin/echo a\\qb",
    "ExecStartPre=./x",
    "ExecStartPre=${A}/x",
    "ExecStartPre=- /bin/echo",
    "ExecStartPre=-/bin/echo",
    "ExecStartPre=/bin/echo %x",
    "ExecStartPre=/bin/echo 100%",
    "ExecStartPre=@/bin/echo zero a",
    "ExecStartPre=/bin/echo a ; /bin/echo b",
    "ExecStartPre=/bin/echo 'a'b\"c\"",
    "ExecStartPre=/bin/",
    "ExecStartPre=+!/bin/echo",
    "ExecStartPre=!!/bin/echo",
    "ExecStartPre=/bin/echo \\x41\\101\\u00e9",
    "WantedBy=multi-user.target",
    "StartLimitIntervalSec=5",
    "StartLimitInterval=5",
    "After=x.target",
    "StartLimitBurst=5",
    "StartLimitBurst=many",
    "LimitNOFILE=65536",
    "SyslogIdentifier=a b",
    "Sockets=a.socket",
    "FileDescriptorStoreMax=x",
    "RemainAfterExit=yes",
    "GuessMainPID=nope",
    "DynamicUser=true",
    "Nice=5",
    "X-Mine=1",
    "User=a \\\n# c\n Group=b",
    "User=a\\\nb",
    "# User=x",
    "; User=x",
    "User=a;b",
    "Description=x",
];

/// Problems that are ours alone: systemd takes the line as it is.
fn is_ours(fault: Fault) -> bool {
    matches!(fault, Fault::InlineComment | Fault::ShellSyntax)
}

#[test]
fn verify_complains_of_the_same_lines() {
    let folder = Folder::new("verify");
    let mut wrong = Vec::new();
    for line in LINES {
        let text = format!("[Service]\nExecStart=/bin/true\n{line}\n");
        folder.write("t.service", &text);
        let output = Command::new("systemd-analyze")
            .args(["verify", "--man=no", "--recursive-errors=no"])
            .arg(folder.0.join("t.service"))
            .env("SYSTEMD_LOG_LEVEL", "warning")
            .output()
            .expect("systemd-analyze runs");
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        let theirs: BTreeSet<usize> = messages.lines().filter_map(line_of).collect();
        let (file, mut problems) = parse(&text);
        problems.extend(check(&file, &unit("t.service"), Manager::System));
        let at = |offset: u32| text[..offset as usize].matches('\n').count() + 1;
        // systemd counts a continued line by its last.
        let ends = |offset: u32| {
            let mut line = at(offset);
            while text
                .lines()
                .nth(line - 1)
                .is_some_and(|it| it.ends_with('\\') || it.starts_with('#'))
            {
                line += 1;
            }
            line
        };
        let ours: BTreeSet<usize> = problems
            .iter()
            .filter(|it| !is_ours(it.fault))
            .map(|it| ends(it.place.span.start))
            .collect();
        let inline: BTreeSet<usize> = problems
            .iter()
            .filter(|it| is_ours(it.fault))
            .map(|it| ends(it.place.span.start))
            .collect();
        let is_same =
            theirs.is_subset(&ours.union(&inline).copied().collect()) && ours.is_subset(&theirs);
        if !is_same {
            wrong.push(format!("{line:?}: ours {problems:?}, theirs {messages}"));
        }
    }
    println!("{} comparisons with systemd-analyze verify", LINES.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), LINES.len(), wrong.join("\n"));
    assert!(LINES.len() >= 60);
}

/// `/path/t.service:4: Unknown key …`
fn line_of(message: &str) -> Option<usize> {
    let (_, after) = message.split_once("t.service:")?;
    after.split(':').next()?.parse().ok()
}

/// Units by name, each with its drop-ins and env files.
fn services() -> Vec<(String, Vec<(String, String)>)> {
    let lines = [
        "Environment=A=1 B=2",
        "Environment=\"A=x y\" 'B=p q' C=a\"b c\"d",
        "Environment=A=x y",
        "Environment=A=$HOME B=${A}",
        "Environment=A=%n B=%p C=%i",
        "Environment=A=p%40w B=1",
        "Environment=A=50%% B=100%",
        "Environment=A=1\nEnvironment=A=2",
        "Environment=A=1\nEnvironment=\nEnvironment=B=2",
        "Environment=A=1 \\\n  B=2 \\\n# no\n  C=3",
        "Environment=A=a\\tb B=\\x41",
        "Environment=A= B=",
        "Environment=A=1\nUnsetEnvironment=A",
        "Environment=A=1 B=2\nUnsetEnvironment=A=1 B=3",
        "Environment=\"A=b' c\" \"B=\\\"x\\\"\"",
        "Environment=A=#b ;c",
        "Environment=A=b=c",
        "Environment=1A=x B=y",
        "Environment=A=é B=☃",
        "RuntimeDirectory=x/%N y",
        "EnvironmentFile=@DIR@/a.env",
        "EnvironmentFile=@DIR@/a.env\nEnvironment=A=line B=line",
        "EnvironmentFile=-@DIR@/none\nEnvironment=A=1",
        "EnvironmentFile=@DIR@/a.env\nEnvironmentFile=@DIR@/b.env",
        "EnvironmentFile=@DIR@/b.env\nEnvironmentFile=@DIR@/a.env",
        "EnvironmentFile=@DIR@/a.env\nEnvironmentFile=\nEnvironment=A=1",
        "EnvironmentFile=@DIR@/%p.env",
        "User=nobody\nEnvironment=A=1",
        "EnvironmentFile=-@DIR@/a.env\nUnsetEnvironment=A",
    ];
    let drop_ins: [&[(&str, &str)]; 8] = [
        &[],
        &[("@.service.d/10.conf", "Environment=A=drop")],
        &[("@.service.d/10.conf", "Environment=\nEnvironment=B=drop")],
        &[
            ("@.service.d/20.conf", "Environment=A=later"),
            ("@.service.d/10.conf", "Environment=A=sooner"),
        ],
        &[("service.d/15.conf", ""), ("@.service.d/10.conf", "EnvironmentFile=@DIR@/b.env")],
        &[
            ("@.service.d/a.conf", "# nothing\nUnsetEnvironment=B"),
            ("@.service.d/b.txt", "Environment=A=no"),
        ],
        &[
            ("web-.service.d/50.conf", "Environment=W=prefix"),
            ("@.service.d/10.conf", "Environment=W=own"),
        ],
        &[
            ("web-.service.d/10.conf", "Environment=W=masked"),
            ("@.service.d/10.conf", "Environment=X=own"),
        ],
    ];
    let mut services = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        for (variant, drop_ins) in drop_ins.iter().enumerate() {
            // Every line alone, and each with two of the drop-ins.
            if variant > 0 && index % 4 != variant % 4 {
                continue;
            }
            let name = format!("web-{index}x{variant}");
            let mut files = vec![(format!("{name}.service"), service(&name, line))];
            for (path, text) in *drop_ins {
                let path = path.replace("@.", &format!("{name}."));
                files.push((path, format!("[Service]\n{text}\n")));
            }
            services.push((name, files));
        }
    }
    services
}

/// A service that writes its environment down.
pub(crate) fn service(name: &str, lines: &str) -> String {
    format!(
        "[Unit]\nDefaultDependencies=no\nBefore=finish.service\n[Service]\nType=oneshot\n\
         ExecStart=+/bin/sh -c 'exec env -0 >/run/out/{name}'\n{lines}\n"
    )
}

const ENV_FILES: [(&str, &str); 2] = [
    (
        "a.env",
        "# c\nA=file\nB=\"two words\" # glued\nC='x'y\nexport D=no\nE=a\\\nb\nF=$A\nG=\nH=\"a\\\"b\\n\"\n1X=no\nI = spaced \n",
    ),
    ("b.env", "A=other\n; B=no\nB=b#c\nJ=\"multi\nline\"\nK=a;b\n"),
];

#[test]
fn services_get_the_environment_that_kilter_says() {
    let folder = Folder::new("environment");
    let dir = folder.0.join("env").to_str().expect("a path").to_owned();
    let services = services();
    let mut seen = BTreeMap::new();
    for (name, text) in ENV_FILES {
        folder.write(&format!("env/{name}"), text);
        seen.insert(format!("{}/{name}", dir.trim_start_matches('/')), text.to_owned());
    }
    for (name, files) in &services {
        // What `%p.env` names; without it the service would not start.
        folder.write(&format!("env/{name}.env"), "P=own\n");
        seen.insert(format!("{}/{name}.env", dir.trim_start_matches('/')), "P=own\n".to_owned());
        for (path, text) in files {
            let text = text.replace("@DIR@", &dir);
            folder.write(&format!("units/{path}"), &text);
            seen.insert(format!("units/{path}"), text);
        }
    }
    let given = run(&folder, &services.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>());
    let files: Vec<(String, String)> = seen.into_iter().collect();
    let (mut compared, mut wrong) = (0, Vec::new());
    load(&files, |units, environment| {
        for (name, _) in &services {
            let unit = units.iter().find(|unit| unit.name.prefix == *name).expect("it is a unit");
            let ours = environment(unit);
            let theirs = &given[name];
            let names: BTreeSet<&str> =
                ours.names().chain(theirs.keys().map(String::as_str)).collect();
            for variable in names {
                let found = match ours.layers(variable).last().map(|fact| &fact.value) {
                    // What only the host knows, and what the shell adds that writes it down.
                    Some(
                        Supplied::Unknown(_)
                        | Supplied::MadeOf { .. }
                        | Supplied::OrEmpty(_)
                        | Supplied::Perhaps(_),
                    ) => {
                        continue;
                    }
                    None if matches!(variable, "PWD" | "OLDPWD" | "_" | "SHLVL") => continue,
                    _ => match ours.get(variable) {
                        Lookup::Set(value) => Some(value.value),
                        Lookup::Unknown(_) | Lookup::Absent => None,
                    },
                };
                compared += 1;
                if found.as_ref() != theirs.get(variable) {
                    wrong.push(format!(
                        "{name} {variable}: ours {found:?}, theirs {:?}",
                        theirs.get(variable)
                    ));
                }
            }
        }
    });
    println!("{compared} variables of {} services compared with systemd", services.len());
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(services.len() >= 60 && compared >= 200, "only {compared} of {}", services.len());
}

/// Lets systemd run the services, and reads what each found in its environment.
pub(crate) fn run(folder: &Folder, names: &[String]) -> BTreeMap<String, BTreeMap<String, String>> {
    let wants: Vec<String> = names.iter().map(|name| format!("{name}.service")).collect();
    start(folder, &wants.join(" "), "/bin/touch /run/out/finished");
    let read = |name: &String| {
        let bytes = fs::read(folder.0.join("out").join(name)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
        (
            (*name).to_owned(),
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        )
    };
    names.iter().map(read).collect()
}

/// Lets systemd load units that nothing starts, and reads what it says of their properties. A
/// property with several values has a line for each.
pub(crate) fn run_and_ask(
    folder: &Folder,
    names: &[&str],
    properties: &[&str],
) -> BTreeMap<String, BTreeMap<String, String>> {
    let script = format!(
        "#!/bin/sh\nsystemctl show -p Id,{} {} >/run/out/show\ntouch /run/out/finished\n",
        properties.join(","),
        names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(" ")
    );
    folder.write("ask.sh", &script);
    start(folder, "", &format!("/bin/sh {}", folder.0.join("ask.sh").display()));
    let told = fs::read_to_string(folder.0.join("out/show")).expect("systemctl was run");
    let mut units: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for block in told.split("\n\n") {
        let mut unit: BTreeMap<String, String> = BTreeMap::new();
        for (key, value) in block.lines().filter_map(|line| line.split_once('=')) {
            let known = unit.entry(key.to_owned()).or_default();
            let parting = if known.is_empty() { "" } else { "\n" };
            known.push_str(&format!("{parting}{value}"));
        }
        units.insert(unit.get("Id").cloned().unwrap_or_default(), unit);
    }
    units
}

/// Starts a systemd on the units of a folder, and waits until its last service has run.
fn start(folder: &Folder, wants: &str, last: &str) {
    let no_defaults = "[Unit]\nDefaultDependencies=no\n";
    for target in ["basic", "sysinit", "shutdown"] {
        folder.write(&format!("units/{target}.target"), no_defaults);
    }
    folder.write("units/default.target", &format!("{no_defaults}Wants=finish.service {wants}\n"));
    folder.write(
        "units/finish.service",
        &format!("{no_defaults}[Service]\nType=oneshot\nExecStart={last}\n"),
    );
    fs::create_dir_all(folder.0.join("out")).expect("a folder");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/systemd/ask_systemd.sh");
    let status = Command::new(script)
        .args([folder.0.join("units"), folder.0.join("out")])
        .status()
        .expect("the script runs");
    assert!(status.success(), "systemd did not run the units; it needs root");
}
