//! Whether two paths are one directory, in the ways in which deployments keep files.

use crate::config::Config;
use crate::fact::{Fact, Origin};
use crate::model::{Deployment, Dir, ViewId};
use crate::run::{Outcome, run};
use crate::source::Tree;
use crate::tests::file;
use std::fs;
use std::os::unix::fs::symlink;

/// What is asked of how many pairs, and how many are decided.
#[derive(Default)]
struct Tally {
    asked: usize,
    decided: usize,
    wrong: Vec<String>,
}

impl Tally {
    /// Each line: a path, `=`, `!` or `?` for one directory, two, or who knows, and another path. A
    /// path of a container has its service in front: `web:/app`.
    fn ask(&mut self, outcome: &Outcome, pairs: &str) {
        for line in pairs.lines().map(str::trim).filter(|it| !it.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [a, expected, b] = words[..] else { panic!("a pair: {line}") };
            let found = same(outcome, a, b);
            assert_eq!(found, same(outcome, b, a), "{line} from the other side");
            let found = found.map_or("?", |it| if it { "=" } else { "!" });
            self.asked += 1;
            self.decided += usize::from(found != "?");
            if found != expected {
                self.wrong.push(format!("{line}: found {found}"));
            }
        }
    }
}

fn same(outcome: &Outcome, a: &str, b: &str) -> Option<bool> {
    let deployments = outcome.model.deployments.iter();
    let mut there = deployments.filter_map(|it| Some((it, dir(it, a)?, dir(it, b)?)));
    let (deployment, a, b) = there.next().unwrap_or_else(|| panic!("{a} and {b} are in no view"));
    Some(deployment.same_dir(&a, &b)?.value)
}

fn dir(deployment: &Deployment, path: &str) -> Option<Fact<Dir>> {
    let (container, path) = path.split_once(':').map_or((None, path), |(a, b)| (Some(a), b));
    let views = &deployment.views;
    let id = views.iter().position(|view| view.container.as_deref() == container)?;
    Some(Fact::new(views[id].dir(ViewId(id), path.into()), Origin::UNSEEN))
}

fn judged(files: &[(&str, &str)]) -> Outcome {
    let tree = Tree::of(files.iter().map(|(path, text)| file(path, *text)).collect());
    run(&tree, &Config::default())
}

const COMPOSE: &str = "services:
  web:
    build: .
    command: gunicorn config.wsgi
    tmpfs: ['/scratch:size=1m']
    volumes:
      - static:/app/staticfiles
      - ./media:/app/media
      - ./media:/app/uploads
      - /srv/shop/data:/data
      - shared:/shared
      - again:/again
      - folder:/folder
      - type: volume
        source: parts
        target: /parts/a
        volume: {subpath: a}
      - /anonymous
      - /run/shop:/run/shop
      - ~/backups:/backups
  worker:
    build: .
    volumes: ['static:/app/staticfiles', '/anonymous', '.:/code']
    tmpfs: /scratch
  nginx:
    image: nginx:1.27
    volumes:
      - static:/static:ro
      - ./media/:/usr/share/nginx/media
      - /srv/shop:/host
      - type: volume
        source: parts
        target: /parts/all
      - folder:/folder
      - /srv/folder:/mnt
      - /run:/run
      - ~/backups:/b
  odd:
    image: nginx:1.27
    volumes: ['${SOMEWHERE}:/x', 'static:/static']
volumes:
  static:
  parts:
  shared: {name: shop-shared}
  again: {name: shop-shared}
  folder: {driver: local, driver_opts: {type: none, o: bind, device: /srv/folder}}
";

#[test]
fn paths_of_containers_are_compared() {
    let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY . .\n";
    let outcome = judged(&[("docker-compose.yml", COMPOSE), ("Dockerfile", dockerfile)]);
    let mut tally = Tally::default();
    tally.ask(
        &outcome,
        "web:/app/staticfiles = nginx:/static
        web:/app/staticfiles/ = nginx:/static
        web:/app/./x/../staticfiles = nginx:/static
        web:/app/staticfiles/admin = nginx:/static/admin
        web:/app/staticfiles/admin ! nginx:/static
        web:/app/staticfiles = worker:/app/staticfiles
        worker:/app/staticfiles = nginx:/static
        odd:/static = nginx:/static
        odd:/static/a ! web:/app/staticfiles
        odd:/elsewhere ? web:/app
        odd:/x ? nginx:/static
        web:/app/staticfiles ! nginx:/usr/share/nginx/html
        web:/app/static ! nginx:/static
        web:/app/static ! worker:/app/static
        web:/app ! worker:/app
        web:/app ! nginx:/app
        web:/app/media = nginx:/usr/share/nginx/media
        web:/app/media = web:/app/uploads
        web:/app/media = worker:/code/media
        web:/app/uploads/a = worker:/code/media/a
        web:/app/media ! worker:/code
        web:/app/media ! nginx:/static
        nginx:/usr/share/nginx/media/x ! web:/app/media/y
        worker:/code ! web:/app
        web:/data = nginx:/host/data
        web:/data ! nginx:/host
        web:/data/a = nginx:/host/data/a
        web:/data ! nginx:/host/media
        web:/data = /srv/shop/data
        nginx:/host/data = /srv/shop/data
        web:/data ! /srv/shop
        web:/app/media ? /srv/shop/media
        worker:/code ? /srv/shop
        web:/app/staticfiles ? /srv/shop/static
        web:/app/static ! /srv/shop/static
        web:/anonymous ! worker:/anonymous
        web:/anonymous = web:/anonymous
        web:/scratch ! worker:/scratch
        web:/scratch/a = web:/scratch/a
        web:/scratch ! nginx:/scratch
        web:/shared = web:/again
        web:/shared ! web:/app/staticfiles
        web:/parts/a = nginx:/parts/all/a
        web:/parts/a ! nginx:/parts/all
        web:/folder = nginx:/folder
        web:/folder = nginx:/mnt
        web:/folder/x = /srv/folder/x
        web:/folder ! nginx:/host
        web:/run/shop = nginx:/run/shop
        web:/run/shop = nginx:/var/run/shop
        web:/var/run/shop = /run/shop
        web:/backups = nginx:/b
        web:/backups/x ! nginx:/b/y
        /srv/a = /srv/a/
        /srv/a ! /srv/b",
    );
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
    assert!(tally.asked >= 50 && tally.decided >= 45, "{} of {}", tally.decided, tally.asked);
}

const UNIT: &str = "[Service]
User=shop
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn config.wsgi
";
const WSGI: &str =
    "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n";

#[test]
fn paths_of_the_machine_are_compared() {
    let outcome = judged(&[
        ("manage.py", WSGI),
        ("config/wsgi.py", WSGI),
        ("config/settings.py", "DEBUG = False\n"),
        ("deploy/shop.service", UNIT),
    ]);
    let mut tally = Tally::default();
    tally.ask(
        &outcome,
        "/srv/shop/static = /srv/shop/static/
        /srv/shop/static = /srv/shop/../shop/static
        /srv/shop/static ! /srv/shop/media
        /srv/shop/static ! /var/www/static
        /srv/shop/static ! /srv/shopping/static
        /srv/{{site}}/static = /srv/{{site}}/static
        /srv/{{site}}/static ! /srv/{{site}}/media
        /srv/{{site}}/static ? /srv/blog/static
        /var/run/shop.sock = /run/shop.sock
        /var/lock/shop ! /run/shop
        /opt/shop/current/static = /opt/shop/current/static
        /opt/shop/current/static ! /opt/shop/current/media
        /opt/shop/current/static ? /opt/shop/releases/7/static
        /opt/shop/current/static ? /opt/shop/shared/static
        /opt/shop/current/static ! /opt/blog/static
        /opt/shop/current ! /var/www/shop
        relative/static ? /srv/shop/relative/static",
    );
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
    assert!(tally.asked >= 15 && tally.decided >= 12, "{} of {}", tally.decided, tally.asked);
}

#[test]
fn links_of_the_tree_are_followed() {
    let root = std::env::temp_dir().join(format!("kilter-places-{}", std::process::id()));
    let at = |path: &str| root.join(path);
    fs::create_dir_all(at("etc/nginx")).unwrap();
    fs::create_dir_all(at("srv/shop/releases/7/static")).unwrap();
    fs::create_dir_all(at("srv/shop/shared/media")).unwrap();
    fs::write(at("etc/nginx/nginx.conf"), "events {}\nhttp { server { listen 80; } }\n").unwrap();
    symlink("releases/7", at("srv/shop/current")).unwrap();
    symlink("../../../shop/shared/media", at("srv/shop/releases/7/media")).unwrap();
    symlink("loop", at("srv/shop/loop")).unwrap();
    let outcome = run(&Tree::walk(std::slice::from_ref(&root)).unwrap(), &Config::default());
    fs::remove_dir_all(&root).unwrap();
    let mut tally = Tally::default();
    tally.ask(
        &outcome,
        "/srv/shop/current/static = /srv/shop/releases/7/static
        /srv/shop/current/media = /srv/shop/shared/media
        /srv/shop/current/media/a = /srv/shop/shared/media/a
        /srv/shop/current/static ! /srv/shop/shared/media
        /srv/shop/current/new = /srv/shop/releases/7/new
        /srv/shop/loop/a ! /srv/shop/current/a",
    );
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
    assert_eq!((tally.asked, tally.decided), (6, 6));
}

#[test]
fn commands_say_where_the_project_is_if_no_unit_does() {
    let settings = "from pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\n\
                    DEBUG = False\nSTATIC_URL = '/static/'\nSTATIC_ROOT = BASE_DIR / 'static'\n";
    let wsgi = "import os\nfrom django.core.wsgi import get_wsgi_application\n\
                os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n\
                application = get_wsgi_application()\n";
    let site = "server {\n  listen 80;\n  location /static { alias /opt/store/src/static; }\n  \
                location / { uwsgi_pass unix:/run/shop.sock; }\n}\n";
    let project = [
        ("src/manage.py", "import django\n"),
        ("src/shop/settings.py", settings),
        ("src/shop/wsgi.py", wsgi),
        ("deploy/nginx.conf", site),
    ];
    let found = |commands: &[(&str, &str)]| {
        let outcome = judged(&[&project[..], commands].concat());
        outcome.diagnostics.iter().any(|it| it.rule == "assets/root-not-served")
    };
    let play =
        |folder: &str| format!("- command: /opt/venv/bin/python {folder}/manage.py migrate\n");
    let (elsewhere, there) = (play("/opt/shop/src"), play("/opt/store/src"));
    let task = "roles/web/tasks/main.yml";
    assert!(found(&[(task, &elsewhere)]));
    assert!(found(&[(
        "deploy.sh",
        "cd /opt/shop && git pull\ncd src\npython manage.py migrate\n"
    )]));
    assert!(!found(&[(task, &there)]));
    // Two places; one that a variable has; a folder that the tree calls otherwise; one of containers.
    assert!(!found(&[(task, &elsewhere), ("deploy.sh", "/opt/store/src/manage.py migrate\n")]));
    assert!(!found(&[(task, &play("$HOME/src"))]));
    assert!(!found(&[(task, &play("/opt/shop/code"))]));
    assert!(!found(&[(task, &play("/app/src"))]));
}
