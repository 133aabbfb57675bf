//! What names of files, folders, services and projects say that they are for.

use super::{PRODUCTION, WEB, stages};

#[test]
fn services_that_are_all_called_after_tests_serve_nobody() {
    let with = |name: &str| {
        stages(&[(
            "docker-compose.yml",
            &format!(
                "services:\n  {name}:\n    build: .\n    command: make serve\n  db-test:\n    \
                 image: postgres:16\n"
            ),
        )])
    };
    assert_eq!(with("test"), ["docker-compose.yml test"]);
    assert_eq!(with("web"), [PRODUCTION]);
}

#[test]
fn what_is_run_once_is_no_production() {
    let found = stages(&[
        ("docker-compose-init.yml", WEB),
        ("docker-compose.quickstart.yml", WEB),
        ("build/compose.yml", WEB),
    ]);
    assert_eq!(
        found,
        [
            "docker-compose-init.yml test",
            "docker-compose.quickstart.yml test",
            "build/compose.yml production?"
        ]
    );
}

#[test]
fn what_tests_browsers_or_prepares_the_rest_is_no_production() {
    let stages = |name: &str| stages(&[(name, WEB)]).concat();
    assert_eq!(stages("docker-compose.selenium.yml"), "docker-compose.selenium.yml test");
    assert_eq!(stages("docker-compose-initiate.yml"), "docker-compose-initiate.yml test");
    assert_eq!(stages("docker-compose.prod.yml"), "docker-compose.prod.yml production");
    // What comes before production is kept up as well, in Portuguese too.
    assert_eq!(
        stages("docker-compose.homologacao.yml"),
        "docker-compose.homologacao.yml production"
    );
}

#[test]
fn beside_production_the_plain_file_with_settings_for_developers_is_theirs_in_any_folder() {
    let plain = |settings: &str| {
        let environment = format!("environment:\n      DJANGO_SETTINGS_MODULE: {settings}");
        let text = WEB.replace("build: .", &format!("build: ..\n    {environment}"));
        let files = [
            ("deploy/docker-compose.yml", text.as_str()),
            ("deploy/docker-compose.production.yml", WEB),
        ];
        stages(&files).remove(1)
    };
    assert_eq!(plain("config.settings.development"), "deploy/docker-compose.yml development");
    // Nor is one that names production's, where nobody says what it is for.
    assert_eq!(plain("config.settings.live"), "deploy/docker-compose.yml development");
}

#[test]
fn a_file_says_more_of_itself_than_the_folder_that_it_lies_in() {
    let of = |text: &str| stages(&[("deploy/docker-compose.yml", text)]).concat();
    let named = |name: &str| of(&format!("name: {name}\n{WEB}\n"));
    let built = |dockerfile: &str| {
        let build = format!("build: {{context: .., dockerfile: deploy/{dockerfile}}}");
        of(&WEB.replace("build: .", &build))
    };
    let development = "deploy/docker-compose.yml development";
    let production = "deploy/docker-compose.yml production";
    assert_eq!(named("shop-dev"), development);
    assert_eq!(named("shop-local"), development);
    assert_eq!(built("Dockerfile-dev"), development);
    assert_eq!(built("Dockerfile.dev"), development);
    assert_eq!(named("shop"), production);
    assert_eq!(named("dev-tools"), production);
    assert_eq!(built("Dockerfile"), production);
}

#[test]
fn what_is_called_after_ci_or_tests_is_for_tests() {
    let of = |path: &str, text: &str| stages(&[(path, text)]).concat();
    assert_eq!(of("docker-compose.github.yml", WEB), "docker-compose.github.yml test");
    assert_eq!(of("loadtest/docker-compose.rig.yml", WEB), "loadtest/docker-compose.rig.yml test");
    let named = |container: &str, volume: &str| {
        let more = format!("    container_name: {container}\nvolumes:\n  {volume}:\n");
        of("docker-compose.yml", &format!("{WEB}\n{more}"))
    };
    assert_eq!(named("shop_web_test", "orders_test_data"), "docker-compose.yml test");
    assert_eq!(named("shop_web_test", "orders_data"), PRODUCTION);
    assert_eq!(named("test_web", "orders_test_data"), PRODUCTION);
}

/// A product may be called after production itself.
#[test]
fn names_of_containers_say_less_than_whoever_says_what_a_file_is_for() {
    let named = format!("{WEB}\n    container_name: mini-prod-web\n");
    let of = |files: &[(&str, &str)]| stages(files).pop().unwrap();
    assert_eq!(of(&[("docker-compose.yml", &named)]), "docker-compose.yml production");
    let told = format!("# Only for local development\n{named}");
    assert_eq!(of(&[("docker-compose.yml", &told)]), "docker-compose.yml development");
    let beside =
        [("docker-compose.production.yml", named.as_str()), ("docker-compose.yml", &named)];
    assert_eq!(of(&beside), "docker-compose.yml development");
    let smoke = of(&[("docker-compose.production.smoke.yml", &named)]);
    assert_eq!(smoke, "docker-compose.production.smoke.yml test");
}

#[test]
fn staging_of_what_developers_have_is_theirs() {
    let staging = |more: &str| stages(&[("staging.yml", &format!("{WEB}\n{more}"))]).concat();
    assert_eq!(staging("    env_file: [.envs/.staging]"), "staging.yml production");
    assert_eq!(staging("    env_file: [.envs/.local/.django]"), "staging.yml development");
    let built =
        "services:\n  web:\n    build: {context: ., dockerfile: ./compose/local/Dockerfile}";
    assert_eq!(stages(&[("staging.yml", built)]), ["staging.yml development"]);
    assert_eq!(stages(&[("production.yml", built)]), ["production.yml production"]);
}

#[test]
fn what_comes_before_production_is_not_surely_production_beside_it() {
    let found = |path: &str, beside: &str| {
        let all = stages(&[(path, WEB), (beside, WEB)]);
        all.into_iter().find(|it| it.starts_with(path)).unwrap()
    };
    for name in ["docker-compose.pre-prod.yml", "compose.preprod.yml", "pre_production.yml"] {
        assert_eq!(found(name, "docker-compose.prod.yml"), format!("{name} production?"));
    }
    let alone = found("docker-compose.pre-prod.yml", "docker-compose.dev.yml");
    assert_eq!(alone, "docker-compose.pre-prod.yml production");
}
