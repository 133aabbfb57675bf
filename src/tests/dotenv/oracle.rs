//! The readers themselves, asked about files that nobody has looked at before.

use super::caller;
use super::measured::differs;
use crate::tests::systemd::oracle as systemd;
use crate::tests::tool;
use serde_json::Value;
use std::collections::BTreeMap;
use std::env;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What values are made of, in any order and number.
const PIECES: &[&str] = &[
    "a",
    "b c",
    " ",
    "  ",
    "#",
    " #",
    "# c",
    "'",
    "\"",
    "\\",
    "\\n",
    "\\t",
    "\\\"",
    "\\'",
    "\\\\",
    "$A",
    "${A}",
    "${A:-d}",
    "${N:-d e}",
    "${N-d}",
    "${A:+y}",
    "${N:+y}",
    "$N",
    "\\$A",
    "=",
    ":",
    ";",
    "&",
    "|",
    "<",
    ">",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "*",
    "?",
    "~",
    "~/x",
    "!",
    "%",
    "@",
    ",",
    "é",
    "\u{a0}",
    "\t",
    "\n",
    "\r\n",
    "\\\n",
    "x=y",
    "'q'",
    "\"q\"",
    "\"q r\"",
    "'q r'",
    "\"$A\"",
    "'$A'",
    "\"${A}\"",
    "'${A}'",
    "https://u:p@h/?a=1&b=2",
    "export ",
    "${HOSTV}",
];

/// What stands before a value.
const OPENINGS: &[&str] = &[
    "K=",
    "K=",
    "K=",
    "K=\"",
    "K='",
    "K= ",
    "K =",
    " K=",
    "export K=",
    "export  K=",
    "K:",
    "K: ",
    "K",
    "export K",
    "#K=",
    "K+=",
    "; ",
    "K\t=\t",
];

/// Whole files that people write.
const WRITTEN: &[&str] = &[
    "K=\"-----BEGIN KEY-----\nab+/==\n-----END KEY-----\"\nL=1\n",
    "K='{\"a\": \"b\"}'\nL=1\n",
    "K=\"{\\\"a\\\": \\\"b\\\"}\"\nL=1\n",
    "K=a@b.example,c@d.example\nL=\n",
    "A=x\nK=\"$A/y\"\nL='$A/y'\n",
    "A=x\nK=$A/y # path\nL=${A}/z#not\n",
    "# comment\n\nexport A=1\nexport K=\"2\" # two\n  L=3\n",
    "A=1\r\nK=\"two words\"\r\nL='x'\r\n",
    "K=\nL=''\nA=\"\"\n",
    "K=True\nL=0\nA=on\n",
    "K=\"a\"\nK='b'\nL=c\n",
    "K=a\\ b\nL=c\\\\d\n",
    "K=\"a\\\\nb\"\nL=\"a\\\\\"\nA=1\n",
    "K=\"unclosed\nL=1\n",
    "K='unclosed\nL=1\nA=2\n",
    "K=*.example\nL=/srv/*\n",
    "K=p@ss!word%20\nL=x^y~z\n",
    "K=${L:-${A:-deep}}\nL=1\n",
    "K=${HOSTV}:${HOSTV:-x}\nL=${HOSTV:+y}\n",
    "K=a=b=c\nL==x\n",
];

/// A generator that gives the same cases each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

fn cases() -> Vec<String> {
    let mut dice = Dice(20_26);
    let mut cases: Vec<String> = WRITTEN.iter().map(|text| (*text).to_owned()).collect();
    while cases.len() < 420 {
        let mut text = "A=1\n".to_owned();
        text.push_str(OPENINGS[dice.roll(OPENINGS.len())]);
        for _ in 0..dice.roll(4) {
            text.push_str(PIECES[dice.roll(PIECES.len())]);
        }
        if text.matches('"').count() % 2 == 1 && dice.roll(3) > 0 {
            text.push('"');
        }
        if text.matches('\'').count() % 2 == 1 && dice.roll(3) > 0 {
            text.push('\'');
        }
        text.push_str("\nL=z\n");
        cases.push(text);
    }
    cases
}

#[test]
fn the_readers_themselves_say_the_same() {
    let cases = cases();
    let answers = ask(&cases);
    let caller = caller();
    let (mut compared, mut wrong) = (0, Vec::new());
    for (text, answer) in cases.iter().zip(&answers) {
        for (reader, expected) in answer {
            compared += 1;
            if let Some(found) = differs(reader, text, expected, &caller) {
                wrong.push(format!("{reader}: {text:?} {found}"));
            }
        }
    }
    wrong.sort();
    println!("{compared} comparisons with readers of env files, {} differ", wrong.len());
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared >= 4_000, "only {compared} comparisons");
}

fn ask(cases: &[String]) -> Vec<BTreeMap<String, Value>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = tool("dotenv-readers/bin/python");
    let compose = tool("compose/usr/libexec/docker/cli-plugins/docker-compose");
    let mut child = Command::new(&python)
        .arg(root.join("src/tests/dotenv/ask_readers.py"))
        .arg(&compose)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    let input = serde_json::to_vec(cases).expect("texts are JSON");
    child.stdin.take().expect("it is piped").write_all(&input).expect("the script reads");
    let output = child.wait_with_output().expect("the script ends");
    // What the readers warn of fills pages, and is of use only here.
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the script writes JSON")
}

/// `EnvironmentFile=` of as many services, run by a systemd that is started for them.
#[test]
fn systemd_says_the_same() {
    let cases = cases();
    let folder = systemd::Folder::new("env-files");
    let names: Vec<String> = (0..cases.len()).map(|index| format!("case{index}")).collect();
    for (name, text) in names.iter().zip(&cases) {
        folder.write(&format!("env/{name}"), text);
        let line = format!("EnvironmentFile={}/env/{name}", folder.0.display());
        folder.write(&format!("units/{name}.service"), &systemd::service(name, &line));
    }
    let given = systemd::run(&folder, &names);
    let caller = caller();
    let mut wrong = Vec::new();
    for (name, text) in names.iter().zip(&cases) {
        let found = &given[name];
        assert!(found.contains_key("PATH"), "{name} did not run: {text:?}");
        let expected = ["A", "K", "L"].map(|it| (it.to_owned(), found.get(it).cloned().into()));
        let expected = Value::Object(expected.into_iter().collect());
        if let Some(found) = differs("systemd", text, &expected, &caller) {
            wrong.push(format!("{text:?} {found}"));
        }
    }
    println!("{} env files compared with systemd", cases.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() >= 300);
}
