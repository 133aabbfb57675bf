//! Names of images, as far as those who build them and those who run them say them.

use crate::tests::processes::images::{UNKNOWN, is_run};
use crate::tests::processes::{DOCKERFILE, processes};

#[test]
fn images_are_known_by_what_a_script_has_in_variables_and_by_their_later_tags() {
    let compose = "services:\n  web:\n    image: localhost:5000/web:latest\n";
    let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nUSER app\nCMD [\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]\n";
    let given = |path: &str, text: &str| {
        processes(&[("docker-compose.yml", compose), ("Dockerfile", dockerfile), (path, text)])
            .concat()
    };
    let known = "web app 0.0.0.0:9000";
    let call = "docker build -t $REGISTRY/web:1 .\n";
    assert_eq!(given("a.sh", &format!("REGISTRY=\"localhost:5000\"  # ours\n{call}")), known);
    assert_eq!(given("a.sh", &format!("REGISTRY=example.com\n{call}")), UNKNOWN);
    let either = format!("REGISTRY=localhost:5000\nREGISTRY=example.com\n{call}");
    assert_eq!(given("a.sh", &either), known);
    assert_eq!(given("a.sh", &either.replace("/web", "/api")), UNKNOWN);
    let make = "REGISTRY := localhost:5000\nall:\n\tdocker build -t $(REGISTRY)/web .\n";
    assert_eq!(given("Makefile", make), known);
    let tagged = "docker build -t shop .\ndocker tag shop localhost:5000/web:latest\n";
    assert_eq!(given("a.sh", tagged), known);
    assert_eq!(given("a.sh", &tagged.replace("tag shop", "tag other")), UNKNOWN);
}

#[test]
fn images_of_one_name_are_told_apart_by_their_tags() {
    let compose = "services:\n  web:\n    image: acme/shop:TAG\n";
    let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nUSER app\nCMD [\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]\n";
    let given = |tag: &str, path: &str, text: &str| {
        let compose = compose.replace("TAG", tag);
        let files = [
            ("docker-compose.yml", compose.as_str()),
            // Docker takes it for want of `Dockerfile`.
            ("web/dockerfile", dockerfile),
            ("docs/Dockerfile", "FROM nginx:1.27\n"),
            (path, text),
        ];
        processes(&files).concat()
    };
    let known = "web app 0.0.0.0:9000";
    let script = "docker build -t acme/shop:web web\ndocker build -t acme/shop:docs docs\n";
    assert_eq!(given("web", "build.sh", script), known);
    assert!(given("docs", "build.sh", script).contains("0.0.0.0:80"));
    assert_eq!(given("other", "build.sh", script), UNKNOWN);
    assert_eq!(given("${TAG}", "build.sh", script), UNKNOWN);
    let only = "docker build -t acme/shop:1.0 web\n";
    assert_eq!(given("latest", "build.sh", only), known);
    let matrix = "jobs:\n  push:\n    strategy:\n      matrix:\n        include:\n          - {context: ./web, image: \"OWNER/shop:web\"}\n          - {context: ./docs, image: \"OWNER/shop:docs\"}\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: ${{ matrix.context }}\n          tags: ${{ matrix.image }}\n";
    let pushed =
        |owner: &str| given("web", ".github/workflows/push.yml", &matrix.replace("OWNER", owner));
    assert_eq!(pushed("acme"), known);
    assert_eq!(pushed("${{ secrets.OWNER }}"), known);
    assert_eq!(pushed("other"), UNKNOWN);
}

/// The workflow that GitHub's own guide to its registry had.
#[test]
fn an_image_is_known_by_a_name_of_variables_that_a_workflow_makes_small() {
    let compose = "services:\n  web:\n    image: ghcr.io/lantern/server:latest\n";
    let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nUSER app\nCMD [\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]\n";
    let workflow = "env:\n  IMAGE_NAME: server\njobs:\n  push:\n    steps:\n      - run: docker build . -t $IMAGE_NAME\n      - run: |\n          IMAGE_ID=ghcr.io/${{ github.repository_owner }}/$IMAGE_NAME\n          IMAGE_ID=$(echo $IMAGE_ID | tr '[A-Z]' '[a-z]')\n          docker tag $IMAGE_NAME $IMAGE_ID:latest\n          docker push $IMAGE_ID:latest\n";
    let given = |workflow: &str| {
        let build = (".github/workflows/push.yml", workflow);
        processes(&[("docker-compose.yml", compose), ("Dockerfile", dockerfile), build])
            .contains(&"web app 0.0.0.0:9000".to_owned())
    };
    assert!(given(workflow));
    assert!(!given(&workflow.replace("NAME: server", "NAME: worker")));
    assert!(!given(&workflow.replace("tr '[A-Z]' '[a-z]'", "sed s/server/worker/")));
    assert!(!given(&workflow.replace("NAME: server", "NAME: $IMAGE_NAME")));
}

#[test]
fn an_image_that_another_build_makes_leaves_its_own_name_to_the_first() {
    let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nUSER app\nCMD [\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]\n";
    let given = |images: [&str; 2], steps: &str| {
        let [one, other] = images;
        let compose = format!("services:\n  web:\n    image: {one}\n  ui:\n    image: {other}\n");
        processes(&[
            ("docker-compose.yml", &compose),
            ("Dockerfile", dockerfile),
            ("ui/Dockerfile", "FROM node:22\nUSER node\nCMD [\"node\", \"server.js\"]\n"),
            (".github/workflows/build.yml", &format!("jobs:\n  build:\n    steps:\n{steps}")),
        ])
        .contains(&"web app 0.0.0.0:9000".to_owned())
    };
    let build = |context: &str, name: &str| {
        format!(
            "      - uses: docker/build-push-action@v6\n        with:\n          context: {context}\n          tags: {name}\n"
        )
    };
    let own = build(".", "ghcr.io/${{ github.repository }}:1");
    let both = format!("{own}{}", build("ui", "ghcr.io/${{ github.repository }}-ui:1"));
    assert!(given(["ghcr.io/a/shop", "ghcr.io/a/shop-ui"], &both));
    assert!(!given(["ghcr.io/a/shop", "ghcr.io/a/shop-ui"], &own));
    assert!(!given(["ghcr.io/a/shop", "ghcr.io/a/shop-api"], &both));
}

#[test]
fn services_share_an_image_whose_name_a_variable_holds() {
    let compose = "services:\n  setup:\n    build: .\n    image: ${NAME:-a}:${TAG}\n    command: sleep 1\n  web:\n    image: ${NAME:-a}:${TAG}\n    command: gunicorn -b :9000 config.wsgi\n";
    let found = processes(&[("docker-compose.yml", compose), ("Dockerfile", DOCKERFILE)]);
    assert!(found.contains(&"web root 0.0.0.0:9000".to_owned()), "{found:?}");
}

#[test]
fn an_image_is_what_its_own_file_builds_under_the_name() {
    let compose = "services:\n  web:\n    build: .\n    image: shop:latest\n  api:\n    image: shop:latest\n    command: gunicorn -b :9000 config.wsgi\n";
    let dev = "services:\n  web:\n    build: {context: ., dockerfile: dev.Dockerfile}\n    image: shop:latest\n";
    let found = processes(&[
        ("docker-compose.yml", compose),
        ("docker-compose.dev.yml", dev),
        ("Dockerfile", "FROM python:3.13\nWORKDIR /app\nCOPY . .\nUSER app\n"),
        ("dev.Dockerfile", "FROM python:3.13\nWORKDIR /app\n"),
    ]);
    assert!(found.contains(&"api app 0.0.0.0:9000".to_owned()), "{found:?}");
}

#[test]
fn an_owner_or_a_repository_may_be_a_variable_where_the_image_is_run() {
    let given = |image: &str, tag: &str| {
        let compose = format!("services:\n  web:\n    image: {image}\n");
        let build = format!(
            "jobs:\n  build:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          tags: {tag}\n"
        );
        let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nUSER app\nCMD [\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]\n";
        let files = [
            ("docker-compose.yml", compose.as_str()),
            ("Dockerfile", dockerfile),
            (".github/workflows/build.yml", build.as_str()),
        ];
        processes(&files).contains(&"web app 0.0.0.0:9000".to_owned())
    };
    let own = "ghcr.io/${{ github.repository }}:1";
    assert!(given("ghcr.io/${GITHUB_REPOSITORY}:${TAG:-latest}", own));
    assert!(given("ghcr.io/${GITHUB_REPOSITORY:-acme/shop}:1", own));
    assert!(!given("ghcr.io/${GITHUB_REPOSITORY}-caddy:1", own));
    assert!(!given("ghcr.io/${IMAGE}:1", own));
    assert!(given("ghcr.io/${GITHUB_REPOSITORY}-web", "ghcr.io/${{ github.repository }}-web:1"));
    assert!(given("${DOCKER_USER}/shop:1", "${{ secrets.DOCKER_USER }}/shop:1"));
    assert!(given("${DOCKER_USER}/shop:1", "acme/shop:1"));
    assert!(!given("${DOCKER_USER}/shop:1", "acme/other:1"));
}

/// Nobody but the cloud knows the registry, or GitLab.
#[test]
fn an_image_is_known_by_its_name_behind_a_registry_that_is_not() {
    let given = |images: &[&str], build: &str| {
        let services = images.iter().enumerate().map(|(at, image)| {
            let name = if at == 0 { "web".to_owned() } else { format!("other{at}") };
            format!("  {name}:\n    image: {image}\n")
        });
        let compose = format!("services:\n{}", services.collect::<String>());
        let is_job = build.starts_with("build:");
        let path = if is_job { ".gitlab-ci.yml" } else { ".github/workflows/build.yml" };
        is_run(&compose, &[(path, build)])
    };
    let push = "on: push\njobs:\n  build:\n    steps:\n      - run: docker build -t $REGISTRY/lantern:$TAG .\n";
    let own = "1234.dkr.ecr.eu-west-1.amazonaws.com/lantern:1";
    assert!(given(&[own], push));
    assert!(given(&["${REGISTRY}/lantern:${TAG}"], push));
    assert!(!given(&["1234.dkr.ecr.eu-west-1.amazonaws.com/lantern-ui:1"], push));
    assert!(!given(&["ghcr.io/acme/lantern", "quay.io/other/lantern"], push));
    assert!(given(&["acme/lantern", "quay.io/other/lantern"], push));
    let job = "build:\n  script:\n    - docker build -t $CI_REGISTRY_IMAGE:$CI_COMMIT_SHA .\n";
    assert!(given(&["registry.gitlab.com/acme/lantern:latest"], job));
    assert!(given(&["${CI_REGISTRY_IMAGE}:latest"], job));
    assert!(!given(&["ghcr.io/acme/lantern:latest"], job));
    assert!(!given(&["localhost:5000/acme/lantern:latest"], job));
    // Another project has its image there as well.
    let both = ["registry.gitlab.com/acme/lantern:latest", "registry.gitlab.com/acme/torch:1"];
    assert!(!given(&both, job));
    assert!(!given(&[both[1], both[0]], job));
    assert!(!given(
        &["registry.gitlab.com/acme/lantern/ui:latest"],
        &job.replace("_IMAGE:", "_IMAGE/web:")
    ));
    assert!(given(
        &["registry.gitlab.com/acme/lantern/web:latest"],
        &job.replace("_IMAGE:", "_IMAGE/web:")
    ));
    let kept = "build:\n  variables:\n    IMAGE: $CI_REGISTRY/$CI_PROJECT_PATH/web\n  script:\n    - docker build -t \"$IMAGE:latest\" .\n";
    assert!(given(&["registry.gitlab.com/acme/lantern/web"], kept));
    let kaniko = "build:\n  script:\n    - /kaniko/executor --context $CI_PROJECT_DIR --dockerfile $CI_PROJECT_DIR/Dockerfile --destination $CI_REGISTRY_IMAGE/web:1\n";
    assert!(given(&["registry.gitlab.com/acme/lantern/web"], kaniko));
    assert!(given(&["localhost:5000/acme/lantern/web"], kaniko));
    // A word among variables of the tag tells one image of the project from another.
    let tagged = |word: &str| {
        format!(
            "$CI_REGISTRY/$CI_PROJECT_NAMESPACE/$CI_PROJECT_NAME:${{CI_COMMIT_REF_SLUG}}_{word}.$CI_PIPELINE_ID"
        )
    };
    let named = |word: &str| {
        format!(
            "${{CI_REGISTRY}}/${{CI_PROJECT_NAMESPACE}}/${{CI_PROJECT_NAME}}:${{CI_COMMIT_REF_SLUG}}_{word}.${{CI_PIPELINE_ID}}"
        )
    };
    let two = format!(
        "build:\n  script:\n    - docker build -t {} .\n    - docker build -t {} ./proxy/\n",
        tagged("web"),
        tagged("proxy")
    );
    let with_proxy = |image: &str| {
        let compose = format!("services:\n  web:\n    image: {image}\n");
        is_run(&compose, &[("proxy/Dockerfile", "FROM nginx\n"), (".gitlab-ci.yml", &two)])
    };
    assert!(with_proxy(&named("web")));
    assert!(!with_proxy(&named("proxy")));
    assert!(!with_proxy(&named("other")));
    // An env file has the names.
    let kept = |services: &str| {
        let compose = format!("services:\n  web:\n    image: ${{IMAGE}}\n{services}");
        let env = "IMAGE=registry.gitlab.com/acme/lantern\nOTHER=registry.gitlab.com/acme/torch\n";
        is_run(&compose, &[(".env", env), (".gitlab-ci.yml", job)])
    };
    assert!(kept(""));
    assert!(!kept("  torch:\n    image: ${OTHER}\n"));
}
