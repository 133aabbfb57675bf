//! Processes that no file starts, and projects that nothing in Python names the settings of.

use super::{judged, outcome, processes};
use crate::fact::Certainty;

/// The names of what runs a project under settings that are known, and whether a command starts it.
fn started(files: &[(&str, &str)]) -> Vec<String> {
    let outcome = outcome(files);
    let processes = outcome.model.deployments.iter().flat_map(|it| &it.processes);
    let named = processes.filter_map(|it| {
        let django = it.django.as_ref().filter(|_| it.started.is_some())?;
        Some(format!("{} {}", it.name, django.module.value))
    });
    named.collect()
}

#[test]
fn a_configuration_of_gunicorn_for_production_starts_what_it_names() {
    let of = |path: &str, text: &str| processes(&[(path, text)]).concat();
    let text = "wsgi_app = \"config.wsgi:application\"\nbind = \"0.0.0.0:9000\"\n";
    let known = "prod.py ? 0.0.0.0:9000 …";
    assert_eq!(of("config/gunicorn/prod.py", text), known);
    assert_eq!(of("gunicorn.conf.py", text), known.replace("prod.py", "gunicorn.conf.py"));
    let idle = "config.settings ?  …";
    assert_eq!(of("config/gunicorn/dev.py", text), idle);
    assert_eq!(of("config/other/prod.py", text), idle);
    assert_eq!(of("gunicorn.conf.py", "bind = \"0.0.0.0:9000\"\n"), idle);
    assert_eq!(of("gunicorn.conf.py", &text.replace("config.wsgi", "torch.wsgi")), idle);
    // Beside others only the one for production counts, and none where a script starts another.
    let with = |path: &str, more: &str| {
        let files = [("config/gunicorn/prod.py", text), (path, more)];
        processes(&files).concat()
    };
    assert_eq!(with("config/gunicorn/base.py", text), known);
    assert_eq!(with("config/gunicorn/dev.py", text), known);
    assert_eq!(with("config/gunicorn/live.py", text), idle);
    assert_eq!(with("run.sh", "exec gunicorn config.wsgi -b :80\n"), idle);
    assert_eq!(with("Dockerfile", "FROM python:3.13\n"), idle);
    // It is not certain.
    let outcome = judged(&[("gunicorn.conf.py", text)]);
    let process = &outcome.model.deployments[0].processes[0];
    assert_ne!(process.declared.evidence().certainty(), Certainty::Certain);
}

/// `django-admin` is told by the environment, and so is the server.
#[test]
fn a_project_without_manage_py_is_where_its_settings_are() {
    let wsgi =
        "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n";
    let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY web /app\nENV DJANGO_SETTINGS_MODULE=NAMED\nCMD [\"gunicorn\", \"-b\", \":8000\", \"WSGI\"]\n";
    let given = |entry: &str, module: &str, settings: &str| {
        let dockerfile = dockerfile.replace("NAMED", settings).replace("WSGI", module);
        started(&[
            (entry, wsgi),
            ("web/lantern/__init__.py", ""),
            ("web/lantern/live.py", "DEBUG = False\nROOT_URLCONF = 'lantern.urls'\n"),
            ("Dockerfile", &dockerfile),
        ])
    };
    let known = ["Dockerfile lantern.live"];
    assert_eq!(given("web/lantern/wsgi.py", "lantern.wsgi", "lantern.live"), known);
    let plain = started(&[
        ("docker/app.py", wsgi),
        ("docker/live.py", "DEBUG = False\n"),
        (
            "Dockerfile",
            "FROM python:3.13\nCOPY docker /app\nWORKDIR /app\nENV DJANGO_SETTINGS_MODULE=live\nCMD [\"gunicorn\", \"app\"]\n",
        ),
    ]);
    assert_eq!(plain, ["Dockerfile live"]);
    assert!(given("web/lantern/wsgi.py", "lantern.wsgi", "lantern.gone").is_empty());
    assert!(given("web/lantern/wsgi.py", "lantern.wsgi", "tests.live").is_empty());
    // As it was before Django 1.4.
    let manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'lantern.settings')\n";
    let within = |folder: &str| {
        let path = format!("{folder}/manage.py");
        let files = [(path.as_str(), manage), ("lantern/settings.py", "DEBUG = False\n")];
        !outcome(&files).model.deployments.is_empty()
    };
    assert!(within("lantern"));
    assert!(!within("torch"));
}
