//! What each platform makes of its own description.

use crate::model::Storage;
use crate::tests::processes::described::{
    CELERY, DOCKERFILE, IMAGE, MANAGE, given, rules, shown, variable,
};
use crate::tests::processes::{judged, outcome};

#[test]
fn fly_starts_each_of_its_processes_in_the_image() {
    let fly = "app = 'shop'\n[processes]\nworker = 'celery -A config worker'\n\
               app = 'gunicorn -b :8000 config.wsgi'\n";
    let found = given(&[("fly.toml", fly), IMAGE, CELERY]);
    assert_eq!(found, ["fly.toml (image): app gunicorn 0.0.0.0:8000, worker celery"]);
    // A shell is meant by whoever joins programs, and by whoever calls one.
    for line in [
        "./manage.py migrate && gunicorn -b :8000 config.wsgi",
        "sh -c 'gunicorn -b :8000 config.wsgi'",
    ] {
        let fly = format!("app = 'shop'\n[processes]\napp = \"{line}\"\n");
        assert_eq!(
            given(&[("fly.toml", &fly), IMAGE]),
            ["fly.toml (image): app gunicorn 0.0.0.0:8000"]
        );
    }
}

#[test]
fn fly_starts_what_the_image_does_where_no_process_is_named() {
    let plain = ("fly.toml", "app = 'shop'\n[http_service]\ninternal_port = 9000\n");
    assert_eq!(given(&[plain, IMAGE]), ["fly.toml (image): app gunicorn 0.0.0.0:9000"]);
    let target = ("fly.toml", "app = 'shop'\n[build]\nbuild-target = 'debug'\n");
    assert_eq!(given(&[target, IMAGE, MANAGE]), ["fly.toml (image): app python 127.0.0.1:8000"]);
    let command = (
        "fly.toml",
        "app = 'shop'\n[experimental]\ncmd = ['gunicorn', '-b', ':7000', 'config.wsgi']\n",
    );
    assert_eq!(given(&[command, IMAGE]), ["fly.toml (image): app gunicorn 0.0.0.0:7000"]);
    // The stage is an argument of the build.
    let staged = DOCKERFILE.replacen("FROM python", "ARG STAGE=debug\nFROM python", 1)
        + "FROM ${STAGE} AS last\n";
    let staged = staged.replace("FROM base\n", "FROM base AS live\n");
    let argument = ("fly.toml", "app = 'shop'\n[build.args]\nSTAGE = 'live'\n");
    let found = given(&[argument, ("Dockerfile", &staged)]);
    assert_eq!(found, ["fly.toml (image): app gunicorn 0.0.0.0:9000"]);
}

#[test]
fn fly_finds_its_dockerfile_beside_it_or_by_the_path_that_it_names() {
    let named = "app = 'shop'\n[build]\ndockerfile = 'Dockerfile.fly'\n";
    let found = given(&[("deploy/fly/fly.toml", named), ("deploy/fly/Dockerfile.fly", DOCKERFILE)]);
    assert_eq!(found, ["deploy/fly/fly.toml (image): app gunicorn 0.0.0.0:9000"]);
    let parts = DOCKERFILE.replace("COPY . .", "COPY config config");
    let found = given(&[("fly.toml", "app = 'shop'\n"), ("Dockerfile", &parts)]);
    assert_eq!(found, ["fly.toml (image): app gunicorn 0.0.0.0:9000"]);
    // Another's image has nothing of the project, nor has one that is made elsewhere.
    let assumed = ["config.settings: config.settings ?"];
    let page = ("page/Dockerfile", "FROM node:22\nCOPY . .\nCMD [\"serve\"]\n");
    assert_eq!(given(&[("page/fly.toml", "app = 'page'\n"), page]), assumed);
    let made = ("fly.toml", "app = 'shop'\n[build]\nimage = 'acme/shop:1'\n");
    assert_eq!(given(&[made]), assumed);
    let packed = "app = 'shop'\n[build]\nbuilder = 'paketobuildpacks/builder:base'\n\
                  [processes]\nweb = 'gunicorn -b :8080 config.wsgi'\n";
    assert_eq!(given(&[("fly.toml", packed)]), ["fly.toml: web gunicorn 0.0.0.0:8080"]);
}

#[test]
fn fly_gives_variables_and_volumes() {
    let fly = "app = 'shop'\n[env]\nCOLOUR = 'blue'\nPORT = 8000\n\
               [[mounts]]\nsource = 'data'\ndestination = '/data/'\n\
               [[mounts]]\nsource = 'other'\ndestination = '/other'\nprocesses = ['worker']\n";
    let outcome = judged(&[("fly.toml", fly), IMAGE]);
    assert_eq!(variable(&outcome, "COLOUR"), "blue?");
    assert_eq!(variable(&outcome, "PORT"), "8000?");
    assert_eq!(variable(&outcome, "FLY_APP_NAME"), "shop");
    assert_eq!(variable(&outcome, "FLY_REGION"), "unknown");
    assert_eq!(variable(&outcome, "ANOTHER"), "unknown");
    let mounts: Vec<_> = outcome.model.deployments[0].views[0].mounts.iter().collect();
    let [mount] = mounts.as_slice() else { panic!("{mounts:?}") };
    assert_eq!(mount.value.at, "/data");
    assert!(matches!(mount.value.from, Storage::Volume { .. }));
    // Without any the image's own are there.
    let outcome = judged(&[("fly.toml", "app = 'shop'\n"), IMAGE]);
    assert_eq!(variable(&outcome, "COLOUR"), "red");
}

#[test]
fn render_starts_programs_where_it_has_the_code() {
    let service = |more: &str| {
        format!(
            "services:\n- type: web\n  name: shop\n  runtime: python\n  \
             startCommand: gunicorn -b 0.0.0.0:8000 config.wsgi\n{more}"
        )
    };
    let found = |path: &str, text: &str| given(&[(path, text), CELERY]);
    let worker = "- type: worker\n  name: tasks\n  env: python\n  startCommand: celery -A config worker\n\
                  - type: web\n  name: page\n  runtime: static\n  staticPublishPath: dist\n\
                  - type: redis\n  name: cache\n";
    let both = "render.yaml: shop gunicorn 0.0.0.0:8000, tasks celery";
    assert_eq!(found("render.yaml", &service(worker)), [both]);
    // Projects have environments, of which one is for production.
    let environment = |name: &str, port: &str| {
        format!(
            "  - name: {name}\n    services:\n    - type: web\n      name: shop\n      runtime: python\n      \
             startCommand: gunicorn -b 0.0.0.0:{port} config.wsgi\n"
        )
    };
    let both = [environment("staging", "7000"), environment("Production", "8000")].concat();
    let projects = format!("projects:\n- name: a\n  environments:\n{both}");
    assert_eq!(found("render.yaml", &projects), ["render.yaml: shop gunicorn 0.0.0.0:8000"]);
    // What another program is for runs no project of the tree.
    let assumed = ["config.settings: config.settings ?"];
    let node = service("").replace("python", "node");
    assert_eq!(found("render.yaml", &node), assumed);
    let other = service("").replace("config.wsgi", "other.wsgi");
    assert_eq!(found("render.yaml", &other), assumed);
}

#[test]
fn render_looks_for_paths_below_the_root_that_it_is_told() {
    let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\napplication = 1\n";
    let project = [("api/config/wsgi.py", wsgi), ("api/config/settings.py", "DEBUG = False\n")];
    let service = |root: &str| {
        format!(
            "services:\n- type: web\n  name: shop\n  runtime: python\n{root}  \
             startCommand: gunicorn -c server.py config.wsgi\n"
        )
    };
    let config = ("api/server.py", "bind = '0.0.0.0:7000'\n");
    let found = |path: &str, root: &str, more: &[(&str, &str)]| {
        let text = service(root);
        let files = [&project[..], &[(path, text.as_str())], more].concat();
        let outcome = outcome(&files);
        let absent = rules(&outcome).contains(&"startup/config-file-missing");
        format!("{}{}", shown(&outcome).join(" "), if absent { " (no config)" } else { "" })
    };
    let whole = "shop gunicorn 0.0.0.0:7000";
    let root = "  rootDir: api\n";
    assert_eq!(found("render.yaml", root, &[config]), format!("render.yaml: {whole}"));
    assert_eq!(found("api/render.yaml", root, &[config]), format!("api/render.yaml: {whole}"));
    assert_eq!(found("api/render.yaml", "", &[config]), format!("api/render.yaml: {whole}"));
    assert!(found("render.yaml", root, &[]).ends_with("(no config)"));
    // The dashboard may name the folder, and the file lies there.
    assert_eq!(found("render.yaml", "", &[config]), format!("render.yaml: {whole}"));
    assert!(!found("render.yaml", "", &[]).ends_with("(no config)"));
}

#[test]
fn render_runs_images_and_puts_its_own_command_in_the_place_of_theirs() {
    let service =
        |more: &str| format!("services:\n- type: web\n  name: shop\n  runtime: docker\n{more}");
    let found =
        |more: &str, image: &str| given(&[("render.yaml", &service(more)), (image, DOCKERFILE)]);
    assert_eq!(found("", "Dockerfile"), ["render.yaml (image): shop gunicorn 0.0.0.0:9000"]);
    let named = "  dockerfilePath: ./docker/api.Dockerfile\n  dockerContext: .\n";
    assert_eq!(
        found(named, "docker/api.Dockerfile"),
        ["render.yaml (image): shop gunicorn 0.0.0.0:9000"]
    );
    // As the manual writes it, without quotes around what the shell is to run.
    let command =
        "  dockerCommand: /bin/bash -c ./manage.py migrate && gunicorn -b :8000 config.wsgi\n";
    assert_eq!(found(command, "Dockerfile"), ["render.yaml (image): shop gunicorn 0.0.0.0:8000"]);
}

#[test]
fn render_gives_variables_by_value_by_group_and_unseen() {
    let text = "services:\n- type: web\n  name: shop\n  runtime: python\n  \
                startCommand: gunicorn config.wsgi\n  envVars:\n  - fromGroup: common\n  \
                - {key: A, value: own}\n  - {key: N, value: 4}\n  - {key: LOW, value: true}\n  \
                - {key: HIGH, value: True}\n  - {key: KEY, generateValue: true}\n  \
                - {key: ASKED, sync: false}\n  - key: DATABASE_URL\n    fromDatabase: {name: db, property: host}\n  \
                disk: {name: data, mountPath: /var/data, sizeGB: 1}\n\
                envVarGroups:\n- name: common\n  envVars:\n  - {key: A, value: group}\n  - {key: B, value: group}\n";
    let outcome = judged(&[("render.yaml", text)]);
    let names = ["A", "B", "N", "LOW", "HIGH", "KEY", "ASKED", "DATABASE_URL", "RENDER", "OTHER"];
    let found = names.map(|it| variable(&outcome, it)).join(" ");
    let unknown = "unknown unknown unknown unknown";
    assert_eq!(found, format!("own? group? 4? true? {unknown} true unknown"));
    let sets = |name: &str| outcome.model.deployments[0].processes[0].environment.sets(name);
    assert!(["HIGH", "KEY", "ASKED", "DATABASE_URL"].into_iter().all(sets) && !sets("OTHER"));
    assert_eq!(outcome.model.deployments[0].views[0].mounts[0].value.at, "/var/data");
}

#[test]
fn railway_has_one_service_in_either_format() {
    let toml = "[build]\nbuilder = 'NIXPACKS'\n[deploy]\nstartCommand = 'gunicorn -b 0.0.0.0:8000 config.wsgi'\n";
    let json = "{\"deploy\": {\"startCommand\": \"gunicorn -b 0.0.0.0:8000 config.wsgi\"}}";
    assert_eq!(given(&[("railway.toml", toml)]), ["railway.toml: web gunicorn 0.0.0.0:8000"]);
    assert_eq!(given(&[("railway.json", json)]), ["railway.json: web gunicorn 0.0.0.0:8000"]);
    // A Dockerfile is built wherever there is one, and its entrypoint makes way for the command.
    let front =
        DOCKERFILE.replace("CMD [\"gunicorn\"", "ENTRYPOINT [\"celery\"]\nCMD [\"gunicorn\"");
    let found = given(&[("railway.json", json), ("Dockerfile", &front)]);
    assert_eq!(found, ["railway.json (image): web gunicorn 0.0.0.0:8000"]);
    let named = "[build]\nbuilder = \"DOCKERFILE\"\ndockerfilePath = \"/docker/Dockerfile\"\n";
    let found = given(&[("railway.toml", named), ("docker/Dockerfile", DOCKERFILE)]);
    assert_eq!(found, ["railway.toml (image): web gunicorn 0.0.0.0:9000"]);
    let live = "[deploy]\nstartCommand = 'gunicorn -b :7000 config.wsgi'\n\
                [environments.production.deploy]\nstartCommand = 'gunicorn -b :8000 config.wsgi'\n";
    assert_eq!(given(&[("railway.toml", live)]), ["railway.toml: web gunicorn 0.0.0.0:8000"]);
    // What it starts by itself is not known.
    let none = given(&[("railway.toml", "[build]\nbuilder = 'RAILPACK'\n")]);
    assert_eq!(none, ["config.settings: config.settings ?"]);
}

#[test]
fn static_files_are_fly_s_to_send_where_it_is_told() {
    let settings = (
        "config/settings.py",
        "DEBUG = False\nROOT_URLCONF = 'config.urls'\nSTATIC_URL = 'static/'\nSTATIC_ROOT = '/app/static'\n\
         INSTALLED_APPS = ['django.contrib.admin', 'django.contrib.staticfiles']\n\
         MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n",
    );
    let urls = "from django.contrib import admin\nfrom django.urls import path\n\
                urlpatterns = [path('admin/', admin.site.urls)]\n";
    let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\napplication = 1\n";
    let unserved = |more: &str| {
        let fly = format!(
            "app = 'shop'\n[build]\nbuilder = 'paketobuildpacks/builder:base'\n\
             [processes]\nweb = 'gunicorn config.wsgi'\n{more}"
        );
        let files =
            [settings, ("config/urls.py", urls), ("config/wsgi.py", wsgi), ("fly.toml", &fly)];
        rules(&outcome(&files)).contains(&"assets/unserved")
    };
    assert!(unserved(""));
    assert!(!unserved("[[statics]]\nguest_path = '/app/static'\nurl_prefix = '/static/'\n"));
}

#[test]
fn heroku_runs_the_images_that_it_builds() {
    let heroku = |run: &str| format!("build:\n  docker:\n    web: Dockerfile\n{run}");
    let of = |run: &str| given(&[("heroku.yml", &heroku(run)), IMAGE, MANAGE, CELERY]);
    assert_eq!(of(""), ["heroku.yml (image): web gunicorn 0.0.0.0:9000"]);
    let run = "run:\n  web: gunicorn -b :8000 config.wsgi\n  worker:\n    command:\n      - celery -A config worker\n    image: web\n";
    assert_eq!(of(run), ["heroku.yml (image): web gunicorn 0.0.0.0:8000, worker celery"]);
    // Without it, its processes are those of a Procfile.
    let by_file =
        [("heroku.yml", "setup:\n  addons: []\n"), ("Procfile", "web: gunicorn config.wsgi\n")];
    assert_eq!(given(&by_file), ["Procfile: web gunicorn"]);
    let config = format!("setup:\n  config:\n    MODE: live\n{}", heroku(""));
    let outcome = judged(&[("heroku.yml", config.as_str()), IMAGE]);
    assert_eq!(variable(&outcome, "MODE"), "live?");
    assert_eq!(variable(&outcome, "PORT"), "unknown");
}

#[test]
fn digital_ocean_runs_components_of_images_and_of_code() {
    let app = |rest: &str| format!("name: lantern\nservices:\n- name: site\n{rest}");
    let of = |rest: &str, more: &[(&str, &str)]| {
        let app = app(rest);
        let files: Vec<_> = [(".do/app.yaml", app.as_str()), IMAGE]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        given(&files)
    };
    let built = "  dockerfile_path: Dockerfile\n";
    assert_eq!(of(built, &[]), [".do/app.yaml (image): site gunicorn 0.0.0.0:9000"]);
    let told = "  dockerfile_path: Dockerfile\n  run_command: gunicorn -b :8000 config.wsgi\n";
    assert_eq!(of(told, &[]), [".do/app.yaml (image): site gunicorn 0.0.0.0:8000"]);
    let pulled = "  image: {registry_type: GHCR, registry: acme, repository: lantern}\n";
    let push = (
        ".github/workflows/push.yml",
        "on: push\njobs:\n  build:\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {context: ., tags: 'ghcr.io/acme/lantern:1'}\n",
    );
    assert_eq!(of(pulled, &[push]), [".do/app.yaml (image): site gunicorn 0.0.0.0:9000"]);
    let of_code = app(
        "  run_command: gunicorn config.wsgi\n  envs:\n  - {key: MODE, value: live}\n  - {key: KEY, value: '${KEY}'}\n  - {key: EARLY, scope: BUILD_TIME, value: x}\n",
    );
    let outcome = judged(&[(".do/app.yaml", of_code.as_str())]);
    assert_eq!(shown(&outcome), [".do/app.yaml: site gunicorn"]);
    assert_eq!(["MODE", "KEY"].map(|it| variable(&outcome, it)), ["live?", "unknown"]);
    assert!(!outcome.model.deployments[0].processes[0].environment.sets("EARLY"));
    // App Engine's is another.
    let engine = given(&[("app.yaml", &app("  run_command: gunicorn config.wsgi\n"))]);
    assert_ne!(engine, ["app.yaml: site gunicorn"]);
}
