//! The language, construct by construct, where an answer is not simply CPython's: joins, unknown
//! values, reads. What CPython answers is compared with CPython itself.

use super::{evaluated, of_module, shown, under, with_versions, x};
use crate::fact::Environment;
use crate::fact::version::Range;
use crate::python::{Answer, Value};

#[test]
fn a_module_of_the_standard_library_is_modelled_without_a_fault() {
    let broken = crate::python::broken_models();
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn a_deployment_runs_no_tests() {
    assert_eq!(x("import sys\nX = 'test' in sys.argv"), "False");
    assert_eq!(x("import sys\nX = 'pytest' in sys.modules"), "False");
    assert_eq!(x("import sys\nX = len(sys.argv) > 1 and sys.argv[1] == 'test'"), "False");
    assert_eq!(x("import sys\nX = 'migrate' in sys.argv"), "<one of True, False>");
}

#[test]
fn a_union_of_classes_is_asked_of_as_a_tuple() {
    assert_eq!(x("X = isinstance([1], list | tuple)"), "True");
    assert_eq!(x("X = isinstance('a', list | tuple | dict)"), "False");
}

#[test]
fn a_comprehension_goes_through_each_value_that_there_may_be() {
    let environment = Environment::unseen("nothing is known");
    let text = "import os\nA = os.environ.get('A', '*').split(',')\nX = [it.strip() for it in A if it]\n\
        Y = {it for it in os.environ.get('B', 'a,b').split(',')}\nZ = len([it for it in (1, 2)])\n";
    let evaluation = under(&[("settings.py", text)], &environment);
    assert_eq!(shown(&evaluation, "X"), "<one of […], ['*']>");
    assert_eq!(shown(&evaluation, "Y"), "<one of {…}, {'a', 'b'}>");
    assert_eq!(shown(&evaluation, "Z"), "2");
}

#[test]
fn a_list_under_two_names_is_one_list() {
    assert_eq!(x("A = [1]\nX = A\nA.append(2)\nA += [3]\nA = A + [4]"), "[1, 2, 3]");
}

#[test]
fn a_variable_that_is_not_in_view_is_unknown() {
    let environment = Environment::unseen("nothing is known");
    let text = "import os\nX = os.environ.get('A')\nY = X == X\nZ = 'a' if X else 'b'\nW = not X";
    let evaluation = under(&[("settings.py", text)], &environment);
    assert_eq!(shown(&evaluation, "Y"), "True");
    assert_eq!(shown(&evaluation, "Z"), "<one of 'a', 'b'>");
    assert_eq!(shown(&evaluation, "W"), "<one of False, True>");
}

#[test]
fn one_condition_falls_one_way() {
    let environment = Environment::unseen("nothing is known");
    let text = "import os\nD = os.environ.get('D') == '1'\nif D:\n    A = 1\nelse:\n    A = 2\n\
                if D:\n    X = A\nelse:\n    X = A - 1\n";
    assert_eq!(shown(&under(&[("settings.py", text)], &environment), "X"), "1");
}

#[test]
fn what_may_have_been_appended_may_be_there() {
    let environment = Environment::unseen("nothing is known");
    let text = "import os\nX = ['a']\nif os.environ.get('D'):\n    X.append('b')\nX.append('c')\n";
    let evaluation = under(&[("settings.py", text)], &environment);
    assert_eq!(shown(&evaluation, "X"), "['a', …, 'c']");
}

#[test]
fn a_missing_variable_raises_where_it_is_asked_for() {
    let text = "import os\n\nX = os.environ['A']\n";
    let evaluation = evaluated(&[("settings.py", text)], &[]);
    assert_eq!(shown(&evaluation, "X"), "KeyError: 'A'");
    let [read] = evaluation.reads.as_slice() else { panic!("{:?}", evaluation.reads) };
    assert!(read.required && matches!(read.answer, Answer::Absent));
    assert_eq!(read.place.unwrap().span.start, 15);
}

#[test]
fn of_a_range_of_versions_is_said_what_holds_for_all() {
    let text = "import django, sys\nX = (django.VERSION >= (4, 2), django.VERSION < (4, 2), \
                django.VERSION >= (5, 0), django.VERSION[0], sys.version_info > (3, 8))";
    let known = |name: &str| match name {
        "django" => Some(Range::since([4, 2]).and(&Range::since([6]).complement())),
        "python" => Some(Range::since([3, 10])),
        _ => None,
    };
    let evaluation = with_versions(&[("settings.py", text)], &Environment::default(), &known);
    let x = shown(&evaluation, "X");
    assert!(x.starts_with("(True, False, <"), "{x}");
    assert!(x.ends_with(">, True)") && x.matches("<unknown").count() == 2, "{x}");
    let pinned = |name: &str| (name == "django").then(|| Range::series([5, 2]));
    let text = "import django\nX = django.VERSION[:2]\n\
                from django.conf import global_settings\nY = global_settings.USE_TZ";
    let evaluation = with_versions(&[("settings.py", text)], &Environment::default(), &pinned);
    assert_eq!(shown(&evaluation, "X"), "(5, 2)");
    assert_eq!(shown(&evaluation, "Y"), "True");
}

#[test]
fn asking_for_a_setting_loads_the_settings() {
    let package = "from django.conf import settings as conf\nif conf.TOPIC == 'a':\n    FOUND = 1\n\
                   ZONE = conf.USE_I18N\nTRIES = getattr(conf, 'TRIES', 3)\n";
    let asks = |settings: &str, name: &str| {
        let files = [("around/__init__.py", package), ("around/settings.py", settings)];
        shown(&of_module("around.settings", &files), name)
    };
    assert_eq!(asks("TOPIC = 'a'\nX = 1\n", "X"), "1");
    let from_above = "TOPIC = 'a'\nTRIES = 4\nfrom around import FOUND\n";
    assert_eq!(
        asks(from_above, "X"),
        "ImportError: cannot import name 'FOUND' from 'around' (/srv/app/around/__init__.py)"
    );
    assert_eq!(asks("X = 1\n", "X"), "AttributeError: 'Settings' object has no attribute 'TOPIC'");
    // Settings that import what asks for them are half there.
    let files = [("around.py", package), ("settings.py", "import around\nX = around.ZONE\n")];
    assert_eq!(shown(&evaluated(&files, &[]), "X"), "unknown");
}

#[test]
fn a_name_that_django_took_away_cannot_be_imported() {
    let files = [("settings.py", "from django.utils.translation import ugettext_lazy\nX = 1\n")];
    let under = |version: Option<u64>| {
        let known = |name: &str| Some(Range::series([version.filter(|_| name == "django")?]));
        with_versions(&files, &Environment::default(), &known)
    };
    assert!(shown(&under(Some(4)), "X").starts_with("ImportError: cannot import name 'uge"));
    assert!(under(Some(3)).perhaps.is_empty());
    let open = under(None);
    assert_eq!((shown(&open, "X").as_str(), open.perhaps.len()), ("1", 1));
}

#[test]
fn an_older_library_is_taken_for_what_it_was() {
    let text = "from corsheaders.defaults import default_headers\nX = len(default_headers)";
    let under = |version: [u64; 1]| {
        let known = |name: &str| (name == "django-cors-headers").then(|| Range::series(version));
        let files = [("settings.py", text)];
        shown(&with_versions(&files, &Environment::default(), &known), "X")
    };
    assert_eq!((under([3]), under([4])), ("9".to_owned(), "6".to_owned()));
}

#[test]
fn a_variable_that_may_have_been_overwritten_is_not_known() {
    let text = "import os, socket\nos.environ.update({socket.gethostname(): 'x'})\n\
                X = os.environ.get('A')";
    let x = shown(&evaluated(&[("settings.py", text)], &[("A", "1")]), "X");
    assert!(x.contains("it may have been set anew"), "{x}");
    let text = "import os, socket\nos.environ.setdefault(socket.gethostname(), 'x')\n\
                X = os.environ.get('A')";
    assert_eq!(shown(&evaluated(&[("settings.py", text)], &[("A", "1")]), "X"), "'1'");
}

#[test]
fn a_raise_under_an_open_condition_is_only_possible() {
    let environment = Environment::unseen("nothing is known");
    let text = "import os\nif not os.environ.get('A'):\n    raise RuntimeError('no A')\nX = 1\n";
    let evaluation = under(&[("settings.py", text)], &environment);
    assert_eq!(shown(&evaluation, "X"), "1");
    assert_eq!(evaluation.perhaps[0].kind, "RuntimeError");
}

#[test]
fn a_loop_over_what_may_be_none_goes_on_with_the_others() {
    let environment = Environment::unseen("nothing is known");
    let text = "import os\nA = None if os.environ.get('A') else ['a']\nX = [it for it in A]\n";
    let evaluation = under(&[("settings.py", text)], &environment);
    assert_eq!(shown(&evaluation, "X"), "['a']");
    assert_eq!(evaluation.perhaps[0].kind, "TypeError");
}

#[test]
fn names_that_a_loop_sets_by_what_they_are_called_may_be_any() {
    let text = "import socket\nfrom importlib import import_module\n\
                of_site = import_module(socket.gethostname())\nnames = locals()\n\
                for name in of_site.names:\n    names[name] = getattr(of_site, name)\n\
                for field in FIELDS:\n    pass\nX = FIELDS\n";
    let evaluation = evaluated(&[("settings.py", text)], &[]);
    assert!(evaluation.get("X").is_some_and(|it| !it.value.is_known()));
}

#[test]
fn a_list_of_environ_may_be_looped_over() {
    let environment = Environment::unseen("nothing is known");
    let text =
        "import environ\nenv = environ.Env(A=(list, []))\nX = [it for it in env('A')]\nY = 1\n";
    assert_eq!(shown(&under(&[("settings.py", text)], &environment), "Y"), "1");
}

/// environ takes a value that begins with `$` for the name of another variable; what may begin with
/// anything is none.
#[test]
fn what_environ_reads_beside_an_unknown_list_is_known() {
    let mut environment = Environment::unseen("nothing is known");
    environment.set(
        "B",
        crate::fact::Fact::new(
            crate::fact::Supplied::Value("b".into()),
            crate::fact::Origin::UNSEEN,
        ),
    );
    let text = "import environ
env = environ.Env(A=(list, []))
A = env('A')
if not A:
    raise ValueError('A')
B = env('B')
";
    assert_eq!(shown(&under(&[("settings.py", text)], &environment), "B"), "'b'");
}

#[test]
fn an_early_return_meets_the_others_at_the_end() {
    let environment = Environment::unseen("nothing is known");
    let text = "import os\ndef f():\n    if os.environ.get('A'):\n        return 1\n    return 2\nX = f()\n";
    assert_eq!(shown(&under(&[("settings.py", text)], &environment), "X"), "<one of 1, 2>");
}

#[test]
fn what_may_raise_may_be_handled() {
    let environment = Environment::unseen("nothing is known");
    let text =
        "import os\nX = 1\ntry:\n    int(os.environ.get('A'))\nexcept ValueError:\n    X = 2\n";
    let evaluation = under(&[("settings.py", text)], &environment);
    assert!(shown(&evaluation, "X").starts_with("<one of"), "{}", shown(&evaluation, "X"));
}

#[test]
fn members_have_their_own_places() {
    let evaluation = evaluated(&[("settings.py", "HOSTS = ['a', 'b']\n")], &[]);
    let Value::List(items) = evaluation.get("HOSTS").unwrap().value else { panic!() };
    let starts: Vec<_> = items.iter().map(|it| it.evidence().place().unwrap().span.start).collect();
    assert_eq!(starts, [9, 14]);
}

#[test]
fn the_place_of_the_checkout_stays_a_symbol() {
    use crate::python::{CHECKOUT, Checkout};
    let checkout = Checkout::new(Vec::new());
    assert_eq!(checkout.absolute("a/b.py".into()), Some(format!("/{CHECKOUT}/a/b.py")));
    assert_eq!(checkout.relative("/elsewhere/a"), None);
    let checkout =
        Checkout::new(vec![("backend".into(), "/app".into()), ("".into(), "/src".into())]);
    assert_eq!(checkout.absolute("backend/x.py".into()).as_deref(), Some("/app/x.py"));
    assert_eq!(checkout.absolute("x.py".into()).as_deref(), Some("/src/x.py"));
    assert_eq!(checkout.relative("/app/x.py"), Some("backend/x.py".into()));
}
