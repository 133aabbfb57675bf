//! Which project the processes of a deployment run, and with which settings.

use super::{WSGI, judged, stages};

/// A module that is named for one machine and is not in the tree is that of the server.
#[test]
fn local_settings_that_only_the_server_has_are_no_others() {
    let found = |more: &[(&str, &str)]| {
        let wsgi =
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.local')\n";
        let unit = "[Service]\nEnvironmentFile=/etc/shop.env\nWorkingDirectory=/srv\n\
                    ExecStart=/srv/venv/bin/gunicorn shop.wsgi\n";
        let files = [
            ("manage.py", wsgi),
            ("shop/wsgi.py", wsgi),
            ("shop/settings/__init__.py", ""),
            ("shop/settings/production.py", "DEBUG = False\n"),
            ("deploy/shop.service", unit),
        ];
        let outcome = judged(&[&files, more].concat());
        let processes = outcome.model.deployments.iter().flat_map(|it| &it.processes);
        let mut named = processes.filter_map(|it| Some(it.django.as_ref()?.module.value.clone()));
        named.next()
    };
    let local = [("shop/settings/local.py", "DEBUG = True\n")];
    assert_eq!(found(&local).as_deref(), Some("shop.settings.production"));
    assert_eq!(found(&[]).as_deref(), Some("shop.settings.local"));
}

/// Everybody makes a `settings.py` of one's own, and the image names another that lies beside it.
#[test]
fn a_module_that_the_environment_names_is_found_where_the_usual_one_is_ignored() {
    let manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
    let recipe = "FROM python:3.13\nENV DJANGO_SETTINGS_MODULE=shop.settings_docker\nWORKDIR /app\n\
                  COPY . .\nCMD gunicorn shop.wsgi\n";
    let outcome = judged(&[
        ("manage.py", manage),
        ("shop/wsgi.py", manage),
        ("shop/settings_docker.py", "DEBUG = True\n"),
        ("Dockerfile", recipe),
        ("docker-compose.prod.yml", "services:\n  web:\n    build: .\n"),
    ]);
    let found = outcome.diagnostics.iter().find(|it| it.rule == "env/debug-on");
    let place = found.and_then(|it| it.place());
    let file = place.map(|it| outcome.sources.get(it.file).path().to_owned());
    assert!(file.is_some_and(|it| it.ends_with("shop/settings_docker.py")));
}

/// The root of the project that the first process runs.
fn root_of(files: &[(&str, &str)]) -> Option<String> {
    let outcome = judged(files);
    let processes = &outcome.model.deployments[0].processes;
    Some(processes.first()?.django.as_ref()?.project.root.to_string())
}

#[test]
fn of_two_projects_with_one_name_the_folder_decides() {
    let unit = "[Service]\nWorkingDirectory=/srv/site/backend\nExecStart=/srv/venv/bin/gunicorn config.wsgi";
    let projects = [
        ("app.service", unit),
        ("backend/config/wsgi.py", WSGI),
        ("backend/config/settings.py", "DEBUG = False"),
        ("old/backend/config/wsgi.py", WSGI),
        ("old/backend/config/settings.py", "DEBUG = False"),
    ];
    assert_eq!(root_of(&projects).as_deref(), Some("backend"));
}

#[test]
fn a_module_to_be_filled_in_is_that_of_the_only_project() {
    let unit = "[Service]\nExecStart=/srv/venv/bin/gunicorn $PROJECT.wsgi:application";
    let project = [
        ("app.service.template", unit),
        (
            "shop/wsgi.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')",
        ),
        ("shop/settings.py", "DEBUG = False"),
    ];
    assert_eq!(root_of(&project).as_deref(), Some(""));
}

/// What a template has wrong is one thing to mend, in however many folders it was copied.
#[test]
fn copies_of_a_project_that_nothing_runs_are_judged_together() {
    const MANAGE: &str =
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
    let project = |folder: &str| {
        [
            (format!("{folder}/manage.py"), MANAGE),
            (
                format!("{folder}/shop/settings.py"),
                "ALLOWED_HOSTS = ['shop.example.com']\nDEBUG = True\n",
            ),
        ]
    };
    let found = |folders: &[&str]| {
        let files: Vec<_> = folders.iter().flat_map(|it| project(it)).collect();
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let found = judged(&files).diagnostics;
        let debug = found.iter().filter(|it| it.rule == "env/debug-on");
        debug.map(|it| it.labels.len()).collect::<Vec<_>>()
    };
    assert_eq!(found(&["one"]), [1]);
    assert_eq!(found(&["one", "two", "three"]), [3]);
}

/// `shop/prod.py` beside `shop/dev.py` is settings as well, and not what only has such a name.
#[test]
fn settings_in_the_projects_own_package_are_known_by_what_they_are_for() {
    let with = |path: &str, text: &str| {
        let manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.dev')";
        let files = [
            ("manage.py", manage),
            ("shop/__init__.py", ""),
            ("shop/base.py", "DEBUG = False\n"),
            ("shop/dev.py", "from .base import *\nDEBUG = True\n"),
            (path, text),
        ];
        stages(&files).concat()
    };
    let shares = "from .base import *\nALLOWED_HOSTS = []\n";
    assert_eq!(with("shop/prod.py", shares), "shop.prod production?");
    assert_eq!(with("shop/deploy.py", "from fabric import *\n"), "");
    assert_eq!(with("shop/live.py", "from .views import *\n"), "");
}

#[test]
fn an_app_json_names_the_settings_of_a_procfiles_processes() {
    let module = |app_json: &str| {
        let default = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')";
        let outcome = judged(&[
            ("Procfile", "web: gunicorn shop.wsgi\n"),
            ("app.json", app_json),
            ("manage.py", default),
            ("shop/wsgi.py", default),
            ("shop/settings.py", "DEBUG = True\n"),
            ("shop/heroku.py", "DEBUG = False\n"),
        ]);
        let platform = outcome.model.deployments.iter().find(|it| it.name == "Procfile");
        let django = platform.and_then(|it| it.processes.first()?.django.as_ref());
        django.map(|it| it.module.value.clone()).unwrap_or_default()
    };
    let named = r#"{"env": {"DJANGO_SETTINGS_MODULE": {"value": "shop.heroku"}}}"#;
    assert_eq!(module(named), "shop.heroku");
    assert_eq!(module(r#"{"env": {"DJANGO_SETTINGS_MODULE": "shop.heroku"}}"#), "shop.heroku");
    assert_eq!(module(r#"{"env": {"DEBUG": "0"}}"#), "shop.settings");
}

#[test]
fn what_a_platform_starts_by_runserver_is_judged_as_what_serves() {
    let found = |command: &str| {
        let default = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')";
        let outcome = judged(&[
            ("Procfile", command),
            ("manage.py", default),
            ("shop/wsgi.py", default),
            ("shop/settings.py", "DEBUG = False\nALLOWED_HOSTS = ['*']\n"),
        ]);
        outcome.diagnostics.iter().any(|it| it.rule == "hosts/allowed-wildcard")
    };
    assert!(found("web: gunicorn shop.wsgi\n"));
    assert!(found("web: python manage.py runserver 0.0.0.0:$PORT\n"));
}

/// What a script named once, and has a comment of now, is the other project's forerunner.
#[test]
fn a_project_that_a_script_has_commented_out_runs_nowhere() {
    let projects = |script: &str| {
        let wsgi =
            |it: &str| format!("import os\nos.environ['DJANGO_SETTINGS_MODULE'] = '{it}.settings'");
        let unit =
            "[Service]\nWorkingDirectory=/srv/shop\nExecStart=/srv/venv/bin/gunicorn shop.wsgi\n";
        let outcome = judged(&[
            ("shop.service", unit),
            ("shop/shop/wsgi.py", &wsgi("shop")),
            ("shop/shop/settings.py", "DEBUG = False"),
            ("hello/manage.py", &wsgi("hello")),
            ("hello/hello/wsgi.py", &wsgi("hello")),
            ("hello/hello/settings.py", "DEBUG = False"),
            ("bin/start", "#!/bin/sh\n"),
            ("bin/start.sh", script),
        ]);
        let processes = outcome.model.deployments.iter().flat_map(|it| &it.processes);
        let modules = processes.filter_map(|it| Some(it.django.as_ref()?.module.value.clone()));
        modules.collect::<Vec<_>>()
    };
    assert_eq!(projects("DIR=/srv/shop\n"), ["shop.settings", "hello.settings"]);
    assert_eq!(projects("#DIR=/srv/hello\nDIR=/srv/shop\n"), ["shop.settings"]);
    let module = "#MODULE=hello.settings\nMODULE=shop.settings\n";
    assert_eq!(projects(module), ["shop.settings"]);
    let other = "#DIR=/srv/hello\nNAME=shop\n";
    assert_eq!(projects(other), ["shop.settings", "hello.settings"]);
}

/// What a package below a project was written with is no list of the site's, where there is one of that.
#[test]
fn the_list_of_a_package_within_says_nothing_of_the_site() {
    let django = |more: &[(&str, &str)]| {
        let files = [
            ("shop/manage.py", WSGI),
            ("shop/config/wsgi.py", WSGI),
            ("shop/config/settings.py", "DEBUG = False"),
            ("shop/match/mapping/tool.py", ""),
            ("shop/match/mapping/requirements.txt", "Django==3.2.6\n"),
            ("shop.service", "[Service]\nExecStart=/srv/venv/bin/gunicorn config.wsgi"),
        ];
        let outcome = judged(&[&files, more].concat());
        let processes = &outcome.model.deployments[0].processes;
        let django = processes[0].django.as_ref().unwrap();
        django.project.requirements.django().map(|it| it.value.to_string())
    };
    assert_eq!(django(&[]).as_deref(), Some("3.2.6"));
    assert_eq!(django(&[("requirements.txt", "Django==5.2\n")]).as_deref(), Some("5.2"));
}

/// As the guides of Azure have it.
#[test]
fn modules_that_a_variable_of_the_entry_point_may_be_are_those_of_the_project() {
    let wsgi = "import os\nname = 'shop.settings'\nif 'WEBSITE_HOSTNAME' in os.environ:\n    \
                name = 'shop.production'\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', name)\n";
    let found = |more: &[(&str, &str)]| {
        let files = [
            ("manage.py", wsgi),
            ("shop/wsgi.py", wsgi),
            ("shop/settings.py", "ROOT_URLCONF = 'shop.urls'\nDEBUG = True\n"),
        ];
        let outcome = judged(&[&files, more].concat());
        let processes = outcome.model.deployments.iter().flat_map(|it| &it.processes);
        let mut named = processes.filter_map(|it| Some(it.django.as_ref()?.module.value.clone()));
        named.next()
    };
    let production = "from .settings import *\nDEBUG = False\n";
    let with = [("shop/production.py", production)];
    assert_eq!(found(&with).as_deref(), Some("shop.production"));
    assert_eq!(found(&[]).as_deref(), Some("shop.settings"));
}
