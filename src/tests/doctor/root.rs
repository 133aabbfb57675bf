//! A folder that stands for `/`: what units and web servers name is found without being told.

use crate::tests::cli::{Said, kilter};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use tempfile::TempDir;

/// The copies of whole servers among the fixtures.
const SERVERS: &[&str] = &["chip-dashboard", "first-look", "heypage", "sum-platform"];

#[test]
fn a_copy_of_a_server_is_judged_as_when_all_of_it_is_read() {
    for server in SERVERS {
        let folder = format!("{}/fixtures/deployments/{server}", env!("CARGO_MANIFEST_DIR"));
        let findings = |said: Said| {
            let lines = said.out.replace(&folder, "");
            let found = lines.lines().filter(|line| line.starts_with('/'));
            found.map(str::to_owned).collect::<Vec<_>>()
        };
        let whole = kilter(&["check", "--format", "concise", &folder]);
        let found = kilter(&["doctor", "--format", "concise", "--root", &folder]);
        assert_eq!(found.exit, whole.exit, "{server}");
        assert_eq!(findings(found), findings(whole), "{server}");
    }
}

fn server(files: &[(&str, &str)]) -> TempDir {
    let root = TempDir::new().unwrap();
    for (path, text) in files {
        let path = root.path().join(path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn doctor(root: &TempDir) -> Said {
    kilter(&["doctor", "--format", "concise", "--root", root.path().to_str().unwrap()])
}

const MAIN: (&str, &str) = ("/etc/nginx/nginx.conf", "http { include sites-enabled/*; }\n");

const SITE: &str = "server { listen 80; server_name a.example; client_max_body_size 1 q; }\n";

#[test]
fn only_sites_that_the_configuration_includes_take_part() {
    let root = server(&[MAIN, ("/etc/nginx/sites-available/a", SITE)]);
    let enabled = root.path().join("etc/nginx/sites-enabled");
    fs::create_dir(&enabled).unwrap();
    assert!(!doctor(&root).out.contains("sites-available/a"), "{}", doctor(&root).out);
    symlink("/etc/nginx/sites-available/a", enabled.join("a")).unwrap();
    assert!(doctor(&root).out.contains("/etc/nginx/sites-available/a:1"), "{}", doctor(&root).out);
}

#[test]
fn links_lead_nowhere_outside_of_the_root() {
    let outside = server(&[("/a", SITE)]);
    let root = server(&[MAIN]);
    let enabled = root.path().join("etc/nginx/sites-enabled");
    fs::create_dir(&enabled).unwrap();
    symlink(outside.path().join("a"), enabled.join("a")).unwrap();
    symlink(Path::new("../../../../../..").join("etc/passwd"), enabled.join("b")).unwrap();
    assert!(!doctor(&root).out.contains("server_name"), "{}", doctor(&root).out);
}

#[test]
fn a_file_that_is_no_file_is_not_opened() {
    let root = server(&[MAIN]);
    let pipe = root.path().join("etc/nginx/sites-enabled/pipe");
    fs::create_dir_all(pipe.parent().unwrap()).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
    assert_eq!(doctor(&root).err, "");
}

#[test]
fn an_empty_folder_has_nothing_to_judge() {
    let said = doctor(&server(&[]));
    assert!(said.out.starts_with("Nothing to check"), "{}", said.out);
}

#[test]
fn units_of_packages_and_of_others_are_left_alone() {
    let unit = "[Service]\nExecStart=/usr/bin/thing --nonsense\nNonsense=1\n";
    let root = server(&[
        ("/etc/systemd/system/other.service", unit),
        ("/usr/lib/systemd/system/package.service", unit),
    ]);
    let said = doctor(&root);
    assert!(!said.out.contains("Nonsense"), "{}", said.out);
}

#[test]
fn datastores_of_the_machine_are_judged() {
    let root = server(&[
        (
            "/etc/systemd/system/shop.service",
            "[Service]\nExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi\n",
        ),
        ("/etc/redis/redis.conf", "bind 0.0.0.0\nprotected-mode no\n"),
        ("/etc/postgresql/15/main/postgresql.conf", "listen_addresses = '*'\n"),
        ("/etc/postgresql/15/main/pg_hba.conf", "host all all 0.0.0.0/0 trust\n"),
    ]);
    let said = doctor(&root).out;
    assert!(said.contains("/etc/redis/redis.conf:1:1: error"), "{said}");
    assert!(said.contains("/etc/postgresql/15/main/pg_hba.conf:1:"), "{said}");
}
