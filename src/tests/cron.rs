//! Jobs of cron as processes.

use crate::config::Config;
use crate::run::run;
use crate::source::Tree;
use crate::tests::file;

const WSGI: &str = "import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.prod')
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
";

const MANAGE: &str = "import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.dev')
";

const UNIT: &str = "[Service]
User=shop
WorkingDirectory=/srv/shop
ExecStart=/srv/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
";

/// The rules that speak of a job, with their certainty.
fn said(path: &str, crontab: &str) -> Vec<String> {
    let files = [
        ("shop/wsgi.py", WSGI),
        ("manage.py", MANAGE),
        ("shop/settings/__init__.py", ""),
        ("shop/settings/prod.py", "DEBUG = False"),
        ("shop/settings/dev.py", "DEBUG = True"),
        ("deploy/shop.service", UNIT),
        (path, crontab),
    ];
    let files = files.iter().map(|(path, text)| file(path, *text)).collect();
    let outcome = run(&Tree::of(files), &Config::default());
    let of_job = |it: &&crate::diagnostic::Diagnostic| it.message.contains("manage.py");
    let found = outcome.diagnostics.iter().filter(of_job);
    found.map(|it| format!("{} {:?}", it.rule, it.certainty())).collect()
}

const FOUND: [&str; 1] = ["env/settings-module-dev Likely"];

#[test]
fn a_job_loads_the_settings_that_nothing_names() {
    assert_eq!(said("crontab", "@daily cd /srv/shop && ./manage.py clearsessions\n"), FOUND);
    let of_user =
        "0 4 * * * shop /srv/venv/bin/python /srv/shop/manage.py clearsessions >/dev/null\n";
    for path in ["etc/cron.d/shop", "deploy/cron.d/shop"] {
        assert_eq!(said(path, of_user), FOUND, "{path}");
    }
    let piped =
        "0 4 * * * cd /srv/shop; flock -n /tmp/l nice python manage.py clearsessions | logger\n";
    assert_eq!(said("deploy/site.cron", piped), FOUND);
}

#[test]
fn what_names_the_settings_for_a_job_counts() {
    let quiet = [
        "DJANGO_SETTINGS_MODULE=shop.settings.prod\n@daily /srv/shop/manage.py clearsessions\n",
        "@daily /srv/shop/manage.py clearsessions --settings=shop.settings.prod\n",
        "@daily DJANGO_SETTINGS_MODULE=shop.settings.prod /srv/shop/manage.py clearsessions\n",
        "@daily . /srv/shop/env && /srv/shop/manage.py clearsessions\n",
        "SHELL=/bin/bash\nBASH_ENV=/srv/shop/env\n@daily /srv/shop/manage.py clearsessions\n",
        "@daily docker compose exec -T web python manage.py clearsessions\n",
        "@daily /srv/shop/clear.sh\n",
    ];
    for crontab in quiet {
        assert_eq!(said("deploy/crontab", crontab), [""; 0], "{crontab}");
    }
    // An assignment holds for what stands below it.
    let below =
        "@daily /srv/shop/manage.py clearsessions\nDJANGO_SETTINGS_MODULE=shop.settings.prod\n";
    assert_eq!(said("deploy/crontab", below), FOUND);
}

#[test]
fn a_crontab_of_an_image_is_none_of_the_machine() {
    let job = "@daily /srv/shop/manage.py clearsessions\n";
    assert_eq!(said("docker/crontab", job), FOUND);
    let files = [
        ("Dockerfile", "FROM python:3.12\nCOPY docker/crontab /etc/cron.d/shop\nCMD cron -f\n"),
        ("shop/wsgi.py", WSGI),
        ("manage.py", MANAGE),
        ("shop/settings/dev.py", "DEBUG = True"),
        ("shop/settings/prod.py", "DEBUG = False"),
        ("deploy/shop.service", UNIT),
        ("docker/crontab", job),
    ];
    let files = files.iter().map(|(path, text)| file(path, *text)).collect();
    let outcome = run(&Tree::of(files), &Config::default());
    assert!(outcome.diagnostics.iter().all(|it| !it.message.contains("manage.py")));
}
