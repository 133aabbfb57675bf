//! Which files are one project, and what says so.

use crate::config::Config;
use crate::fact::Certainty;
use crate::model::compose::invocations;
use crate::run::run;
use crate::source::Tree;
use crate::tests::compose::Folder;
use crate::tests::file;

const WHOLE: &str = "services:\n  s:\n    image: x\n    command: gunicorn a.wsgi\n";
const PART: &str = "services:\n  s:\n    environment: {FROM: part}\n";

/// Each deployment as `file stage`, with `?` where nobody says the stage and `+` where what another
/// file brings is in it.
fn grouped(folder: Folder<'_>) -> Vec<String> {
    let tree = Tree::of(folder.iter().map(|(path, text)| file(path, *text)).collect());
    let outcome = run(&tree, &Config::default());
    let one = |it: &crate::model::Deployment| {
        let doubt = if it.stage.evidence().certainty() < Certainty::Certain { "?" } else { "" };
        let service = it.compose.as_ref().and_then(|it| it.service("s"));
        let merged =
            service.is_some_and(|it| it.command.is_some() && it.variable("FROM").is_some());
        let merged = if merged { " +" } else { "" };
        format!("{} {}{doubt}{merged}", it.name, it.stage.value.name())
    };
    outcome.model.deployments.iter().map(one).collect()
}

#[test]
fn a_file_without_images_needs_the_one_that_has_them() {
    let found = grouped(&[("docker-compose.yml", WHOLE), ("docker-compose.prod.yml", PART)]);
    assert_eq!(found, ["docker-compose.prod.yml production +", "docker-compose.yml development"]);
}

#[test]
fn a_file_that_is_whole_stands_alone() {
    let found = grouped(&[
        ("docker-compose.yml", WHOLE),
        ("docker-compose.prod.yml", WHOLE),
        ("test/compose.ci.yml", WHOLE),
    ]);
    assert_eq!(
        found,
        [
            "docker-compose.prod.yml production",
            "docker-compose.yml development",
            "test/compose.ci.yml test"
        ]
    );
}

#[test]
fn a_file_that_links_to_what_only_one_above_has_is_started_with_that() {
    let piece = "services:\n  t:\n    build: ./tool/\n    links: [s:base]\n";
    let found = grouped(&[("docker-compose.yml", WHOLE), ("tool/docker-compose.tool.yml", piece)]);
    assert_eq!(found, ["docker-compose.yml production?"]);
}

#[test]
fn words_of_other_languages_say_a_stage() {
    let prod = "docker-compose.produccion.yml";
    let found = grouped(&[("docker-compose.yml", WHOLE), (prod, WHOLE)]);
    let plain = "docker-compose.yml development".to_owned();
    assert_eq!(found, [format!("{prod} production"), plain]);
    let lokal = grouped(&[("docker-compose.entwicklung.yml", WHOLE)]);
    assert_eq!(lokal, ["docker-compose.entwicklung.yml development"]);
    let said = |comment: &str| grouped(&[("compose.yml", &format!("# {comment}\n{WHOLE}"))]);
    assert_eq!(said("Только для разработки"), ["compose.yml development"]);
    assert_eq!(said("Локальный стек: база и очередь"), ["compose.yml development"]);
    assert_eq!(said("Lokale Umgebung"), ["compose.yml development"]);
    assert_eq!(said("开发环境"), ["compose.yml development"]);
    assert_eq!(said("для разработки и для прода"), ["compose.yml production?"]);
}

#[test]
fn what_a_folder_says_it_says_of_the_file_for_production_in_it() {
    let found =
        grouped(&[("deploy/docker-compose.yml", WHOLE), ("deploy/docker-compose.prod.yml", WHOLE)]);
    assert_eq!(
        found,
        ["deploy/docker-compose.prod.yml production", "deploy/docker-compose.yml development"]
    );
    let alone = grouped(&[("deploy/docker-compose.yml", WHOLE)]);
    assert_eq!(alone, ["deploy/docker-compose.yml production"]);
}

#[test]
fn a_plain_file_is_for_developers_where_one_for_production_above_builds_the_same() {
    let built = "services:\n  s:\n    build: .\n    command: gunicorn a.wsgi\n";
    let above = built.replace("build: .", "build: ./backend");
    let found =
        grouped(&[("backend/docker-compose.yml", built), ("docker-compose.prod.yml", &above)]);
    assert!(found.contains(&"backend/docker-compose.yml development".to_owned()), "{found:?}");
}

#[test]
fn what_is_there_until_the_first_certificate_is_nothing_that_stays() {
    let found = grouped(&[
        ("docker-compose.prod.yml", WHOLE),
        ("docker-compose.ssl-bootstrap.yml", PART),
        (
            "up.sh",
            "F=(-f docker-compose.prod.yml)\nif x; then\n  F+=(-f docker-compose.ssl-bootstrap.yml)\nfi\ndocker compose \"${F[@]}\" up\n",
        ),
    ]);
    assert_eq!(
        found,
        ["docker-compose.prod.yml production", "docker-compose.ssl-bootstrap.yml test +"]
    );
}

#[test]
fn a_file_laid_over_another_that_compose_finds_by_no_name_is_never_judged_alone() {
    let prod = "compose-prod.yaml production +";
    let dev = "compose-dev.yaml development +";
    let base = ("compose-base.yaml", WHOLE);
    let stages = [("compose-dev.yaml", PART), ("compose-prod.yaml", PART)];
    assert_eq!(grouped(&[base, stages[0], stages[1]]), [dev, prod]);
    let [dev, prod] = ["app-dev.yml", "app-prod.yml"].map(|name| (name, PART));
    let over_plain = grouped(&[
        ("app.yml", WHOLE),
        dev,
        prod,
        ("docker-compose.yml", "services: {a: {image: b}}\n"),
    ]);
    assert_eq!(over_plain[..2], ["app-dev.yml development +", "app-prod.yml production +"]);
    assert_eq!(over_plain.len(), 3, "{over_plain:?}");
    // What is used with any stage, or with which of two, no name says.
    assert_eq!(grouped(&[base, ("compose-backup.yaml", PART)]), ["compose-base.yaml production?"]);
    let two = grouped(&[base, ("compose-common.yaml", WHOLE), ("compose-prod.yaml", PART)]);
    assert_eq!(two, ["compose-base.yaml production?", "compose-common.yaml production?"]);
}

const BASE: (&str, &str) = ("compose.base.yml", WHOLE);
const OVER: (&str, &str) = (
    "compose.prod.yml",
    "services:\n  s:\n    image: y\n    environment: {FROM: over}\n  t: {image: z}\n",
);

/// A file that is whole by itself, and a call in this file that uses it on top of another.
fn called(path: &str, text: &str) -> Vec<String> {
    grouped(&[BASE, OVER, (path, text)])
}

#[test]
fn a_call_says_what_belongs_together() {
    let together = ["compose.prod.yml production +"];
    let makefile = "up:\n\tdocker compose -f compose.base.yml \\\n\t  --file=compose.prod.yml --env-file .env up -d\n";
    assert_eq!(called("Makefile", makefile), together);
    let call = "docker-compose -f compose.base.yml -f compose.prod.yml up -d";
    assert_eq!(called("deploy/up.sh", call), together);
    assert_eq!(called("README.md", &format!("Run `{call}` there.\n")), together);
    assert_eq!(called("compose.x.yml", &format!("# {call}\nvolumes: {{a: }}\n")), together);
    let over_lines = call.replace(" -f", " \\\n#   -f").replace(" up", " \\\n#   up");
    assert_eq!(called("compose.x.yml", &format!("# {over_lines}\nvolumes: {{a: }}\n")), together);
    let workflow = format!("jobs:\n  up:\n    steps:\n      - run: {call}\n");
    assert_eq!(called(".github/workflows/up.yml", &workflow), together);
    let folded = call.replace(" -f compose.prod", "\n      -f compose.prod");
    let pipeline = format!("deploy:\n  script:\n    - {folded}\n    - docker ps\n");
    assert_eq!(called(".gitlab-ci.yml", &pipeline), together);
    let named = "COMPOSE_FILE=compose.base.yml:compose.prod.yml\n";
    assert_eq!(called(".env", named), together);
}

/// The plain file, one for https that a call lays over it, and what else says how they are started.
fn over_plain(path: &str, text: &str) -> Vec<String> {
    let over =
        ("docker-compose.https.yml", "services: {s: {image: y, environment: {FROM: over}}}\n");
    grouped(&[("docker-compose.yml", WHOLE), over, (path, text)])
}

#[test]
fn a_plain_file_that_is_never_started_alone_is_no_deployment() {
    let call = "docker compose -f docker-compose.yml -f docker-compose.https.yml up -d\n";
    let joined = ["docker-compose.https.yml production? +"];
    assert_eq!(over_plain("up.sh", call), joined);
    let exported = "export COMPOSE_FILE=docker-compose.yml:docker-compose.https.yml\n\
                    docker compose up -d\n";
    assert_eq!(over_plain("up.sh", exported), joined);
    let both = [joined[0], "docker-compose.yml production?"];
    assert_eq!(over_plain("up.sh", &format!("docker compose up -d\n{call}")), both);
    assert_eq!(over_plain("README.md", &format!("`docker compose logs`\n{call}")), both);
}

#[test]
fn a_plain_file_below_one_for_developers_is_deployed() {
    let call = "docker compose -f docker-compose.yml -f docker-compose.dev.yml up\n";
    let dev = ("docker-compose.dev.yml", PART);
    let found = grouped(&[("docker-compose.yml", WHOLE), dev, ("README.md", call)]);
    assert!(found.iter().any(|it| it.starts_with("docker-compose.yml ")), "{found:?}");
}

#[test]
fn what_is_laid_over_production_as_well_belongs_to_that() {
    let call = |names: &str| {
        let names = names.split(' ').map(|it| format!("-f compose.{it}.yml ")).collect::<String>();
        format!("docker compose {names}up -d\n")
    };
    let watch = ("compose.watch.yml", PART);
    let both = format!("{}{}", call("base watch"), call("base prod watch"));
    let found = grouped(&[BASE, OVER, watch, ("up.sh", &both)]);
    let found = found.iter().filter(|it| it.starts_with("compose.watch"));
    assert_eq!(found.collect::<Vec<_>>(), ["compose.watch.yml production +"]);
}

#[test]
fn a_call_that_names_what_is_not_there_says_nothing() {
    let apart = ["compose.base.yml production?", "compose.prod.yml production"];
    let call = "docker compose -f compose.base.yml -f compose.prod.yml -f gone.yml up";
    assert_eq!(called("README.md", call), apart);
    assert_eq!(called("README.md", "docker compose -f $BASE -f compose.prod.yml up"), apart);
}

#[test]
fn a_variable_in_a_name_may_be_each_file_that_fits() {
    let joined = ["compose.prod.yml production +"];
    let by_make = "BASE := compose.base.yml\nENV ?= dev\nup:\n\tdocker compose -f $(BASE) -f compose.$(ENV).yml up -d\n";
    assert_eq!(called("Makefile", by_make), joined);
    let by_shell = "docker compose -f compose.base.yml -f \"compose.${1:-prod}.yml\" up -d\n";
    assert_eq!(called("up.sh", by_shell), joined);
    let from_folder = "docker compose -f $ROOT/compose.base.yml -f $ROOT/compose.prod.yml up -d\n";
    assert_eq!(called("up.sh", from_folder), joined);
}

#[test]
fn a_file_that_is_started_alone_stays_alone() {
    let calls = "docker compose -f compose.prod.yml up\ndocker compose -f compose.base.yml -f compose.prod.yml ps\n";
    let found = called("deploy.sh", calls);
    assert_eq!(found, ["compose.prod.yml production"]);
}

#[test]
fn an_override_in_a_call_for_production_is_no_developers() {
    let call = "docker compose -f docker-compose.yml -f docker-compose.override.yml -f tls.yml up";
    let found = grouped(&[
        ("docker-compose.yml", WHOLE),
        ("docker-compose.override.yml", PART),
        ("tls.docker-compose.yml", PART),
        ("README.md", &call.replace("tls.yml", "tls.docker-compose.yml")),
    ]);
    let tls = "tls.docker-compose.yml production? +".to_owned();
    assert!(found.contains(&tls), "{found:?}");
}

#[test]
fn a_call_says_which_services_it_is_about() {
    let arguments = |text: &str| {
        let (sources, id) = crate::tests::source("up.sh", text);
        invocations(id, sources.get(id).text())[0].value.arguments.join(" ")
    };
    assert_eq!(arguments("docker compose up -d --scale web=2 web db # and more"), "web db");
    assert_eq!(
        arguments("docker compose run --rm -e A=b web migrate -v 2 && ls"),
        "web migrate -v 2"
    );
    assert_eq!(arguments("docker compose up -d\nls"), "");
    assert_eq!(arguments("docker compose up\n---\n- ls\n"), "");
}

#[test]
fn options_that_a_script_holds_in_a_variable_are_those_of_the_call() {
    let files = |text: &str| {
        let (sources, id) = crate::tests::source("up.sh", text);
        let calls = invocations(id, sources.get(id).text());
        let each = calls.iter().map(|it| {
            let call = &it.value;
            format!("{} {}", call.files.join("+"), call.subcommand.as_deref().unwrap_or("?"))
        });
        each.collect::<Vec<_>>().join(", ")
    };
    let array = "FILES=(-f a.yml -f \"b.yml\")\ndocker compose \"${FILES[@]}\" up -d\n";
    assert_eq!(files(array), "a.yml+b.yml up");
    let mapped = "env:\n  FILES: -f a.yml -f b.yml\nsteps:\n  - run: docker compose $FILES up -d\n";
    assert_eq!(files(mapped), "a.yml+b.yml up");
    let lines = "FILES=(\n  -f a.yml\n  -f b.yml\n)\ndocker compose \"${FILES[@]}\" -f c.yml up\n";
    assert_eq!(files(lines), "a.yml+b.yml+c.yml up");
    let make = "FILES := -f a.yml -f b.yml\nup:\n\tdocker compose $(FILES) up -d\n";
    assert_eq!(files(make), "a.yml+b.yml up");
    let more = "O=\"-f a.yml\"\nif x; then\n  O=\"$O -f b.yml\"\nfi\ndocker compose $O up\n";
    assert_eq!(files(more), "a.yml up, a.yml+b.yml up");
    let either = "if x; then\n  O='-f a.yml'\nelse\n  O='-f b.yml'\nfi\ndocker compose $O up\n";
    assert_eq!(files(either), "a.yml up, b.yml up");
    let anew = "O='-f a.yml'\nO='-f b.yml'\ndocker compose $O up\n";
    assert_eq!(files(anew), "b.yml up");
    assert_eq!(files("O=$1\ndocker compose $O up\n"), " ?");
    assert_eq!(files("docker compose $O up\n"), " ?");
}

#[test]
fn calls_are_found_in_any_text() {
    let text = "see docker-compose.yml\n`docker compose up`; docker-compose --profile a -p x -f \"a b.yml\" run web\nCOMPOSE=docker compose -f $(FILE)\nmydocker-compose -f no.yml";
    let (sources, id) = crate::tests::source("README.md", text);
    let found = invocations(id, sources.get(id).text());
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0].value.subcommand.as_deref(), Some("up"));
    assert_eq!(found[1].value.profiles, ["a"]);
    assert_eq!(found[2].value.files, ["$(FILE)"]);
    let (sources, id) = crate::tests::source("x", &"docker compose -f ".repeat(50_000));
    assert_eq!(invocations(id, sources.get(id).text()).len(), 50_000);
}
