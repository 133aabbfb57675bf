//! Which applications import a model too early, asked of Django itself.

use crate::config::Config;
use crate::run::run;
use crate::source::Tree;
use crate::tests::{file, tool};
use std::fs;
use std::process::Command;

const SET_UP: &str =
    "from django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n";

/// What the application's module begins with, and what `chat/consumers.py` has.
const CASES: &[(&str, &str)] = &[
    ("import chat.consumers", "from chat.models import Room"),
    ("from chat import consumers", "from . import models"),
    ("from chat.consumers import A", "from .models import Room\nA = 1"),
    ("from chat import A", "A = 1"),
    ("import chat.consumers", "from django.contrib.auth.models import User"),
    ("import chat.consumers", "from django.contrib.auth import models"),
    ("import chat.consumers", "import django.contrib.sessions.models"),
    (
        "import chat.consumers",
        "from django.contrib.auth import get_user_model\nUser = get_user_model()",
    ),
    ("import chat.consumers", "from django.contrib.auth import get_user_model"),
    ("import chat.consumers", "def connect():\n    from chat.models import Room"),
    (
        "import chat.consumers",
        "from django.db import models\nclass Base(models.Model):\n    class Meta: abstract = True",
    ),
    (
        "import chat.consumers",
        "from django.db import models\nclass Base(models.TextChoices):\n    A = 'a'",
    ),
    (
        "import chat.consumers",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from chat.models import Room",
    ),
    (
        "import chat.consumers",
        "try:\n    from chat.models import Room\nexcept Exception:\n    pass",
    ),
    ("import chat.consumers", "import django\ndjango.setup()\nfrom chat.models import Room"),
    ("import django\ndjango.setup()\nimport chat.consumers", "from chat.models import Room"),
    ("from config import wsgi\nimport chat.consumers", "from chat.models import Room"),
    (
        "from chat.ready import prepare\nprepare()\nimport chat.consumers",
        "from chat.models import Room",
    ),
    (
        "from chat import ready\nready.set_up_django()\nimport chat.consumers",
        "from chat.models import Room",
    ),
    ("from chat.ready import prepare\nimport chat.consumers", "from chat.models import Room"),
    ("import os, chat.models", ""),
];

fn files(asgi: &str, consumers: &str) -> Vec<(&'static str, String)> {
    let settings = "SECRET_KEY = 'a'\nDATABASES = {}\nINSTALLED_APPS = [\n    \
                    'django.contrib.contenttypes', 'django.contrib.auth', \
                    'django.contrib.sessions', 'chat']\n";
    let names = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n";
    let wsgi = "from django.core.wsgi import get_wsgi_application\n\
                application = get_wsgi_application()\n";
    let room = "from django.db import models\nclass Room(models.Model):\n    pass\n";
    let service = "[Service]\nUser=chat\nWorkingDirectory=/srv/chat\n\
                   ExecStart=/srv/venv/bin/daphne config.asgi:application\n";
    vec![
        ("config/__init__.py", String::new()),
        ("config/settings.py", settings.to_owned()),
        ("config/asgi.py", format!("{names}{asgi}\n{SET_UP}")),
        ("config/wsgi.py", format!("{names}{wsgi}")),
        ("chat/__init__.py", "A = 1\n".to_owned()),
        ("chat/models.py", room.to_owned()),
        ("chat/consumers.py", format!("{consumers}\n")),
        (
            "chat/ready.py",
            "def prepare():\n    import django\n    django.setup()\nset_up_django = prepare\n"
                .to_owned(),
        ),
        ("deploy/chat.service", service.to_owned()),
    ]
}

/// Modules that import one another, of which the last has a model, in a chain that may be longer than
/// any stack.
#[test]
fn a_chain_of_imports_is_followed_so_far() {
    let is_said = |length: usize| {
        let module = |at: usize| match at + 1 == length {
            true => "from chat.models import Room\n".to_owned(),
            false => format!("import chain.m{}\n", at + 1),
        };
        let modules = (0..length).map(|at| (format!("chain/m{at}.py"), module(at)));
        let modules = modules.map(|(path, text)| file(&path, text.as_str()));
        let own = files("import chain.m0", "");
        let own = own.iter().map(|(path, text)| file(path, text.as_str()));
        let found = run(&Tree::of(own.chain(modules).collect()), &Config::default());
        found.diagnostics.iter().any(|it| it.rule == "django/asgi-import-order")
    };
    assert!(is_said(10));
    assert!(!is_said(3000));
}

#[test]
fn what_is_said_to_end_at_its_start_does_so_with_django() {
    let mut differing = Vec::new();
    for (asgi, consumers) in CASES {
        let files = files(asgi, consumers);
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in &files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        let mut asks = Command::new(tool("python/bin/python"));
        asks.args(["-c", "import config.asgi"]).current_dir(folder.path());
        let output = asks.output().expect("python runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() || told.contains("AppRegistryNotReady"), "{told}");
        let tree = Tree::of(files.iter().map(|(path, text)| file(path, text.as_str())).collect());
        let found = run(&tree, &Config::default());
        let said = found.diagnostics.iter().any(|it| it.rule == "django/asgi-import-order");
        if said == output.status.success() {
            differing.push(format!("{asgi}\n--\n{consumers}\n{told}"));
        }
    }
    println!("{} applications started with Django", CASES.len());
    assert!(differing.is_empty(), "{}", differing.join("\n\n"));
}
