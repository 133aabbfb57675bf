//! What fixes of rule pages write is taken by whoever reads the file: nothing that it did not
//! complain of before, and of what nginx or systemd refused before the fix, nothing any more.

use crate::source::File;
use crate::syntax::kind::{Kind, by_content, by_name};
use crate::tests::fix::mended::all;
use crate::tests::tool;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// What a consumer says against a file; none if it takes it.
type Complaints = BTreeSet<String>;

#[test]
fn no_fix_makes_a_file_worse_for_its_real_consumer() {
    let (mut asked, mut cured, mut wrong) = (BTreeMap::<Kind, usize>::new(), 0, Vec::new());
    let certificate = certificate();
    for it in all() {
        let folders = [lay_out(&it.before), lay_out(&it.after)];
        for (old, new) in it.before.iter().zip(&it.after).filter(|(a, b)| a.bytes != b.bytes) {
            let text = String::from_utf8_lossy(&new.bytes).into_owned();
            let Some(kind) = by_name(&new.path).or_else(|| by_content(&new.path, &text)) else {
                continue;
            };
            if NEWER.contains(&it.rule) {
                continue;
            }
            let ask = |folder: &TempDir| {
                complaints(kind, folder.path(), new.path.as_str(), certificate.path())
            };
            let (Some(before), Some(after)) = (ask(&folders[0]), ask(&folders[1])) else {
                continue;
            };
            *asked.entry(kind).or_default() += 1;
            cured += usize::from(after.len() < before.len());
            let worse: Vec<_> = after.difference(&before).collect();
            if !worse.is_empty() {
                let what = format!("{} of {}, {:?}", old.path, it.rule, it.example);
                wrong.push(format!("{what}: {worse:#?}\n{text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("asked about {asked:?}; {cured} files have less against them");
    assert!(asked.values().sum::<usize>() > 100 && cured > 5, "{asked:?}, {cured}");
}

/// What nginx 1.22, which the tests run, does not know yet.
const NEWER: &[&str] = &["nginx/http2-listen-param"];

fn lay_out(files: &[File]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for file in files {
        let path = folder.path().join(file.path.as_str().trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.bytes).unwrap();
    }
    folder
}

fn complaints(kind: Kind, folder: &Path, path: &str, certificate: &Path) -> Option<Complaints> {
    let file = folder.join(path.trim_start_matches('/'));
    let name = file.file_name().unwrap().to_str().unwrap();
    let said = match kind {
        Kind::Nginx => nginx(&file, certificate),
        Kind::Systemd => run(Command::new("systemd-analyze")
            .args(["verify", "--man=no", "--recursive-errors=no"])
            .arg(&file)
            .env("SYSTEMD_LOG_LEVEL", "warning")),
        Kind::Caddy => run(Command::new(tool("caddy/bin/caddy"))
            .args(["adapt", "--adapter", "caddyfile", "--config"])
            .arg(&file)),
        Kind::Compose => run(Command::new(tool(COMPOSE))
            .args([
                "--project-name",
                "site",
                "--file",
                name,
                "config",
                "--no-interpolate",
                "--quiet",
            ])
            .current_dir(file.parent().unwrap())),
        Kind::Python => run(Command::new("python3")
            .args(["-c", "import sys; compile(open(sys.argv[1], 'rb').read(), 'x', 'exec')"])
            .arg(&file)),
        Kind::Dotenv => {
            run(Command::new(tool("dotenv-readers/bin/python")).args(["-c", DOTENV]).arg(&file))
        }
        Kind::Shell => run(Command::new("sh").arg("-n").arg(&file)),
        _ => return None,
    };
    let text = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
    let place = folder.to_str().unwrap();
    let line = |line: &str| {
        // A line that moved is complained of as before, at another time by another process.
        let line = line.split_once("[emerg] ").map_or(line, |(_, it)| it);
        let line = line.trim_start_matches(|it: char| it.is_ascii_digit() || it == '#');
        let line = line.replace(place, "");
        let parts = line.split(':').filter(|it| !it.trim().chars().all(|it| it.is_ascii_digit()));
        parts.collect::<Vec<_>>().join(":")
    };
    let is_complaint = |line: &&str| !line.contains("[warn]") && !line.is_empty();
    Some(if said.status.success() && kind != Kind::Systemd {
        Complaints::new()
    } else {
        text.lines().filter(is_complaint).map(line).collect()
    })
}

const COMPOSE: &str = "compose/usr/libexec/docker/cli-plugins/docker-compose";

/// python-dotenv says what it cannot read in its log, and fails at nothing.
const DOTENV: &str = "import sys, logging, dotenv
said = []
class Handler(logging.Handler):
    def emit(self, record): said.append(record.getMessage())
logging.getLogger('dotenv.main').addHandler(Handler())
dotenv.dotenv_values(sys.argv[1])
sys.exit('\\n'.join(said) or 0)";

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|why| panic!("{command:?}: {why}"))
}

/// Part of a configuration stands in what it is a part of.
fn nginx(file: &Path, certificate: &Path) -> Output {
    let path = certificate.display();
    let key = |line: &str| match line.trim().split(' ').next() {
        Some("ssl_certificate") => format!("ssl_certificate {path}/x.crt;"),
        Some("ssl_certificate_key") => format!("ssl_certificate_key {path}/x.key;"),
        _ => line.to_owned(),
    };
    let text: Vec<String> = fs::read_to_string(file).unwrap().lines().map(key).collect();
    let text = text.join("\n");
    fs::write(file, &text).unwrap();
    let include = format!("include {};", file.display());
    let keys = format!("ssl_certificate {path}/x.crt; ssl_certificate_key {path}/x.key;");
    let whole = match text.trim_start() {
        it if it.contains("http {") => include,
        it if it.starts_with("location") => {
            format!("events {{}} http {{ access_log off; {keys} server {{ {include} }} }}")
        }
        _ => format!("events {{}} http {{ access_log off; {keys} {include} }}"),
    };
    let conf = certificate.join("whole.conf");
    fs::write(&conf, whole).unwrap();
    let pid = certificate.join("pid");
    run(Command::new("nginx")
        .args(["-t", "-q", "-g", &format!("pid {};", pid.display()), "-p"])
        .arg(certificate)
        .arg("-c")
        .arg(&conf))
}

/// Where a server with TLS finds a certificate, and nginx what it writes.
fn certificate() -> TempDir {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| -> PathBuf { folder.path().join(name) };
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x"]);
    openssl.arg("-keyout").arg(at("x.key")).arg("-out").arg(at("x.crt"));
    assert!(run(&mut openssl).status.success(), "openssl makes a certificate");
    fs::create_dir_all(at("logs")).unwrap();
    folder
}
