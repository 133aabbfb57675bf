//! Files that say what is to be installed.

use crate::source::{Place, Sources, Tree};
use crate::syntax::Problem;
use crate::syntax::requirements::{Format, Group, Included, Manifest, Wanted, normalise, parse};
use crate::tests::{file, source};
use camino::Utf8Path;

mod lock;
mod marker;
#[cfg(feature = "oracles")]
mod oracle;
mod pyproject;

struct Read {
    sources: Sources,
    manifest: Manifest,
    problems: Vec<Problem>,
}

fn read(name: &str, text: &str) -> Read {
    let (sources, id) = source(name, text);
    let format = Format::of(Utf8Path::new(name)).unwrap();
    let (manifest, problems) = parse(format, id, sources.get(id).text());
    Read { sources, manifest, problems }
}

impl Read {
    fn text(&self, place: Place) -> &str {
        let span = place.span;
        &self.sources.get(place.file).text()[span.range()]
    }

    /// `name[extra] constraint (group)`, and that each name's place is that name.
    fn requirements(&self) -> Vec<String> {
        let show = |it: &crate::syntax::requirements::Requirement| {
            assert_eq!(self.text(it.name.place).trim_matches(['"', '\'']), it.name.value);
            let extras = match it.extras.is_empty() {
                true => String::new(),
                false => format!("[{}]", it.extras.join(",")),
            };
            let wanted = match &it.wanted {
                Wanted::Versions(range) => range.to_string(),
                Wanted::Elsewhere => "elsewhere".to_owned(),
                Wanted::Refused => "refused".to_owned(),
            };
            let group = match &it.group {
                Group::Main => String::new(),
                Group::Extra(name) => format!(" (extra {name})"),
                Group::Named(name) => format!(" ({name})"),
            };
            format!("{}{extras} {wanted}{group}", it.name.value)
        };
        self.manifest.requirements.iter().map(show).collect()
    }

    fn includes(&self) -> Vec<&Included> {
        self.manifest.includes.iter().map(|it| &it.what).collect()
    }

    fn opaque(&self) -> Vec<&str> {
        self.manifest.opaque.iter().map(|it| self.text(it.place)).collect()
    }

    /// Each message, and what it points at.
    fn problems(&self) -> Vec<(&str, &str)> {
        self.problems.iter().map(|it| (it.message.as_str(), self.text(it.place))).collect()
    }
}

/// What the lines of a requirements.txt ask for; no line is refused.
fn requirements(text: &str) -> Vec<String> {
    let read = read("requirements.txt", text);
    assert_eq!(read.problems(), []);
    read.requirements()
}

#[test]
fn lines_are_read_as_pip_reads_them() {
    for (line, asked) in [
        ("Django", "Django any version"),
        ("Django==4.2.16  # LTS", "Django 4.2.16"),
        ("  Django >= 4.2 , < 5.0  ", "Django >=4.2,<5.0"),
        ("Django (>=4.2,<5.0)", "Django >=4.2,<5.0"),
        ("celery[redis, sqs]~=5.3", "celery[redis,sqs] >=5.3,<6"),
        ("gunicorn; sys_platform != 'win32'", "gunicorn any version"),
        ("zope.interface==5", "zope.interface 5"),
        ("app @ git+https://git.example/app.git@v1 ; python_version > '3'", "app elsewhere"),
        ("git+https://git.example/app.git@v1#egg=app[x]&subdirectory=a", "app[x] elsewhere"),
        ("-e git+ssh://git@git.example/app.git#egg=app", "app elsewhere"),
        ("./vendor/my_app-1.0-py3-none-any.whl", "my_app elsewhere"),
        ("https://example.org/my-app-1.0.tar.gz#sha256=00", "my-app elsewhere"),
        ("idna==3.4 --hash=sha256:00", "idna 3.4"),
        ("odd===2004d", "odd elsewhere"),
    ] {
        assert_eq!(requirements(line), [asked], "{line}");
    }
}

#[test]
fn lines_that_ask_for_nothing_are_passed_over() {
    for line in [
        "",
        "# Django",
        "   # Django",
        "--index-url https://example.org/simple",
        "-i https://example.org/simple",
        "--extra-index-url=https://example.org/simple",
        "--find-links ./wheels",
        "--no-binary :all:",
        "--pre",
    ] {
        assert_eq!(requirements(line), Vec::<String>::new(), "{line}");
    }
}

#[test]
fn a_backslash_continues_a_line_and_a_comment_ends_it() {
    let text = "idna==3.4 \\\n    --hash=sha256:00 \\\r\n    --hash=sha256:01\nDjango>= \\\n4.2\n";
    assert_eq!(requirements(text), ["idna 3.4", "Django >=4.2"]);
    assert_eq!(
        requirements("idna \\\n# odd \\\nDjango"),
        ["idna any version", "Django any version"]
    );
    assert_eq!(requirements("idna \\"), ["idna any version"]);
    let hashed = read("requirements.txt", text).manifest.requirements;
    assert_eq!(hashed.iter().map(|it| it.hashed).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn included_files_and_constraints_are_told_apart() {
    let text =
        "-r base.txt\n--requirement=a.txt\n-rb.txt\n-c pins.txt\n--constraint \"my pins.txt\"";
    let requirements = |name: &str| Included::Requirements(name.to_owned());
    let constraints = |name: &str| Included::Constraints(name.to_owned());
    let read = read("requirements/prod.txt", text);
    let expected = [
        requirements("base.txt"),
        requirements("a.txt"),
        requirements("b.txt"),
        constraints("pins.txt"),
        constraints("my pins.txt"),
    ];
    assert_eq!(read.includes(), expected.iter().collect::<Vec<_>>());
    assert_eq!(read.problems(), []);
}

#[test]
fn folders_are_projects_and_what_has_no_name_is_opaque() {
    let text = "-e .\n../core\ngit+https://git.example/app.git\n.[prod, x]\n/srv/app\n";
    let read = read("requirements.txt", text);
    assert_eq!(read.opaque(), ["git+https://git.example/app.git", "/srv/app"]);
    let project = |path: &str, extras: &[&str]| Included::Project {
        path: path.to_owned(),
        extras: extras.iter().map(|it| (*it).to_owned()).collect(),
    };
    let projects = [project(".", &[]), project("../core", &[]), project(".", &["prod", "x"])];
    assert_eq!(read.includes(), projects.iter().collect::<Vec<_>>());
    assert_eq!(read.requirements(), Vec::<String>::new());
    assert_eq!(read.problems(), []);
}

#[test]
fn what_pip_refuses_is_pointed_at_and_the_rest_is_read() {
    let text = "Django=4.2\n==4.2\nfoo[bar\n--no-such-option\nnumpy 1.0\na; b\nredis==5.0\n";
    let read = read("requirements.txt", text);
    let expected = [
        ("`=4.2` is no constraint on versions", "=4.2"),
        ("this is no requirement: it starts with no name", "==4.2"),
        ("the bracket of the extras is never closed", "foo[bar"),
        ("pip knows no option `--no-such-option` here", "--no-such-option"),
        ("`1.0` is no constraint on versions", "1.0"),
        ("this is no environment marker", "b"),
    ];
    assert_eq!(read.problems(), expected);
    let asked = ["Django refused", "numpy refused", "a any version", "redis 5.0"];
    assert_eq!(read.requirements(), asked);
}

#[test]
fn files_in_utf_16_are_read_with_their_places() {
    let wide = |text: &str| -> Vec<u8> {
        let bytes = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(bytes).collect()
    };
    let tree = Tree::of(vec![file("requirements.txt", wide("Django==4.2\r\nredis=5\r\n"))]);
    let mut sources = Sources::default();
    sources.add(tree.read(&["requirements.txt".into()]).into_iter().flatten().collect());
    let id = sources.ids()[0];
    let (manifest, problems) = parse(Format::Requirements, id, sources.get(id).text());
    let [django, redis] = manifest.requirements.as_slice() else { panic!("two lines") };
    assert_eq!(django.name.value, "Django");
    assert_eq!(django.name.place, Place::new(id, 2, 2 + 2 * "Django".len()));
    assert_eq!(redis.wanted, Wanted::Refused);
    let [problem] = problems.as_slice() else { panic!("one problem") };
    let at = 2 + 2 * "Django==4.2\r\nredis".len();
    assert_eq!(problem.place, Place::new(id, at, at + 4));
    // As an editor counts, which shows neither the mark nor the second bytes.
    assert_eq!(sources.shown().position(django.name.place), (1, 1));
    assert_eq!(sources.shown().position(problem.place), (2, 1 + "redis".len()));
}

#[test]
fn a_byte_order_mark_is_no_name() {
    assert_eq!(requirements("\u{feff}Django\n"), ["Django any version"]);
}

#[test]
fn names_are_compared_as_the_index_compares_them() {
    assert_eq!(normalise("Django_Environ"), "django-environ");
    assert_eq!(normalise("zope..interface"), "zope-interface");
}

#[test]
fn formats_are_told_by_path() {
    for (path, format) in [
        ("requirements.txt", Some(Format::Requirements)),
        ("requirements/base.txt", Some(Format::Requirements)),
        ("py-requirements/base.txt", Some(Format::Requirements)),
        ("dev-requirements.in", Some(Format::Requirements)),
        ("prod_req.txt", Some(Format::Requirements)),
        ("constraints.txt", Some(Format::Requirements)),
        ("app/pyproject.toml", Some(Format::Pyproject)),
        ("Pipfile", Some(Format::Pipfile)),
        ("Pipfile.lock", Some(Format::PipfileLock)),
        ("pylock.prod.toml", Some(Format::Pylock)),
        ("robots.txt", None),
        ("requirements.md", None),
        ("Cargo.lock", None),
    ] {
        assert_eq!(Format::of(Utf8Path::new(path)), format, "{path}");
    }
}

#[test]
fn hostile_input_is_survived() {
    let deep = format!("a; {}os_name == 'x'", "(".repeat(100_000));
    let nested = format!("{{\"default\": {}", "[".repeat(100_000));
    for (name, text) in [
        ("requirements.txt", deep.as_str()),
        ("requirements.txt", "[[[[\n\\\n\\\n@@\n-\n--\n-r\n;\n#\n\0\n=\n"),
        ("requirements.txt", "ünïcode\n-é\n\u{feff}"),
        ("requirements.txt", "??\0"),
        ("Pipfile.lock", nested.as_str()),
        ("Pipfile.lock", "{\"a\": \"\\ud800\", \"b\": \"ü\\"),
        ("Pipfile.lock", ""),
        ("pyproject.toml", "[project"),
        ("pyproject.toml", "project = 1\ntool = []\n"),
        ("poetry.lock", "package = 1\n[[packages]]\n"),
        ("setup.cfg", "  x\n[\n=\n:\n[options\ninstall_requires"),
    ] {
        read(name, text);
    }
}

/// Each would take minutes if reading were not linear.
#[test]
fn large_files_are_read_in_linear_time() {
    let excluded: String = (1..3000).map(|it| format!(",!={it}")).collect();
    for (name, text) in [
        ("requirements.txt", "://".repeat(300_000)),
        ("requirements.txt", "a\\\n".repeat(50_000)),
        ("requirements.txt", "a[".repeat(50_000)),
        ("requirements.txt", format!("a; {}", "os_name == 'x' or ".repeat(20_000))),
        ("requirements.txt", format!("a!=0{excluded}")),
        ("requirements.txt", "Django==4.2 # a\n".repeat(10_000)),
        ("Pipfile.lock", "{\"a\":".repeat(50_000)),
        ("Pipfile.lock", format!("[{}", "\"\\u0041\",".repeat(50_000))),
        ("pyproject.toml", format!("x = {}", "[".repeat(100_000))),
        ("poetry.lock", "[[package]]\nname = \"a\"\nversion = \"1\"\n".repeat(5_000)),
    ] {
        read(name, &text);
    }
}
