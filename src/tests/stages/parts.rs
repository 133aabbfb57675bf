//! Files that others include, or take services from.

use super::{DEVELOPMENT, PRODUCTION, WEB, stages};

const STARTED: &str = "services:\n  web:\n    extends: {file: common.yml, service: web}\n";

const DB: &str = "services:\n  db:\n    image: x\n";

#[test]
fn a_file_that_others_extend_is_no_deployment() {
    let with = |path: &str| stages(&[("docker-compose.yml", STARTED), (path, WEB)]);
    assert_eq!(with("common.yml"), [PRODUCTION]);
    assert_eq!(with("shared.yml").len(), 2);
}

#[test]
fn a_file_that_others_extend_is_a_deployment_if_somebody_starts_it() {
    let script = ("deploy.sh", "docker compose -f common.yml up -d\n");
    let found = stages(&[("docker-compose.yml", STARTED), ("common.yml", WEB), script]);
    assert_eq!(found, ["common.yml production?", PRODUCTION]);
}

#[test]
fn production_is_a_deployment_if_developers_borrow_of_it() {
    let started = STARTED.replace("common.yml", "compose.prod.yml");
    let with = |path: &str| stages(&[(path, &started), ("compose.prod.yml", WEB)]);
    let production = "compose.prod.yml production";
    assert_eq!(with("compose.dev.yml"), ["compose.dev.yml development", production]);
    assert_eq!(with("compose.live.yml"), ["compose.live.yml production"]);
}

/// Somebody puts both into one folder of the server, where the names are right.
#[test]
fn what_is_extended_may_lie_elsewhere_until_it_is_deployed() {
    let staging = "web:\n  extends:\n    file: common.yml\n    service: web\n\
        worker:\n  extends:\n    file: common.yml\n    service: web\n";
    let with = |more: &[(&str, &str)]| {
        stages(&[&[("shop/staging.yml", staging), ("common.yml", WEB)], more].concat())
    };
    let production = "shop/staging.yml production";
    assert_eq!(with(&[]), [production]);
    let other = "services:\n  app:\n    image: shop\n";
    assert_eq!(with(&[("shop/common.yml", other)]), ["shop/common.yml production?", production]);
}

#[test]
fn a_file_that_others_include_is_no_deployment() {
    let with = |path: &str, include: &str| {
        let text = format!("include:\n{include}");
        let parts = [("docker/web.yml", WEB), ("docker/db.yml", DB)];
        stages(&[&parts[..], &[(path, text.as_str())]].concat())
    };
    let prod = "docker-compose.prod.yml";
    let production = "docker-compose.prod.yml production";
    assert_eq!(with(prod, "- docker/web.yml\n- docker/db.yml\n"), [production]);
    assert_eq!(with(prod, "- path: [docker/web.yml, docker/db.yml]\n"), [production]);
    let started = "- {path: web.yml, project_directory: ..}\n- path: db.yml\n";
    let below = "docker/docker-compose.prod.yml";
    assert_eq!(with(below, started), ["docker/docker-compose.prod.yml production"]);
    assert_eq!(with(prod, "- docker/web.yml\n").len(), 2);
}

/// What is included includes from the folder of its project.
#[test]
fn included_files_include_others() {
    let outer = "include:\n- {path: docker/all.yml, project_directory: .}\n";
    let inner = format!("include: [docker/web.yml]\n{DB}");
    let all = ("docker/all.yml", inner.as_str());
    let found = stages(&[("docker-compose.yml", outer), all, ("docker/web.yml", WEB)]);
    assert_eq!(found, [PRODUCTION]);
}

/// Compose finds it there, whoever includes it for a machine with all of them.
#[test]
fn a_file_of_the_usual_name_is_a_part_of_what_is_started_for_visitors() {
    let with = |path: &str| {
        let all = "include: [shop/docker-compose.yml]\n";
        stages(&[(path, all), ("shop/docker-compose.yml", WEB)])
    };
    assert_eq!(with("docker-compose.yml"), [PRODUCTION]);
    let alone = "shop/docker-compose.yml production?";
    assert_eq!(with("compose.dev.yml"), ["compose.dev.yml development", alone]);
}

#[test]
fn files_are_laid_over_what_is_included() {
    let over = "services:\n  web:\n    restart: always\n";
    let found = stages(&[
        ("docker-compose.yml", "include: [docker/web.yml]\n"),
        ("docker/web.yml", WEB),
        ("docker-compose.prod.yml", over),
    ]);
    assert_eq!(found, ["docker-compose.prod.yml production", "docker-compose.yml development"]);
}

#[test]
fn a_part_of_a_site_that_is_tried_alone_is_no_deployment() {
    let parts = "services:\n  ldap: {build: .}\n  admin: {build: {context: .}}\n";
    let all = "services:\n  web: {build: .}\n  ldap: {build: ldap}\n  admin: {build: ldap}\n";
    let with = |own: &str| stages(&[("docker-compose.yml", all), ("ldap/compose.yml", own)]);
    assert_eq!(with(parts), [PRODUCTION]);
    assert_eq!(with(&format!("{parts}  db: {{image: postgres}}\n")).len(), 2);
}

/// Beside a file for production the one of the usual name is taken for the developers'.
#[test]
fn what_is_kept_up_with_the_variables_of_production_is_no_developers() {
    let with = |env_file: &str, restart: &str| {
        let own = format!("{WEB}\n    env_file: {env_file}\n    restart: {restart}\n");
        stages(&[("docker-compose.yml", &own), ("production.yml", WEB)])
    };
    let production = "production.yml production";
    let both = [production, DEVELOPMENT];
    let found = with(".envs/.production/.django", "always");
    assert!(found.iter().all(|it| it != DEVELOPMENT), "{found:?}");
    assert!(both.iter().all(|it| with(".envs/.local/.django", "always").contains(&(*it).into())));
    assert!(
        both.iter().all(|it| with(".envs/.production/.django", "'no'").contains(&(*it).into()))
    );
}
