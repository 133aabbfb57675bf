//! Variables that a module stops without, taken as given.

use crate::fact::{Environment, Fact, Origin, Supplied};
use crate::python::{Evaluation, Request, evaluate_given};
use crate::tests::python::{evaluated_by, python_3_12, shown, under};

const MOST: usize = 8;

fn given(files: &[(&str, &str)]) -> Evaluation {
    let evaluate = |request: &Request<'_>| evaluate_given(request, MOST);
    evaluated_by(evaluate, "settings", files, &Environment::default(), &python_3_12)
}

fn missing(evaluation: &Evaluation) -> Vec<&str> {
    evaluation.missing.iter().map(|it| it.read.name.as_str()).collect()
}

/// What the same files give where those variables are set to nobody knows what.
fn with_unknown(files: &[(&str, &str)], names: &[&str]) -> Evaluation {
    let mut environment = Environment::default();
    for name in names {
        let unknown = Supplied::Unknown("it is missing".into());
        environment.set(*name, Fact::new(unknown, Origin::UNSEEN));
    }
    under(files, &environment)
}

/// The names of the module, each with its value, and what was asked for to find them.
fn told(evaluation: &Evaluation) -> (Vec<(String, String)>, Vec<&str>) {
    let names = evaluation.outcome.as_ref().map(|it| it.names.as_slice()).unwrap_or_default();
    let names = names.iter().map(|it| (it.name.clone(), shown(evaluation, &it.name)));
    (names.collect(), evaluation.reads.iter().map(|it| it.name.as_str()).collect())
}

/// They are missing, in this order, and all else is as if they were there.
fn holds(files: &[(&str, &str)], names: &[&str]) {
    let evaluation = given(files);
    assert_eq!(missing(&evaluation), names);
    assert!(evaluation.outcome.is_ok());
    assert_eq!(told(&evaluation), told(&with_unknown(files, names)));
}

#[test]
fn one_evaluation_finds_all_that_are_missing() {
    holds(
        &[(
            "settings.py",
            "import os\nA = os.environ['A']\nB = 1\nC = [os.environ['C'], os.environ['D']]\nE = B + 1\n",
        )],
        &["A", "C", "D"],
    );
    let with_environ = "import environ\nenv = environ.Env()\nSECRET_KEY = env('SECRET_KEY')\nDEBUG = env.bool('DEBUG', default=False)\nDATABASES = {'default': env.db()}\n";
    holds(&[("settings.py", with_environ)], &["SECRET_KEY", "DATABASE_URL"]);
}

#[test]
fn what_an_imported_module_lacks_is_given_to_it() {
    let base = "import os\nA = os.environ['A']\nLIST = ['a']\n";
    let own = "from base import *\nLIST += [os.environ['B']]\nLIST.append('c')\n";
    holds(&[("base.py", base), ("settings.py", own)], &["A", "B"]);
    // The whole import is run again where the module asked earlier than it stopped.
    let base =
        "import os\nA = os.environ.get('A')\nLIST = ['a']\nif not A:\n    raise ValueError('A')\n";
    holds(&[("base.py", base), ("settings.py", own)], &["A", "B"]);
}

#[test]
fn a_statement_that_is_run_again_has_changed_nothing_before() {
    let text = "import os\nX = []\ndef add(name):\n    X.append(name)\n    return os.environ[name]\nA = add('A') + add('B')\n";
    holds(&[("settings.py", text)], &["A", "B"]);
}

#[test]
fn what_is_caught_or_may_not_happen_is_not_missing() {
    let caught = "import os\ntry:\n    A = os.environ['A']\nexcept KeyError:\n    A = 'none'\n";
    let evaluation = given(&[("settings.py", caught)]);
    assert!(missing(&evaluation).is_empty());
    assert_eq!(shown(&evaluation, "A"), "'none'");
    let perhaps = "import os, random\nif random.random() > 0.5:\n    A = os.environ['A']\nB = 1\n";
    let evaluation = given(&[("settings.py", perhaps)]);
    assert!(missing(&evaluation).is_empty());
    assert_eq!(shown(&evaluation, "B"), "1");
}

#[test]
fn what_does_not_help_is_not_missing() {
    let text = "import os\nA = os.environ['A']\ndef fail(value):\n    raise ValueError('always')\nB = fail(os.environ.get('B'))\nC = os.environ['C']\n";
    let evaluation = given(&[("settings.py", text)]);
    assert_eq!(missing(&evaluation), ["A"]);
    assert_eq!(evaluation.outcome.unwrap_err().message.as_deref(), Some("always"));
}

#[test]
fn there_is_an_end_to_giving() {
    let lines: String = (0..2 * MOST).map(|at| format!("A{at} = os.environ['A{at}']\n")).collect();
    let evaluation = given(&[("settings.py", &format!("import os\n{lines}"))]);
    assert_eq!(missing(&evaluation).len(), MOST);
    assert!(evaluation.outcome.is_err());
}
