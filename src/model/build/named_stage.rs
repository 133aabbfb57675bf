//! What stage names speak of: those of files and folders, and those in a compose file.

use crate::fact::tongue::{self, Purpose};
use crate::model::build::committed::is_for_tests;
use crate::model::image::Image;
use crate::model::workplace::{is_of_workplace, is_workplace};
use crate::model::{Stage, compose};
use crate::syntax::yaml::{File, Node, Pair};
use camino::Utf8Path;
use std::collections::BTreeMap;

/// What a compose file is for, as its name says, or what is in it; `folder` is the one that it lies in, and
/// `services` are its own, and whether each says what image it is of.
pub(super) fn of_compose(
    name: &str,
    tree: &File,
    services: &BTreeMap<String, bool>,
    folder: &Utf8Path,
) -> Option<Stage> {
    let is_tried = || tries_production(tree) || is_staging(name) && is_made_locally(tree);
    let named = stage_of(name).map(|stage| if is_tried() { Stage::Development } else { stage });
    let documented = is_documentation(name, folder).then_some(Stage::Test);
    documented
        .or_else(|| is_called_by_tests(tree).then_some(Stage::Test))
        .or(named)
        .or_else(|| runs_once(name))
        .or_else(|| of_ci(name))
        .or_else(|| named_for_tests(tree))
        .or_else(|| serves_nobody(services))
        .or_else(|| named_as_project(tree))
}

/// The same as the folder says that it lies in.
pub(super) fn of_compose_in(folder: &Utf8Path, tree: &File) -> Option<Stage> {
    let said = of_folders(folder)?;
    Some(built_for_developers(tree).unwrap_or(said))
}

/// The stage of what a workflow deploys: where files of production and of developers share the word `ci`,
/// as `docker-compose.prod-ci.yml` and `docker-compose.dev-ci.yml`, it tells neither from the other.
pub(super) fn deployed_by_ci(name: &str, beside: &[&str]) -> Option<Stage> {
    let words = |name: &str| name.split(['.', '-', '_']).map(str::to_owned).collect::<Vec<_>>();
    let own = words(name);
    let is_shared = |other: &&str| {
        let other = words(other);
        let mut differ = own.iter().zip(&other).filter(|(a, b)| a != b);
        let (Some((one, two)), None) = (differ.next(), differ.next()) else { return false };
        own.len() == other.len()
            && stage_of_word(one) == Some(Stage::Production)
            && stage_of_word(two) == Some(Stage::Development)
    };
    let stays = own.iter().filter(|it| *it != "ci").filter_map(|it| stage_of_word(it));
    let is_production = own.iter().any(|it| it == "ci")
        && stays.collect::<Vec<_>>() == [Stage::Production]
        && beside.iter().any(is_shared);
    is_production.then_some(Stage::Production)
}

/// The only stage of an image's Dockerfile that is called after production.
pub(super) fn only_live_stage(image: &Image) -> Option<&str> {
    let names = image.stages.iter().filter_map(|it| it.name.as_ref());
    let mut live = names.filter(|it| stage_of(&it.value) == Some(Stage::Production));
    let only = live.next().filter(|_| live.next().is_none())?;
    Some(&only.value)
}

/// Whether a file or one of the folders around it is called after development or tests.
pub(super) fn is_for_few(path: &Utf8Path) -> bool {
    path.components().filter_map(|it| stage_of(it.as_str())).any(Stage::is_for_few)
}

/// Whether a file or one of the folders around it is called after development, or after tests and what
/// they are given.
pub fn is_of_no_server(path: &Utf8Path) -> bool {
    is_for_few(path) || is_for_tests(path)
}

/// Whether the name of a compose file, or of a folder of editors that it lies in, says that no server
/// has it. One that is laid over others may be needed there as well.
pub fn is_of_developers(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let named = stage_of(name).filter(|_| !name.contains("override"));
    named.is_some_and(Stage::is_for_few) || is_of_workplace(path)
}

/// Whether it is an example that documentation has: `docs/ops/docker-compose.example.yml`.
fn is_documentation(name: &str, folder: &Utf8Path) -> bool {
    let mut words = name.split(['.', '-', '_']);
    words.any(|it| matches!(it, "example" | "sample" | "template" | "dist"))
        && folder.iter().any(|it| matches!(it, "doc" | "docs" | "documentation"))
}

fn is_staging(name: &str) -> bool {
    name.split(['.', '-', '_']).any(|word| matches!(word, "stage" | "staging"))
}

/// Whether services are built of what developers have, or read their env files: `compose/local/`,
/// `.envs/.local/`. Called staging, that is for showing what is being worked on.
fn is_made_locally(tree: &File) -> bool {
    let is_local = |path: &str| path.split(['/', '.']).any(|it| matches!(it, "local" | "dev"));
    let pairs = tree.documents.first().map(compose::services).unwrap_or_default();
    pairs.iter().any(|service| {
        let dockerfile = service.value.get("build").and_then(|it| it.get("dockerfile"));
        let env_files = service.value.get("env_file").map(Node::items).unwrap_or_default();
        dockerfile.into_iter().chain(env_files).filter_map(Node::text).any(is_local)
    })
}

/// Whether a service reads an env file by whose name production is tried on the developer's machine:
/// `web.prod-local.env`.
fn tries_production(tree: &File) -> bool {
    let pairs = tree.documents.first().map(compose::services).unwrap_or_default();
    let env_files = pairs.iter().filter_map(|service| service.value.get("env_file"));
    // One, or a list of them.
    let mut paths =
        env_files.flat_map(|it| [it].into_iter().chain(it.items())).filter_map(Node::text);
    paths.any(|path| {
        let name = path.rsplit('/').next().unwrap_or_default();
        let mut words = name.split(['.', '-', '_']);
        words.any(|it| stage_of_word(it) == Some(Stage::Production))
            && stage_of(name).is_some_and(Stage::is_for_few)
    })
}

/// What the folders say that the file lies in, the innermost first: `tests/`, `deploy/dev/`.
pub(super) fn of_folders(folder: &Utf8Path) -> Option<Stage> {
    let shows = |name: &str| match name {
        ".github" | "example" | "examples" | "sample" | "samples" | "demo" | "sandbox" => {
            Some(Stage::Test)
        }
        // Beside `client/` it is a part of the program.
        "server" => None,
        _ => stage_of(name),
    };
    folder.iter().rev().find_map(shows)
}

/// What is called after a machine of CI is for its tests: `.envs/.github`, `docker-compose.github.yml`.
/// Elsewhere the word says nothing: workflows deploy as well.
pub(super) fn of_ci(name: &str) -> Option<Stage> {
    let mut words = name.split(['.', '-', '_']);
    words.any(|word| matches!(word, "circleci" | "github")).then_some(Stage::Test)
}

/// What the project is called that developers start, or all networks that they have it in:
/// `name: shop-dev`. What stands further ahead is the product's, as are `live` and `server`.
fn named_as_project(tree: &File) -> Option<Stage> {
    let root = tree.documents.first()?;
    let stage = |name: &str| {
        let last = name.rsplit(['-', '_', '.']).next().filter(|it| *it != name)?;
        stage_of(last).filter(|it| *it != Stage::Production)
    };
    let networks = root.get("networks").map(Node::pairs).unwrap_or_default();
    let mut networks = networks.iter().map(|it| it.key.text().and_then(stage));
    let of_networks =
        networks.next().flatten().filter(|first| networks.all(|it| it == Some(*first)));
    root.get("name").and_then(Node::text).and_then(stage).or(of_networks)
}

/// What is built of a Dockerfile for developers, whatever the folder is called: `deploy/` may hold
/// the containers of them all.
fn built_for_developers(tree: &File) -> Option<Stage> {
    let pairs = tree.documents.first().map(compose::services).unwrap_or_default();
    let dockerfiles =
        pairs.iter().filter_map(|it| it.value.get("build")?.get("dockerfile")?.text());
    let names = dockerfiles.map(|path| path.rsplit('/').next().unwrap_or(path));
    let mut stages = names.filter_map(stage_of);
    let first = stages.next().filter(|it| *it == Stage::Development);
    first.filter(|_| stages.all(|it| it == Stage::Development))
}

/// Whether every container of a file has a name of its own that speaks of production: `shop_db_prod`. The
/// product may be called so, which whoever says what the file is for knows better.
pub(super) fn of_containers(tree: &File) -> Option<Stage> {
    let root = tree.documents.first()?;
    let services = root.get("services").map(Node::pairs).unwrap_or_default();
    let is_so = |pair: &Pair| {
        let name = pair.value.get("container_name").and_then(Node::text).unwrap_or_default();
        let mut words = name.split(['-', '_', '.']);
        words.any(|word| matches!(word, "prod" | "production"))
    };
    (!services.is_empty() && services.iter().all(is_so)).then_some(Stage::Production)
}

/// What is only tried goes under names that say so: all containers and volumes of a file.
fn named_for_tests(tree: &File) -> Option<Stage> {
    let root = tree.documents.first()?;
    let pairs = |section: &str| root.get(section).map(Node::pairs).unwrap_or_default();
    let for_tests = |name: &str| {
        name.to_ascii_lowercase()
            .split(['-', '_', '.'])
            .any(|word| matches!(word, "test" | "tests"))
    };
    let ends_so = |name: &str| name.ends_with("_test") || name.ends_with("-test");
    let named =
        |pair: &Pair| pair.value.get("container_name").and_then(Node::text).is_some_and(ends_so);
    let volumes = pairs("volumes");
    let kept = volumes.iter().all(|it| it.key.text().is_some_and(for_tests));
    (!volumes.is_empty() && kept && pairs("services").iter().all(named)).then_some(Stage::Test)
}

/// Whether whoever calls services by other names than their own, as networks have them, calls each after a
/// test: `dbtest`, `nginx-test`. What tries production's images is put up so, and is none itself.
fn is_called_by_tests(tree: &File) -> bool {
    let pairs = tree.documents.first().map(compose::services).unwrap_or_default();
    let is_tests = |it: &str| it.ends_with("test") && !it.ends_with("latest");
    let of_service = |service: &Pair| {
        let networks = service.value.get("networks").map(Node::pairs).unwrap_or_default();
        let aliases = networks.iter().filter_map(|it| it.value.get("aliases"));
        let mut aliases = aliases.flat_map(Node::items).filter_map(Node::text).peekable();
        aliases.peek().is_some().then(|| aliases.any(is_tests))
    };
    let called: Vec<bool> = pairs.iter().filter_map(of_service).collect();
    called.len() > 1 && called.iter().all(|it| *it)
}

/// Where each service is called after development or tests, none is there for visitors: `test`,
/// `db-test`, `dev`. What tries the production settings is among them.
fn serves_nobody(services: &BTreeMap<String, bool>) -> Option<Stage> {
    let mut stages = services.keys().map(|name| stage_of(name));
    let first = stages.next()?.filter(|it| it.is_for_few())?;
    stages.all(|it| it.is_some_and(Stage::is_for_few)).then_some(first)
}

/// What is run once, to prepare or to show something, is nothing that stays.
fn runs_once(name: &str) -> Option<Stage> {
    let mut words = name.split(['.', '-', '_']);
    words
        .any(|word| {
            [
                "bootstrap",
                "build",
                "docs",
                "init",
                "initial",
                "inits",
                "initiate",
                "initialize",
                "quickstart",
                "tools",
                "upgrade",
            ]
            .contains(&word)
        })
        .then_some(Stage::Test)
}

/// What a file's name says that it is for. `prod.dev.yml` is for developers who try production; an
/// override is as good for production as for them.
pub(super) fn stage_of(name: &str) -> Option<Stage> {
    if is_workplace(name) {
        return Some(Stage::Development);
    }
    let mut words = name.split(['.', '-', '_']);
    let first = words.by_ref().find_map(stage_of_word)?;
    let mut further = words.filter(|it| *it != "override").filter_map(stage_of_word);
    match first {
        Stage::Production => further.find(|it| it.is_for_few()).or(Some(first)),
        few => Some(few),
    }
}

fn stage_of_word(word: &str) -> Option<Stage> {
    match word.to_lowercase().as_str() {
        "prd" | "prod" | "production" | "live" | "deploy" | "server" | "staging" | "stage"
        | "homologacao" | "homolog" | "hml" | "stg" => Some(Stage::Production),
        "dev" | "devel" | "develop" | "development" | "devcontainer" | "local" | "envlocal"
        | "localdev" | "localhost" | "override" | "debug" => Some(Stage::Development),
        "test" | "tests" | "tst" | "testing" | "pytest" | "qa" | "ci" | "travis" | "e2e"
        | "autotest" | "autotests" | "selenium" | "cypress" | "playwright" | "lettuce"
        | "behave" | "loadtest" | "loadtests" | "stress" | "smoke" => Some(Stage::Test),
        other => tongue::purpose(other).map(|it| match it {
            Purpose::Production => Stage::Production,
            Purpose::Development => Stage::Development,
            Purpose::Test => Stage::Test,
        }),
    }
}
