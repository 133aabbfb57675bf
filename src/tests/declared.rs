//! What an operator declares takes part in the picture that is made of the files.

use crate::config;
use crate::run::run;
use crate::source::Tree;
use crate::tests::file;

const WSGI: &str = "import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.dev')
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
";

/// One that names the only settings that there are.
const PLAIN: &str = "import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')
";

/// What is said of files, each as its rule and the file of its first label.
fn said(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files.iter().map(|(path, text)| file(path, *text)).collect();
    let configured = files.iter().find(|file| file.path == "kilter.toml").cloned();
    let config = configured.map(|file| config::parse(file).unwrap()).unwrap_or_default();
    let outcome = run(&Tree::of(files), &config);
    let path = |it: &crate::diagnostic::Diagnostic| {
        outcome.sources.get(it.labels[0].evidence.place().unwrap().file).path().to_string()
    };
    outcome.diagnostics.iter().map(|it| format!("{} {}", it.rule, path(it))).collect()
}

fn about(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    said(files).into_iter().filter(|it| it.starts_with(rule)).collect()
}

const UNIT: &str = "[Service]
User=__USER__
WorkingDirectory=/srv/__SITE__/app
EnvironmentFile=/srv/__SITE__/.env
ExecStart=/srv/__SITE__/venv/bin/gunicorn --bind 127.0.0.1:8000 __MODULE__
[Install]
WantedBy=multi-user.target
";

#[test]
fn a_symbol_stands_for_what_it_is_bound_to() {
    let project =
        [("shop/wsgi.py", WSGI), ("shop/__init__.py", ""), ("deploy/site.service.template", UNIT)];
    let missing = |bind: &str| {
        let toml = format!("[deployment.a]\nroot = '/srv/__SITE__/app'\nbind = {{ {bind} }}");
        about("startup/app-target-missing", &[&project[..], &[("kilter.toml", &toml)]].concat())
    };
    let there = ["startup/app-target-missing deploy/site.service.template"];
    assert_eq!(missing("'__MODULE__' = 'shop.wsgi'"), [""; 0]);
    assert_eq!(missing("'__OTHER__' = 'shop.server'"), [""; 0]);
    assert_eq!(missing("'__MODULE__' = 'shop.server'"), there);
}

#[test]
fn a_symbol_is_filled_in_wherever_a_server_reads_it() {
    let site = "__SITE__ {\n  reverse_proxy 127.0.0.1:8000\n}\n";
    let nginx = "server { server_name __SITE__; location / { proxy_pass http://127.0.0.1:8000; } }";
    for (path, text) in [("deploy/Caddyfile.template", site), ("deploy/nginx.conf.template", nginx)]
    {
        let unserved = |bound: &str| {
            let toml = format!(
                "[deployment.a]\ndomains = ['shop.example']\nbind = {{ '__SITE__' = '{bound}' }}"
            );
            let files = [(path, text), ("kilter.toml", toml.as_str())];
            about("hosts/contract-domain-missing", &files).len()
        };
        assert_eq!((unserved("shop.example"), unserved("other.example")), (0, 1), "{path}");
    }
}

#[test]
fn a_symbol_that_is_bound_twice_stays_one() {
    let toml = "[deployment.a]
bind = { '__MODULE__' = 'shop.server' }
[deployment.b]
bind = { '__MODULE__' = 'shop.wsgi' }
";
    let files = [
        ("shop/wsgi.py", WSGI),
        ("shop/__init__.py", ""),
        ("deploy/site.service.template", UNIT),
        ("kilter.toml", toml),
    ];
    assert_eq!(about("startup/app-target-missing", &files), [""; 0]);
}

const SETTINGS: &str = "import os
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = False
INSTALLED_APPS = ['django.contrib.staticfiles']
STATIC_URL = '/static/'
STATIC_ROOT = BASE_DIR / 'static'
";

const SITE: &str = "server {
    listen 80;
    server_name shop.example;
    location /static/ { alias /srv/shop/app/static/; }
    location / { proxy_pass http://127.0.0.1:8000; }
}
";

#[test]
fn the_tree_lies_where_it_is_declared_to() {
    let unit = "[Service]
User=app
Environment=DJANGO_SETTINGS_MODULE=shop.settings PYTHONPATH=/srv/shop/app
ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
";
    let unserved = |root: &str| {
        let toml = format!("[deployment.a]\nroot = '{root}'");
        let files = [
            ("shop/settings.py", SETTINGS),
            ("shop/wsgi.py", PLAIN),
            ("deploy/shop.service", unit),
            ("deploy/shop.conf", SITE),
            ("kilter.toml", &toml),
        ];
        about("assets/root-not-served", &files)
    };
    assert_eq!(unserved("/srv/shop/app"), [""; 0]);
    assert_eq!(unserved("/srv/shop/code"), ["assets/root-not-served deploy/shop.conf"]);
}

#[test]
fn a_folder_of_the_server_is_the_tree_where_that_is_declared() {
    let compose = "services:
  web:
    image: ghcr.io/acme/shop
    working_dir: /app
    command: gunicorn --bind 0.0.0.0:8000 shop.wsgi
    restart: always
    volumes: ['/srv/shop/app:/app']
    environment: {DJANGO_SETTINGS_MODULE: shop.settings.base}
";
    let wsgi = WSGI.replace("dev", "base");
    let found = |root: &str| {
        let toml = format!("[deployment.a]\nroot = '{root}'");
        let files = [
            ("shop/__init__.py", ""),
            ("shop/settings/__init__.py", ""),
            ("shop/settings/base.py", "DEBUG = False"),
            ("shop/wsgi.py", &wsgi),
            ("compose.yml", compose),
            ("kilter.toml", &toml),
        ];
        about("compose/code-bind-mounted", &files)
    };
    assert_eq!(found("/srv/other"), [""; 0]);
    assert_eq!(found("/srv/shop/app"), ["compose/code-bind-mounted compose.yml"]);
}

#[test]
fn what_names_the_settings_is_declared_where_no_file_does() {
    let settings = "[deployment.a]\nsettings = 'shop.settings.first'";
    let files = |toml: &'static str| {
        [
            ("shop/settings/__init__.py", ""),
            ("shop/settings/base.py", "DEBUG = True"),
            ("shop/settings/first.py", "DEBUG = True"),
            ("shop/wsgi.py", WSGI),
            ("deploy/shop.service", UNIT),
            ("kilter.toml", toml),
        ]
    };
    // What developers are named by default would be no server's, whatever is declared.
    let wsgi = WSGI.replace("settings.dev", "settings.base");
    let unit = UNIT.replace("__MODULE__", "shop.wsgi");
    let debug = |toml: &'static str| {
        let mut files = files(toml);
        files[3].1 = &wsgi;
        files[4].1 = &unit;
        said(&files).into_iter().filter(|it| it == "env/debug-on shop/settings/first.py").count()
    };
    assert_eq!((debug(settings), debug("[deployment.a]")), (1, 0));
}

#[test]
fn a_folder_is_the_declared_one_where_a_variable_names_it() {
    let settings = "import os
DEBUG = False
INSTALLED_APPS = ['django.contrib.staticfiles']
STATIC_URL = '/static/'
STATIC_ROOT = os.environ['STATIC_ROOT']
";
    let unit = UNIT.replace("__MODULE__", "shop.wsgi");
    let unserved = |declared: &str| {
        let toml =
            format!("[deployment.a]\nsettings = 'shop.settings'\nstatic-root = '{declared}'");
        let files = [
            ("shop/settings.py", settings),
            ("shop/wsgi.py", PLAIN),
            ("deploy/shop.service", unit.as_str()),
            ("deploy/shop.conf", SITE),
            ("kilter.toml", &toml),
        ];
        about("assets/root-not-served", &files)
    };
    assert_eq!(unserved("/srv/shop/app/static"), [""; 0]);
    assert_eq!(unserved("/srv/shop/files"), ["assets/root-not-served deploy/shop.conf"]);
}
