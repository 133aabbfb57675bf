//! Images that nothing builds under their names, known by what else is said of them.

use crate::tests::processes::images::is_run;
use crate::tests::processes::{outcome, processes};

/// Whoever pushes images writes no more than a name into the compose file.
#[test]
fn an_image_that_is_called_as_the_project_is_what_its_dockerfile_builds() {
    let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nUSER app\nCMD [\"gunicorn\", \"-b\", \":9000\", \"lantern_shop.wsgi\"]\n";
    let manage =
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'lantern_shop.settings')\n";
    let given = |image: &str| {
        let compose = format!("services:\n  web:\n    image: {image}\n    restart: always\n");
        let files = [
            ("compose.yml", compose.as_str()),
            ("Dockerfile", dockerfile),
            ("manage.py", manage),
            ("lantern_shop/settings.py", "DEBUG = False\n"),
            ("lantern_shop/wsgi.py", manage),
        ];
        let outcome = outcome(&files);
        let mut all = outcome.model.deployments.iter().flat_map(|it| &it.processes);
        all.any(|it| it.name == "web" && it.django.is_some() && it.started.is_some())
    };
    assert!(given("anna/lantern-shop:latest"));
    assert!(given("ghcr.io/anna/lantern_shop_backend"));
    assert!(!given("anna/lantern-shop-frontend"));
    assert!(!given("lantern-shop"));
    assert!(!given("anna/shop"));
}

/// What the service says of itself, where nothing builds the name.
#[test]
fn an_image_that_a_service_tells_of_is_what_the_dockerfile_builds() {
    let web = "services:\n  web:\n    image: acme/MORE\n";
    let compose = |more: &str| web.replace("MORE", more);
    let dev = "services:\n  web:\n    build: .\n    command: python manage.py runserver\n";
    assert!(!is_run(&compose("backend:1"), &[]));
    // Developers build the same service.
    let for_developers = |file: &str| [("docker-compose.dev.yml", file.to_owned())];
    let with = |compose: &str, more: &[(&str, String)]| {
        let more: Vec<_> = more.iter().map(|(path, text)| (*path, text.as_str())).collect();
        is_run(compose, &more)
    };
    assert!(with(&compose("backend:1"), &for_developers(dev)));
    assert!(!with(&compose("backend:1"), &for_developers(&dev.replace("web:", "api:"))));
    let mounts = "backend:1\n    volumes: ['./nginx.conf:/etc/nginx/nginx.conf']";
    assert!(!with(&compose(mounts), &for_developers(dev)));
    // The guide clones what the image is called after.
    let guide =
        |name: &str| [("README.md", format!("    git clone https://github.com/acme/{name}.git\n"))];
    assert!(with(&compose("lantern-backend"), &guide("lantern")));
    assert!(!with(&compose("torch"), &guide("lantern")));
    let parts = format!(
        "{}  page:\n    image: acme/lantern-backend:page\n",
        compose("lantern-backend:web")
    );
    assert!(!with(&parts, &guide("lantern")));
    // What it starts lies where the image has it, and no other image may be anybody's.
    let started = |more: &str| compose(&format!("{more}\n    command: /start -b :9000"));
    let script = ("start.sh", "exec gunicorn -b :9000 config.wsgi\n".to_owned());
    assert!(with(&started("backend:1"), std::slice::from_ref(&script)));
    let beside = |image: &str| format!("{}  other:\n    image: {image}\n", started("backend:1"));
    assert!(with(&beside("postgres:17"), std::slice::from_ref(&script)));
    assert!(!with(&beside("acme/torch:2"), std::slice::from_ref(&script)));
    let served = beside("acme/torch:2").replace("/start -b", "uwsgi --ini /start --http-socket");
    assert!(with(&served, &[("start.sh", "[uwsgi]\nmodule = config.wsgi\n".to_owned())]));
    let elsewhere = started("backend:1").replace("/start", "/run.sh");
    let mounted = format!("{}    volumes: ['./start.sh:/start']\n", started("backend:1"));
    assert!(!with(&mounted, std::slice::from_ref(&script)));
    assert!(!with(&elsewhere, &[script]));
}

/// Developers build a stage of their own under the name that the file for servers has.
#[test]
fn a_name_that_developers_build_is_the_stage_for_production_elsewhere() {
    let given = |last: &str, named: &str| {
        let dockerfile = format!(
            "FROM python:3.13 AS base\nWORKDIR /app\nCOPY . .\nUSER app\nFROM base AS dev\nCMD [\"python\", \"manage.py\", \"runserver\"]\nFROM base AS {last}\nCMD [\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]\n"
        );
        let dev = format!(
            "services:\n  shell:\n    image: acme/lantern\n    build: {{context: ., target: {named}}}\n"
        );
        processes(&[
            ("docker-compose.prod.yml", "services:\n  web:\n    image: acme/lantern:latest\n"),
            ("docker-compose.dev.yml", &dev),
            ("Dockerfile", &dockerfile),
        ])
        .contains(&"web app 0.0.0.0:9000".to_owned())
    };
    assert!(given("prod", "dev"));
    assert!(!given("other", "dev"));
    assert!(given("prod", "prod"));
}
