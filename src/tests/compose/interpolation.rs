//! `${}`: the table was measured with Compose 2.26.

use crate::fact::{Certainty, Environment};
use crate::model::text::{Source, Text};
use crate::tests::compose::{Loaded, closed, load, one};

fn filled(value: &str, environment: &Environment) -> Loaded {
    let text = format!("services:\n  s:\n    image: x\n    environment:\n      K: '{value}'\n");
    load(&[("compose.yml", &text)], &["compose.yml"], environment).expect("a mapping")
}

fn value(loaded: &Loaded) -> &Text {
    loaded.service("s").variable("K").and_then(|it| it.value.as_ref()).expect("K is set")
}

/// With A=av, E empty and N=5.
fn check(written: &str, expected: &str) {
    let loaded = filled(written, &closed(&[("A", "av"), ("E", ""), ("N", "5")]));
    assert_eq!(loaded.faults(), Vec::<String>::new(), "{written}");
    assert_eq!(value(&loaded).known().map(|it| it.value).as_deref(), Some(expected), "{written}");
}

fn refused(written: &str, message: &str) {
    let loaded = filled(written, &closed(&[("A", "av"), ("E", "")]));
    assert_eq!(loaded.faults(), [format!("5: {message}")], "{written}");
}

#[test]
fn every_operator_does_what_compose_does() {
    check("$A", "av");
    check("${A}x", "avx");
    check("$Ax", "");
    check("$$A", "$A");
    check("$$$A", "$av");
    check("${NOPE}", "");
    check("${NOPE:-d}", "d");
    check("${NOPE-d}", "d");
    check("${E:-d}", "d");
    check("${E-d}", "");
    check("${A:+alt}", "alt");
    check("${NOPE:+alt}", "");
    check("${E:+alt}", "");
    check("${E+alt}", "alt");
    check("${A:?no}", "av");
    check("${NOPE:-${A}}", "av");
    check("${NOPE:-$A}", "av");
    check("${NOPE:-${NO2:-x}}y", "xy");
    check("${NOPE:-a:b}", "a:b");
    check("${NOPE:-\"q\"}", "\"q\"");
    check("${NOPE:-http://x:1/}/${A}", "http://x:1//av");
    check("${A-}", "av");
    check("${NOPE:-}", "");
    check("${NOPE:-{}}", "{}");
}

#[test]
fn a_dollar_that_begins_nothing_stays() {
    check("$", "$");
    check("a$", "a$");
    check("$1", "$1");
    check("a$(x)", "a$(x)");
    check("$-x", "$-x");
    check("1$ $.", "1$ $.");
}

#[test]
fn what_compose_refuses_is_told() {
    let malformed = "compose takes this `${` for a substitution, and it is none";
    for written in ["${}", "${A", "${A.B}", "${ A }", "${1}", "${A!x}"] {
        refused(written, malformed);
    }
    refused("${NOPE:?set it}", "compose does not start without NOPE: set it");
    refused("${E:?}", "compose does not start without E");
    refused("${NOPE?}", "compose does not start without NOPE");
    check("${E?x}", "");
}

#[test]
fn keys_are_not_filled_in() {
    let loaded = one("services:\n  s:\n    image: x\n    environment:\n      $A: 1\n");
    assert_eq!(loaded.environment("s"), ["$A=1"]);
}

/// A shell that nobody has seen.
fn open() -> Environment {
    Environment::unseen("the shell that runs compose")
}

#[test]
fn of_an_open_shell_an_unset_variable_is_a_symbol() {
    let loaded = filled("postgres://${USER}@db/${NAME:?}", &open());
    let text = value(&loaded);
    assert!(!text.is_known());
    assert_eq!(text.to_string(), "postgres://${USER}@db/${NAME}");
    let parts: Vec<&Source> = text.parts().iter().map(|part| &part.value.source).collect();
    assert_eq!(parts[1], &Source::Unknown("USER".into()));
    let again = filled("postgres://${USER}@db/${NAME}", &open());
    assert_eq!(text.same(value(&again)), Some(true));
    assert_eq!(text.same(value(&filled("postgres://a@db/b", &open()))), None);
    assert_eq!(value(&filled("${A:+b}", &open())).to_string(), "${A:+b}");
}

#[test]
fn of_an_open_shell_a_default_is_likely() {
    let loaded = filled("x${A:-d}", &open());
    let fact = value(&loaded).known().expect("a default is known");
    assert_eq!((fact.value.as_str(), fact.evidence().certainty()), ("xd", Certainty::Likely));
    let parts: Vec<Source> =
        value(&loaded).parts().iter().map(|part| part.value.source.clone()).collect();
    assert_eq!(parts, [Source::Literal, Source::Default("A".into())]);
}

#[test]
fn each_part_stands_where_it_is_written() {
    let loaded = filled("a${A:-dd}b$N", &closed(&[("N", "5")]));
    let places: Vec<&str> = value(&loaded)
        .parts()
        .iter()
        .map(|part| loaded.slice(part.evidence().place().expect("written")))
        .collect();
    assert_eq!(places, ["a", "dd", "b", "$N"]);
    let sliced = value(&loaded).slice(1..4);
    assert_eq!(sliced.to_string(), "ddb");
    assert_eq!(loaded.slice(sliced.slice(0..1).place), "dd");
}

#[test]
fn a_text_in_a_block_has_places_too() {
    let text = "services:\n  s:\n    image: x\n    command: |\n      run ${A:-x}\n      ${B:-y}\n";
    let loaded = one(text);
    let command = loaded.service("s").command.as_ref().expect("a command");
    let words: Vec<String> = command.words.iter().map(ToString::to_string).collect();
    assert_eq!(words, ["run", "x", "y"]);
    assert_eq!(loaded.slice(command.words[2].place), "y");
}

#[test]
fn the_name_of_the_project_is_set_by_compose() {
    let named = |text: &str, environment: &Environment| {
        let text = format!(
            "{text}services:\n  s:\n    image: x\n    environment:\n      K: '${{COMPOSE_PROJECT_NAME}}'\n"
        );
        let loaded = load(&[("compose.yml", &text)], &["compose.yml"], environment).unwrap();
        let known = value(&loaded).known();
        known.map(|it| (it.value.clone(), it.evidence().certainty()))
    };
    let shop = |certainty| Some(("shop".to_owned(), certainty));
    assert_eq!(named("name: shop\n", &closed(&[])), shop(Certainty::Certain));
    let other = closed(&[("COMPOSE_PROJECT_NAME", "shop")]);
    assert_eq!(named("name: site\n", &other), shop(Certainty::Certain));
    let open = Environment::unseen("the shell is not in view");
    assert_eq!(named("name: shop\n", &open), shop(Certainty::Likely));
    // The folder's, whatever that is called on the server: never empty.
    assert_eq!(named("", &closed(&[])), None);
    assert_eq!(named("name: ${A}\n", &closed(&[("A", "a")])), None);
}
