//! What scripts, workflows and services of a cloud build an image from.

use crate::tests::processes::images::{UNKNOWN, is_run};
use crate::tests::processes::{DOCKERFILE, processes};

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
    // A script knows where it lies, and the tree what is there.
    let by_root =
        call.replace("-f docker/Dockerfile .", "-f \"${ROOT}/docker/Dockerfile\" \"$ROOT\"");
    assert_eq!(given("deploy/build.sh", &by_root), known);
    assert_eq!(given("deploy/build.sh", &by_root.replace("$ROOT\"", "$OTHER\"")), UNKNOWN);
    assert_eq!(given("deploy/build.sh", &call.replace(" .", " $ROOT")), UNKNOWN);
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
    // The Dockerfile was built in its own folder once, and copies by paths from the root today.
    let moved = |sources: &str| {
        let dockerfile = format!(
            "FROM python:3.13\nWORKDIR /app\nCOPY {sources} ./\nUSER app\nCMD [\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]\n"
        );
        processes(&[
            ("docker-compose.yml", compose),
            ("web/Dockerfile", &dockerfile),
            ("web/src/manage.py", ""),
            ("web/README.md", "    docker build -t ghcr.io/shop/web .\n"),
        ])
        .concat()
    };
    assert_eq!(moved("src/manage.py"), known);
    assert_eq!(moved("web/src/manage.py"), UNKNOWN);
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
