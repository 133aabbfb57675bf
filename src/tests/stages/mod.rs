//! What deployments are taken to be for.

mod images;
mod named;
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
}

/// What a workflow deploys is production, and not what lies in another folder and nothing uses.
#[test]
fn what_scripts_pass_over_for_a_file_of_productions_is_not_judged() {
    let with = |script: &str| {
        stages(&[
            ("infra/docker-compose.yml", WEB),
            ("docker-compose.production.yml", WEB),
            ("deploy.sh", script),
        ])
    };
    let production = "docker-compose.production.yml production";
    let deploys = "docker compose -f docker-compose.production.yml up -d\n";
    let passed_over = [production, "infra/docker-compose.yml development"];
    assert_eq!(with(deploys), passed_over);
    assert_eq!(with("docker stack deploy -c docker-compose.production.yml shop"), passed_over);
    let both = [production, "infra/docker-compose.yml production?"];
    assert_eq!(with("git pull"), both);
    assert_eq!(with("docker compose -f docker-compose.production.yml build"), both);
    assert_eq!(with(&format!("{deploys}docker compose -f infra/docker-compose.yml up -d")), both);
}

/// What a workflow lays over the developers' file on the server says what production is, whatever the two
/// are called.
#[test]
fn what_is_deployed_with_another_on_top_is_not_deployed_as_it_is() {
    let over = "services:\n  web:\n    environment: {DEBUG: '0'}\n    depends_on: [redis]\n";
    let local = "docker/local/compose.yml";
    let workflow = |call: &str| {
        format!(
            "jobs:\n  deploy:\n    steps:\n      - uses: appleboy/ssh-action@v1\n        with:\n          \
             host: shop\n          script: |\n            git pull\n            {call} up -d\n"
        )
    };
    let with = |call: &str| {
        let deploy = workflow(call);
        stages(&[
            (local, &format!("{WEB}\n  redis:\n    image: redis:7\n")),
            ("docker/production/compose.yml", over),
            (".github/workflows/deploy.yml", &deploy),
        ])
    };
    let both = with("docker compose -f docker/local/compose.yml -f docker/production/compose.yml");
    assert_eq!(both, ["docker/production/compose.yml production"]);
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

#[test]
fn what_a_service_is_built_of_or_told_names_development() {
    assert_eq!(stage_with("    environment: {DEV_ENV: 'True'}"), DEVELOPMENT);
    assert_eq!(stage_with("    environment: {DEV_ENV: 'False'}"), PRODUCTION);
    assert_eq!(stage_with("    env_file: docker/dev.env"), DEVELOPMENT);
    assert_eq!(stage_with("    env_file: [.env.local]"), PRODUCTION);
    assert_eq!(stage_with("    environment: {APP_ENV: development}"), DEVELOPMENT);
    assert_eq!(stage_with("    environment: {ENVIRONMENT_NAME: local}"), DEVELOPMENT);
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

/// A playbook that starts containers by itself needs no compose file.
#[test]
fn what_a_playbook_starts_one_by_one_is_started_by_no_compose_file() {
    let with = |tasks: &str| {
        stages(&[("docker-compose.yml", WEB), ("deployment/tasks/web.yml", tasks)]).concat()
    };
    let container = "- name: web\n  docker_container:\n    name: web\n    image: shop:1\n";
    assert_eq!(with(container), DEVELOPMENT);
    let compose = "- name: rest\n  community.docker.docker_compose_v2:\n    project_src: /srv\n";
    assert_eq!(with(&format!("{container}{compose}")), PRODUCTION);
    assert_eq!(with(compose), PRODUCTION);
    let image = WEB.replace("build: .", "build: .\n    image: shop/website:${TAG:-latest}");
    let play = |image: &str| {
        format!("- hosts: web\n  roles: [django_docker]\n  vars:\n    app_image_name: {image}\n")
    };
    let stage = |play: &str| {
        stages(&[("docker-compose.yml", &image), ("deployment/app.yml", play)]).concat()
    };
    assert_eq!(stage(&play("shop/website")), DEVELOPMENT);
    assert_eq!(stage(&play("shop/other")), PRODUCTION);
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

/// Beside a unit that serves the project, a compose file that nothing keeps up is a developer's.
#[test]
fn what_nothing_keeps_up_beside_a_unit_is_for_developers() {
    let manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
    let unit = "[Service]\nExecStart=/srv/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi\n\
                WorkingDirectory=/srv\n";
    let with = |more: &str, site: &str| {
        let web = format!(
            "services:\n  web:\n    build: .\n    command: gunicorn -b :8001 shop.wsgi\n    \
                           ports: ['8001:8001']\n{more}"
        );
        let site = format!("server {{ listen 80; location / {{ proxy_pass http://{site}; }} }}");
        stages(&[
            ("docker-compose.yml", &web),
            ("Dockerfile", "FROM python:3.13\nWORKDIR /app\nCOPY . .\n"),
            ("manage.py", manage),
            ("shop/wsgi.py", manage),
            ("shop/settings.py", "DEBUG = False\n"),
            ("deploy/shop.service", unit),
            ("deploy/nginx.conf", &site),
        ])
        .into_iter()
        .find(|it| it.starts_with("docker-compose.yml"))
    };
    assert_eq!(with("", "127.0.0.1:8000").as_deref(), Some("docker-compose.yml development?"));
    assert_eq!(with("    restart: always\n", "127.0.0.1:8000").as_deref(), Some(PRODUCTION));
    assert_eq!(with("", "127.0.0.1:8001").as_deref(), Some(PRODUCTION));
}

/// A workflow that brings the plain file up over ssh says what the file is for.
#[test]
fn what_a_workflow_brings_up_on_the_server_is_deployed() {
    let with = |step: &str, more: &[(&str, &str)]| {
        let workflow =
            format!("on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n{step}");
        let files = [("docker-compose.yml", WEB), (".github/workflows/deploy.yml", &workflow)];
        stages(&[&files, more].concat())
    };
    let over_ssh = "      - uses: appleboy/ssh-action@v1\n        with:\n          script: |\n            \
                    cd /srv/shop\n            git pull\n            docker compose up -d --build\n";
    let in_ci = "      - run: docker compose up -d\n";
    assert_eq!(with(over_ssh, &[]), ["docker-compose.yml production"]);
    assert_eq!(with(in_ci, &[]), [PRODUCTION]);
    // Which of two folders it stands in, nobody can tell.
    let both = ["docker-compose.yml production?", "tools/docker-compose.yml production?"];
    assert_eq!(with(over_ssh, &[("tools/docker-compose.yml", WEB)]), both);
    // Beside a file for production, the plain one is the developers' unless it is what is brought up.
    let beside = [("docker-compose.prod.yml", WEB)];
    let named = |plain: &str| ["docker-compose.prod.yml production".to_owned(), plain.to_owned()];
    assert_eq!(with(over_ssh, &beside), named("docker-compose.yml production"));
    assert_eq!(with(in_ci, &beside), named("docker-compose.yml development"));
}

/// A file for production that nothing names, where the plain one is deployed, may be a leftover.
#[test]
fn what_is_wrong_in_a_file_that_is_left_aside_is_likely_at_most() {
    let with = |step: &str| {
        let workflow = format!(
            "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {step}\n"
        );
        let broken = format!("{WEB}\n    depends_on: [db]\n");
        let outcome = judged(&[
            ("docker-compose.yml", WEB),
            ("docker-compose.prod.yml", &broken),
            (".github/workflows/deploy.yml", &workflow),
        ]);
        let found = outcome.diagnostics.into_iter();
        let mut found = found.filter(|it| it.rule == "compose/reference-unknown");
        found.next().map(|it| it.severity())
    };
    let plain = "ssh shop 'cd /srv/shop && docker compose up -d'";
    let named = "ssh shop 'cd /srv/shop && docker compose -f docker-compose.prod.yml up -d'";
    assert_eq!(with(plain), Some(Severity::Warning));
    assert_eq!(with(named), Some(Severity::Error));
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

/// Compose refuses a file whose services wait for what only the base has.
#[test]
fn what_waits_for_services_of_the_base_is_laid_over_it() {
    let with = |more: &str| {
        let front = format!("services:\n  proxy:\n    image: nginx\n{more}");
        let outcome = judged(&[("docker-compose.yml", WEB), ("docker-compose.prod.yml", &front)]);
        let mut live = outcome.model.deployments.into_iter();
        let live = live.find(|it| it.name == "docker-compose.prod.yml").unwrap();
        live.processes.into_iter().map(|it| it.name).collect::<Vec<_>>()
    };
    assert_eq!(with(""), ["proxy"]);
    assert_eq!(with("    depends_on: [web]\n"), ["web", "proxy"]);
}

#[test]
fn a_file_that_others_extend_is_no_deployment() {
    let web = "services:\n  web:\n    extends: {file: common.compose.yml, service: web}";
    let found = stages(&[("docker-compose.yml", web), ("common.compose.yml", WEB)]);
    assert_eq!(found, [PRODUCTION]);
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

/// A file that says of nothing how to run it is for `build` and `push`, and another runs that.
#[test]
fn a_file_that_only_names_what_to_build_is_no_deployment() {
    let named = "services:\n  web:\n    build: .\n    image: acme/web\n";
    let beside = ("docker-compose.prod.yml", WEB);
    let with = |text: &str| stages(&[("docker-compose.build.prod.yml", text), beside]);
    assert_eq!(with(named), ["docker-compose.prod.yml production"]);
    assert_eq!(with(&format!("{named}    ports: ['80:80']\n")).len(), 2);
    assert_eq!(stages(&[("docker-compose.yml", named)]), [PRODUCTION]);
    let alone = stages(&[("docker-compose.prod.yml", named)]);
    assert_eq!(alone, ["docker-compose.prod.yml production"]);
}

/// What a script builds for a platform gets its variables there.
#[test]
fn a_file_that_is_only_built_for_a_platform_is_not_surely_what_runs() {
    let with = |script: &str| stages(&[("production.yml", WEB), ("deploy.sh", script)]).concat();
    let builds = "docker-compose -f production.yml build web\ndocker push acme/web\n";
    assert_eq!(with(builds), "production.yml production");
    let builds = &format!("{builds}zip deploy.zip Dockerrun.aws.json\n");
    assert_eq!(with(builds), "production.yml production?");
    let starts = format!("{builds}docker-compose -f production.yml up -d\n");
    assert_eq!(with(&starts), "production.yml production");
    assert_eq!(with("git pull\n"), "production.yml production");
}
