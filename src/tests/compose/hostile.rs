//! Input that nobody should write: it ends in a fault, at its place, and the rest is read.

use crate::tests::compose::{Folder, closed, load, one};
use proptest::prelude::*;

#[test]
fn cycles_of_extends_end() {
    let loaded = one(
        "services:\n  a:\n    image: x\n    extends: b\n  b:\n    extends: a\n  c:\n    extends: c\n    image: y\n",
    );
    assert!(
        loaded.faults().iter().any(|it| it == "4: `a` extends itself"),
        "{:?}",
        loaded.faults()
    );
    assert!(loaded.faults().iter().any(|it| it == "8: `c` extends itself"));
    let folder: Folder<'_> = &[
        ("a.yml", "services:\n  s:\n    image: x\n    extends: {file: b.yml, service: s}\n"),
        ("b.yml", "services:\n  s:\n    extends: {file: a.yml, service: s}\n"),
    ];
    let loaded = load(folder, &["a.yml"], &closed(&[])).unwrap();
    assert_eq!(loaded.project.faults.len(), 1);
}

#[test]
fn cycles_of_include_end() {
    let folder: Folder<'_> = &[
        ("a.yml", "include: [b.yml]\nservices:\n  s:\n    image: x\n"),
        ("b.yml", "include: [a.yml]\nservices:\n  t:\n    image: x\n"),
    ];
    let loaded = load(folder, &["a.yml"], &closed(&[])).unwrap();
    assert_eq!(loaded.faults(), ["1: `a.yml` includes itself"]);
    assert_eq!(loaded.project.services.len(), 2);
}

#[test]
fn doubling_by_extends_is_bounded() {
    let mut text =
        "services:\n  s0:\n    image: x\n    ports: [1, 2, 3, 4, 5, 6, 7, 8]\n".to_owned();
    for level in 1..3000 {
        text +=
            &format!("  s{level}:\n    extends: s{}\n    expose: [{level}]\n", (level - 1) % 20);
    }
    assert!(one(&text).project.services.len() == 3000);
}

#[test]
fn shapes_that_are_wrong_are_told_and_left_out() {
    let loaded = one(
        "services:\n  a: 5\n  b:\n    image: [x]\n    environment: 7\n    ports: x\n    volumes: [[1]]\n    nosuch: 1\n    x-fine: 1\n    user: 1000\n  c:\n    image: y\nnosuch: {}\n",
    );
    let faults = loaded.faults().join("\n");
    for expected in [
        "2: service `a` must be a mapping",
        "4: `image` must be text",
        "5: `environment` must be a mapping or a list",
        "6: `ports` must be a list",
        "8: `nosuch` is nothing that a service has",
        "10: `user` must be text",
        "13: `nosuch` is nothing that a compose file has at its top",
    ] {
        assert!(faults.contains(expected), "{expected}\n{faults}");
    }
    assert_eq!(loaded.service("c").image.as_ref().unwrap().to_string(), "y");
}

#[test]
fn names_that_are_declared_nowhere_are_told() {
    let loaded = one(
        "services:\n  a:\n    image: x\n    depends_on: [gone]\n    networks: [gone]\n    volumes: ['gone:/x', '/data']\n    secrets: [gone]\n    configs: [{source: gone}]\n  b:\n    image: x\n    network_mode: service:gone\n    depends_on: {a: {condition: service_healthy, required: false}}\n",
    );
    assert_eq!(loaded.faults().len(), 6, "{:?}", loaded.faults());
}

#[test]
fn a_value_that_compose_refuses_is_one_fault() {
    let loaded = one("services:\n  a:\n    image: x\n    volumes: ['${DIR:?set it}/x:/x']\n");
    assert_eq!(loaded.faults(), ["4: compose does not start without DIR: set it"]);
}

#[test]
fn a_dollar_bomb_is_bounded() {
    one(&format!("services:\n  s:\n    image: '{}'\n", "${A:-".repeat(10_000)));
    one(&format!("services:\n  s:\n    image: '{}'\n", "${A:-x}".repeat(10_000)));
    one(&format!("services:\n  s:\n    command: '{}'\n", "a\"b\" ".repeat(20_000)));
}

const WHOLE: &str = "x-a: &a {image: x, environment: {A: '${A:-b}'}}\nservices:\n  w:\n    <<: *a\n    ports: ['127.0.0.1:80-81:80-81/udp', 9, '${P}:1']\n    volumes: ['v:/v:ro', {type: bind, source: ./a, target: /b}]\n    command: sh -c \"x $$Y\" && z\n    build: {context: ., args: [A=1]}\n    extends: {service: z}\n    depends_on: {z: {condition: service_healthy}}\n    healthcheck: {test: [CMD, x], interval: 5s}\n  z:\n    image: !reset x\nvolumes: {v: {external: {name: q}}}\ninclude: [{path: [a.yml]}]\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn a_cut_or_changed_project_is_read(cut in 0usize..700, at in 0usize..700, put in "[a:\\[\\]{}'\"$\\-\n *&!]") {
        let mut text: String = WHOLE.chars().take(cut).collect();
        let at = at.min(text.len());
        text.replace_range(at..(at + 1).min(text.len()), &put);
        if let Some(loaded) = load(&[("a.yml", &text)], &["a.yml"], &closed(&[])) {
            loaded.project.faults.iter().for_each(|it| { loaded.slice(it.problem.place); });
            for service in &loaded.project.services {
                loaded.slice(service.place);
                service.ports.iter().for_each(|it| { loaded.slice(it.target.place); });
            }
        }
    }
}
