//! Descriptions of platforms: `fly.toml`, `render.yaml`, `railway.toml`, `railway.json`, `heroku.yml` and
//! `.do/app.yaml`.

mod platforms;

use crate::fact::{Certainty, Lookup};
use crate::model::{Deployment, Process};
use crate::run::Outcome;
use crate::tests::processes::{judged, outcome};

const DOCKERFILE: &str = "FROM python:3.13-slim AS base\nWORKDIR /app\nCOPY . .\n\
    RUN pip install django gunicorn celery\n\
    FROM base AS debug\nCMD [\"python\", \"manage.py\", \"runserver\"]\n\
    FROM base\nENV COLOUR=red\nUSER app\nCMD [\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]\n";

const IMAGE: (&str, &str) = ("Dockerfile", DOCKERFILE);
const MANAGE: (&str, &str) = (
    "manage.py",
    "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n",
);
const CELERY: (&str, &str) =
    ("config/celery.py", "from celery import Celery\napp = Celery('config')\n");

/// Each deployment with its processes, what they run and where they listen.
fn shown(outcome: &Outcome) -> Vec<String> {
    let process = |it: &Process| {
        let program = it.started.as_ref().map_or("?", |it| it.program_name());
        let listens = it.listens.iter().map(|it| it.value.endpoint.to_string());
        let words: Vec<String> =
            [it.name.clone(), program.to_owned()].into_iter().chain(listens).collect();
        words.join(" ")
    };
    let one = |it: &Deployment| {
        let processes: Vec<String> = it.processes.iter().map(process).collect();
        let image = if it.alone.is_some() { " (image)" } else { "" };
        format!("{}{image}: {}", it.name, processes.join(", "))
    };
    outcome.model.deployments.iter().map(one).collect()
}

fn given(files: &[(&str, &str)]) -> Vec<String> {
    shown(&judged(files))
}

/// What the first process of the only deployment has for a variable, with `?` where somebody may have set another.
fn variable(outcome: &Outcome, name: &str) -> String {
    let [deployment] = outcome.model.deployments.as_slice() else { panic!("{:?}", shown(outcome)) };
    match deployment.processes[0].environment.get(name) {
        Lookup::Set(value) if value.evidence().certainty() == Certainty::Certain => value.value,
        Lookup::Set(value) => format!("{}?", value.value),
        Lookup::Unknown(_) => "unknown".to_owned(),
        Lookup::Absent => "absent".to_owned(),
    }
}

fn rules(outcome: &Outcome) -> Vec<&str> {
    outcome.diagnostics.iter().map(|it| it.rule).collect()
}

#[test]
fn the_settings_that_a_description_names_are_those_of_the_site() {
    let text = "services:\n- type: web\n  name: shop\n  runtime: python\n  \
                startCommand: gunicorn config.wsgi\n  envVars:\n  \
                - {key: DJANGO_SETTINGS_MODULE, value: config.render}\n";
    let others =
        [("config/render.py", "DEBUG = True\n"), ("config/production.py", "DEBUG = False\n")];
    let outcome = judged(&[&[("render.yaml", text)], &others[..]].concat());
    let django = outcome.model.deployments[0].processes[0].django.as_ref();
    assert_eq!(django.map(|it| it.module.value.as_str()), Some("config.render"));
    assert!(rules(&outcome).contains(&"env/debug-on"), "{:?}", rules(&outcome));
}

#[test]
fn of_two_platforms_nobody_knows_which_has_the_site() {
    let certainty = |files: &[(&str, &str)]| {
        let outcome = judged(files);
        let deployment = &outcome.model.deployments[0];
        (deployment.name.clone(), deployment.processes[0].declared.evidence().certainty())
    };
    let fly = ("fly.toml", "app = 'shop'\n");
    let railway = ("railway.json", "{\"deploy\": {\"startCommand\": \"gunicorn config.wsgi\"}}");
    assert_eq!(certainty(&[fly, IMAGE]), ("fly.toml".to_owned(), Certainty::Certain));
    assert_eq!(certainty(&[fly, railway, IMAGE]), ("fly.toml".to_owned(), Certainty::Likely));
    let of_page = ("page/railway.json", "{\"deploy\": {\"startCommand\": \"npm start\"}}");
    assert_eq!(certainty(&[of_page, fly, IMAGE]), ("fly.toml".to_owned(), Certainty::Certain));
}

#[test]
fn what_is_broken_takes_nothing_away() {
    let procfile = ("Procfile", "web: gunicorn -b :6000 config.wsgi\n");
    let kept = ["Procfile: web gunicorn 0.0.0.0:6000"];
    assert_eq!(given(&[procfile]), kept);
    for (path, text) in [
        ("fly.toml", "app = 'shop\n[processes\n"),
        ("fly.toml", "app = 'shop'\nprocesses = []\n[experimental]\ncmd = 3\n"),
        ("fly.toml", ""),
        ("render.yaml", "services:\n- type: web\n  name: [shop\n"),
        ("render.yaml", "services: 1\n"),
        ("render.yaml", "- services\n"),
        ("render.yaml", "services:\n- type: web\n  name: {{ name }}\n  runtime: python\n"),
        ("railway.toml", "[deploy]\nstartCommand = ['gunicorn']\n"),
        ("railway.json", "{\"deploy\": {\"startCommand\": null}}"),
        ("railway.json", "{\"deploy\": "),
    ] {
        assert_eq!(given(&[procfile, (path, text)]), kept, "{path} {text}");
    }
}

#[test]
fn compose_files_for_production_that_something_starts_come_first() {
    let compose = "services:\n  web:\n    build: .\n    command: gunicorn -b :5000 config.wsgi\n";
    let files = [
        ("production.yml", compose),
        ("deploy.sh", "docker compose -f production.yml up -d\n"),
        ("fly.toml", "app = 'shop'\n"),
        IMAGE,
        MANAGE,
    ];
    assert_eq!(given(&files), ["production.yml: web gunicorn 0.0.0.0:5000"]);
    // Without a script they are a developer's most likely, and the platform has the site.
    let found = given(&[files[0], files[2], files[3], files[4]]);
    assert!(found.contains(&"fly.toml (image): app gunicorn 0.0.0.0:9000".to_owned()), "{found:?}");
}

#[test]
fn a_database_in_a_file_goes_where_the_platform_keeps_nothing() {
    let settings = (
        "config/settings.py",
        "from pathlib import Path\nDEBUG = False\nBASE_DIR = Path(__file__).resolve().parent.parent\n\
         DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'db.sqlite3'}}\n",
    );
    let model =
        ("shop/models.py", "from django.db import models\nclass Order(models.Model):\n    pass\n");
    let found = |path: &str, text: &str| {
        let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\napplication = 1\n";
        let outcome = outcome(&[settings, model, ("config/wsgi.py", wsgi), (path, text)]);
        let lost = outcome.diagnostics.iter().filter(|it| it.message.contains("is lost with"));
        lost.map(|it| it.labels[0].text.to_string()).collect::<Vec<_>>().join(" ")
    };
    let render = |more: &str| {
        format!(
            "services:\n- type: web\n  name: shop\n  runtime: python\n  startCommand: gunicorn config.wsgi\n{more}"
        )
    };
    assert_eq!(found("render.yaml", &render("")), "the data is in `db.sqlite3`");
    assert_eq!(found("render.yaml", &render("  disk: {name: data, mountPath: /data}\n")), "");
    // Railway's volumes are the dashboard's.
    let railway = "[deploy]\nstartCommand = 'gunicorn config.wsgi'\n";
    assert_eq!(found("railway.toml", railway), "");
    assert_eq!(found("Procfile", "web: gunicorn config.wsgi\n"), "");
}

/// Fly sends what `[[statics]]` names before it asks the program.
#[test]
fn what_is_wrong_in_a_description_is_found() {
    let settings = (
        "config/settings.py",
        "import os\nDEBUG = os.environ.get('DEBUG') == 'True'\nSECRET_KEY = os.environ['SECRET_KEY']\n\
         ALLOWED_HOSTS = ['a.example']\n",
    );
    let found = |files: &[(&str, &str)]| {
        let outcome = judged(&[&[settings, MANAGE], files].concat());
        rules(&outcome).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let has = |files: &[(&str, &str)], rule: &str| found(files).iter().any(|it| it == rule);
    let fly = |debug: &str| format!("app = 'shop'\n[env]\nDEBUG = '{debug}'\n");
    assert!(has(&[("fly.toml", &fly("True")), IMAGE], "env/debug-on"));
    assert!(!has(&[("fly.toml", &fly("False")), IMAGE], "env/debug-on"));
    let started = "app = 'shop'\n[processes]\nweb = 'python manage.py runserver 0.0.0.0:8000'\n[env]\nDEBUG = 'True'\n";
    let started = [("fly.toml", started), IMAGE];
    assert!(has(&started, "startup/dev-server") && has(&started, "env/debug-on"));
    // The platform or its builds migrate.
    let render = |more: &str| {
        format!(
            "services:\n- type: web\n  name: shop\n  runtime: docker\n{more}  envVars:\n  \
             - key: SECRET_KEY\n    value: kilter-9f8e7d6c5b4a39281706f5e4d3c2b1a0\n"
        )
    };
    let render = render("  preDeployCommand: python manage.py migrate\n");
    let render = [("render.yaml", render.as_str()), IMAGE];
    assert!(!has(&render, "startup/migrate-never"));
}
