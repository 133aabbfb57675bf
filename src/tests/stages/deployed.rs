//! What is done with compose files: started, deployed, laid over others, or nothing at all.

use crate::diagnostic::Severity;
use crate::tests::stages::{DEVELOPMENT, PRODUCTION, WEB, judged, stages};

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

/// A file for production that nothing names, where another is deployed, may be a leftover.
#[test]
fn what_is_wrong_in_a_file_that_is_left_aside_is_likely_at_most() {
    let with = |step: &str| {
        let workflow = format!(
            "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {step}\n"
        );
        let broken = format!("{WEB}\n    depends_on: [db]\n");
        let outcome = judged(&[
            ("docker-compose.yml", WEB),
            ("docker-compose.live.yml", WEB),
            ("docker-compose.prod.yml", &broken),
            (".github/workflows/deploy.yml", &workflow),
        ]);
        let found = outcome.diagnostics.into_iter();
        let mut found = found.filter(|it| it.rule == "compose/reference-unknown");
        found.next().map(|it| it.severity())
    };
    let plain = "ssh shop 'cd /srv/shop && docker compose up -d'";
    let named = |file| format!("ssh shop 'cd /srv/shop && docker compose -f {file} up -d'");
    assert_eq!(with(plain), Some(Severity::Warning));
    assert_eq!(with(&named("docker-compose.live.yml")), Some(Severity::Warning));
    assert_eq!(with(&named("docker-compose.prod.yml")), Some(Severity::Error));
    let over = "docker-compose.live.yml -f docker-compose.prod.yml";
    assert_eq!(with(&named(over)), Some(Severity::Error));
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

/// The plain file is what developers start, be the one for production in a folder of its own.
#[test]
fn a_file_for_production_below_leaves_the_plain_one_to_developers() {
    let with = |path: &str, context: &str| {
        let below = WEB.replace("build: .", &format!("build: {context}"));
        stages(&[("docker-compose.yml", WEB), (path, &below)])
    };
    let below = |context: &str| with("deploy/docker-compose.prod.yml", context);
    let production = "deploy/docker-compose.prod.yml production";
    assert_eq!(below(".."), [DEVELOPMENT, production]);
    assert_eq!(below("./other"), [PRODUCTION, production]);
    let staging = with("deploy/docker-compose.staging.yml", "..");
    assert_eq!(staging, [PRODUCTION, "deploy/docker-compose.staging.yml production"]);
}

/// What its env file is called, or the settings that it is given, says nothing of what is brought to a
/// server.
#[test]
fn what_code_deploy_and_jenkins_start_is_deployed() {
    let web = format!("{WEB}\n    env_file: .env.dev");
    let spec = "version: 0.0\nos: linux\nhooks:\n  AfterInstall:\n    - location: run.sh\n      runas: root\n";
    let script = "#!/bin/bash\ncd /srv/shop\ndocker-compose up -d\n";
    let with = |more: &[(&str, &str)]| {
        let files = [&[("docker-compose.yml", web.as_str()), (".env.dev", "A=b\n")], more].concat();
        stages(&files)
    };
    assert_eq!(with(&[("run.sh", script)]), ["docker-compose.yml development"]);
    let deployed = ["docker-compose.yml production"];
    assert_eq!(with(&[("run.sh", script), ("appspec.yml", spec)]), deployed);
    let pipeline = |stage: &str| {
        format!("node {{\n  stage('{stage}') {{\n    sh \"docker-compose up -d\"\n  }}\n}}\n")
    };
    assert_eq!(with(&[("Jenkinsfile", &pipeline("Deploy image"))]), deployed);
    assert_eq!(with(&[("Jenkinsfile", &pipeline("Test"))]), ["docker-compose.yml development"]);
}
