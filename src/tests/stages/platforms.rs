//! Compose files beside signs of a platform that has the site.

use crate::diagnostic::Severity;
use crate::tests::stages::{WEB, judged, stages};

const PRODUCTION: &str = "production.yml production";
const DOUBTED: &str = "production.yml production?";

/// The stages of a plain file and of one for production, each beside these files alone.
fn beside(files: &[(&str, &str)]) -> [String; 2] {
    ["docker-compose.yml", "production.yml"].map(|name| {
        let found = stages(&[&[(name, WEB), ("manage.py", "")], files].concat());
        found.into_iter().find(|it| it.starts_with(name)).unwrap_or_default()
    })
}

/// The plain one is then a developer's, and the other doubted.
fn is_sign(files: &[(&str, &str)]) -> bool {
    match beside(files).each_ref().map(String::as_str) {
        ["docker-compose.yml development?", DOUBTED] => true,
        ["docker-compose.yml production?", PRODUCTION] => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_procfile_is_a_sign_with_what_the_platform_alone_reads() {
    let web = ("Procfile", "web: gunicorn shop.wsgi\n");
    assert!(!is_sign(&[web]));
    assert!(is_sign(&[web, ("app.json", "{\"addons\": []}")]));
    assert!(!is_sign(&[web, ("app.json", "{\"name\": \"shop\"}")]));
    assert!(is_sign(&[web, ("runtime.txt", "python-3.12.1\n")]));
    assert!(is_sign(&[("Procfile", "web: gunicorn shop.wsgi\nrelease: ./manage.py migrate\n")]));
    let developers = "web: ./manage.py runserver\nrelease: ./manage.py migrate\n";
    assert!(!is_sign(&[("Procfile", developers)]));
}

#[test]
fn what_deploys_is_a_sign() {
    let workflow = |step: &str| {
        let text = format!("on: push\njobs:\n  deploy:\n    steps:\n      - {step}\n");
        is_sign(&[(".github/workflows/deploy.yml", &text)])
    };
    assert!(workflow("run: aws ecs update-service --cluster shop --service web"));
    assert!(workflow("uses: aws-actions/amazon-ecs-deploy-task-definition@v1"));
    assert!(workflow("uses: Azure/webapps-deploy@v2"));
    assert!(workflow("run: kubectl set image deployment/shop web=shop:1"));
    assert!(!workflow("run: echo ok # kubectl is for later\n      # - run: kubectl apply -f ."));
    assert!(!workflow("run: kubectl get pods"));
    assert!(!workflow("uses: docker/build-push-action@v5"));
    let pushes = "uses: docker/build-push-action@v5\n      - uses: acme/trigger-ci-action@v1";
    assert!(workflow(pushes));
    assert!(!workflow("uses: acme/trigger-ci-action@v1"));
    assert!(is_sign(&[("deploy.sh", "helm upgrade --install shop ./chart\n")]));
}

#[test]
fn what_describes_the_application_to_a_platform_is_a_sign() {
    assert!(is_sign(&[("fly.toml", "app = \"shop\"\n")]));
    assert!(!is_sign(&[("frontend/fly.toml", "app = \"shop\"\n")]));
    let specification = "name: shop\nservices:\n- name: web\n";
    assert!(is_sign(&[(".do/app.yaml", specification)]));
    assert!(!is_sign(&[("app.yaml", specification)]));
    assert!(!is_sign(&[("frontend/.do/app.yaml", specification)]));
    assert!(is_sign(&[("render.yaml", "services:\n  - type: web\n")]));
    assert!(is_sign(&[("Dockerrun.aws.json", "{\"AWSEBDockerrunVersion\": \"1\"}")]));
    assert!(!is_sign(&[("Dockerrun.aws.json", "{\"AWSEBDockerrunVersion\": \"3\"}")]));
    let tasks = "{\"family\": \"shop\", \"containerDefinitions\": []}";
    assert!(is_sign(&[("aws/task-definition.json", tasks)]));
    let cdk = [("cdk/cdk.json", "{}"), ("cdk/lib/stack.py", "from aws_cdk import aws_ecs\n")];
    assert!(is_sign(&cdk));
    assert!(is_sign(&[("infra/main.tf", "resource \"aws_ecs_service\" \"web\" {\n}\n")]));
    assert!(!is_sign(&[("infra/main.tf", "resource \"aws_instance\" \"web\" {\n}\n")]));
    let runs = |image: &str| {
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      \
             containers:\n        - name: web\n          image: {image}\n"
        );
        is_sign(&[("k8s/web.yaml", &text)])
    };
    assert!(runs("acme/shop:1"));
    assert!(runs("\"{{ .Values.image.repository }}\""));
    assert!(!runs("postgres:16"));
    assert!(!runs("bitnami/redis:7"));
}

/// Whatever brings the files up beside it says more.
#[test]
fn what_something_in_view_starts_is_deployed_all_the_same() {
    let fly = ("fly.toml", "app = \"shop\"\n");
    let with = |path: &str, text: &str| beside(&[fly, (path, text)]);
    let starts = "docker compose -f production.yml up -d\n";
    assert_eq!(with("Makefile", &format!("up:\n\t{starts}"))[1], PRODUCTION);
    assert_eq!(with("README.md", &format!("    {starts}"))[1], PRODUCTION);
    let [plain, named] = with("README.md", "    docker compose up -d\n");
    assert_eq!([plain.as_str(), named.as_str()], ["docker-compose.yml development?", DOUBTED]);
    let plain = |path: &str, text: &str| with(path, text)[0] == "docker-compose.yml production?";
    assert!(!plain("Makefile", "up:\n\tdocker compose up -d\n"));
    assert!(plain("Makefile", "deploy:\n\tdocker compose up -d\n"));
    assert!(plain("README.md", "# Deploy\n\n    docker compose up -d\n"));
    assert!(plain("update.sh", "git pull\ndocker compose up -d --build\n"));
    assert!(plain("shop.service", "[Service]\nExecStart=/usr/bin/docker compose up\n"));
    assert!(plain(
        "tasks/main.yml",
        "- community.docker.docker_compose_v2:\n    project_src: /srv\n"
    ));
    assert!(plain("fabfile.py", "def deploy():\n    run('docker-compose up -d')\n"));
    assert!(!plain("fabfile.py", "def up():\n    local('docker-compose up -d')\n"));
}

/// A name of its own says nothing of a server either, where it is not production's.
#[test]
fn what_is_called_after_no_stage_is_a_developers_too() {
    let with = |path: &str, text: &str| {
        let files = [
            ("docker-compose.celery.yml", WEB),
            ("manage.py", ""),
            ("fly.toml", "app = \"shop\"\n"),
            (path, text),
        ];
        stages(&files).into_iter().find(|it| it.starts_with("docker-compose")).unwrap_or_default()
    };
    let starts = "docker compose -f docker-compose.celery.yml up -d\n";
    assert!(with("README.md", &format!("    {starts}")).contains("development"));
    assert!(with("deploy.sh", &format!("git pull\n{starts}")).contains("production"));
}

/// What is there for others alone is likely production's even so; what is wrong in it is no error.
#[test]
fn what_is_wrong_where_a_platform_has_the_site_is_likely_at_most() {
    let broken =
        format!("{WEB}\n    ports: ['80:8000']\n    restart: always\n    depends_on: [db]\n");
    let with = |files: &[(&str, &str)], name: &str| {
        let outcome = judged(&[&[(name, broken.as_str()), ("manage.py", "")], files].concat());
        let mut found = outcome.diagnostics.into_iter();
        found.find(|it| it.rule == "compose/reference-unknown").map(|it| it.severity())
    };
    let fly = ("fly.toml", "app = \"shop\"\n");
    assert_eq!(with(&[], "production.yml"), Some(Severity::Error));
    assert_eq!(with(&[fly], "production.yml"), Some(Severity::Warning));
    assert_eq!(with(&[fly], "docker-compose.yml"), Some(Severity::Warning));
}

#[test]
fn a_workflow_of_another_repository_may_change_what_a_cluster_runs() {
    let job = |job: &str| {
        let text = format!("on: push\njobs:\n  deploy:\n    {job}\n");
        is_sign(&[(".github/workflows/deploy.yml", &text)])
    };
    let other = "uses: acme/workflows/.github/workflows/deploy.yml@main";
    assert!(job(&format!("{other}\n    with:\n      deploy_type: kubernetes")));
    assert!(job(&format!("{other}\n    secrets:\n      gitops_ssh_key: ${{{{ secrets.KEY }}}}")));
    assert!(!job(other));
    assert!(!job(&format!("{other}\n    # one day kubernetes")));
    assert!(!job("uses: ./.github/workflows/deploy.yml\n    with:\n      deploy_type: kubernetes"));
}

#[test]
fn what_editors_open_is_no_servers_until_something_says_so() {
    let opened = |container: &str, compose: &str| {
        let files =
            [("docker-compose.yml", compose), (".devcontainer/devcontainer.json", container)];
        stages(&files)
            .into_iter()
            .find(|it| it.starts_with("docker-compose.yml"))
            .unwrap_or_default()
    };
    let named = "{\"dockerComposeFile\": [\"../docker-compose.yml\", \"more.yml\"], // two\n}";
    assert_eq!(opened(named, WEB), "docker-compose.yml development?");
    assert_eq!(opened("{\"image\": \"shop/dev\"}", WEB), "docker-compose.yml production?");
    let alone = "{\n  \"dockerComposeFile\": \"../docker-compose.yml\",\n  \"service\": \"web\"\n}";
    assert_eq!(opened(alone, WEB), "docker-compose.yml development?");
    let kept = format!("{WEB}\n    restart: always");
    assert_eq!(opened(named, &kept), "docker-compose.yml production?");
}
