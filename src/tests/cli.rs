//! The command line as a whole, on folders on the disk.

use crate::cli::{self, Exit, Terminal};
use crate::tests::{folder, git_in};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// What one command line says and returns.
pub(super) struct Said {
    pub(super) exit: Exit,
    pub(super) out: String,
    pub(super) err: String,
}

pub(super) fn kilter(arguments: &[&str]) -> Said {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["kilter"].iter().chain(arguments).map(Into::into);
    let exit = cli::run(arguments, &Terminal::default(), &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { exit, out: text(out), err: text(err) }
}

/// Checks a folder, and shows paths from there.
fn check(folder: &TempDir) -> Said {
    let path = folder.path().to_str().unwrap();
    let Said { exit, out, err } = kilter(&["check", "--format", "concise", path]);
    Said { exit, out: out.replace(&format!("{path}/"), ""), err }
}

const UNIT: &str = "[Service]\nExecStart=/usr/bin/true\n";

#[test]
fn a_path_that_is_missing_is_an_error_of_the_command() {
    let Said { exit, out, err } = kilter(&["check", "/nonexistent/kilter"]);
    assert_eq!(exit, Exit::Failed);
    assert_eq!(out, "");
    assert_eq!(err.lines().count(), 1);
    assert!(err.contains("`/nonexistent/kilter`"), "{err}");
}

#[test]
fn a_misspelt_option_or_rule_is_an_error_of_the_command() {
    assert_eq!(kilter(&["check", "--pedantc"]).exit, Exit::Failed);
    let said = kilter(&["check", "--select", "kilter/skiped"]);
    assert_eq!(said.exit, Exit::Failed);
    assert!(said.err.contains("did you mean `kilter/skipped`?"), "{}", said.err);
    assert_eq!(kilter(&["explain", "kilter/nonsense-word"]).exit, Exit::Failed);
}

#[test]
fn nothing_to_check_says_so_and_is_no_failure() {
    let said = check(&folder(&[("notes.txt", "nothing")]));
    assert_eq!(said.exit, Exit::Clean);
    assert!(said.out.contains("Nothing to check"), "{}", said.out);
}

#[test]
fn a_loop_of_links_a_fifo_and_a_way_out_are_left_alone() {
    let tree = folder(&[("app.service", UNIT)]);
    let at = |name: &str| tree.path().join(name);
    symlink(".", at("loop")).unwrap();
    symlink("a.env", at("b.env")).unwrap();
    symlink("b.env", at("a.env")).unwrap();
    symlink("/etc/passwd", at("out.env")).unwrap();
    symlink("nowhere", at("dangling.conf")).unwrap();
    fifo(&at("nginx.conf"));
    let said = check(&tree);
    assert!(!said.out.contains("root:"), "{}", said.out);
    assert!(said.err.is_empty(), "{}", said.err);
}

fn fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

#[test]
fn a_file_of_a_hundred_megabytes_is_named_and_not_read() {
    let tree = folder(&[("app.service", UNIT), ("app.env", "")]);
    let huge = fs::File::create(tree.path().join("app.env")).unwrap();
    huge.set_len(100 << 20).unwrap();
    let said = check(&tree);
    assert_eq!(said.exit, Exit::Clean, "{}", said.out);
    assert!(said.out.contains("app.env:1:1: advice: the file is left out"), "{}", said.out);
}

#[test]
fn what_git_ignores_is_not_entered_but_an_env_file_is_read() {
    let tree = folder(&[
        (".gitignore", "/build\n.env\n"),
        (".env", "# kilter: ignore[nonsense/name]\nA=1\n"),
        ("build/app.env", "# kilter: ignore[nonsense/name]\n"),
        ("venv/pyvenv.cfg", ""),
        ("venv/app.env", "# kilter: ignore[nonsense/name]\n"),
        ("node_modules/app.env", "# kilter: ignore[nonsense/name]\n"),
        (".trash/app.env", "# kilter: ignore[nonsense/name]\n"),
    ]);
    let said = check(&tree);
    assert_eq!(said.out.matches("nonsense/name").count(), 1, "{}", said.out);
    assert!(said.out.starts_with(".env:1:"), "{}", said.out);
}

/// Collected files may have been committed although git ignores the folder: without a repository nobody
/// knows.
#[test]
fn ignored_files_that_were_collected_fill_the_folder_where_no_index_says_otherwise() {
    let settings = "DEBUG = False\nSTATIC_URL = '/static/'\nSTATIC_ROOT = '/app/collected'\n\
        MIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']\n";
    let image = "FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"gunicorn\", \"config.wsgi\"]\n";
    let wsgi = "import os\nfrom django.core.wsgi import get_wsgi_application\n\
        os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n\
        application = get_wsgi_application()\n";
    let files = [
        (".gitignore", "collected/\n"),
        ("config/settings.py", settings),
        ("config/wsgi.py", wsgi),
        ("Dockerfile", image),
        ("docker-compose.prod.yml", "services: {web: {build: ., restart: always}}\n"),
    ];
    let finds = |tree: &TempDir| check(tree).out.contains("assets/never-collected");
    assert!(finds(&folder(&files)), "nothing is there");
    let collected = [("collected/admin/css/base.css", "body {}\n")];
    let tree = folder(&[&files[..], &collected].concat());
    assert!(!finds(&tree), "it is there, for all that anybody knows");
    git_in(&tree, &["init", "-q"]);
    git_in(&tree, &["add", "."]);
    assert!(finds(&tree), "git does not have it");
}

#[test]
fn an_entry_point_may_be_all_that_is_asked_for() {
    let tree = folder(&[("shop_old/manage.py", "print()\n"), ("shop/manage.py", "print()\n")]);
    let path = tree.path().join("shop_old/manage.py");
    let said = kilter(&["check", path.to_str().unwrap()]);
    assert_eq!(said.exit, Exit::Clean, "{}{}", said.out, said.err);
}

#[test]
fn what_is_set_aside_is_no_deployment_unless_it_is_what_is_asked_for() {
    let unit = "[Service]\nExecStart=./run.sh\n";
    let tree = folder(&[("app.service", unit), ("old/2025/other.service", unit)]);
    let said = check(&tree);
    assert_eq!(said.out.matches("systemd/path-not-absolute").count(), 1, "{}", said.out);
    assert!(said.out.contains("app.service:2:11: error"), "{}", said.out);
    let folder = tree.path().join("old");
    let said = kilter(&["check", "--format", "concise", folder.to_str().unwrap()]);
    assert_eq!(said.out.matches("systemd/path-not-absolute").count(), 1, "{}", said.out);
}

#[test]
fn a_name_that_is_no_utf8_is_shown_escaped() {
    use std::os::unix::ffi::OsStrExt;
    let tree = folder(&[]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.env");
    fs::write(tree.path().join(name), "# kilter: ignore[nonsense/name]\n").unwrap();
    let said = check(&tree);
    assert!(said.out.starts_with("caf\\u{fffd}.env:1:"), "{}", said.out);
}

#[test]
fn the_rules_are_listed_and_explained() {
    let said = kilter(&["rules", "--format", "json"]);
    let all: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let first = all[0]["id"].as_str().unwrap();
    let page = kilter(&["explain", first]);
    assert_eq!(page.exit, Exit::Clean);
    assert!(page.out.starts_with(&format!("# {first}\n")), "{}", page.out);
}

fn fixture(name: &str) -> String {
    format!("{}/fixtures/deployments/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_deployment_in_order_gets_one_line() {
    let said = kilter(&["check", &fixture("heypage")]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.out);
    assert_eq!(said.out.lines().count(), 1, "{}", said.out);
}

#[test]
fn a_fault_between_files_is_shown_from_each_of_them() {
    let said = kilter(&["check", "--select", "assets/root-not-served", &fixture("first-look")]);
    assert_eq!(said.exit, Exit::Found);
    for file in ["lantern.conf:18:", ".env:4:", "settings.py:54:"] {
        assert!(said.out.contains(file), "{file} is not in\n{}", said.out);
    }
}

/// The README quotes the first finding and the last line of the command that it asks to run.
#[test]
fn the_readme_shows_what_is_printed() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let shown = readme.split("```text\n").nth(1).and_then(|it| it.split("```").next()).unwrap();
    let said = kilter(&["check", &fixture("first-look")]);
    let said = said.out.replace(concat!(env!("CARGO_MANIFEST_DIR"), "/"), "");
    let parts: Vec<_> = shown.trim_end().split("\n\nFound ").collect();
    assert_eq!(parts.len(), 2, "{shown}");
    assert!(said.contains(parts[0]), "{}\nis not in\n{said}", parts[0]);
    assert!(said.trim_end().ends_with(&format!("Found {}", parts[1])), "{said}");
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let check = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| kilter(&["check", "--format", "json", &fixture("first-look")]).out)
    };
    let one = check(1);
    assert!(one.contains("assets/root-not-served"));
    assert_eq!(one, check(2));
    assert_eq!(one, check(16));
}

#[test]
fn no_format_prints_a_secret() {
    for format in [
        "full", "concise", "json", "sarif", "github", "gitlab", "junit", "html", "rdjson",
        "markdown",
    ] {
        let said = kilter(&["check", "--format", format, &fixture("first-look")]);
        assert_eq!(said.exit, Exit::Found, "{format}: {}", said.err);
        for secret in ["2qXv8TnKz5", "Yk4Wt9Xn2Qb"] {
            assert!(!said.out.contains(secret), "{format} prints {secret}");
        }
    }
}

/// The module, its environment and its place in the file system are those of the unit.
#[test]
fn a_setting_of_the_deployment_is_followed_through_every_file() {
    let said = kilter(&["settings", "--why", "STATIC_ROOT", &fixture("heypage")]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
    assert!(said.out.contains("STATIC_ROOT = '/srv/heypage/staticfiles'"), "{}", said.out);
    for file in [".env:", "base.py:", "prod.py:"] {
        assert!(said.out.contains(file), "{file} is not in\n{}", said.out);
    }
}

#[test]
fn settings_are_of_the_process_that_answers_unless_another_is_asked_for() {
    let said = kilter(&["settings", &fixture("heypage")]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
    assert!(said.out.starts_with("# config.settings.prod of `"), "{}", said.out);
    assert!(said.out.contains("\nDEBUG "), "{}", said.out);
    let said = kilter(&["settings", "--process", "nonsense", &fixture("heypage")]);
    assert_eq!(said.exit, Exit::Failed);
    assert!(said.err.contains("there is no process `nonsense`; there is "), "{}", said.err);
    let empty = folder(&[("README.md", "")]);
    let said = kilter(&["settings", "--process", "web", empty.path().to_str().unwrap()]);
    assert_eq!(said.exit, Exit::Failed);
    assert!(said.err.contains("no process with settings is in view"), "{}", said.err);
}

#[test]
fn settings_of_what_the_configuration_excludes_are_of_no_process() {
    let unit = "[Service]\nWorkingDirectory=/srv/old\nExecStart=/usr/bin/gunicorn old.wsgi\n";
    let start = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'old.settings')\n";
    let tree = folder(&[
        ("old/old.service", unit),
        ("old/manage.py", start),
        ("old/old/wsgi.py", start),
        ("old/old/settings.py", "DEBUG = False\n"),
    ]);
    let path = tree.path().to_str().unwrap();
    let said = kilter(&["settings", path]);
    assert!(said.out.contains("# old.settings of "), "{}{}", said.out, said.err);
    std::fs::write(tree.path().join("kilter.toml"), "exclude = ['old']\n").unwrap();
    assert_eq!(kilter(&["settings", path]).exit, Exit::Failed);
    let elsewhere = folder(&[("other.toml", "")]);
    let other = elsewhere.path().join("other.toml");
    let said = kilter(&["settings", path, "--config", other.to_str().unwrap()]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
}

#[test]
fn what_only_the_server_has_of_the_settings_is_shown_as_unknown() {
    let start = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
    let optional = "try:\n    from shop.local_settings import *\nexcept ImportError:\n    pass\n";
    let tree = folder(&[
        (
            "app.service",
            "[Service]\nWorkingDirectory=/srv/shop\nExecStart=/srv/bin/gunicorn shop.wsgi\n",
        ),
        ("manage.py", start),
        ("shop/__init__.py", ""),
        ("shop/wsgi.py", start),
        ("shop/settings.py", &format!("DEBUG = True\n{optional}")),
    ]);
    let path = tree.path().to_str().unwrap();
    let said = kilter(&["check", "--show-unknown", "--format", "concise", path]);
    let all = format!("{}{}", said.out, said.err);
    assert!(all.contains("every name of `shop.local_settings` is imported"), "{all}");
    assert!(!all.contains("env/debug-on"), "{all}");
    let said = kilter(&["check", "--format", "concise", path]);
    assert!(!said.out.contains("unknown:"), "{}", said.out);
}

/// Compose takes the folder of the path that it finds, and follows no link.
#[test]
fn the_paths_of_a_compose_file_start_where_the_link_is_that_compose_finds() {
    let compose =
        "services:\n  web:\n    build:\n      context: .\n      dockerfile: web.Dockerfile\n";
    let root = folder(&[
        ("docker/compose.prod.yml", compose),
        ("docker/web.Dockerfile", "FROM python:3.13-slim\nUSER app\n"),
    ]);
    let missing = |said: &Said| said.out.contains("compose/dockerfile-missing");
    assert!(!missing(&check(&root)), "{}", check(&root).out);
    symlink("docker/compose.prod.yml", root.path().join("compose.yml")).unwrap();
    assert!(missing(&check(&root)), "{}", check(&root).out);
}
