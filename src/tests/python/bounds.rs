//! Input that would not end, would not fit or would not nest: unknown, with the rest still known.

use super::{evaluated, shown, x};
use crate::python::{Evaluation, Installed, Loaded, Request, evaluate};
use crate::source::{LARGEST, Tree};
use camino::Utf8PathBuf;
use std::time::{Duration, Instant};

/// `X` is not known for this reason, `Y` after it is, and it did not take long.
fn survives(text: &str, why: &str) {
    let start = Instant::now();
    let evaluation = evaluated(&[("settings.py", &format!("{text}\nY = 1\n"))], &[]);
    assert_eq!(shown(&evaluation, "Y"), "1", "{text}");
    let x = evaluation.get("X").unwrap().value;
    assert!(!x.is_known(), "{text}: {x}");
    let mut reasons = format!("{x:?}");
    reasons.extend(evaluation.limits.iter().map(|it| it.value.as_str()));
    assert!(reasons.contains(why), "{text}: {reasons}");
    assert!(start.elapsed() < Duration::from_secs(20), "{text}: {:?}", start.elapsed());
}

#[test]
fn an_endless_loop_loses_what_it_touches() {
    let often = "a loop runs too long";
    survives("X = 0\nwhile True:\n    X += 1", often);
    survives("X = []\nwhile True:\n    X.append(1)", often);
    survives("X = 0\nfor i in range(10 ** 12):\n    X += i", "a collection is too large");
}

#[test]
fn of_very_many_members_the_first_are_known() {
    let text = "X = ['a'] + [f'10.0.{i}.{j}' for i in range(256) for j in range(256)]\n\
                HAS = '10.0.0.7' in X\nMAY = '10.0.255.7' in X\n";
    let evaluation = evaluated(&[("settings.py", text)], &[]);
    assert_eq!(shown(&evaluation, "HAS"), "True");
    assert!(!evaluation.get("MAY").unwrap().value.is_known());
}

#[test]
fn a_doubling_text_stops() {
    survives("X = 'x'\nfor i in range(100):\n    X = X + X", "too long");
    survives("X = 'x' * 10 ** 9", "too long");
    survives("X = [0] * 10 ** 9", "a collection is too large");
}

#[test]
fn endless_recursion_stops() {
    let deep = "nest too deeply";
    survives("def f(n):\n    return f(n + 1)\nX = f(0)", deep);
    survives("f = lambda n: g(n)\ng = lambda n: f(n)\nX = f(0)", deep);
}

#[test]
fn undecided_branches_in_a_row_stay_linear() {
    let mut text = String::from("import socket\nh = socket.gethostname()\nX = ''\n");
    for at in 0..200 {
        text.push_str(&format!("if h == 'h{at}':\n    X += '{at}'\n"));
    }
    survives(&text, "too many conditions are not known");
}

#[test]
fn undecided_branches_inside_each_other_stop() {
    let mut text = String::from("import socket\nh = socket.gethostname()\nX = 0\n");
    for at in 0..40 {
        let indent = "    ".repeat(at);
        text.push_str(&format!("{indent}if h == 'h{at}':\n"));
        text.push_str(&format!("{indent}    X = {at}\n"));
    }
    survives(&text, "OneOf");
}

#[test]
fn deep_brackets_are_what_they_are_to_cpython() {
    assert_eq!(x(&format!("X = {}1{}", "(".repeat(150), ")".repeat(150))), "1");
    let refused = x(&format!("X = {}1{}", "(".repeat(5_000), ")".repeat(5_000)));
    assert!(refused.starts_with("SyntaxError"), "{refused}");
}

#[test]
fn long_sums_do_not_nest() {
    assert_eq!(x(&format!("X = 0{}", " + 1".repeat(20_000))), "20000");
    assert_eq!(x(&format!("X = True{}", " and True".repeat(20_000))), "True");
}

#[test]
fn a_large_file_is_read() {
    let entries: String = (0..150_000).map(|at| format!("    'entry number {at}',\n")).collect();
    let text = format!("X = [\n{entries}]\n");
    assert!((3_500_000..LARGEST as usize).contains(&text.len()), "{}", text.len());
    survives(&text, "a collection is too large");
}

#[test]
fn a_file_that_is_too_large_on_disk_leaves_the_rest_known() {
    let folder = tempfile::tempdir().unwrap();
    let large = format!("BIG = 1\n#{}\n", "x".repeat(LARGEST as usize + 1_000_000));
    std::fs::write(folder.path().join("large.py"), large).unwrap();
    let settings = "X = 1\nfrom large import *\nY = 2\n";
    std::fs::write(folder.path().join("settings.py"), settings).unwrap();
    let evaluation = on_disk(folder.path());
    assert_eq!(shown(&evaluation, "Y"), "2");
    assert_eq!(shown(&evaluation, "BIG"), "unknown");
    assert_eq!(shown(&evaluation, "X"), "unknown");
}

fn on_disk(folder: &std::path::Path) -> Evaluation {
    let tree = Tree::walk(&[folder.to_owned()]).unwrap();
    let mut loaded = Loaded::new(&tree, tree.roots()[0].clone());
    loop {
        let evaluation = evaluate(&Request {
            files: &loaded,
            roots: &[Utf8PathBuf::new()],
            package: None,
            module: "settings",
            entry: None,
            environment: &Default::default(),
            checkout: &crate::python::Checkout::at("/srv/app"),
            cwd: None,
            installed: Installed::Unknown,
            configuration: None,
            versions: &|_| None,
        });
        if !loaded.load(&evaluation.wants) {
            return evaluation;
        }
    }
}

#[test]
fn cyclic_imports_end_as_they_do_in_python() {
    let a = ("a.py", "import b\nA = 1\n");
    let b = ("b.py", "import a\nB = 2\n");
    let evaluation = evaluated(&[a, b, ("settings.py", "import a, b\nX = a.A + b.B\n")], &[]);
    assert_eq!(shown(&evaluation, "X"), "3");
    let c = ("c.py", "from settings import LATE\n");
    let evaluation = evaluated(&[c, ("settings.py", "import c\nLATE = 1\n")], &[]);
    assert!(shown(&evaluation, "LATE").starts_with("ImportError"), "{evaluation:?}");
}

#[test]
fn a_syntax_error_in_an_imported_module_raises() {
    let broken = ("broken.py", "A = [1,\nB = 2\n");
    let settings = "try:\n    from broken import *\nexcept SyntaxError:\n    X = 'refused'\n";
    let evaluation = evaluated(&[broken, ("settings.py", settings)], &[]);
    assert_eq!(shown(&evaluation, "X"), "'refused'");
    let evaluation = evaluated(&[broken, ("settings.py", "import broken\n")], &[]);
    assert_eq!(shown(&evaluation, "X"), "SyntaxError: invalid syntax");
    let place = evaluation.outcome.unwrap_err().place.unwrap();
    assert_eq!(place.span.start, 4, "the bracket that is never closed");
}

#[test]
fn python_2_is_refused() {
    for text in ["print 'x'", "X = 10L", "X = 0777", "exec 'x'", "X = `1`", "raise E, 'x'"] {
        let refused = x(text);
        assert!(refused.starts_with("SyntaxError"), "{text}: {refused}");
    }
}

#[test]
fn code_that_is_not_known_leaves_nothing_known_that_it_may_touch() {
    let host = "import socket\nhost = socket.gethostname()\n";
    survives(&format!("{host}X = 1\nexec(host)"), "code that is not known");
    survives(&format!("{host}X = eval(host)"), "`eval` is not followed");
    survives(&format!("{host}X = __import__(host).X"), "not known");
    survives(
        &format!("{host}from importlib import import_module\nX = import_module(host)"),
        "not known",
    );
}
