//! Recordings: what they say when they are judged elsewhere, and what they never hold.

use crate::cli::Exit;
use crate::doctor::{Key, redact};
use crate::host::{Facts, Host, Known, Process, Recorded, Recording};
use crate::run::examine;
use crate::tests::cli::kilter;
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;

/// The copies of whole servers among the fixtures.
const SERVERS: &[&str] = &["chip-dashboard", "first-look", "heypage", "sum-platform"];

#[test]
fn a_recording_says_what_the_machine_said() {
    let folder = TempDir::new().unwrap();
    for server in SERVERS {
        let root = format!("{}/fixtures/deployments/{server}", env!("CARGO_MANIFEST_DIR"));
        let file = folder.path().join(server);
        let file = file.to_str().unwrap();
        let live = kilter(&["doctor", "--format", "json", "--root", &root, "--record", file]);
        let again = kilter(&["doctor", "--format", "json", "--facts", file]);
        assert_eq!(again.out, live.out, "{server}");
        assert_eq!(again.exit, live.exit, "{server}");
    }
}

#[test]
fn several_recordings_are_told_in_the_order_they_were_named() {
    let folder = TempDir::new().unwrap();
    let mut files = Vec::new();
    for server in SERVERS {
        let root = format!("{}/fixtures/deployments/{server}", env!("CARGO_MANIFEST_DIR"));
        let file = folder.path().join(server).to_str().unwrap().to_owned();
        kilter(&["doctor", "--root", &root, "--record", &file]);
        files.push(file);
    }
    let mut arguments = vec!["doctor"];
    files.iter().for_each(|file| arguments.extend(["--facts", file]));
    let said = kilter(&arguments).out;
    let heads: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("== ")).collect();
    assert_eq!(heads, files);
}

#[test]
fn several_recordings_are_lines_of_json_and_a_broken_one_stops_no_other() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let root = format!("{}/fixtures/deployments/{}", env!("CARGO_MANIFEST_DIR"), SERVERS[0]);
    for name in ["a", "c"] {
        kilter(&["doctor", "--root", &root, "--record", &file(name)]);
    }
    std::fs::write(file("b"), "{\"format\": \"kilter-facts/1\", ").unwrap();
    let (a, b, c) = (file("a"), file("b"), file("c"));
    let all = ["doctor", "--format", "json", "--facts", &a, "--facts", &b, "--facts", &c];
    let said = kilter(&all);
    let reports: Vec<serde_json::Value> =
        said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let named: Vec<_> = reports.iter().map(|it| it["facts"].as_str().unwrap()).collect();
    assert_eq!(named, [&a, &c]);
    assert_eq!(said.exit, Exit::Failed);
    assert!(said.err.starts_with(&format!("kilter: cannot use `{b}` as recorded facts: ")));
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);

    let sarif = kilter(&["doctor", "--format", "sarif", "--facts", &a, "--facts", &c]);
    assert_eq!((sarif.exit, sarif.out.as_str()), (Exit::Failed, ""));
    assert!(sarif.err.contains("of several recordings tell"), "{}", sarif.err);
}

const UNIT: &str = "[Service]\nUser=app\nWorkingDirectory=/srv/app\nEnvironment=DB_PASSWORD=canary-Unit1\n\
    Environment=ODD=canary-Odd22\nEnvironmentFile=/etc/default/app\n\
    ExecStart=/srv/app/venv/bin/gunicorn config.wsgi\n";

const ENV: &str = "SECRET_KEY=\"canary-Key333 with spaces\"\nODD=canary-Odd4\n\
    DATABASE_URL=postgres://app:canary-Url5@db/app\nMODE=production\n";

const SETTINGS: &str = "import os\nSECRET_KEY = os.environ.get('SECRET_KEY', 'canary-Default6')\n\
    EMAIL_HOST_PASSWORD = 'canary-Literal7'\n";

/// What the project has of the unit, and of a site: with other secrets than those that are installed.
const COPIES: &[(&str, &str)] = &[
    (
        "/etc/nginx/nginx.conf",
        "http { server { listen 80; server_name app.example; location / { proxy_pass http://127.0.0.1:8000; proxy_set_header Authorization \"Basic canary-Site1\"; } } }\n",
    ),
    (
        "/srv/app/deploy/nginx.conf",
        "server { listen 80; server_name app.example; location / { proxy_pass http://127.0.0.1:8000; proxy_set_header Authorization \"Basic canary-Site2\"; } }\n",
    ),
    (
        "/srv/app/deploy/app.service",
        "[Service]\nUser=app\nWorkingDirectory=/srv/app\nEnvironment=DB_PASSWORD=canary-Copy1 ODD=canary-Copy2\nExecStart=/srv/app/venv/bin/gunicorn --token=canary-Copy3 config.wsgi\n",
    ),
    ("/srv/app/venv/bin/gunicorn", ""),
];

/// A machine with a secret in each place where people keep them.
fn machine() -> Arc<Recording> {
    let mut facts = Facts::parse(r#"{"format": "kilter-facts/1", "complete": true}"#).unwrap();
    let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n";
    facts.add_file("/etc/systemd/system/app.service".into(), UNIT.to_owned());
    facts.add_file("/etc/default/app".into(), ENV.to_owned());
    facts.add_file("/srv/app/config/settings.py".into(), SETTINGS.to_owned());
    facts.add_file("/srv/app/config/wsgi.py".into(), wsgi.to_owned());
    facts.add_file("/srv/app/.env".into(), "STRIPE=sk_live_canary1234567890\n".to_owned());
    COPIES.iter().for_each(|(path, text)| facts.add_file((*path).into(), (*text).to_owned()));
    let words =
        ["gunicorn", "--password", "canary-Word8", "TOKEN=canary-Word9", "redis://:canary-Worda@h"];
    let environment =
        ["SECRET_KEY=canary-Key333 with spaces", "ODD=canary-Envb", "MODE=production"];
    facts.processes = Some(Known::Value(vec![Process {
        pid: 812,
        parent: 1,
        name: "gunicorn".to_owned(),
        words: words.map(str::to_owned).to_vec(),
        uid: 1001,
        gid: 1001,
        groups: Vec::new(),
        started: 0,
        unit: Some("app.service".to_owned()),
        container: None,
        directory: Known::Value("/srv/app".into()),
        environment: Known::Value(environment.map(str::to_owned).to_vec()),
    }]));
    Arc::new(Recording::of(Arc::new(Recorded::new(facts))))
}

fn recorded(key: u8) -> String {
    let recording = machine();
    let host: Arc<dyn Host> = recording.clone();
    let outcome = examine(&host, &[], &crate::config::Config::default());
    redact(recording.facts(), &outcome.sources, &Key::new([key; 32])).to_json()
}

#[test]
fn no_secret_is_in_a_recording() {
    let text = recorded(1);
    assert!(!text.to_lowercase().contains("canary"), "{text}");
    assert!(text.contains("MODE=production"), "{text}");
    // The env file's key and the process's are one secret, and can be seen to be.
    let facts = Facts::parse(&text).unwrap();
    let of_process = match facts.processes.unwrap() {
        Known::Value(processes) => processes[0].environment.clone(),
        Known::Unknown(_) => unreachable!(),
    };
    let Known::Value(entries) = of_process else { unreachable!() };
    let key = entries[0].strip_prefix("SECRET_KEY=").unwrap();
    assert!(text.contains(&format!("SECRET_KEY=\\\"{key}\\\"")), "{key}: {text}");
}

#[test]
fn equal_secrets_of_two_recordings_differ() {
    assert_eq!(recorded(1), recorded(1));
    assert_ne!(recorded(1), recorded(2));
}

#[test]
fn nothing_that_is_printed_shows_a_secret() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("facts.json");
    let host: Arc<dyn Host> = machine();
    // What was recorded without replacing anything, as by a hand that edits it.
    let recording = Arc::new(Recording::of(host));
    let asked: Arc<dyn Host> = recording.clone();
    examine(&asked, &[], &crate::config::Config::default());
    let mut facts = recording.facts();
    facts.complete = true;
    facts.add_file("/etc/systemd/system/app.service".into(), UNIT.to_owned());
    facts.add_file("/etc/default/app".into(), ENV.to_owned());
    facts.add_file("/srv/app/config/settings.py".into(), SETTINGS.to_owned());
    COPIES.iter().for_each(|(path, text)| facts.add_file((*path).into(), (*text).to_owned()));
    fs::write(&file, facts.to_json()).unwrap();
    let drifts = ["--select", "live/unit-differs,live/site-differs"];
    let said = kilter(&[&["doctor", "--facts", file.to_str().unwrap()], &drifts[..]].concat());
    assert_eq!(said.out.matches("is not what its project has").count(), 2, "{}", said.out);
    for format in crate::report::Format::names() {
        for option in ["--exit-zero", "--pedantic"] {
            let file = file.to_str().unwrap();
            let said = kilter(&["doctor", "--format", format, option, "--facts", file]);
            // `ODD` is no name of a secret, and its line is nobody's finding.
            let shows: Vec<_> = said.out.lines().filter(|it| it.contains("canary")).collect();
            assert!(shows.is_empty(), "{format}: {shows:#?}");
            assert_eq!(said.err, "", "{format}");
        }
    }
}

#[test]
fn what_is_no_recording_is_refused() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("facts.json");
    for text in ["", "{", "[]", "{\"format\": 1}", "{\"format\": \"kilter-facts/9\"}", "\u{0}"] {
        fs::write(&file, text).unwrap();
        let said = kilter(&["doctor", "--facts", file.to_str().unwrap()]);
        assert_eq!(said.exit, crate::cli::Exit::Failed, "{text:?}");
        assert!(said.err.contains("as recorded facts"), "{text:?}: {}", said.err);
    }
    let older = "{\"format\": \"kilter-facts/1\", \"novelty\": [1]}";
    fs::write(&file, older).unwrap();
    assert_eq!(kilter(&["doctor", "--facts", file.to_str().unwrap()]).err, "");
}
