//! Deployments that a script sets up: its sites and units stand in here-documents.

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::run::{Outcome, run};
use crate::source::Tree;
use crate::tests::file;

const SETTINGS: &str = "\
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ['SECRET_KEY']
ALLOWED_HOSTS = ['shop.example.com']
INSTALLED_APPS = ['django.contrib.staticfiles']
STATIC_URL = '/static/'
STATIC_ROOT = BASE_DIR / 'staticfiles'
";

const WSGI: &str = "\
import os
from django.core.wsgi import get_wsgi_application

os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')
application = get_wsgi_application()
";

const MANAGE: &str =
    "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";

const SETUP: &str = "\
#!/bin/bash
set -e
APP=/srv/shop
read -p 'Domain: ' DOMAIN

setup_unit() {
    cat > /tmp/shop.service <<EOF
[Unit]
Description=shop

[Service]
User=shop
WorkingDirectory=$APP
Environment=SECRET_KEY=9bd1ecf4e1704c01b6a9
ExecStart=$APP/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi

[Install]
WantedBy=multi-user.target
EOF
    sudo mv /tmp/shop.service /etc/systemd/system/
}

sudo tee /etc/nginx/sites-available/shop > /dev/null <<EOF
server {
    listen 80;
    server_name $DOMAIN;
    location /static/ {
        alias $APP/static/;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host \\$host;
    }
}
EOF
";

fn judged(setup: &str) -> Outcome {
    beside(setup, &[])
}

fn beside(setup: &str, more: &[(&str, &str)]) -> Outcome {
    let files = [
        ("manage.py", MANAGE),
        ("shop/settings.py", SETTINGS),
        ("shop/wsgi.py", WSGI),
        ("requirements.txt", "Django==5.2\ngunicorn==23.0\n"),
        ("deploy/setup.sh", setup),
    ];
    let all = files.iter().chain(more);
    let tree = Tree::of(all.map(|(path, text)| file(path, *text)).collect());
    run(&tree, &Config::default())
}

/// The rule and the address of each finding that is shown in the script.
fn in_script(outcome: &Outcome) -> Vec<String> {
    let shown = outcome.sources.shown();
    let address = |it: &Diagnostic| Some(format!("{} {}", it.rule, shown.address(it.place()?)));
    let found = outcome.diagnostics.iter().filter_map(address);
    found.filter(|it| it.contains("setup.sh")).collect()
}

#[test]
fn what_a_script_installs_is_judged_where_it_is_written() {
    let outcome = judged(SETUP);
    let found = in_script(&outcome);
    assert!(
        found.contains(&"assets/root-not-served deploy/setup.sh:28:15".to_owned()),
        "{found:?}"
    );
    // Nothing is mended in a text that the script changes on the way.
    let in_script = |it: &&Diagnostic| {
        it.place().is_some_and(|at| outcome.sources.get(at.file).path() == "deploy/setup.sh")
    };
    assert!(outcome.diagnostics.iter().filter(in_script).all(|it| it.fix.is_none()));
}

#[test]
fn secrets_of_what_a_script_installs_are_hidden_in_the_script() {
    let outcome = judged(SETUP);
    let script = outcome.sources.find("deploy/setup.sh".into()).expect("it was read");
    let shown = outcome.sources.shown().text(script);
    assert!(!shown.contains("9bd1ecf4e1704c01b6a9"), "{shown}");
}

#[test]
fn ignores_in_what_a_script_installs_count_once() {
    let marked = SETUP.replace(
        "        alias",
        "        # kilter: ignore[assets/root-not-served] moved by hand\n        alias",
    );
    let found = in_script(&judged(&marked));
    assert!(!found.iter().any(|it| it.starts_with("assets/root-not-served")), "{found:?}");
    assert!(!found.iter().any(|it| it.starts_with("kilter/")), "{found:?}");
}

#[test]
fn what_the_tree_keeps_up_counts_before_what_a_script_made_once() {
    let own = "server {\n    listen 80;\n    location / { proxy_pass http://127.0.0.1:8000; }\n}\n";
    let outcome = beside(SETUP, &[("deploy/nginx.conf", own)]);
    assert!(!in_script(&outcome).iter().any(|it| it.starts_with("assets/")));
    let unit = "[Service]\nUser=shop\nWorkingDirectory=/srv/shop\nExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi\n";
    let names = |outcome: Outcome| {
        let all = outcome.model.deployments.into_iter().flat_map(|it| it.processes);
        all.filter(|it| it.kind.is_web()).map(|it| it.name).collect::<Vec<_>>()
    };
    assert_eq!(names(judged(SETUP)), ["shop.service"]);
    assert_eq!(names(beside(SETUP, &[("deploy/web.service", unit)])), ["web.service"]);
}

/// `echo "$UNIT" > shop.service`, for somebody to move it to where systemd looks.
#[test]
fn a_unit_is_read_that_a_script_has_in_a_variable() {
    let setup = |unit: &str, more: &str| {
        format!(
            "#!/bin/bash\nroot=$(dirname \"$(pwd)\")\nread -p 'User: ' owner\n\
             unit=\"{unit}\"\n{more}echo \"$unit\" > shop.service\n"
        )
    };
    let unit = "[Service]\nUser=$owner\nWorkingDirectory=$root\n\
                ExecStart=$root/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi\n";
    let started = |setup: &str| {
        let all = judged(setup).model.deployments.into_iter().flat_map(|it| it.processes);
        all.filter(|it| it.started.is_some()).map(|it| it.name).collect::<Vec<_>>()
    };
    assert_eq!(started(&setup(unit, "")), ["shop.service"]);
    let either = "[ -n \"$owner\" ] || unit=\"[Service]\"\n";
    assert_eq!(started(&setup(unit, either)), [""; 0]);
    assert_eq!(started(&setup("# $owner", "")), [""; 0]);
}
