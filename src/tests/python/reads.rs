//! What settings have where a variable is not set, and where nobody knows what it is set to.

use super::{shown, under};
use crate::fact::{Environment, Fact, Origin, Supplied};
use crate::python::StandsIn;

/// `A` is surely set, and nobody knows to what.
fn set_unseen() -> Environment {
    let mut environment = Environment::default();
    let value = Supplied::Unknown("compose fills it in".into());
    environment.set("A", Fact::new(value, Origin::UNSEEN));
    environment
}

#[test]
fn what_is_surely_set_never_has_its_default() {
    let text = "import os\nX = os.environ.get('A', 'default')\nY = os.environ.get('A') is None";
    let evaluation = under(&[("settings.py", text)], &set_unseen());
    assert_eq!(shown(&evaluation, "X"), "unknown");
    assert_eq!(shown(&evaluation, "Y"), "False");
}

#[test]
fn what_is_surely_set_may_be_empty() {
    let text = "import os\nX = 'set' if os.environ.get('A', 'default') else 'empty'";
    let evaluation = under(&[("settings.py", text)], &set_unseen());
    assert_eq!(shown(&evaluation, "X"), "<one of 'set', 'empty'>");
}

#[test]
fn what_stands_behind_or_is_a_default_for_an_empty_text_too() {
    let default = |text: &str| {
        let evaluation = under(&[("settings.py", text)], &Environment::unseen("unseen"));
        let default = evaluation.reads.first().and_then(|it| it.default.clone()).unwrap();
        (default.text.unwrap_or_default(), default.stands_in)
    };
    assert_eq!(
        default("import os\nX = os.getenv('A') or 'b'"),
        ("'b'".to_owned(), StandsIn::ForEmptyToo)
    );
    assert_eq!(
        default("import os\nX = os.getenv('A', 'c') or 'b'"),
        ("'c'".to_owned(), StandsIn::ForAbsent)
    );
    let compared = default("import os\nX = os.getenv('A') == 'a' or True");
    assert_eq!(compared, ("None".to_owned(), StandsIn::ForAbsent));
}

#[test]
fn what_a_url_for_mail_brings_is_known_by_its_keys() {
    let text = "import environ\nenv = environ.Env()\nDEBUG = False\n\
                CONFIG = env.email_url('EMAIL_URL', default='smtp://user@localhost:25')\n\
                vars().update(CONFIG)\n";
    let evaluation = under(&[("settings.py", text)], &Environment::unseen("unseen"));
    assert_eq!(shown(&evaluation, "DEBUG"), "False");
    assert!(!evaluation.get("EMAIL_HOST").unwrap().value.is_known());
}

#[test]
fn a_default_that_is_not_known_is_one() {
    let text = "import environ\nenv = environ.Env()\nD = env('D', default='x')\n\
                A = env('A', default=f'no@{D}')\nB = env('B', default=A)\nC = env('C')\n";
    let evaluation = under(&[("settings.py", text)], &Environment::unseen("unseen"));
    let has = |name: &str| {
        let read = evaluation.reads.iter().find(|it| it.name == name).unwrap();
        (read.default.is_some(), read.required)
    };
    assert_eq!(["D", "A", "B"].map(has), [(true, false); 3]);
    assert_eq!(has("C"), (false, true));
}

#[test]
fn what_a_look_at_a_variable_chooses_is_its_default() {
    let default = |choice: &str| {
        let text = format!("import os\nX = {choice}");
        let evaluation = under(&[("settings.py", &text)], &Environment::unseen("unseen"));
        let default = evaluation.reads.first().and_then(|it| it.default.clone());
        default.map(|it| (it.text.unwrap_or_default(), it.stands_in))
    };
    let b = |stands_in| Some(("'b'".to_owned(), stands_in));
    for (choice, expected) in [
        ("os.getenv('A') if os.getenv('A') else 'b'", b(StandsIn::ForEmptyToo)),
        ("'b' if not os.getenv('A') else os.getenv('A')", b(StandsIn::ForEmptyToo)),
        ("os.getenv('A') if os.getenv('A') != '' else 'b'", b(StandsIn::ForEmpty)),
        ("'b' if os.getenv('A') is None else os.environ['A']", b(StandsIn::ForAbsent)),
    ] {
        assert_eq!(default(choice), expected, "{choice}");
    }
    let other = default("'c' if os.getenv('A') else 'b'");
    assert_eq!(other, Some(("None".to_owned(), StandsIn::ForAbsent)));
}

#[test]
fn a_module_that_one_way_has_loaded_is_the_same_on_all() {
    let files = [
        (
            "shop/__init__.py",
            "try:\n    from .celery import app\nexcept ImportError:\n    app = None\n",
        ),
        ("shop/celery.py", "import unseen\nfrom shop.settings import X\napp = X\n"),
        ("shop/settings.py", "X = 1\n"),
        ("settings.py", "import shop.settings\nX = shop.settings.X\n"),
    ];
    assert_eq!(shown(&under(&files, &Environment::default()), "X"), "1");
}

#[test]
fn a_module_that_each_way_has_loaded_for_itself_is_taken_from_all_of_them() {
    let files = [
        (
            "shop/__init__.py",
            "import os\nif os.getenv('A', 'x') == 'x':\n    from .development import *\nelse:\n    from .production import *\n",
        ),
        ("shop/common.py", "X = 1\nDEBUG = True\n"),
        ("shop/development.py", "from .common import *\n"),
        ("shop/production.py", "from .common import *\nDEBUG = False\n"),
        ("settings.py", "from shop.production import *\n"),
    ];
    let settings = under(&files, &set_unseen());
    assert_eq!((shown(&settings, "X"), shown(&settings, "DEBUG")), ("1".into(), "False".into()));
}
