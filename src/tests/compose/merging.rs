//! Several files as one project. The examples are those of the specification's chapters on
//! merging, extending and including, in our own words.

use crate::tests::compose::{Folder, Loaded, closed, load, one};

fn merged(folder: Folder<'_>) -> Loaded {
    let names: Vec<&str> = folder.iter().map(|(name, _)| *name).collect();
    load(folder, &names, &closed(&[])).expect("a project")
}

fn two(base: &str, over: &str) -> Loaded {
    merged(&[("compose.yml", base), ("compose.override.yml", over)])
}

fn words(words: &[crate::model::text::Text]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

#[test]
fn maps_merge_and_lists_are_put_behind_each_other() {
    let loaded = two(
        "services:\n  s:\n    image: x\n    environment: {A: 1, B: 2}\n    dns: [1.1.1.1]\n    cap_add: [NET_ADMIN]",
        "services:\n  s:\n    environment: [B=3, C=4]\n    cap_add: [NET_ADMIN, SYS_TIME]",
    );
    assert_eq!(loaded.environment("s"), ["A=1", "B=3", "C=4"]);
    assert_eq!(words(&loaded.service("s").cap_add), ["NET_ADMIN", "SYS_TIME"]);
}

#[test]
fn commands_are_replaced() {
    let loaded = two(
        "services:\n  s:\n    image: x\n    command: a b\n    entrypoint: [e]\n    healthcheck: {test: [CMD, x], retries: 3}",
        "services:\n  s:\n    command: [c]\n    healthcheck: {test: y}",
    );
    let service = loaded.service("s");
    assert_eq!(words(&service.command.as_ref().unwrap().words), ["c"]);
    assert_eq!(words(&service.entrypoint.as_ref().unwrap().words), ["e"]);
    assert_eq!(service.healthcheck.as_ref().unwrap().retries.as_ref().unwrap().to_string(), "3");
    let lost: Vec<&str> = service.lost.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(lost, ["command", "healthcheck.test"]);
    assert_eq!(loaded.slice(service.lost[0].place), "a b");
}

#[test]
fn ports_and_volumes_are_known_by_what_they_are() {
    let loaded = two(
        "services:\n  s:\n    image: x\n    ports: ['80:80', '443:443']\n    volumes: ['aa:/data', './x:/etc/x:ro']\nvolumes: {aa: , bb: }",
        "services:\n  s:\n    ports: ['80:80', '8080:80']\n    volumes: ['bb:/data/']",
    );
    let ports: Vec<String> = loaded
        .service("s")
        .ports
        .iter()
        .map(|it| it.published.as_ref().unwrap().to_string())
        .collect();
    assert_eq!(ports, ["80", "443", "8080"]);
    let mounts: Vec<String> =
        loaded.service("s").volumes.iter().map(|it| it.target.to_string()).collect();
    assert_eq!(mounts, ["/data/", "/etc/x"]);
    assert_eq!(loaded.service("s").lost("volumes.0").count(), 1);
}

#[test]
fn reset_and_override_take_away() {
    let base = "services:\n  s:\n    image: x\n    ports: ['80:80']\n    environment: {A: 1, B: 2}\n    command: c\n    depends_on: [t]\n  t:\n    image: y";
    let loaded = two(
        base,
        "services:\n  s:\n    ports: !reset []\n    environment: {A: !reset null}\n    command: !reset null",
    );
    assert!(loaded.service("s").ports.is_empty());
    assert_eq!(loaded.environment("s"), ["B=2"]);
    assert!(loaded.service("s").command.is_none());
    let loaded = two(
        base,
        "services:\n  s:\n    ports: !override ['81:81']\n    environment: !override {C: 3}\n  t: !reset null",
    );
    assert_eq!(loaded.service("s").ports.len(), 1);
    assert_eq!(loaded.environment("s"), ["C=3"]);
    assert!(loaded.project.service("t").is_none());
}

#[test]
fn an_override_that_cannot_be_merged_is_told() {
    let loaded =
        two("services:\n  s:\n    image: x\n    ports: [80]", "services:\n  s:\n    ports: {a: 1}");
    assert!(loaded.faults()[0].contains("is a mapping here, and a list in the file before"));
}

#[test]
fn documents_of_one_file_merge_like_files() {
    let loaded = one("services:\n  s:\n    image: x\n---\nservices:\n  s:\n    image: y\n");
    assert_eq!(loaded.service("s").image.as_ref().unwrap().to_string(), "y");
}

#[test]
fn a_service_extends_another() {
    let loaded = one(
        "services:\n  base:\n    image: x\n    environment: {A: 1}\n    command: c\n  s:\n    extends: base\n    environment: {B: 2}\n  t:\n    extends: {service: s}\n    command: d",
    );
    assert_eq!(loaded.environment("t"), ["A=1", "B=2"]);
    assert_eq!(words(&loaded.service("t").command.as_ref().unwrap().words), ["d"]);
    assert_eq!(words(&loaded.service("s").command.as_ref().unwrap().words), ["c"]);
}

#[test]
fn a_service_of_another_file_keeps_its_own_folder() {
    let folder: Folder<'_> = &[
        ("compose.yml", "services:\n  s:\n    extends: {file: common/base.yml, service: app}\n"),
        (
            "common/base.yml",
            "services:\n  app:\n    build: .\n    env_file: app.env\n    volumes: ['./data:/data', 'named:/n']\nvolumes: {named: }\n",
        ),
    ];
    let loaded = load(folder, &["compose.yml"], &closed(&[])).unwrap();
    let service = loaded.service("s");
    let context = service.build.as_ref().unwrap().context.as_ref().unwrap();
    assert_eq!(format!("{:?}", context.value), "Tree(\"common\")");
    let file = service.env_files[0].location.as_ref().unwrap();
    assert_eq!(format!("{:?}", file.value), "Tree(\"common/app.env\")");
    let crate::model::compose::MountKind::Bind(_, Some(bind)) = &service.volumes[0].kind else {
        panic!("a bind: {:?}", service.volumes[0])
    };
    assert_eq!(format!("{:?}", bind.value), "Tree(\"common/data\")");
    assert!(loaded.faults()[0].contains("volume `named` is declared nowhere"));
}

#[test]
fn an_included_project_brings_its_services_and_paths() {
    let folder: Folder<'_> = &[
        (
            "compose.yml",
            "include:\n  - infra/compose.yml\nservices:\n  web:\n    image: x\n    depends_on: [db]\n",
        ),
        (
            "infra/compose.yml",
            "services:\n  db:\n    image: postgres:${V}\n    volumes: ['./init:/i']\n",
        ),
        ("infra/.env", "V=16\n"),
    ];
    let loaded = load(folder, &["compose.yml"], &closed(&[])).unwrap();
    assert_eq!(loaded.service("db").image.as_ref().unwrap().to_string(), "postgres:16");
    let crate::model::compose::MountKind::Bind(_, Some(bind)) =
        &loaded.service("db").volumes[0].kind
    else {
        panic!("a bind")
    };
    assert_eq!(format!("{:?}", bind.value), "Tree(\"infra/init\")");
    assert_eq!(loaded.faults(), Vec::<String>::new());
}

#[test]
fn a_file_that_is_not_there_makes_no_other_fault() {
    let text = "include: [gone.yml]\nservices:\n  s:\n    image: x\n    depends_on: [elsewhere]\n";
    let loaded = one(text);
    assert_eq!(loaded.project.missing[0].value, "gone.yml");
    assert_eq!(loaded.faults(), Vec::<String>::new());
}

#[test]
fn anchors_are_merged_before_files() {
    let loaded = two(
        "x-app: &app\n  image: x\n  environment: &env {A: 1}\nservices:\n  web:\n    <<: *app\n    environment:\n      <<: *env\n      B: 2",
        "services:\n  web:\n    environment: {A: 9}",
    );
    assert_eq!(loaded.environment("web"), ["A=9", "B=2"]);
}
