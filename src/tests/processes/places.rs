//! Where a project lies once it runs, and which sites lead to it there.

use crate::model::Deployment;
use crate::tests::processes::{COMPOSE, DOCKERFILE, SETTINGS, WSGI, judged, outcome};

#[test]
fn a_site_of_the_machine_belongs_to_the_container_whose_port_it_asks() {
    let site = "server { listen 80; server_name a.example; location / { proxy_pass http://127.0.0.1:8001; } }\n";
    let files =
        [("docker-compose.yml", COMPOSE), ("Dockerfile", DOCKERFILE), ("deploy/nginx.conf", site)];
    assert_eq!(behind_sites(&files), ["a.example web"]);
    let elsewhere = site.replace("8001", "8002");
    let files = [files[0], files[1], ("deploy/nginx.conf", elsewhere.as_str())];
    assert_eq!(behind_sites(&files), Vec::<String>::new());
}

/// Of two servers on ports that variables hold, each has its own name in the network.
#[test]
fn a_site_belongs_to_the_container_that_it_names_whatever_its_port() {
    let service = |name: &str, command: &str| {
        format!("  {name}:\n    build: .\n    command: {command}\n    env_file: .env\n")
    };
    let front = "  front:\n    image: nginx:1.27\n    ports: ['80:80']\n    volumes: ['./site.conf:/etc/nginx/conf.d/default.conf:ro']\n";
    let wsgi = service("pages", "gunicorn -b 0.0.0.0:${PORT} config.wsgi");
    let asgi = service("sockets", "daphne -b 0.0.0.0 -p ${WS_PORT} config.asgi:application");
    let compose = format!("services:\n{wsgi}{asgi}{front}");
    let passing = |to: &str| {
        format!(
            "server {{ listen 80; server_name a.example; location / {{ proxy_pass http://{to}:8000; }} }}\n"
        )
    };
    let behind = |to: &str| {
        let site = passing(to);
        behind_sites(&[
            ("compose.prod.yml", &compose),
            ("Dockerfile", DOCKERFILE),
            ("site.conf", &site),
        ])
    };
    assert_eq!(behind("pages"), ["a.example pages"]);
    assert_eq!(behind("sockets"), ["a.example sockets"]);
    assert_eq!(behind("front"), Vec::<String>::new());
}

/// The sites that lead to a process, each with that.
fn behind_sites(files: &[(&str, &str)]) -> Vec<String> {
    let outcome = judged(files);
    let of = |it: &Deployment| -> Vec<String> {
        let proxied = it.proxied().into_iter();
        proxied.map(|(site, app)| format!("{} {}", site.name, app.value.name)).collect()
    };
    outcome.model.deployments.iter().flat_map(of).collect()
}

/// Source that is copied to one folder and mounted at another: Python imports from where the
/// process starts.
#[test]
fn a_project_lies_where_its_process_starts() {
    let root = |workdir: &str| {
        let compose = "services:\n  web:\n    build: .\n    volumes: ['.:/mounted']\n";
        let docker = format!(
            "FROM python:3\nCOPY . /copied\nWORKDIR {workdir}\nCMD [\"gunicorn\", \"config.wsgi\"]\n"
        );
        let settings =
            "from pathlib import Path\nSTATIC_ROOT = Path(__file__).parent.parent / 'static'\n";
        let files = [
            WSGI,
            ("config/settings.py", settings),
            ("docker-compose.prod.yml", compose),
            ("Dockerfile", &docker),
        ];
        let outcome = outcome(&files);
        let web = &outcome.model.deployments[0].processes[0];
        let root = web.fact().setting("STATIC_ROOT").expect("it is assigned");
        root.value.text().unwrap_or_default().to_owned()
    };
    assert_eq!(root("/copied"), "/copied/static");
    assert_eq!(root("/mounted"), "/mounted/static");
}

/// An image whose Dockerfile is not in view has the project anywhere, perhaps below a mount.
#[test]
fn directories_of_an_unseen_image_are_not_compared_with_its_mounts() {
    let compose = |image: &str| {
        format!(
            "services:\n  web:\n    {image}\n    command: gunicorn config.wsgi --bind 0.0.0.0:8000\n    volumes: ['static:/app/static']\n  nginx:\n    image: nginx:1.27\n    ports: ['80:80']\n    volumes: ['./nginx.conf:/etc/nginx/nginx.conf', 'static:/static']\nvolumes:\n  static:\n"
        )
    };
    let settings = "from pathlib import Path\nDEBUG = False\nSTATIC_URL = '/static/'\nSTATIC_ROOT = Path(__file__).parent.parent / 'collected'\n";
    let nginx = "events {}\nhttp {\n  server {\n    listen 80;\n    location /static/ { alias /static/; }\n    location / { proxy_pass http://web:8000; }\n  }\n}\n";
    let is_said = |image: &str| {
        let compose = compose(image);
        let files = [
            WSGI,
            ("config/settings.py", settings),
            ("docker-compose.prod.yml", &compose),
            ("nginx.conf", nginx),
            ("docker/Dockerfile", "FROM python:3\nCOPY . /app\nWORKDIR /app\n"),
        ];
        let found = outcome(&files).diagnostics;
        found.iter().any(|it| it.rule == "assets/root-not-served")
    };
    assert!(is_said("build: {context: ., dockerfile: docker/Dockerfile}"));
    assert!(!is_said("build: ."));
}

/// `COPY config/ config/` for each folder: the project's own folder is in no `COPY`.
#[test]
fn a_project_that_is_copied_in_parts_lies_where_its_parts_do() {
    let settings = "from pathlib import Path\n\
                    STATIC_ROOT = Path(__file__).resolve().parent.parent / 'static'\n";
    let files = [
        WSGI,
        ("config/settings.py", settings),
        ("docker-compose.prod.yml", "services:\n  web:\n    build: .\n"),
        (
            "Dockerfile",
            "FROM python:3\nWORKDIR /app\nCOPY config/ config/\nCMD [\"gunicorn\", \"config.wsgi\"]\n",
        ),
    ];
    let outcome = judged(&files);
    let web = &outcome.model.deployments[0].processes[0];
    let root = web.fact().get(crate::model::STATIC_ROOT);
    assert_eq!(root.map(|it| it.value.to_string()).as_deref(), Some("/app/static"));
}

/// What the path has besides may be told by a variable, by `wsgi.py` itself, or by the virtualenv.
#[test]
fn a_server_may_start_in_the_package_itself() {
    let unit = |folder: &str| {
        format!(
            "[Service]\nUser=app\nWorkingDirectory={folder}\nEnvironment=PYTHONPATH=/srv/shop/src\n\
             ExecStart=/srv/venv/bin/gunicorn wsgi:application\n"
        )
    };
    let files = |unit: &str| {
        let (wsgi, settings) = (WSGI.1.replace("config.", "site."), SETTINGS.1);
        let all = [("src/site/wsgi.py", wsgi.as_str()), ("src/site/settings.py", settings)];
        let package = [("src/site/__init__.py", ""), ("src/manage.py", "")];
        let all = all.into_iter().chain(package).chain([("deploy/app.service", unit)]);
        let outcome = outcome(&all.collect::<Vec<_>>());
        let processes = outcome.model.deployments.iter().flat_map(|it| &it.processes);
        let found = processes.filter(|it| it.name == "app.service");
        let found = found.map(|it| it.django.as_ref().map(|it| it.module.value.clone()));
        found.collect::<Vec<_>>()
    };
    assert_eq!(files(&unit("/srv/shop/src/site")), [Some("site.settings".to_owned())]);
    assert_eq!(files(&unit("/srv/other")), [None]);
}
