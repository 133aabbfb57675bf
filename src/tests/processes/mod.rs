//! Processes that others than systemd and compose start, and what files of servers add to them.

mod alone;
#[cfg(feature = "oracles")]
mod beat;
mod described;
#[cfg(feature = "oracles")]
mod early;
mod images;
mod images_alone;
mod installed;
#[cfg(feature = "oracles")]
mod logs;
mod managers;
mod places;
#[cfg(feature = "oracles")]
mod queues;
mod settings;

use crate::config::Config;
use crate::model::{Django, Process};
use crate::run::{Outcome, run};
use crate::source::Tree;
use crate::tests::file;

const WSGI: (&str, &str) = (
    "config/wsgi.py",
    "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\napplication = 1\n",
);
const SETTINGS: (&str, &str) =
    ("config/settings.py", "DEBUG = False\nALLOWED_HOSTS = ['a.example']\n");

/// What is said of these files alone.
fn outcome(files: &[(&str, &str)]) -> Outcome {
    let tree = Tree::of(files.iter().map(|(path, text)| file(path, *text)).collect());
    run(&tree, &Config::default())
}

/// The same beside a project.
fn judged(files: &[(&str, &str)]) -> Outcome {
    let all: Vec<_> = [WSGI, SETTINGS].into_iter().chain(files.iter().copied()).collect();
    outcome(&all)
}

/// Each process with its user, where it listens, and whether that is all.
fn processes(files: &[(&str, &str)]) -> Vec<String> {
    let outcome = judged(files);
    let processes = outcome.model.deployments.iter().flat_map(|it| &it.processes);
    let mut shown: Vec<String> = processes
        .map(|it| {
            let user = it.user.as_ref().map_or("?", |user| user.value.as_str());
            let listens = it.listens.iter().map(|it| it.value.endpoint.to_string());
            let listens = listens.collect::<Vec<_>>().join(" ");
            let all = if it.listens_known { "" } else { " …" };
            let django = if it.django.is_some() { "" } else { " (no settings)" };
            format!("{} {user} {listens}{all}{django}", it.name)
        })
        .collect();
    shown.sort();
    shown
}

const UNIT: &str = "[Service]\nUser=app\nWorkingDirectory=/srv/app\nExecStart=/srv/venv/bin/gunicorn config.wsgi\n";

#[test]
fn gunicorn_reads_the_configuration_of_its_folder() {
    let unit = ("deploy/app.service", UNIT);
    assert_eq!(processes(&[unit]), ["app.service app 127.0.0.1:8000"]);
    let config = "import os\nbind = f\"unix:/run/{os.environ.get('NAME', 'app')}.sock\"\nraw_env = ['A=b']\n";
    let found = processes(&[unit, ("gunicorn.conf.py", config)]);
    assert_eq!(found, ["app.service app unix:/run/app.sock"]);
    // By `python:` it is a module, of a package or one itself.
    let unit_of = UNIT.replace("gunicorn ", "gunicorn -c python:config.server ");
    let unit_of = ("deploy/app.service", unit_of.as_str());
    for path in ["config/server.py", "config/server/__init__.py"] {
        assert_eq!(processes(&[unit_of, (path, config)]), found, "{path}");
    }
    let unknown = "import multiprocessing\nbind = multiprocessing.something()\n";
    let found = processes(&[unit, ("gunicorn.conf.py", unknown)]);
    assert_eq!(found, ["app.service app  …"]);
}

/// Where both folders are on the path, whoever starts it may leave out the outer one's name.
#[test]
fn a_package_below_the_projects_folder_is_found_by_its_own_name() {
    let wsgi = WSGI.1.replace("config.", "src.shop.");
    let celery = format!("{wsgi}from celery import Celery\napp = Celery('shop')\n");
    let dockerfile = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n\
        RUN pip install django gunicorn celery\nENV PYTHONPATH=/app/src\n";
    let compose = |web: &str| {
        format!(
            "services:\n  web:\n    build: .\n    command: gunicorn {web}\n  \
             worker:\n    build: .\n    command: celery -A shop worker\n"
        )
    };
    let shown = |web: &str| {
        let compose = compose(web);
        let files = [
            ("src/shop/wsgi.py", wsgi.as_str()),
            ("src/shop/celery.py", celery.as_str()),
            ("src/shop/settings.py", SETTINGS.1),
            ("manage.py", &wsgi),
            ("Dockerfile", dockerfile),
            ("compose.yaml", &compose),
        ];
        let tree = Tree::of(files.map(|(path, text)| file(path, text)).into());
        let outcome = run(&tree, &Config::default());
        let processes = outcome.model.deployments.iter().flat_map(|it| &it.processes);
        let module = |django: &Django| django.module.value.clone();
        let name = |it: &Process| format!("{} {:?}", it.name, it.django.as_ref().map(module));
        processes.map(name).collect::<Vec<_>>()
    };
    let both = [r#"web Some("src.shop.settings")"#, r#"worker Some("src.shop.settings")"#];
    assert_eq!(shown("shop.wsgi"), both);
    assert_eq!(shown("src.shop.wsgi"), both);
    assert_eq!(shown("stall.wsgi")[0], "web None");
}

/// A virtualenv's program is no script of the tree that is called like it.
#[test]
fn a_program_is_not_the_script_that_begins_like_its_name() {
    let unit = ("deploy/app.service", UNIT);
    let script = ("scripts/gunicorn.sh", "#!/bin/sh\nsystemctl start app.service\n");
    assert_eq!(processes(&[unit, script]), ["app.service app 127.0.0.1:8000"]);
}

#[test]
fn jobs_of_cron_are_processes_of_their_user() {
    let unit = ("deploy/app.service", UNIT);
    let manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n";
    let manage = ("manage.py", manage);
    let job = "cd /srv/app && /srv/venv/bin/python manage.py clearsessions";
    let system = format!("MAILTO=ops\n17 3 * * * www-data {job}\n@daily root {job} > /dev/null\n");
    let found = processes(&[unit, manage, ("etc/cron.d/app", &system)]);
    assert_eq!(
        found,
        [
            "app.service app 127.0.0.1:8000",
            "manage.py clearsessions root ",
            "manage.py clearsessions www-data ",
        ]
    );
    // Whose crontab it is the file does not say.
    let own = format!("17 3 * * * {job}\n");
    let found = processes(&[unit, manage, ("deploy/crontab", &own)]);
    assert_eq!(found, ["app.service app 127.0.0.1:8000", "manage.py clearsessions ? "]);
    let other =
        processes(&[unit, manage, ("deploy/crontab", "17 3 * * * /usr/bin/certbot renew\n")]);
    assert_eq!(other, ["app.service app 127.0.0.1:8000"]);
}

/// A script for production is what runs, where nothing else says what does.
#[test]
fn a_script_for_production_beside_the_project_is_a_process() {
    let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n";
    let with = |path: &str, script: &str, more: (&str, &str)| {
        let files = [
            (path, script),
            ("gunicorn.conf.py", "bind = '0.0.0.0:8000'\nwsgi_app = 'config.wsgi:application'\n"),
            ("manage.py", wsgi),
            ("config/wsgi.py", wsgi),
            ("config/settings.py", "DEBUG = False\n"),
            more,
        ];
        processes(&files)
    };
    let none = ("notes.txt", "");
    let runs = "#!/bin/bash\nif [ -d venv ]; then . venv/bin/activate; fi\ngunicorn --config gunicorn.conf.py\n";
    assert_eq!(with("run_prod.sh", runs, none), ["run_prod.sh ? 0.0.0.0:8000 …"]);
    assert_eq!(with("run.sh", runs, none), ["config.settings ?  …"]);
    // As the guide has it that supervisord starts, with a web server in view or not.
    let guide = "#!/bin/bash\nDIR=/srv/app\nWSGI=config.wsgi\ncd $DIR\nexec gunicorn ${WSGI}:application --bind 127.0.0.1:9000\n";
    let site = ("nginx.conf", "server { location / { proxy_pass http://127.0.0.1:9000; } }");
    for more in [none, site] {
        assert_eq!(with("bin/gunicorn_start", guide, more), ["gunicorn_start ? 127.0.0.1:9000 …"]);
    }
    let reloads = runs.replace("gunicorn --config", "gunicorn --reload --config");
    assert_eq!(with("run_prod.sh", &reloads, none), ["config.settings ?  …"]);
    let unit = ("deploy/app.service", "[Service]\nExecStart=/bin/true\n");
    assert!(!with("run_prod.sh", runs, unit).iter().any(|it| it.starts_with("run_prod")));
}

/// What a push has a workflow start over ssh, where nothing else says what runs: with the variables that
/// its script exports, in the folder of the project.
#[test]
fn a_workflow_that_starts_a_server_over_ssh_is_a_process() {
    let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n";
    let start = "(nohup gunicorn --bind 0.0.0.0:8001 config.wsgi:application > web.log 2>&1 &)";
    let workflow = |on: &str, action: &str, start: &str| {
        format!(
            "on:\n  {on}:\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {action}\n        \
             with:\n          host: ${{{{ secrets.HOST }}}}\n          script: |\n            \
             cd ${{{{ secrets.PATH }}}}/shop || exit 1\n            export MODE=live\n            {start}\n"
        )
    };
    let with = |path: &str, text: &str, more: (&str, &str)| {
        let files = [
            (path, text),
            ("manage.py", wsgi),
            ("config/wsgi.py", wsgi),
            ("config/settings.py", "DEBUG = False\n"),
            more,
        ];
        processes(&files)
    };
    let none = ("notes.txt", "");
    let path = ".github/workflows/deploy.yml";
    let pushed = workflow("push", "appleboy/ssh-action@v1", start);
    assert_eq!(with(path, &pushed, none), ["deploy.yml ? 0.0.0.0:8001 …"]);
    // Two of them, of which nobody knows which the site is; what is for tests; what somebody starts by hand.
    let two = (".github/workflows/other.yml", pushed.as_str());
    let silent = ["config.settings ?  …"];
    assert_eq!(with(path, &pushed, two), silent);
    assert_eq!(with(".github/workflows/test.yml", &pushed, none), silent);
    let by_hand = workflow("workflow_dispatch", "appleboy/ssh-action@v1", start);
    assert_eq!(with(path, &by_hand, none), silent);
    let here = workflow("push", "actions/github-script@v7", start);
    assert_eq!(with(path, &here, none), silent);
    // The machine's own supervisor starts it.
    let restarts = workflow("push", "appleboy/ssh-action@v1", "sudo systemctl restart gunicorn");
    assert_eq!(with(path, &restarts, none), silent);
    let unit = ("deploy/app.service", "[Service]\nExecStart=/bin/true\n");
    assert!(!with(path, &pushed, unit).iter().any(|it| it.starts_with("deploy.yml")));
}

#[test]
fn a_site_beside_a_procfile_makes_it_say_no_less() {
    let procfile = ("Procfile", "web: gunicorn --bind 0.0.0.0:$PORT config.wsgi\n");
    let site =
        ("deploy/nginx.conf", "server { location / { proxy_pass http://127.0.0.1:8000; } }\n");
    let found = processes(&[procfile, site]);
    assert!(found.iter().any(|it| it.starts_with("web ")), "{found:?}");
}

#[test]
fn a_procfile_says_what_runs_where_nothing_else_does() {
    let lines = "release: python manage.py migrate\nweb: gunicorn config.wsgi --timeout 5\nworker: bin/work\n";
    let procfile = ("Procfile", lines);
    assert_eq!(processes(&[procfile]), ["web ?  …", "worker ?  … (no settings)"]);
    let script = ("bin/web", "#!/bin/sh\nexec gunicorn config.wsgi -b 0.0.0.0:$PORT\n");
    assert_eq!(processes(&[("Procfile", "web: bin/web\n"), script]), ["web ?  …"]);
    let compose = [("docker-compose.yml", COMPOSE), ("Dockerfile", DOCKERFILE)];
    assert_eq!(processes(&[compose[0], compose[1], procfile]), processes(&compose));
    let assumed = processes(&[]);
    let honcho = ("Procfile", "web: python manage.py runserver\nvite: npx vite\n");
    assert_eq!(processes(&[honcho]), assumed);
    assert_eq!(processes(&[("Procfile", "web: gunicorn another.wsgi\n")]), assumed);
    assert_eq!(processes(&[("Procfile.dev", lines)]), assumed);
}

#[test]
fn of_two_projects_a_procfile_runs_the_one_beside_it() {
    let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n";
    let other = [
        ("mvp/manage.py", "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n"),
        ("mvp/config/wsgi.py", wsgi),
        ("mvp/config/settings.py", "DEBUG = True\n"),
        ("mvp/config/__init__.py", ""),
    ];
    let deployments = |line: &'static str| {
        let files: Vec<_> = other.into_iter().chain([("Procfile", line)]).collect();
        let model = judged(&files).model;
        let mut names: Vec<String> = model.deployments.iter().map(|it| it.name.clone()).collect();
        names.sort();
        names
    };
    assert_eq!(deployments("web: gunicorn config.wsgi\n"), ["Procfile", "config.settings"]);
    let named = deployments("web: gunicorn --chdir mvp config.wsgi\n");
    assert_eq!(named, ["Procfile", "config.settings"]);
}

#[test]
fn a_dockerfile_says_what_runs_where_nothing_else_does() {
    let dockerfile = |command: &str| format!("{DOCKERFILE}USER app\nCMD {command}\n");
    let alone = |name: &str, command: &str| processes(&[(name, &dockerfile(command))]);
    let server = "gunicorn -b 0.0.0.0:8000 config.wsgi";
    assert_eq!(alone("Dockerfile", server), ["Dockerfile app 0.0.0.0:8000 …"]);
    let assumed = processes(&[]);
    for command in ["python manage.py runserver", "bash", "gunicorn another.wsgi"] {
        assert_eq!(alone("Dockerfile", command), assumed, "{command}");
    }
    assert_eq!(alone("Dockerfile.dev", server), assumed);
    let both = [("Dockerfile", dockerfile(server)), ("Dockerfile.prod", dockerfile(server))];
    let both = both.each_ref().map(|(name, text)| (*name, text.as_str()));
    assert_eq!(processes(&both), ["Dockerfile.prod app 0.0.0.0:8000 …"]);
    let procfile = ("Procfile", "web: gunicorn config.wsgi\n");
    assert_eq!(processes(&[both[0], procfile]), ["web ?  …"]);
}

const COMPOSE: &str = "services:\n  web:\n    build: .\n    command: gunicorn -b :8000 config.wsgi\n    ports: ['127.0.0.1:8001:8000']\n    environment: {APP_ENV: production}\n";
const DOCKERFILE: &str = "FROM python:3.13\nWORKDIR /app\nCOPY . .\n";

/// Code that is made for several places: on a machine of one's own no platform says anything.
#[test]
fn nothing_of_a_platform_is_set_where_compose_runs() {
    let settings = "import os\nDEBUG = 'RENDER' not in os.environ\nX = os.environ.get('OTHER')\n";
    let compose = "services:\n  web:\n    build: .\n    env_file: .env\n    \
                   command: gunicorn config.wsgi\n";
    let files = [
        WSGI,
        ("config/settings.py", settings),
        ("docker-compose.prod.yml", compose),
        ("Dockerfile", "FROM python:3\nWORKDIR /app\nCOPY . .\n"),
    ];
    let outcome = judged(&files);
    let web = &outcome.model.deployments[0].processes[0];
    let app = web.fact();
    assert!(app.get(crate::model::DEBUG).is_some_and(|debug| debug.value));
    assert!(app.setting("X").is_some_and(|x| x.value.text().is_none()));
}

#[test]
fn uwsgi_loads_a_file_by_its_whole_path() {
    let image = |command: &str| {
        format!("FROM python:3.13-slim\nCOPY . /srv/app\nWORKDIR /srv/app\nCMD {command}\n")
    };
    let compose = ("compose.yaml", "services:\n  web:\n    build: .\n");
    let started = |command: &str| processes(&[compose, ("Dockerfile", &image(command))]);
    let wsgi = "uwsgi --http :8000 --wsgi-file /srv/app/config/wsgi.py --enable-threads";
    assert_eq!(started(wsgi), ["web root 0.0.0.0:8000"]);
    let elsewhere = wsgi.replace("/srv/app/config", "/opt/config");
    let is_untied = |it: &String| it == "web root 0.0.0.0:8000 (no settings)";
    assert!(started(&elsewhere).iter().any(is_untied));
}

#[test]
fn uwsgi_reads_its_options_in_whatever_format() {
    let yaml = "uwsgi:\n  http: :9000\n  module: config.wsgi\n  master:\n";
    let json =
        "{\"uwsgi\": {\"http\": [\":9000\"], \"module\": \"config.wsgi\", \"master\": true}}\n";
    let xml = "<?xml version=\"1.0\"?>\n<!-- <http>:1</http> -->\n<uwsgi id=\"other\"><http>:2</http></uwsgi>\n\
               <uwsgi>\n  <http>:9000</http>\n  <master/>\n  <module>config.wsgi</module>\n</uwsgi>\n";
    let started = |command: &str, name: &str, text: &str| {
        let unit = UNIT.replace("/srv/venv/bin/gunicorn config.wsgi", command);
        processes(&[("deploy/app.service", &unit), (name, text)])
    };
    let found = ["app.service app 0.0.0.0:9000"];
    assert_eq!(started("/srv/venv/bin/uwsgi --yaml deploy.yaml", "deploy.yaml", yaml), found);
    assert_eq!(started("/srv/venv/bin/uwsgi -y deploy.yml", "deploy.yml", yaml), found);
    assert_eq!(started("/srv/venv/bin/uwsgi -j deploy.json", "deploy.json", json), found);
    assert_eq!(started("/srv/venv/bin/uwsgi --xml /srv/app/site.xml", "site.xml", xml), found);
    assert_eq!(started("/srv/venv/bin/uwsgi site.xml", "site.xml", xml), found);
}
