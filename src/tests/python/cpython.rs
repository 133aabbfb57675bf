//! Small programs, one for each construct and library call, answered by CPython and by kilter.
//!
//! kilter may not know, within a bound for each group; what it claims must be what Python has.

use super::evaluated;
use crate::python::{Evaluation, json};
use crate::source::Sources;
use crate::tests::tool;
use serde_json::{Map, Value as Json, json as object};
use std::io::Write;
use std::process::{Command, Stdio};

pub(super) const VARIABLES: [(&str, &str); 14] = [
    ("A", "1"),
    ("FLAG", "true"),
    ("HOSTS", "a.example, b.example,"),
    ("NUMBERS", "1,2,3"),
    ("EMPTY", ""),
    ("PAIRS", "a=1,b=2"),
    ("DB", "postgres://us:p%40w@db.example:5432/app?sslmode=require&connect_timeout=5"),
    ("REDIS", "redis://:pw@redis.example:6379/1"),
    ("MAIL", "smtp+tls://u%40x:pw@mail.example:587"),
    ("JSON", "{\"a\": [1, null]}"),
    ("PROXY", "$A"),
    ("MULTI", "a\\nb"),
    ("PATHLIKE", "/srv/data"),
    ("LEVEL", "info"),
];

const MORE: [(&str, &str); 1] = [("MY_NAME", "me")];

/// What CPython has and kilter is not told.
const HIDDEN: [(&str, &str); 2] = [("U1", "x"), ("U2", "")];

const FILES: [(&str, &str); 5] = [
    ("helper.py", "VALUE = 42\n_hidden = 1\ndef f(x):\n    return x + VALUE\n"),
    ("VERSION", "1.2.3\n"),
    ("app.ini", "[web]\nHost = a.example\nport: 8000\ndebug = on\n\n[db]\nname = x\n"),
    ("data.json", "{\"list\": [1, 2], \"nested\": {\"k\": \"v\"}}"),
    (
        ".env",
        "FROM_FILE=yes\nA=from-file\nQUOTED=\"a b\"\nINTERPOLATED=${FROM_FILE}-x\n# comment\nexport E=1\n",
    ),
];

/// A group of programs, and how many of them may be unknown in some part.
const GROUPS: [(&str, &str, usize); 5] = [
    ("expressions", include_str!("../../../fixtures/python/expressions.lines"), 6),
    ("errors", include_str!("../../../fixtures/python/errors.lines"), 4),
    ("statements", include_str!("../../../fixtures/python/statements.blocks"), 4),
    ("raises", include_str!("../../../fixtures/python/raises.blocks"), 3),
    ("libraries", include_str!("../../../fixtures/python/libraries.blocks"), 12),
];

/// How many programs there are at least.
const PROGRAMS: usize = 637;

fn programs(name: &str, text: &str) -> Vec<String> {
    match name {
        "expressions" => text.lines().map(|it| format!("X = {it}\n")).collect(),
        "errors" => text
            .lines()
            .map(|it| format!("from importlib import import_module\nX = {it}\n"))
            .collect(),
        _ => text.split("\n\n").map(|it| format!("{it}\n")).collect(),
    }
}

pub(super) fn variables() -> Vec<(&'static str, &'static str)> {
    VARIABLES.into_iter().chain(MORE).collect()
}

/// What CPython has after each program.
pub(super) fn asked(programs: &[String]) -> Vec<Json> {
    let python = tool("python/bin/python");
    let map = |pairs: &[(&str, &str)]| -> Map<String, Json> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), object!(value))).collect()
    };
    let given = object!({
        "programs": programs,
        "files": map(&FILES),
        "variables": map(&[variables(), HIDDEN.to_vec()].concat()),
    });
    let mut child = Command::new(&python)
        .args(["-c", include_str!("cpython.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|why| panic!("{}: {why}", python.display()));
    child.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{} failed", python.display());
    serde_json::from_slice(&output.stdout).unwrap()
}

pub(super) fn answered(program: &str) -> Json {
    encoded(evaluated(&with_files(program), &variables()))
}

pub(super) fn with_files(program: &str) -> Vec<(&'static str, &str)> {
    let mut files = FILES.to_vec();
    files.push(("settings.py", program));
    files
}

pub(super) fn encoded(evaluation: Evaluation) -> Json {
    // Places are of no interest here, and no source is kept.
    let mut placeless = evaluation;
    if let Err(raise) = &mut placeless.outcome {
        raise.place = None;
    }
    placeless.perhaps.iter_mut().for_each(|raise| raise.place = None);
    if placeless.outcome.is_err() && !placeless.perhaps.is_empty() {
        // One of several exceptions ends it, and which is not known.
        return object!({ "$maybe_error": [] });
    }
    let sources = Sources::default();
    json(&placeless, sources.shown(), "".into(), true)
}

/// How an answer compares with the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Right,
    Unknown,
    Wrong,
}

pub(super) fn verdict(truth: &Json, answer: &Json) -> Verdict {
    if let Some(error) = truth.get("error") {
        let Some(told) = answer.get("error") else {
            return match answer.get("$maybe_error") {
                Some(_) => Verdict::Unknown,
                None => Verdict::Wrong,
            };
        };
        return match told["type"] == error["type"] {
            true => Verdict::Right,
            false => Verdict::Wrong,
        };
    }
    if answer.get("error").is_some() {
        return Verdict::Wrong;
    }
    let names = truth.as_object().unwrap().iter();
    names.map(|(name, value)| compared(value, &answer[name])).max().unwrap_or(Verdict::Right)
}

fn compared(truth: &Json, answer: &Json) -> Verdict {
    if answer.get("$unknown").is_some() {
        return Verdict::Unknown;
    }
    // Objects and references are claimed by nothing but their form.
    if truth.get("$ref").is_some() || truth.get("$type").is_some() {
        let claims = answer.get("$ref").is_some() || answer.get("$type").is_some();
        return if claims { Verdict::Right } else { Verdict::Wrong };
    }
    match (truth, answer) {
        (Json::Array(a), Json::Array(b)) => {
            if b.iter().any(|it| it.get("$unknown_items").is_some()) {
                return Verdict::Unknown;
            }
            if a.len() != b.len() {
                return Verdict::Wrong;
            }
            a.iter().zip(b).map(|(a, b)| compared(a, b)).max().unwrap_or(Verdict::Right)
        }
        (Json::Object(a), Json::Object(b)) => {
            if b.contains_key("$unknown_items") {
                return Verdict::Unknown;
            }
            // A key that may be there is told, as unknown.
            let claimed = b
                .iter()
                .filter(|(key, value)| a.contains_key(*key) || value.get("$unknown").is_none());
            let claimed: Vec<_> = claimed.map(|(key, _)| key).collect();
            if claimed.len() != a.len() || !a.keys().all(|key| claimed.contains(&key)) {
                return Verdict::Wrong;
            }
            let open = if a.len() == b.len() { Verdict::Right } else { Verdict::Unknown };
            a.iter().map(|(key, a)| compared(a, &b[key])).fold(open, Verdict::max)
        }
        (a, b) if a == b => Verdict::Right,
        _ => Verdict::Wrong,
    }
}

#[test]
fn what_kilter_claims_is_what_cpython_has() {
    let mut compared = 0;
    let mut faults = Vec::new();
    for (name, text, most) in GROUPS {
        let programs = programs(name, text);
        let truths = asked(&programs);
        assert_eq!(programs.len(), truths.len());
        let mut unknown = Vec::new();
        for (program, truth) in programs.iter().zip(&truths) {
            let answer = answered(program);
            match verdict(truth, &answer) {
                Verdict::Right => {}
                Verdict::Unknown => unknown.push(format!("{program}  kilter: {answer}")),
                Verdict::Wrong => {
                    faults.push(format!("{program}  CPython: {truth}\n  kilter: {answer}"));
                }
            }
        }
        compared += programs.len();
        let (count, of) = (unknown.len(), programs.len());
        println!("{name}: {of} programs, {count} unknown in some part");
        if count > most {
            faults.push(format!("{name}: {count} are unknown:\n{}", unknown.join("\n")));
        }
    }
    println!("{compared} programs compared with CPython");
    assert!(compared >= PROGRAMS, "{compared}");
    assert!(faults.is_empty(), "{}\n{} faults", faults.join("\n\n"), faults.len());
}
