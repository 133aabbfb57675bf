//! Which files are one project, and what says so.

use crate::fact::Certainty;
use crate::model::compose::{groups, invocations};
use crate::model::{Files, Kind};
use crate::source::{Sources, Tree};
use crate::syntax::{self, kind};
use crate::tests::compose::Folder;

const WHOLE: &str = "services:\n  s:\n    image: x\n";
const PART: &str = "services:\n  s:\n    command: x\n";

/// Each group as `a+b stage`, with `?` where it is a guess.
fn grouped(folder: Folder<'_>) -> Vec<String> {
    let all: Vec<_> = folder.iter().map(|(path, text)| crate::tests::file(path, *text)).collect();
    let tree = Tree::of(all.clone());
    let mut sources = Sources::default();
    sources.add(all);
    let parse = |id| {
        let path = sources.get(id).path();
        let kind = kind::by_name(path).unwrap_or(Kind::Text);
        syntax::parse(kind, path, id, sources.get(id).text()).0
    };
    let parsed: Vec<_> = sources.ids().into_iter().map(parse).collect();
    let files = Files::new(&tree, &sources, &parsed);
    let found = groups(&files);
    let one = |group: &crate::model::compose::Group| {
        let names: Vec<&str> = group.files.iter().map(|it| it.as_str()).collect();
        let stage = group.stage.as_ref().map_or("-".to_owned(), |it| format!("{:?}", it.value));
        let doubt =
            if group.because.evidence().certainty() < Certainty::Certain { "?" } else { "" };
        format!("{}{doubt} {stage}", names.join("+"))
    };
    found.iter().map(one).collect()
}

#[test]
fn an_override_is_put_on_top_by_its_name() {
    let found = grouped(&[("compose.yml", WHOLE), ("compose.override.yml", PART)]);
    assert_eq!(found, ["compose.yml+compose.override.yml Development"]);
}

#[test]
fn a_file_without_images_needs_another() {
    let found = grouped(&[("docker-compose.yml", WHOLE), ("docker-compose.prod.yml", PART)]);
    assert_eq!(
        found,
        [
            "docker-compose.yml Development",
            "docker-compose.yml+docker-compose.prod.yml? Production"
        ]
    );
}

#[test]
fn a_file_that_names_what_another_declares_needs_it() {
    let over = "services:\n  extra:\n    image: x\n    depends_on: [s]\n";
    let found = grouped(&[("compose.yml", WHOLE), ("compose.dev.yml", over)]);
    assert_eq!(found, ["compose.yml Production", "compose.yml+compose.dev.yml? Development"]);
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
            "docker-compose.prod.yml Production",
            "docker-compose.yml Development",
            "test/compose.ci.yml Test"
        ]
    );
}

#[test]
fn a_call_says_what_belongs_together() {
    let call = "up:\n\tdocker compose -f compose.base.yml \\\n\t  --file=compose.prod.yml --env-file .env.prod up -d\n";
    let found =
        grouped(&[("compose.base.yml", WHOLE), ("compose.prod.yml", WHOLE), ("Makefile", call)]);
    assert_eq!(found, ["compose.base.yml+compose.prod.yml Production"]);
    let found = grouped(&[
        ("docker-compose.yml", WHOLE),
        ("docker-compose.prod.yml", PART),
        ("deploy/up.sh", "docker-compose -f docker-compose.yml -f docker-compose.prod.yml up"),
        ("README.md", "run `docker compose -f docker-compose.yml -f gone.yml up`"),
    ]);
    assert_eq!(
        found,
        ["docker-compose.yml Development", "docker-compose.yml+docker-compose.prod.yml Production"]
    );
}

#[test]
fn calls_are_found_in_any_text() {
    let text = "see docker-compose.yml\n`docker compose up`; docker-compose --profile a -p x -f \"a b.yml\" run web\nCOMPOSE=docker compose -f $(FILE)\nmydocker-compose -f no.yml";
    let (sources, id) = crate::tests::source("README.md", text);
    let found = invocations(id, sources.get(id).text());
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0].value.subcommand.as_deref(), Some("up"));
    assert_eq!(found[1].value.profiles, ["a"]);
    assert_eq!(found[2].value.files, ["$(FILE"]);
    let (sources, id) = crate::tests::source("x", &"docker compose -f ".repeat(50_000));
    assert_eq!(invocations(id, sources.get(id).text()).len(), 50_000);
}
