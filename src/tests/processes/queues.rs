//! Which queues tasks are sent to, and which ones workers take from, asked of Celery itself.

use super::WSGI;
use crate::config::Config;
use crate::run::run;
use crate::source::Tree;
use crate::tests::{file, tool};
use std::process::Command;

/// Settings, and the options of the only worker.
const CASES: &[(&str, &str)] = &[
    ("CELERY_TASK_ROUTES = {'shop.tasks.a': {'queue': 'm'}}", ""),
    ("CELERY_TASK_ROUTES = {'shop.tasks.a': {'queue': 'm'}}", "-Q m"),
    ("CELERY_TASK_ROUTES = {'shop.tasks.a': {'queue': 'm'}}", "-Q celery,m"),
    ("CELERY_TASK_ROUTES = {'shop.tasks.a': {'queue': 'm'}}", "-Q celery"),
    ("CELERY_TASK_ROUTES = {'shop.*': 'm'}", "--queues=a"),
    ("CELERY_TASK_ROUTES = [{'shop.*': 'm'}]", "--queues=m"),
    ("CELERY_TASK_ROUTES = {'shop.*': 'm'}; CELERY_TASK_DEFAULT_QUEUE = 'm'", ""),
    ("CELERY_TASK_ROUTES = {'shop.*': 'celery'}; CELERY_TASK_DEFAULT_QUEUE = 'm'", ""),
    ("CELERY_TASK_ROUTES = {'shop.*': 'celery'}", ""),
];

/// Says of each pair of settings and queues whether a worker takes what `shop.tasks.a` is sent to.
const ASKS: &str = r#"
import sys, types
from celery import Celery

for settings, queues in zip(sys.argv[1::2], sys.argv[2::2]):
    module = types.SimpleNamespace()
    exec(settings, vars(module))
    app = Celery("shop", broker="memory://", set_as_current=False)
    app.config_from_object(module, namespace="CELERY")
    if queues:
        app.amqp.queues.select(queues.split(","))
    sent = app.amqp.router.route({}, "shop.tasks.a")["queue"].name
    print(int(sent in app.amqp.queues.consume_from))
"#;

#[test]
fn a_queue_is_unconsumed_where_celery_takes_nothing_from_it() {
    let queues = |options: &str| options.split([' ', '=']).nth(1).unwrap_or("").to_owned();
    let mut asks = Command::new(tool("python/bin/python"));
    asks.args(["-c", ASKS]);
    for (settings, options) in CASES {
        asks.args([*settings, &queues(options)]);
    }
    let output = asks.output().expect("python runs");
    let takes = String::from_utf8_lossy(&output.stdout).replace(char::is_whitespace, "");
    let said: String = CASES.iter().map(|(settings, options)| taken(settings, options)).collect();
    println!("{} settings and workers asked of Celery", CASES.len());
    assert_eq!(said, takes, "{}", String::from_utf8_lossy(&output.stderr));
}

/// `1` if kilter has nothing to say of a queue that no worker takes from.
fn taken(settings: &str, options: &str) -> char {
    let settings = settings.replace("; ", "\n");
    let settings = format!("DEBUG = False\nCELERY_BROKER_URL = 'redis://redis/0'\n{settings}\n");
    let compose = format!(
        "services:
  web:
    image: shop
    build: .
    command: gunicorn config.wsgi
  worker:
    image: shop
    build: .
    command: celery -A config worker {options}
  redis:
    image: redis:7
"
    );
    let app = "import os\nfrom celery import Celery\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', \
               'config.settings')\napp = Celery('config')\n\
               app.config_from_object('django.conf:settings', namespace='CELERY')\n";
    let files = [
        WSGI,
        ("compose.yaml", &compose),
        ("Dockerfile", "FROM python:3.13\nWORKDIR /app\nCOPY . .\n"),
        ("config/__init__.py", ""),
        ("config/celery.py", app),
        ("config/settings.py", &settings),
    ];
    let tree = Tree::of(files.map(|(path, text)| file(path, text)).into());
    let found = run(&tree, &Config::default());
    let rules = found.diagnostics.iter().map(|it| it.rule);
    if rules.into_iter().any(|it| it == "startup/celery-queue-unconsumed") { '0' } else { '1' }
}
