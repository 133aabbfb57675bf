//! Which image is deployed, where compose files are there for developers.

use super::{WEB, judged, stages};

/// What `manage.py` and `wsgi.py` say.
const ENTRY: &str = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')";

/// With the project that all of these are about.
fn of_shop<'t>(files: &[(&'t str, &'t str)]) -> Vec<(&'t str, &'t str)> {
    let project =
        [("manage.py", ENTRY), ("shop/wsgi.py", ENTRY), ("shop/settings.py", "DEBUG = False\n")];
    files.iter().copied().chain(project).collect()
}

/// What the image says of itself, where compose files are there for developers.
#[test]
fn an_image_that_only_developers_are_seen_to_use_is_deployed_elsewhere() {
    let with = |dockerfile: &str, compose: &str| {
        let files = [
            ("Dockerfile", dockerfile),
            ("compose.yaml", compose),
            ("entrypoint.sh", "#!/bin/sh\npython manage.py migrate\ngunicorn shop.wsgi\n"),
        ];
        let files = of_shop(&files);
        let rules = ["startup/entrypoint-no-exec", "docker/no-dockerignore"];
        let found = judged(&files).diagnostics.into_iter().map(|it| it.rule);
        let found: Vec<&str> = found.filter(|it| rules.contains(it)).collect();
        (stages(&files).join(", "), found.len())
    };
    let one = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD [\"./entrypoint.sh\"]\n";
    let staged = "FROM python:3.13 AS base\nWORKDIR /app\nCMD [\"./entrypoint.sh\"]\n\
                  FROM base AS dev\nENV DEV=1\nFROM base AS production\nCOPY . .\n";
    let dev = "services:\n  web:\n    build: {context: ., target: dev}\n";
    let runs = "services:\n  web:\n    build: .\n    command: python manage.py runserver\n";
    let image = "services:\n  web:\n    image: registry.example.com/shop\n";
    let development = "compose.yaml development";
    assert_eq!(with(staged, dev), (format!("{development}, Dockerfile production"), 2));
    assert_eq!(with(one, runs), (format!("{development}, Dockerfile production?"), 2));
    assert_eq!(with(one, image).0, "compose.yaml production?, shop.settings production?");
}

/// `Dockerfile` beside the `Dockerfile.dev` that developers build is built in the same folder.
#[test]
fn an_image_beside_that_of_developers_is_what_is_deployed() {
    let with = |dockerfile: &str| {
        let compose = "services:\n  web:\n    build: {context: ., dockerfile: docker/Dockerfile.dev}\n    \
                       command: python manage.py runserver\n";
        let files = [
            (
                dockerfile,
                "FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD [\"gunicorn\", \"shop.wsgi\"]\n",
            ),
            ("docker/Dockerfile.dev", "FROM python:3.13\nWORKDIR /app\nCOPY . .\n"),
            ("compose.yaml", compose),
        ];
        let files = of_shop(&files);
        stages(&files).join(", ")
    };
    let development = "compose.yaml development";
    assert_eq!(with("docker/Dockerfile"), format!("{development}, docker/Dockerfile production?"));
    assert_eq!(with("ops/Dockerfile"), format!("{development}, shop.settings production?"));
}

/// What is built to be taken elsewhere is what runs there, whatever else developers' files build.
#[test]
fn an_image_that_is_pushed_comes_before_what_developers_build() {
    let with = |workflow: &str| {
        let one = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD [\"gunicorn\", \"shop.wsgi\"]\n";
        let files = [
            ("docker/api.Dockerfile", one),
            (
                "docker/site.Dockerfile",
                "FROM node:24\nCOPY site /site\nCMD [\"node\", \"/site\"]\n",
            ),
            ("docker/web.Dockerfile", one),
            (
                "compose.yaml",
                "services:\n  web:\n    build: {context: ., dockerfile: docker/web.Dockerfile}\n    \
                 command: python manage.py runserver\n",
            ),
            (".github/workflows/push.yml", workflow),
        ];
        let files = of_shop(&files);
        stages(&files).join(", ")
    };
    let run = |it: &str| format!("      - run: {it}\n");
    let built = |file: &str| run(&format!("docker build -f docker/{file} -t acme/shop ."));
    let workflow = |steps: &[String]| format!("jobs:\n  push:\n    steps:\n{}", steps.concat());
    let push = run("docker push acme/shop");
    let api = built("api.Dockerfile");
    let development = "compose.yaml development";
    let sure = format!("{development}, docker/api.Dockerfile production");
    assert_eq!(with(&workflow(&[api.clone(), push.clone()])), sure);
    assert_eq!(with(&workflow(&[api.clone(), built("site.Dockerfile"), push.clone()])), sure);
    let doubted = format!("{development}, docker/web.Dockerfile production?");
    assert_eq!(with(&workflow(&[api])), doubted);
    assert_eq!(with("jobs: {}\n"), doubted);
}

/// What a workflow pushes is somebody else's, be it all that developers run; and what the image leaves
/// empty is theirs to say.
#[test]
fn an_image_that_is_pushed_is_not_the_developers_alone() {
    let with = |steps: &str, env: &str| {
        let dockerfile = format!(
            "FROM python:3.13\nWORKDIR /app\n{env}COPY . .\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"
        );
        let workflow = format!(
            "on: push\njobs:\n  build:\n    steps:\n      - run: |\n          \
             docker build -t acme/shop .\n          {steps}\n"
        );
        let files = [
            ("manage.py", ENTRY),
            ("shop/wsgi.py", ENTRY),
            ("shop/settings.py", "import os\nDEBUG = os.getenv('MODE', 'prod') != 'prod'\n"),
            ("Dockerfile", dockerfile.as_str()),
            ("compose.dev.yaml", "services:\n  web:\n    build: .\n"),
            (".github/workflows/build.yml", workflow.as_str()),
        ];
        let rules = judged(&files).diagnostics.into_iter().map(|it| it.rule);
        let debug = rules.filter(|it| *it == "env/debug-on").count();
        (stages(&files).contains(&"Dockerfile production".to_owned()), debug)
    };
    assert_eq!(with("docker push acme/shop", ""), (true, 0));
    assert!(!with("docker images", "").0);
    assert_eq!(with("docker push acme/shop", "ENV MODE=dev\n"), (true, 1));
    assert_eq!(with("docker push acme/shop", "ENV MODE=$MODE\n"), (true, 0));
}

/// The image for production starts the site, whatever else somebody pushes that starts none.
#[test]
fn what_is_pushed_and_starts_no_server_leaves_the_one_for_production() {
    let files = of_shop(&[
        ("Dockerfile", "FROM python:3.13\nCOPY . .\nCMD [\"bash\"]\n"),
        (
            "docker/Dockerfile.prod",
            "FROM python:3.13\nCOPY manage.py .\nCOPY . .\nCMD [\"gunicorn\", \"shop.wsgi\"]\n",
        ),
        ("compose.dev.yaml", "services:\n  web:\n    build: .\n"),
        ("infra/build.sh", "docker build -t $REPOSITORY:$TAG .\ndocker push $REPOSITORY:$TAG\n"),
    ]);
    let found = stages(&files);
    assert!(
        found.iter().any(|it| it.starts_with("docker/Dockerfile.prod production")),
        "{found:?}"
    );
}

/// A registry's address is known where it is pushed, and nowhere else.
#[test]
fn an_image_may_be_pushed_under_a_name_that_is_known_there_alone() {
    let with = |steps: &str| {
        let workflow = format!("on: push\njobs:\n  build:\n    steps:\n{steps}");
        let files = of_shop(&[
            ("Dockerfile", "FROM python:3.13\nCOPY . .\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"),
            ("compose.dev.yaml", "services:\n  web:\n    build: .\n"),
            (".github/workflows/build.yml", workflow.as_str()),
        ]);
        stages(&files).contains(&"Dockerfile production".to_owned())
    };
    let action = "      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          \
                  push: true\n          tags: ${{ steps.login.outputs.registry }}/shop:1\n";
    assert!(with(action));
    let run = "      - run: |\n          docker build -t $REGISTRY/$REPOSITORY:$TAG .\n          \
               docker push $REGISTRY/$REPOSITORY:$TAG\n";
    assert!(with(run));
    assert!(!with(&run.replace("push", "inspect")));
}

/// What configures an image's servers lies in a folder for production, so that the file is no developer's.
#[test]
fn an_image_is_configured_for_production() {
    let given = |copies: &str| {
        let dockerfile = format!(
            "FROM python:3.13\nWORKDIR /app\n{copies}COPY . .\nCMD [\"gunicorn\", \"config.wsgi\"]\n"
        );
        let files = [("docker-compose.yml", WEB), ("Dockerfile", dockerfile.as_str())];
        stages(&files).concat()
    };
    let copy = "COPY config/production/nginx.conf /etc/nginx/nginx.conf\n";
    assert_eq!(given(""), "docker-compose.yml production?");
    assert_eq!(given(copy), "docker-compose.yml production");
    assert_eq!(given(&copy.replace("/etc/nginx", "/app")), "docker-compose.yml production?");
    let both = format!("{copy}COPY config/local/site.conf /etc/nginx/conf.d/\n");
    assert_eq!(given(&both), "docker-compose.yml production?");
}

/// Nothing in view builds it: what it copies tells where somebody does.
#[test]
fn a_dockerfile_kept_apart_from_the_code_is_built_in_the_folder_that_has_what_it_copies() {
    let with = |path: &str, more: &[(&str, &str)]| {
        let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY ops/start.sh /start.sh\nCOPY . .\n\
                          CMD [\"gunicorn\", \"shop.wsgi\"]\n";
        let local = "services:\n  web:\n    build: {context: ., dockerfile: docker/local/Dockerfile}\n    \
                     command: python manage.py runserver\n";
        let files = [
            (path, dockerfile),
            ("docker/local/Dockerfile", "FROM python:3.13\nWORKDIR /app\nCOPY . .\n"),
            ("local.yml", local),
        ];
        let files: Vec<_> = files.iter().chain(more).copied().collect();
        stages(&of_shop(&files)).join(", ")
    };
    let start = [("ops/start.sh", "exec \"$@\"\n")];
    let development = "local.yml development";
    let found = with("docker/prod/Dockerfile", &start);
    assert_eq!(found, format!("{development}, docker/prod/Dockerfile production"));
    // No word says that it is the one for visitors.
    let found = with("docker/web/Dockerfile", &start);
    assert_eq!(found, format!("{development}, docker/web/Dockerfile production?"));
    let unknown = format!("{development}, shop.settings production?");
    assert_eq!(with("docker/prod/Dockerfile", &[]), unknown);
    assert_eq!(with("docker/dev/Dockerfile", &start), unknown);
}

/// A Dockerfile that is called after production is what is deployed, wherever it lies.
#[test]
fn a_dockerfile_for_production_below_goes_before_a_plain_one() {
    let dockerfile = |command: &str| {
        let copies = "COPY requirements.txt .\nCOPY . .";
        format!("FROM python:3.13\nWORKDIR /app\n{copies}\nUSER app\nCMD {command}\n")
    };
    let with = |path: &str| {
        let (plain, other) =
            (dockerfile("python manage.py runserver"), dockerfile("gunicorn shop.wsgi"));
        let files = [("Dockerfile", plain.as_str()), ("requirements.txt", ""), (path, &other)];
        stages(&of_shop(&files)).concat()
    };
    assert_eq!(with("docker/Dockerfile.prod"), "docker/Dockerfile.prod production");
    assert!(!with("docker/Dockerfile.dev").contains("docker/"));
    let pushed = |path: &str| {
        let (plain, other) =
            (dockerfile("gunicorn shop.wsgi"), dockerfile("gunicorn -b :9000 shop.wsgi"));
        let push = format!("docker build -t acme/shop -f {path} .\ndocker push acme/shop\n");
        let files = [("Dockerfile", plain.as_str()), (path, &other), ("release.sh", &push)];
        stages(&of_shop(&files)).concat()
    };
    assert_eq!(pushed("docker/web.Dockerfile"), "docker/web.Dockerfile production");
}

#[test]
fn runserver_is_what_an_image_serves_by_that_is_called_after_production() {
    let dockerfile =
        "FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD python manage.py runserver 0.0.0.0:8000\n";
    let with = |path: &str| {
        let outcome = judged(&of_shop(&[(path, dockerfile)]));
        outcome.diagnostics.iter().any(|it| it.rule == "startup/dev-server")
    };
    assert!(with("Dockerfile.prod"));
    assert!(!with("Dockerfile"));
    assert!(!with("Dockerfile.dev"));
}
