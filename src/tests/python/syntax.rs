//! What CPython refuses, and what it accepts however odd it looks.

use crate::syntax::python::{imports, parse};
use crate::tests::source;

fn problems(text: &str) -> Vec<String> {
    let (sources, file) = source("settings.py", text);
    let (module, problems) = parse(file, sources.get(file).text());
    assert_eq!(module.broken.is_some(), !problems.is_empty(), "{text}");
    problems.into_iter().map(|it| it.message).collect()
}

fn is_of_python_2(text: &str) -> bool {
    let (sources, file) = source("settings.py", text);
    parse(file, sources.get(file).text()).0.is_of_python_2
}

#[test]
fn what_is_refused_says_why() {
    for (text, expected) in [
        ("A = [1,\nB = 2\n", "`[` was never closed"),
        ("if True:\nA = 1\n", "expected an indented block"),
        ("A = 1\n  B = 2\n", "unexpected indent"),
        ("if True:\n    A = 1\n  B = 2\n", "unindent does not match any outer indentation level"),
        ("return 1\n", "'return' outside function"),
        ("break\n", "'break' outside loop"),
        ("f(a=1, 2)\n", "positional argument follows keyword argument"),
        ("f(a=1, a=2)\n", "keyword argument repeated: a"),
        ("print 'x'\n", "missing parentheses in call to 'print'"),
        ("X = 0777\n", "octal numbers begin with `0o`"),
        ("X = 0888\n", "invalid number"),
        ("X = ur'x'\n", "`ur` is no prefix of a text"),
        ("X = bu'x'\n", "invalid string prefix"),
        ("X = 1 <> 2\n", "`<>` is written `!=`"),
        ("def f(a=1, b): pass\n", "parameter without a default follows parameter with a default"),
    ] {
        let found = problems(text);
        assert!(found.iter().any(|it| it == expected), "{text:?}: {found:?}");
    }
}

#[test]
fn what_python_2_takes_is_read_as_it_does() {
    for text in [
        "print 'x'\n",
        "X = 0777\n",
        "X = ur'x'\n",
        "X = 1 <> 2\n",
        "try:\n    A = 1\nexcept E, e:\n    A = 2\n",
    ] {
        assert!(is_of_python_2(text), "{text:?}");
    }
    assert!(!is_of_python_2("print 'x'\nA = [\n"));
    assert!(!is_of_python_2("A = 1\n"));
}

#[test]
fn dotted_names_have_no_blanks() {
    let text =
        "from shop .views import A\nimport shop . \\\n    urls as b\nfrom . .views import C\n";
    let (sources, file) = source("views.py", text);
    let found = imports(&parse(file, sources.get(file).text()).0);
    let found: Vec<_> = found.iter().map(|it| (it.level, it.module.as_str())).collect();
    assert_eq!(found, [(0, "shop.urls"), (0, "shop.views"), (2, "views")]);
}

#[test]
fn what_is_accepted_has_no_problem() {
    for text in [
        "",
        "\u{feff}A = 1\n",
        "A = 1; B = 2\n",
        "if True: A = 1\n",
        "A = (\n  1,\n# comment\n 2)\n",
        "if True:\n    A = 1\n\n# outdented comment\n    B = 2\n",
        "def f(a, /, b, *, c=1, **d): pass\n",
        "with (open('a') as a, open('b') as b):\n    pass\n",
        "match x:\n    case {'a': [1, *rest], **other} if rest: pass\n    case A.b(c=1) | _: pass\n",
        "try:\n    pass\nexcept* ValueError:\n    pass\n",
        "A = f'{x!r:>{w}} {{y}}'\n",
        "type X = int\n",
        "async def f():\n    async with a as b: await c\n",
        "print('x')\nexec('x')\nmatch = 1\ntype = 2\n",
        "if True:\n\tA = 1\n\tB = 2\n",
        "class A(B, metaclass=C): x: int = 1\n",
        "A = 1 \\\n  + 2\n",
        "x = lambda *a, k=1, **kw: (yield)\n",
    ] {
        assert_eq!(problems(text), Vec::<String>::new(), "{text:?}");
    }
}
