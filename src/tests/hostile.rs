//! Files that nobody should write, beside a project with one plain fault: what their reader
//! refuses is told at its line, and what else there is to say is said.

use crate::config::Config;
use crate::run::run;
use crate::source::Tree;
use crate::tests::file;

const PROJECT: [(&str, &str); 2] = [
    (
        "config/wsgi.py",
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
    ),
    ("config/settings.py", "DEBUG = False\nSECRET_KEY = 'kilter-fixture-Jw8sLq2ZxVb6Nm4R'\n"),
];

/// What is said of the settings, whatever the other files are.
const KNOWN: &str = "config/settings.py:2 env/secret-hardcoded";

const SERVICE: &str = "[Service]\nUser=app\nWorkingDirectory=/srv/app\nExecStart=/srv/venv/bin/gunicorn --bind 127.0.0.1:8000 config.wsgi\nRestart=always\n[Install]\nWantedBy=multi-user.target\n";

const WEB: &str = "services:\n  web:\n    image: x\n    command: gunicorn config.wsgi\n";

/// What is said of a file beside the project, `line rule`, once the project was judged as ever.
fn said(path: &str, bytes: impl Into<Vec<u8>>) -> Vec<String> {
    let unit = ("deploy/app.service", SERVICE);
    let beside = [unit].into_iter().filter(|it| it.0 != path);
    let files = PROJECT.into_iter().chain(beside).map(|(path, text)| file(path, text));
    let files = files.chain([file(path, bytes.into())]).collect();
    let outcome = run(&Tree::of(files), &Config::default());
    let shown = outcome.sources.shown();
    let line = |it: &crate::diagnostic::Diagnostic| {
        let place = it.place().expect("every diagnostic of a file has a place");
        (shown.path(place.file).to_string(), shown.position(place).0, it.rule)
    };
    let found: Vec<_> = outcome.diagnostics.iter().map(line).collect();
    let known = found.iter().any(|(path, line, rule)| format!("{path}:{line} {rule}") == KNOWN);
    assert!(known, "{path}: {found:?}");
    let is_fault = |rule: &str| rule.ends_with("/syntax") || rule.starts_with("kilter/");
    let faults = found.iter().filter(|(of, _, rule)| of == path && is_fault(rule));
    faults.map(|(_, line, rule)| format!("{line} {rule}")).collect()
}

#[test]
fn compose_files_are_told_where_compose_refuses_them() {
    let mut bomb = "x-a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb += &format!("x-a{level}: &a{level} [{aliases}]\n");
    }
    let syntax = |line: usize| vec![format!("{line} compose/syntax")];
    let cycle = |line: usize| vec![format!("{line} kilter/include-cycle")];
    for (text, expected) in [
        (format!("{bomb}{WEB}"), syntax(6)),
        (format!("{WEB}  b:\n\timage: x\n"), syntax(6)),
        (format!("{WEB}    image: y\n"), syntax(5)),
        (format!("{WEB}  web:\n    image: y\n"), syntax(5)),
        (format!("{WEB}  b:\n    <<: 5\n    image: y\n"), syntax(6)),
        (format!("x-a: &a\n{WEB}  b:\n    <<: *a\n    image: y\n"), syntax(7)),
        (format!("x-a: &a {{b: *a}}\n{WEB}"), syntax(1)),
        (format!("{WEB}  b:\n    extends: c\n  c:\n    extends: b\n"), cycle(6)),
        (format!("include: [docker-compose.yml]\n{WEB}"), cycle(1)),
    ] {
        assert_eq!(said("docker-compose.yml", text.as_str()), expected, "{text:.200}");
    }
}

#[test]
fn an_env_file_of_ten_thousand_lines_is_read_to_its_end() {
    let lines: String = (0..10_000).map(|it| format!("K{it}=v{it}\n")).collect();
    assert_eq!(said(".env", format!("{lines}NO LINE\n")), ["10001 dotenv/syntax"]);
}

#[test]
fn what_follows_a_line_of_more_than_a_mebibyte_counts() {
    let whole = "a".repeat(1 << 20);
    let continued = "A=aaaaaaa \\\n".repeat(1 << 17);
    for long in [format!("Environment=A={whole}"), format!("Environment={continued}")] {
        let text = SERVICE.replacen("[Service]", &format!("[Service]\n{long}"), 1);
        assert_eq!(said("deploy/app.service", text), ["2 systemd/syntax"]);
    }
}

#[test]
fn unknown_instructions_are_told() {
    let text =
        "FROM python:3.12\nRUNN x\nWORKDIR /app\nCOPY . .\nCMD [\"gunicorn\", \"config.wsgi\"]\n";
    assert_eq!(said("Dockerfile", text), ["2 docker/syntax"]);
}

/// Compose, systemd's own reader of env files and git refuse the whole file as well; of what is
/// left out is told that it is.
#[test]
fn a_file_with_a_nul_byte_is_left_out_and_that_is_told() {
    for path in [
        "docker-compose.yml",
        ".env",
        "deploy/app.service",
        "Dockerfile",
        "deploy/crontab",
        "Procfile",
        "deploy/supervisord.conf",
        "deploy.sh",
        "nginx.conf",
        "Caddyfile",
    ] {
        assert_eq!(said(path, "a=1\0\nb=2\n"), ["1 kilter/skipped"], "{path}");
    }
}
