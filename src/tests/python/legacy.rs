//! Projects of Python 2, and lists that conditions add to.

use crate::fact::Environment;
use crate::fact::version::Range;
use crate::python::Evaluation;
use crate::tests::python::{evaluated, shown, with_versions};

/// With the last Django that Python 2 runs.
fn by_python_2(files: &[(&str, &str)]) -> Evaluation {
    let none: [(String, _); 0] = [];
    with_versions(files, &Environment::closed(none), &|name| {
        (name == "django").then(|| Range::series([1, 11]))
    })
}

#[test]
fn statements_of_python_2_are_taken_for_what_they_are() {
    for (text, expected) in [
        ("print 'x'\nX = 1\n", "1"),
        ("X = 0644\n", "420"),
        ("X = ur'a\\d'\n", "'a\\\\d'"),
        ("X = 1 <> 2\n", "True"),
        ("try:\n    import_me\nexcept NameError, error:\n    X = 3\n", "3"),
        ("X = 4\nreload(sys)\n", "4"),
    ] {
        let text = format!("import sys\n{text}");
        assert_eq!(shown(&by_python_2(&[("settings.py", &text)]), "X"), expected, "{text}");
    }
}

#[test]
fn a_module_beside_is_found_without_its_package() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/base.py", "X = 1\n"),
        ("shop/web.py", "from base import *\nimport base\nY = base.X\n"),
        ("settings.py", "from shop.web import *\n"),
    ];
    assert_eq!(shown(&by_python_2(&files), "X"), "1");
    assert_eq!(shown(&by_python_2(&files), "Y"), "1");
    assert_eq!(shown(&evaluated(&files, &[]), "X"), "ModuleNotFoundError: No module named 'base'");
}

#[test]
fn a_file_is_run_in_the_names_of_the_settings() {
    let local = ("local.py", "X = 2\n");
    let settings = ("settings.py", "X = 1\nexecfile('local.py')\n");
    assert_eq!(shown(&by_python_2(&[local, settings]), "X"), "2");
}

#[test]
fn a_list_with_members_under_conditions_is_one_of_several() {
    let text = "import os\nX = ['a', 'b']\n\
                if os.environ.get('T'):\n    X.append('t')\n\
                if os.environ.get('S'):\n    X += ['s']\n\
                if not os.environ.get('T'):\n    X.append('u')\n";
    let settings = [("settings.py", text)];
    let mut open = Environment::default();
    open.open("a file is not in view", None);
    let known = with_versions(&settings, &open, &|_| None);
    let namespace = known.outcome.as_ref().ok();
    let ways = &namespace.and_then(|it| it.named("X")).map(|it| it.ways.clone());
    let mut ways: Vec<String> = ways.iter().flatten().map(|it| it.value.to_string()).collect();
    ways.sort();
    ways.dedup();
    let expected =
        ["['a', 'b', 's', 'u']", "['a', 'b', 't', 's']", "['a', 'b', 't']", "['a', 'b', 'u']"];
    assert_eq!(ways, expected);
}
