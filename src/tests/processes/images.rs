//! Images that one file builds and another runs by their names.

use super::{DOCKERFILE, outcome, processes};

#[test]
fn images_are_known_by_what_scripts_and_workflows_build_under_their_names() {
    let compose = "services:\n  web:\n    image: ghcr.io/shop/web:${TAG:-latest}\n";
    let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nUSER app\nCMD [\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]\n";
    let given = |path: &str, text: &str| {
        processes(&[
            ("docker-compose.yml", compose),
            ("docker/Dockerfile", dockerfile),
            (path, text),
        ])
        .concat()
    };
    let known = "web app 0.0.0.0:9000";
    let call = "docker build --pull -t ghcr.io/shop/web:\"$TAG\" \\\n  -f docker/Dockerfile .";
    assert_eq!(given("deploy/build.sh", call), known);
    assert_eq!(given("Makefile", &format!("build:\n\t{call}\n")), known);
    let tagged = call.replace("--pull", "-t x:$(shell git show-ref refs/heads/main --hash=7)");
    assert_eq!(given("Makefile", &format!("build:\n\t{tagged}\n")), known);
    let part = |it: &str| call.replace("shop/web", &format!("shop/{it}"));
    let of_function = format!("function build() {{\n  {}\n}}\n\nbuild NAME\n", part("$1"));
    let in_function = |name: &str| given("build.sh", &of_function.replace("NAME", name));
    assert_eq!(in_function("web"), known);
    assert_eq!(in_function("other"), UNKNOWN);
    assert_eq!(in_function("$PART"), UNKNOWN);
    let of_loop = format!("for it in NAMES; do\n  {}\ndone\n", part("${it}"));
    let in_loop = |names: &str| given("build.sh", &of_loop.replace("NAMES", names));
    assert_eq!(in_loop("nginx web"), known);
    assert_eq!(in_loop("nginx other"), UNKNOWN);
    assert_eq!(in_loop("$PARTS"), UNKNOWN);
    let after_loop = format!("for it in web; do\n  echo $it\ndone\n{}\n", part("${it}"));
    assert_eq!(given("build.sh", &after_loop), UNKNOWN);
    let task = |build: &str| {
        let module = format!(
            "community.docker.docker_image:\n        name: ghcr.io/shop/web\n        {build}"
        );
        given("deploy/playbooks/build.yml", &format!("- hosts: local\n  tasks:\n    - {module}\n"))
    };
    let at =
        |path: &str, file: &str| format!("build: {{path: \"{path}\", dockerfile: \"{file}\"}}");
    assert_eq!(task(&at("{{ checkout }}", "{{ checkout }}/docker/Dockerfile")), known);
    assert_eq!(task(&at("{{ checkout }}", "docker/Dockerfile")), known);
    assert_eq!(task(&at("{{ checkout }}", "gone/Dockerfile")), UNKNOWN);
    assert_eq!(task(&at("/srv/{{ name }}", "docker/Dockerfile")), UNKNOWN);
    assert_eq!(task("state: absent"), UNKNOWN);
    assert_eq!(given("deploy/build.sh", "cd x\ndocker build -t ghcr.io/shop/web docker"), UNKNOWN);
    assert_eq!(given("deploy/build.sh", &call.replace("shop/web", "shop/other")), UNKNOWN);
    assert_eq!(given("deploy/build.sh", &call.replace("docker/Dockerfile", "gone")), UNKNOWN);
    let guide =
        |folder: &str| format!("# Set up\n\n    git clone x\n    $ cd {folder}\n    $ {call}\n");
    assert_eq!(given("README.md", &guide("shop")), known);
    assert_eq!(given("README.md", &guide("docker")), UNKNOWN);
    assert_eq!(given("docs/SWARM-DEPLOYMENT.md", &guide("shop")), known);
    let workflow = |env: &str, steps: &str| {
        let text = format!("env: {{{env}}}\njobs:\n  build:\n    steps:\n{steps}");
        given(".github/workflows/build.yml", &text)
    };
    let action = "      - uses: docker/build-push-action@v6\n        with:\n          file: docker/Dockerfile\n          tags: TAGS\n";
    let tagged = |tags: &str| action.replace("TAGS", tags);
    let other = "      - uses: mr-smithers-excellent/docker-build-push@v6\n        with:\n          image: shop/web\n          registry: ghcr.io\n          tags: latest\n          dockerfile: docker/Dockerfile\n";
    assert_eq!(workflow("A: 1", other), known);
    assert_eq!(workflow("A: 1", &other.replace("ghcr.io", "docker.io")), UNKNOWN);
    let run = "      - run: docker build . --file docker/Dockerfile --tag ghcr.io/${{ github.repository }}\n";
    assert_eq!(workflow("A: 1", run), known);
    assert_eq!(workflow("A: 1", &tagged("ghcr.io/shop/web:${{ github.sha }}")), known);
    assert_eq!(workflow("NAME: shop/web", &tagged("ghcr.io/${{ env.NAME }}:1")), known);
    assert_eq!(workflow("A: 1", &tagged("ghcr.io/${{ env.NAME }}:1")), UNKNOWN);
    assert_eq!(workflow("A: 1", &tagged("ghcr.io/${{ github.repository_owner }}/web:1")), known);
    assert_eq!(workflow("A: 1", &tagged("ghcr.io/${{ secrets.OWNER }}/web:1")), known);
    assert_eq!(workflow("A: 1", &tagged("ghcr.io/${{ secrets.OWNER }}/other:1")), UNKNOWN);
    assert_eq!(workflow("A: 1", &tagged("ghcr.io/shop/${{ matrix.part }}:1")), UNKNOWN);
    let meta = "      - uses: docker/metadata-action@v5\n        id: meta\n        with:\n          images: |\n            ghcr.io/shop/web\n";
    let by_meta = format!("{meta}{}", tagged("${{ steps.meta.outputs.tags }}"));
    assert_eq!(workflow("A: 1", &by_meta), known);
    assert_eq!(workflow("A: 1", &tagged("${{ steps.meta.outputs.tags }}")), UNKNOWN);
    let own = "      - id: own\n        run: |\n          TAGS=\"${{ secrets.OWNER }}/web:1\"\n          echo \"all=$TAGS\" >> \"$GITHUB_OUTPUT\"\n";
    let by_own = |output: &str| {
        let step = tagged(&format!("ghcr.io/shop/x:1,${{{{ steps.own.outputs.{output} }}}}"));
        workflow("A: 1", &format!("{}{step}", own.replace("${{ secrets.OWNER }}", "ghcr.io/shop")))
    };
    assert_eq!(by_own("all"), known);
    assert_eq!(by_own("others"), UNKNOWN);
    // A part of a name that a step wrote may be anything, as who owns the repository may.
    let lower = "      - id: own\n        run: |\n          O=\"${OWNER,,}\"\n          echo \"all=${O}\" >> \"$GITHUB_OUTPUT\"\n";
    let by_part = |name: &str| {
        let step = tagged(&format!("ghcr.io/${{{{ steps.own.outputs.all }}}}/{name}:1"));
        workflow("A: 1", &format!("{lower}{step}"))
    };
    assert_eq!(by_part("web"), known);
    assert_eq!(by_part("other"), UNKNOWN);
}

#[test]
fn an_image_is_built_with_the_arguments_that_a_script_or_a_workflow_gives() {
    let compose = "services:\n  web:\n    image: acme/shop:1\n";
    let dockerfile = "FROM python:3.13\nARG PORT=8000\nENV PORT=$PORT\nUSER app\nCMD gunicorn -b :$PORT config.wsgi\n";
    let given = |path: &str, text: &str| {
        let files = [("compose.yml", compose), ("Dockerfile", dockerfile), (path, text)];
        processes(&files).concat()
    };
    let script =
        |argument: &str| given("build.sh", &format!("docker build {argument} -t acme/shop:1 .\n"));
    let workflow = |argument: &str| {
        let with = format!("{{context: ., tags: 'acme/shop:1', build-args: '{argument}'}}");
        let steps = format!("    - uses: docker/build-push-action@v6\n      with: {with}\n");
        let job = format!("env: {{BOUND: '9000'}}\njobs:\n  a:\n    steps:\n{steps}");
        given(".github/workflows/a.yml", &job)
    };
    let known = "web app 0.0.0.0:9000";
    assert_eq!(script("--build-arg PORT=9000"), known);
    assert_eq!(workflow("PORT=${{ env.BOUND }}"), known);
    let by_default = script("");
    assert_eq!(by_default, "web app 0.0.0.0:8000");
    assert_eq!(script("--build-arg OTHER=9000"), by_default);
    assert_eq!(workflow("OTHER=9000"), by_default);
}

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
fn images_are_known_by_the_folder_that_a_script_goes_to_before_it_builds() {
    let compose = "services:\n  web:\n    image: shop/web:latest\n";
    let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nUSER app\nCMD [\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]\n";
    let given = |path: &str, text: &str| {
        let files = [("docker-compose.yml", compose), ("web/Dockerfile", dockerfile), (path, text)];
        processes(&files).concat()
    };
    let known = "web app 0.0.0.0:9000";
    assert_eq!(given("build.sh", "cd web && docker build -t shop/web . && cd ..\n"), known);
    let site = "cd site && docker build -t shop/site . && cd ../\n";
    assert_eq!(given("build.sh", &format!("{site}cd web && docker build -t shop/web .\n")), known);
    assert_eq!(given("build.sh", "(cd web && docker build -t shop/web .)\n"), known);
    // What a subshell leaves, it leaves for itself.
    let pages = "(cd site && make && cd pages && make)\n";
    let web = "(cd web && docker build -t shop/web .)\n";
    assert_eq!(given("build.sh", &format!("{pages}{web}")), known);
    assert_eq!(given("build.sh", &format!("(\n  cd site\n  make\n)\n{web}")), known);
    assert_eq!(given("build.sh", &format!("(cd site\n{web})\n")), UNKNOWN);
    assert_eq!(given("build.sh", "cd web\ndocker build -t shop/web .\n"), known);
    assert_eq!(given("ci/build.sh", "cd site\ncd ../web\ndocker build -t shop/web .\n"), known);
    assert_eq!(given("build.sh", "cd $PART\ndocker build -t shop/web .\n"), UNKNOWN);
    assert_eq!(given("build.sh", "cd ~/shop/web\ndocker build -t shop/web .\n"), UNKNOWN);
    assert_eq!(given("build.sh", "cd site\ndocker build -t shop/web .\n"), UNKNOWN);
    let make = "all:\n\tcd site && make\n\tcd web && docker build -t shop/web .\n";
    assert_eq!(given("Makefile", make), known);
    let step = |run: &str| {
        let text =
            format!("jobs:\n  build:\n    steps:\n      - run: cd site\n      - run: {run}\n");
        given(".github/workflows/build.yml", &text)
    };
    assert_eq!(step("cd web && docker build -t shop/web ."), known);
    assert_eq!(step("|\n          cd web\n          docker build -t shop/web ."), known);
    // YAML makes one line of these.
    assert_eq!(step("docker build\n          -t shop/web\n          web"), known);
    assert_eq!(step(">-\n          docker build\n          -t shop/web\n          web"), known);
    assert_eq!(step("|\n          docker build\n          -t shop/web\n          web"), UNKNOWN);
    let next = "docker build -t shop/web\n      - run: cd web";
    assert_eq!(step(next), UNKNOWN);
    // Each part of a guide may begin anew.
    let guide = "    $ cd web\n    $ npm start\n\nThen:\n\n    $ docker build -t shop/web .\n";
    assert_eq!(given("README.md", guide), UNKNOWN);
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

/// A service of which nobody knows what it runs, beside the project's own settings.
const UNKNOWN: &str = "config.settings ?  …web ?  … (no settings)";

/// And where it went into a folder and came back, or another step of the workflow did.
#[test]
fn an_image_is_built_where_the_script_has_come_back_to() {
    let dockerfile =
        format!("{DOCKERFILE}USER app\nCMD [\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]\n");
    let run = |before: &str, owner: &str| {
        let workflow = format!(
            "on: push\njobs:\n  build:\n    steps:\n      - run: cd tests && ./all.sh\n      - run: |\n          \
             {before}\n          docker build -t {owner}/shop:latest -f docker/Dockerfile .\n"
        );
        let compose = "services:\n  web:\n    image: ${IMAGE:-python:3.13}\n";
        processes(&[
            ("docker-compose.yml", compose),
            (".env", "IMAGE=acme/shop:latest\n"),
            ("docker/Dockerfile", &dockerfile),
            (".github/workflows/build.yml", &workflow),
        ])
    };
    let known = ["web app 0.0.0.0:9000"];
    let secret = "${{ secrets.HUB_USER }}";
    assert_eq!(run("cd page\n          npm ci\n          cd ..", "acme"), known);
    assert_eq!(run("cd page/new\n          npm ci\n          cd ../..", secret), known);
    assert_ne!(run("cd page/new\n          npm ci\n          cd ..", "acme"), known);
    assert_ne!(run("cd page", secret), known);
    assert_ne!(run("npm ci", "other"), known);
}

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

const STARTS: &str = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCOPY start.sh /start\nUSER app\nCMD [\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]\n";

/// Whether the service `web` runs what the tree's Dockerfile starts, where more files are there.
fn is_run(compose: &str, more: &[(&str, &str)]) -> bool {
    let own = [("docker-compose.yml", compose), ("Dockerfile", STARTS)];
    let files: Vec<_> = own.iter().chain(more).copied().collect();
    processes(&files).contains(&"web app 0.0.0.0:9000".to_owned())
}

#[test]
fn an_image_is_known_by_what_earlier_steps_write() {
    let compose = "services:\n  web:\n    image: ghcr.io/acme/lantern-web:1\n";
    let action = |tags: &str| {
        format!(
            "      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          tags: {tags}\n"
        )
    };
    let given = |run: &str, tags: &str| {
        let steps = format!("      - id: names\n        run: |\n{run}{}", action(tags));
        let workflow = format!("on: push\njobs:\n  build:\n    steps:\n{steps}");
        is_run(compose, &[(".github/workflows/build.yml", &workflow)])
    };
    let whole = "${{ steps.names.outputs.tags }}";
    let group = "          TAGS=\"$HUB/NAME:1\\n$HUB/NAME:latest\"\n          {\n            echo \"tags<<EOF\"\n            echo -e \"$TAGS\"\n            echo \"EOF\"\n          } >> \"$GITHUB_OUTPUT\"\n";
    let named = |it: &str| group.replace("NAME", it);
    let of_ours = named("lantern-web").replace("$HUB", "ghcr.io/acme");
    assert!(given(&of_ours, whole));
    assert!(!given(&named("lantern-ui").replace("$HUB", "ghcr.io/acme"), whole));
    let path = "          REGISTRY=\"${REGISTRY:-ghcr.io}\"\n          OWNER=$(echo '${{ github.repository_owner }}' | tr '[:upper:]' '[:lower:]')\n          echo \"path=${REGISTRY}/${OWNER}\" >> $GITHUB_OUTPUT\n";
    let part = "${{ steps.names.outputs.path }}/lantern-web:1";
    assert!(given(path, part));
    assert!(!given(&path.replace("ghcr.io", "quay.io"), part));
    assert!(!given(path, "${{ steps.names.outputs.path }}/lantern-ui:1"));
    let set = "          echo \"IMAGE=ghcr.io/${GITHUB_REPOSITORY_OWNER,,}/lantern-web\" >> $GITHUB_ENV\n";
    assert!(given(set, "\"${{ env.IMAGE }}:${{ github.sha }}\""));
    assert!(!given(set, "\"${{ env.OTHER }}:${{ github.sha }}\""));
    let handed = format!(
        "on: push\njobs:\n  names:\n    outputs:\n      tags: ${{{{ steps.meta.outputs.tags }}}}\n    steps:\n      - id: meta\n        uses: docker/metadata-action@v5\n        with:\n          images: name=ghcr.io/acme/lantern-web\n  build:\n    needs: names\n    steps:\n{}",
        action("${{ needs.names.outputs.tags }}")
    );
    assert!(is_run(compose, &[(".github/workflows/build.yml", &handed)]));
    let off = handed.replace("      - uses: docker/build", "#      - uses: docker/build");
    assert!(!is_run(compose, &[(".github/workflows/build.yml", &off)]));
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
    // An env file has the names.
    let kept = |services: &str| {
        let compose = format!("services:\n  web:\n    image: ${{IMAGE}}\n{services}");
        let env = "IMAGE=registry.gitlab.com/acme/lantern\nOTHER=registry.gitlab.com/acme/torch\n";
        is_run(&compose, &[(".env", env), (".gitlab-ci.yml", job)])
    };
    assert!(kept(""));
    assert!(!kept("  torch:\n    image: ${OTHER}\n"));
}

/// Google's own service for builds gives docker its words.
#[test]
fn an_image_is_known_by_a_step_of_cloud_build() {
    let compose = "services:\n  web:\n    image: gcr.io/lantern-1/site:${BUILD_ID}\n";
    let steps = "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, '-t=gcr.io/$PROJECT_ID/site:$BUILD_ID', -f=Dockerfile, .]\n";
    let given = |steps: &str| is_run(compose, &[("deploy/cloudbuild.yaml", steps)]);
    assert!(given(steps));
    assert!(!given(&steps.replace("/site:", "/page:")));
    assert!(!given(&steps.replace("[build", "[push")));
    assert!(!given(&steps.replace("builders/docker", "builders/npm")));
    // A step may be in a folder of its own, and an argument may have blanks.
    let in_folder = |dir: &str, more: &str| {
        let steps = format!(
            "steps:\n- name: docker\n  dir: {dir}\n  args: [build, -t, 'gcr.io/lantern-1/site:1', {more}.]\n"
        );
        let page = ("page/Dockerfile", "FROM nginx:1.27\n");
        is_run(compose, &[("cloudbuild.yaml", &steps), page])
    };
    assert!(in_folder(".", ""));
    assert!(in_folder("/workspace", ""));
    assert!(in_folder(".", "--label, 'about=what the shop runs', "));
    assert!(!in_folder("page", ""));
    assert!(!in_folder("/workspace/page", ""));
    assert!(!in_folder("/srv", ""));
    let kaniko = |more: &str| {
        given(&format!(
            "steps:\n- name: gcr.io/kaniko-project/executor:latest\n  args:\n  - --destination=gcr.io/lantern-1/site:1\n{more}"
        ))
    };
    assert!(kaniko(""));
    assert!(kaniko("  - --context=dir:///workspace\n"));
    assert!(kaniko("  - --dockerfile=/workspace/Dockerfile\n"));
    assert!(!kaniko("  - --dockerfile=page/Dockerfile\n"));
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
