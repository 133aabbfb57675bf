//! `config` of prettyconf 2 and 3, as their `Configuration.__call__` and `casts` have it.

use super::{evaluated, shown};
use crate::python::Answer;

const SETTINGS: &str = "
from prettyconf import config
DEBUG = config('DEBUG', default=False, cast=config.boolean)
HOSTS = config('hosts', default='', cast=config.list)
KEY = config('SECRET_KEY', default='s3cret')
STAGE = config('STAGE', cast=config.option({'live': 1, 'test': 2}))
NOTE = config('NOTE', default='')
";

#[test]
fn the_environment_comes_before_the_file_and_the_default_last() {
    let files = [("settings.py", SETTINGS), (".env", "DEBUG=on\nSTAGE=live\nNOTE=a # b\n")];
    let evaluation = evaluated(&files, &[("HOSTS", "a.example, b.example"), ("STAGE", "test")]);
    assert_eq!(shown(&evaluation, "DEBUG"), "True");
    assert_eq!(shown(&evaluation, "HOSTS"), "['a.example', 'b.example']");
    assert_eq!(shown(&evaluation, "STAGE"), "2");
    assert_eq!(shown(&evaluation, "KEY"), "'s3cret'");
    // Its parser ends a value where a comment begins, and decouple's does not.
    assert_eq!(shown(&evaluation, "NOTE"), "unknown");
    let read = evaluation.reads.iter().find(|it| it.name == "SECRET_KEY").unwrap();
    assert_eq!((read.library, read.required), ("prettyconf", false));
    assert!(read.default_place().is_some());
    let debug = evaluation.reads.iter().find(|it| it.name == "DEBUG").unwrap();
    assert!(matches!(debug.answer, Answer::Loaded(_)));
}

#[test]
fn what_nobody_says_has_no_default_or_is_an_empty_list() {
    let text = "from prettyconf import config\nX = config('A', default='', cast=config.list)";
    assert_eq!(shown(&evaluated(&[("settings.py", text)], &[]), "X"), "[]");
    let text = "from prettyconf import config\nX = config('A')";
    let shown = shown(&evaluated(&[("settings.py", text)], &[]), "X");
    assert_eq!(shown, "prettyconf.UnknownConfiguration: Configuration 'A' not found");
}
