//! What deployments are taken to be for.

mod deployed;
mod images;
mod named;
mod parts;
mod platforms;
mod projects;

use crate::config::Config;
use crate::diagnostic::Severity;
use crate::fact::Certainty;
use crate::run::{Outcome, run};
use crate::source::Tree;
use crate::tests::file;

fn judged(files: &[(&str, &str)]) -> Outcome {
    let tree = Tree::of(files.iter().map(|(path, text)| file(path, *text)).collect());
    run(&tree, &Config::default())
}

/// Each deployment and its stage, with `?` where nobody says so.
fn stages(files: &[(&str, &str)]) -> Vec<String> {
    let outcome = judged(files);
    let one = |it: &crate::model::Deployment| {
        let doubt = if it.stage.evidence().certainty() < Certainty::Certain { "?" } else { "" };
        format!("{} {}{doubt}", it.name, it.stage.value.name())
    };
    outcome.model.deployments.iter().map(one).collect()
}

const WEB: &str = "services:\n  web:\n    build: .\n    command: gunicorn config.wsgi";

fn stage_with(more: &str) -> String {
    let found = stages(&[("docker-compose.yml", &format!("{WEB}\n{more}"))]);
    found.concat()
}

const PRODUCTION: &str = "docker-compose.yml production?";
const DEVELOPMENT: &str = "docker-compose.yml development";

#[test]
fn plain_compose_files_are_production_unless_something_says_otherwise() {
    assert_eq!(stage_with(""), PRODUCTION);
    assert_eq!(stage_with("    volumes: ['.:/app']"), PRODUCTION);
    assert_eq!(stage_with("    volumes: ['/srv/shop/media:/app/media']"), PRODUCTION);
    assert_eq!(stage_with("    volumes: ['/Users/anna/shop:/app']"), DEVELOPMENT);
    assert_eq!(stage_with("    environment: {APP_ENV: production}"), PRODUCTION);
    assert_eq!(stage_with("    environment: {APP_ENV: '${APP_ENV}'}"), PRODUCTION);
    assert_eq!(stage_with("    environment: {APP_ENV: development}"), DEVELOPMENT);
    assert_eq!(stage_with("    environment: {FLASK_ENV: development}"), PRODUCTION);
}

/// Nobody deploys a checkout that a script which nobody can read starts.
#[test]
fn mounted_source_without_a_server_for_production_is_a_developers() {
    let mounted = WEB.replace("command: gunicorn config.wsgi", "volumes: ['.:/app']");
    let with = |more: &[(&str, &str)]| {
        let files = [&[("docker-compose.yml", mounted.as_str())], more].concat();
        stages(&files)
    };
    assert_eq!(with(&[]), [PRODUCTION]);
    assert_eq!(with(&[("manage.py", "")]), [DEVELOPMENT]);
    let proxy = format!("{mounted}\n  proxy:\n    image: nginx:1.27\n");
    let files = [("docker-compose.yml", proxy.as_str()), ("manage.py", "")];
    assert_eq!(stages(&files), [PRODUCTION]);
}

/// How a frontend is started says nothing of a site that is started for production.
#[test]
fn a_frontends_script_leaves_a_site_that_is_started_for_production_alone() {
    let with = |site: &str, command: &str| {
        let compose = format!(
            "services:\n  web:\n    image: python:3.13\n    working_dir: /app\n    volumes: ['.:/app']\n    \
             command: sh {site}\n  page:\n    image: node:22\n    command: {command}\n"
        );
        let script = "gunicorn config.wsgi\n";
        stages(&[("docker-compose.yml", &compose), ("start.sh", script), ("start_prod.sh", script)])
    };
    assert_eq!(with("start_prod.sh", "sh start_dev.sh"), [PRODUCTION]);
    assert_eq!(with("start_prod.sh", "sh start.sh"), [PRODUCTION]);
    assert_eq!(with("start.sh", "sh start_dev.sh"), [DEVELOPMENT]);
}

/// A server watches what `git pull` brings: who has certificates on the machine itself deploys so.
#[test]
fn what_is_watched_behind_certificates_of_the_machine_is_deployed() {
    let with = |ports: &str, certificates: &str| {
        let compose = format!(
            "{WEB} --reload\n    working_dir: /app\n    volumes: ['.:/app']\n  proxy:\n    \
             image: nginxproxy/nginx-proxy:1.7\n    ports: {ports}\n    volumes: ['{certificates}']\n"
        );
        stages(&[("docker-compose.yml", &compose)])
    };
    let https = "['80:80', '443:443']";
    assert_eq!(with(https, "/opt/tls:/etc/nginx/certs"), [PRODUCTION]);
    assert_eq!(with(https, "./certs:/etc/nginx/certs"), [DEVELOPMENT]);
    assert_eq!(with("['80:80']", "/opt/tls:/etc/nginx/certs"), [DEVELOPMENT]);
}

#[test]
fn what_a_service_is_built_of_or_told_names_development() {
    assert_eq!(stage_with("    environment: {DEV_ENV: 'True'}"), DEVELOPMENT);
    assert_eq!(stage_with("    environment: {DEV_ENV: 'False'}"), PRODUCTION);
    assert_eq!(stage_with("    env_file: docker/dev.env"), DEVELOPMENT);
    assert_eq!(stage_with("    env_file: [.env.local]"), PRODUCTION);
    assert_eq!(stage_with("    environment: {APP_ENV: development}"), DEVELOPMENT);
    assert_eq!(stage_with("    environment: {ENVIRONMENT_NAME: local}"), DEVELOPMENT);
    assert_eq!(stage_with("    environment: {DEPLOYMENT_MODE: development}"), DEVELOPMENT);
    assert_eq!(stage_with("    environment: {HOST_NAME: local}"), PRODUCTION);
    let target = WEB.replace("build: .", "build: {context: ., target: dev}");
    assert_eq!(stages(&[("docker-compose.yml", &target)]), [DEVELOPMENT]);
    let tried =
        WEB.replace("build: .", "build: .\n    env_file: .envs/.production-testing/.django");
    let mail = format!("{tried}\n  mail:\n    image: mailhog/mailhog:v1.0.0\n");
    let file = "docker-compose.prod.yml";
    assert_eq!(stages(&[(file, &mail)]), ["docker-compose.prod.yml development"]);
    let own = mail.replace("production-testing", "production");
    assert_eq!(stages(&[(file, &own)]), ["docker-compose.prod.yml production"]);
    let args = "build: {context: ., args: {FILE: requirements/local.txt}}";
    let args = WEB.replace("build: .", args);
    assert_eq!(stages(&[("docker-compose.yml", &args)]), [DEVELOPMENT]);
    let file = WEB.replace("build: .", "build: {context: ., dockerfile: docker/Dockerfile.local}");
    assert_eq!(stages(&[("docker-compose.yml", &file)]), [DEVELOPMENT]);
    let script = WEB.replace("gunicorn config.wsgi", "./docker/run_local_server.sh");
    assert_eq!(stages(&[("docker-compose.yml", &script)]), [DEVELOPMENT]);
    let word = WEB.replace("gunicorn config.wsgi", "web-dev");
    assert_eq!(stages(&[("docker-compose.yml", &word)]), [DEVELOPMENT]);
    let told = WEB.replace("gunicorn config.wsgi", "manage runserver 0.0.0.0:8000");
    assert_eq!(stages(&[("docker-compose.yml", &told)]), [DEVELOPMENT]);
    let told = WEB.replace("gunicorn config.wsgi", "manage serve 0.0.0.0:8000");
    assert_eq!(stages(&[("docker-compose.yml", &told)]), [PRODUCTION]);
    let option = "command: -config.file=/etc/loki/local-config.yaml";
    let loki = format!("{WEB}\n  loki:\n    image: grafana/loki\n    {option}\n");
    assert_eq!(stages(&[("docker-compose.yml", &loki)]), [PRODUCTION]);
}

/// Of settings that are called after containers, those beside them say whether they are for production.
#[test]
fn settings_for_containers_beside_those_for_production_are_a_developers() {
    let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.local')\n\
                application = get_wsgi_application()\n";
    let module = "    environment: {DJANGO_SETTINGS_MODULE: config.settings.docker}\n";
    let with = |more: &str, other: &str| {
        let compose = format!("{WEB}\n{module}{more}");
        let found = stages(&[
            ("docker-compose.yml", &compose),
            ("manage.py", wsgi),
            ("config/wsgi.py", wsgi),
            ("config/settings/local.py", "DEBUG = True\n"),
            ("config/settings/docker.py", "DEBUG = False\n"),
            (other, "DEBUG = False\n"),
            ("Dockerfile", "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"),
        ]);
        found.first().cloned().unwrap_or_default()
    };
    let proxy = "  nginx:\n    image: nginx:1.27\n    ports: ['80:80']\n";
    assert_eq!(with("", "config/settings/production.py"), DEVELOPMENT);
    assert_eq!(with("", "config/settings/base.py"), PRODUCTION);
    assert_eq!(with(proxy, "config/settings/production.py"), PRODUCTION);
}

/// Whoever chose settings for production and put a web server before them did not mean an env file's
/// name; `runserver` says more than both.
#[test]
fn settings_for_production_behind_a_web_server_outweigh_the_name_of_an_env_file() {
    let module = "config/settings/production.py";
    let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.local')\n\
                application = get_wsgi_application()\n";
    let with = |more: &str, command: &str| {
        let web = WEB.replace("gunicorn config.wsgi", command);
        let compose = format!("{web}\n    env_file: .env.dev\n{more}");
        stages(&[
            ("docker-compose.yml", &compose),
            ("manage.py", wsgi),
            ("config/wsgi.py", wsgi),
            (module, "DEBUG = False\n"),
            ("config/settings/local.py", "DEBUG = True\n"),
            ("Dockerfile", "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"),
        ])
    };
    let chosen = "    environment: {DJANGO_SETTINGS_MODULE: config.settings.production}\n";
    let proxy = "  nginx:\n    image: nginx:1.27\n";
    let both = format!("{chosen}{proxy}");
    let gunicorn = "gunicorn config.wsgi";
    // Its production is then whatever nobody wrote down.
    let assumed = "config.settings.production production?";
    assert_eq!(with(&both, gunicorn), [PRODUCTION]);
    assert_eq!(with(chosen, gunicorn), [DEVELOPMENT, assumed]);
    assert_eq!(with(proxy, gunicorn), [DEVELOPMENT, assumed]);
    assert_eq!(with(&both, "python manage.py runserver"), [DEVELOPMENT, assumed]);
    // Nor did whoever has certificates renewed for those who come to it.
    let front = "  nginx:\n    image: nginx:1.27\n    ports: ['80:80', '443:443']\n";
    let certbot = "  certbot:\n    image: certbot/certbot\n    restart: unless-stopped\n";
    assert_eq!(with(&format!("{front}{certbot}"), gunicorn), [PRODUCTION]);
    assert_eq!(with(front, gunicorn), [DEVELOPMENT, assumed]);
}

#[test]
fn a_server_that_watches_mounted_source_is_a_developers() {
    let reload = WEB.replace("config.wsgi", "config.wsgi --reload");
    assert_eq!(stages(&[("docker-compose.yml", &reload)]), [PRODUCTION]);
    let mounted = format!("{reload}\n    volumes: ['.:/app']");
    assert_eq!(stages(&[("docker-compose.yml", &mounted)]), [DEVELOPMENT]);
    assert_eq!(
        stages(&[("docker-compose.prod.yml", &mounted)]),
        ["docker-compose.prod.yml production"]
    );
}

#[test]
fn a_comment_at_the_head_says_what_the_file_is_for() {
    let said = |comment: &str| stages(&[("docker-compose.yml", &format!("{comment}\n{WEB}"))]);
    assert_eq!(said("# NOTE: Used only for local development"), [DEVELOPMENT]);
    assert_eq!(said("# DO NOT USE THIS IN PRODUCTION: development only"), [DEVELOPMENT]);
    assert_eq!(said("# for development use docker-compose.dev.yml"), [PRODUCTION]);
    assert_eq!(said("# production and local development"), [PRODUCTION]);
    assert_eq!(said("# Local / plain HTTP stack: Postgres and Django"), [DEVELOPMENT]);
    assert_eq!(said("# Shop\n# Local backups go to /srv"), [PRODUCTION]);
    assert_eq!(said("# Shop: Docker Compose (development)"), [DEVELOPMENT]);
    assert_eq!(said("# docker-compose.yml – Local testing of the image"), [DEVELOPMENT]);
    assert_eq!(said("# docker-compose.dev.yml is for development"), [PRODUCTION]);
}

/// What is open to all is an error where something says that others come.
#[test]
fn what_may_be_a_developers_own_is_open_to_nobody_for_certain() {
    let found = |web: &str, db: &str, more: &[(&str, &str)]| {
        let cache = format!("  cache:\n    image: redis:7\n    ports: ['6379:6379']\n{db}");
        let text = format!("{WEB}\n{web}{cache}");
        let manage =
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
        let files = [
            ("docker-compose.yml", text.as_str()),
            ("Dockerfile", "FROM python:3.13\nWORKDIR /app\nCOPY . .\n"),
            ("manage.py", manage),
            ("shop/settings.py", "DEBUG = False\n"),
        ];
        let found = judged(&[&files, more].concat()).diagnostics.into_iter();
        let mut found = found.filter(|it| it.rule == "exposure/published-datastore");
        found.next().map(|it| it.severity())
    };
    let named = "    environment: {APP_ENV: production}\n";
    let restart = "    restart: always\n";
    let mount = "    volumes: ['.:/app']\n";
    let package = "    volumes: ['./shop:/app/shop']\n";
    assert_eq!(found("", "", &[]), Some(Severity::Warning));
    assert_eq!(found(named, "", &[]), Some(Severity::Error));
    assert_eq!(found(restart, "", &[]), Some(Severity::Error));
    assert_eq!(found("    restart: 'no'\n", "", &[]), Some(Severity::Warning));
    // Databases are kept running on developers' machines, and so is mounted source.
    assert_eq!(found("", restart, &[]), Some(Severity::Warning));
    assert_eq!(found(&format!("{restart}{mount}"), "", &[]), Some(Severity::Warning));
    assert_eq!(found(&format!("{restart}{package}"), "", &[]), Some(Severity::Warning));
    assert_eq!(found(&format!("{named}{mount}"), "", &[]), Some(Severity::Error));
    // Where a unit serves the site, nobody knows what compose is for.
    let unit = "[Service]\nExecStart=/srv/venv/bin/gunicorn shop.wsgi\nWorkingDirectory=/srv\n";
    assert_eq!(found(restart, "", &[("deploy/shop.service", unit)]), Some(Severity::Warning));
}

/// An example is copied before it is used, and may be changed then.
#[test]
fn what_an_example_gets_wrong_is_likely_at_most() {
    let found = |path: &str| {
        let unit = "[Service]\nUser=root\nExecStart=/srv/venv/bin/gunicorn shop.wsgi\n";
        let found = judged(&[(path, unit)]).diagnostics.into_iter();
        let mut found = found.filter(|it| it.rule == "identity/runs-as-root");
        found.next().map(|it| it.severity())
    };
    assert_eq!(found("deploy/shop.service"), Some(Severity::Error));
    assert_eq!(found("deploy/shop.service.example"), Some(Severity::Warning));
}

#[test]
fn beside_a_whole_file_for_developers_an_example_for_production_decides_nothing() {
    let found = stages(&[
        ("docker-compose.yml", WEB),
        ("docker-compose.dev.yml", WEB),
        ("docker-compose.prod.example.yml", WEB),
    ]);
    assert_eq!(found[2], PRODUCTION);
    let found = stages(&[
        ("docker-compose.yml", WEB),
        ("docker-compose.dev.yml", WEB),
        ("docker-compose.prod.yml", WEB),
    ]);
    assert_eq!(found[2], DEVELOPMENT);
}

const WSGI: &str = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')";

/// What serves visitors with DEBUG off is deployed, whatever server somebody put up with.
#[test]
fn runserver_is_outweighed_by_two_of_three_signs_of_production() {
    let with = |debug: &str, more: &str, other: &str| {
        let web = format!(
            "services:\n  web:\n    build: .\n    command: python manage.py runserver\n    \
             environment: {{DEBUG: '{debug}'}}\n{more}"
        );
        let manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')";
        stages(&[
            ("docker-compose.yml", &web),
            (other, &web),
            ("Dockerfile", "FROM python:3.13\nWORKDIR /app\nCOPY . .\n"),
            ("manage.py", manage),
            ("shop/settings.py", "import os\nDEBUG = os.environ['DEBUG'] == 'True'\n"),
        ])
        .iter()
        .find_map(|it| it.strip_prefix("docker-compose.yml ").map(str::to_owned))
    };
    let none = "notes.txt";
    let dev = "docker-compose.dev.yml";
    let front = |port: u16| format!("  proxy:\n    image: nginx\n    ports: ['{port}:80']\n");
    let is = |stage: &str| Some(stage.to_owned());
    assert_eq!(with("False", "", none), is("development"));
    assert_eq!(with("False", &front(8080), none), is("development"));
    assert_eq!(with("True", &front(80), none), is("development"));
    assert_eq!(with("True", "", dev), is("development"));
    assert_eq!(with("False", &front(80), none), is("production?"));
    assert_eq!(with("False", "", dev), is("production?"));
    assert_eq!(with("True", &front(80), dev), is("production?"));
}

/// So does that a script which is called so brings it up, or that a guide does below such a heading.
#[test]
fn runserver_behind_a_web_server_is_deployed_where_somebody_calls_it_that() {
    let compose = "services:\n  web:\n    build: .\n    command: python manage.py runserver\n    \
                   volumes: ['.:/app']\n  proxy:\n    image: nginx\n    ports: ['80:80']\n";
    let with = |path: &str, text: &str| {
        stages(&[
            ("docker-compose.yml", compose),
            ("Dockerfile", "FROM python:3.13\nWORKDIR /app\nCOPY . .\n"),
            ("manage.py", ""),
            (path, text),
        ])
    };
    assert_eq!(with("scripts/deploy.sh", "docker-compose up -d\n"), [PRODUCTION]);
    assert_eq!(with("scripts/start.sh", "docker-compose up -d\n"), [DEVELOPMENT]);
    assert_eq!(with("scripts/deploy.sh", "docker-compose build\n"), [DEVELOPMENT]);
    let guide =
        |heading: &str| with("README.md", &format!("## {heading}\n\n    docker compose up\n"));
    assert_eq!(guide("Deployment"), [PRODUCTION]);
    assert_eq!(guide("Getting started"), [DEVELOPMENT]);
}

/// Nobody fetches a certificate for a name of their own to develop.
#[test]
fn a_server_that_has_a_certificate_fetched_is_deployed_whatever_its_env_file_is_called() {
    let with = |host: &str| {
        let compose = format!(
            "services:\n  proxy:\n    image: nginx\n    environment: {{LETSENCRYPT_HOST: {host}}}\n  \
             web:\n    build: .\n    command: gunicorn shop.wsgi\n    env_file: .env.dev\n"
        );
        stages(&[
            ("docker-compose.yml", &compose),
            ("Dockerfile", "FROM python:3.13\nWORKDIR /app\nCOPY . .\n"),
            ("manage.py", ""),
        ])
    };
    assert_eq!(with("www.lantern-shop.org"), [PRODUCTION]);
    assert_eq!(with("shop.local"), [DEVELOPMENT]);
}

/// Nor is a proxy set up for such a name, where no other file could be for the site.
#[test]
fn the_only_file_whose_web_server_has_a_public_name_is_deployed_whatever_its_env_file_is_called() {
    let web = format!("{WEB}\n    env_file: .env.dev");
    let proxy = "  caddy:\n    image: caddy:2\n    ports: ['8088:80']\n    \
                 volumes: ['./Caddyfile:/etc/caddy/Caddyfile:ro']\n";
    let compose = format!("{web}\n{proxy}");
    let with = |host: &str, other: &str| {
        let caddyfile = format!("http://{host} {{\n\treverse_proxy web:8000\n}}\n");
        let found = stages(&[
            ("docker-compose.yml", &compose),
            (other, &web),
            ("Caddyfile", &caddyfile),
            ("Dockerfile", "FROM python:3.13\nWORKDIR /app\nCOPY . .\n"),
            ("manage.py", ""),
        ]);
        found.into_iter().find(|it| it.starts_with("docker-compose.yml"))
    };
    let aside = "tools/README";
    assert_eq!(with("www.lantern-shop.org", aside).as_deref(), Some(PRODUCTION));
    assert_eq!(with("shop.local", aside).as_deref(), Some(DEVELOPMENT));
    let beside = "deploy/docker-compose.prod.yml";
    assert_eq!(with("www.lantern-shop.org", beside).as_deref(), Some(DEVELOPMENT));
}

#[test]
fn runserver_that_is_kept_up_with_settings_for_production_is_what_is_deployed() {
    let with = |more: &str, example: &str, module: &str| {
        let compose = format!(
            "services:\n  web:\n    build: .\n    command: python manage.py runserver\n    \
             env_file: .env\n{more}"
        );
        let example_text = format!("export DJANGO_SETTINGS_MODULE=\"shop.settings.{module}\"\n");
        stages(&[
            ("docker-compose.yml", &compose),
            ("Dockerfile", "FROM python:3.13\nWORKDIR /app\nCOPY . .\n"),
            (example, &example_text),
        ])
    };
    let restart = "    restart: unless-stopped\n";
    assert_eq!(with(restart, ".env-template", "production"), [PRODUCTION]);
    assert_eq!(with("", ".env-template", "production"), [DEVELOPMENT]);
    assert_eq!(with(restart, ".env-template", "local"), [DEVELOPMENT]);
    assert_eq!(with(restart, "mail/.env-template", "production"), [DEVELOPMENT]);
}
