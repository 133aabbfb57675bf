//! Lock files.

use super::{Read, read};
use crate::syntax::requirements::Group;

/// `name version (groups) needs`, each name at its place.
fn packages(read: &Read) -> Vec<String> {
    assert_eq!(read.problems(), []);
    let show = |it: &crate::syntax::requirements::Package| {
        assert_eq!(read.text(it.name.place).trim_matches('"'), it.name.value);
        let version = it.version.as_ref().map_or("?".to_owned(), |it| it.value.to_string());
        let group = |group: &Group| match group {
            Group::Main => "main".to_owned(),
            Group::Extra(name) => format!("extra {name}"),
            Group::Named(name) => name.clone(),
        };
        let groups: Vec<String> = it.groups.iter().map(group).collect();
        format!("{} {version} ({}) {}", it.name.value, groups.join(","), it.needs.join(","))
    };
    read.manifest.packages.iter().map(show).collect()
}

#[test]
fn poetrys_lock_is_read() {
    let read = read(
        "poetry.lock",
        r#"
[[package]]
name = "Django"
version = "4.2.16"
optional = false
groups = ["main", "dev"]

[package.dependencies]
asgiref = ">=3.6.0,<4"
sqlparse = { version = ">=0.3.1", markers = "os_name == 'posix'" }

[[package]]
name = "pytest"
version = "8.0"
category = "dev"

[[package]]
name = "uvicorn"
version = "0.30"
optional = true
groups = ["main"]

[[package]]
name = "app"
version = "unknown"

[metadata]
python-versions = "^3.11"
"#,
    );
    let expected = [
        "Django 4.2.16 (main,dev) asgiref,sqlparse",
        "pytest 8.0 (dev) ",
        "uvicorn 0.30 (extra ) ",
        "app ? () ",
    ];
    assert_eq!(packages(&read), expected);
    assert_eq!(read.manifest.python.as_ref().unwrap().value.to_string(), ">=3.11,<4");
}

#[test]
fn uvs_lock_says_what_the_project_asks_for() {
    let read = read(
        "uv.lock",
        r#"
version = 1
requires-python = ">=3.12"

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [{ name = "django" }, { name = "celery", extra = ["redis"] }]

[package.dev-dependencies]
dev = [{ name = "pytest" }]

[package.optional-dependencies]
prod = [{ name = "gunicorn", marker = "sys_platform != 'win32'" }]

[[package]]
name = "django"
version = "5.1.4"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "asgiref" }, { name = "tzdata", marker = "sys_platform == 'win32'" }]
"#,
    );
    let asked = [
        "django any version",
        "celery[redis] any version",
        "gunicorn any version (extra prod)",
        "pytest any version (dev)",
    ];
    assert_eq!(read.requirements(), asked);
    assert_eq!(packages(&read), ["django 5.1.4 () asgiref,tzdata"]);
    assert_eq!(read.manifest.python.as_ref().unwrap().value.to_string(), ">=3.12");
}

#[test]
fn pdms_lock_and_pylock_are_read() {
    let pdm = read(
        "pdm.lock",
        "[metadata]\ngroups = [\"default\"]\n\n[[package]]\nname = \"django\"\nversion = \"5.1.4\"\n\
         requires_python = \">=3.10\"\ngroups = [\"default\", \"dev\"]\n\
         dependencies = [\"asgiref<4,>=3.8.1\", \"tzdata; sys_platform == \\\"win32\\\"\"]\n",
    );
    assert_eq!(packages(&pdm), ["django 5.1.4 (main,dev) asgiref,tzdata"]);
    let pylock = read(
        "pylock.toml",
        "lock-version = \"1.0\"\nrequires-python = \">=3.12\"\n\n[[packages]]\nname = \"django\"\n\
         version = \"5.1.4\"\ndependencies = [{ name = \"asgiref\" }]\n",
    );
    assert_eq!(packages(&pylock), ["django 5.1.4 () asgiref"]);
}

#[test]
fn pipenvs_lock_is_read() {
    let text = r#"{
    "_meta": {"hash": {"sha256": "00"}, "pipfile-spec": 6, "requires": {"python_version": "3.11"}},
    "default": {
        "django": {"hashes": ["sha256:00"], "index": "pypi", "version": "==4.2.16"},
        "app": {"editable": true, "path": "."},
        "colorama": {"markers": "sys_platform == 'win32'", "version": "==0.4.6"}
    },
    "develop": {"pytest": {"version": "==8.0"}}
}"#;
    let read = read("Pipfile.lock", text);
    let expected =
        ["django 4.2.16 (main) ", "app ? (main) ", "colorama 0.4.6 (main) ", "pytest 8.0 (dev) "];
    assert_eq!(packages(&read), expected);
    let colorama = &read.manifest.packages[2];
    assert_eq!(colorama.marker.as_ref().unwrap().holds(None), Some(false));
    assert_eq!(read.manifest.python.as_ref().unwrap().value.to_string(), ">=3.11,<3.12");
}

#[test]
fn what_is_no_json_is_refused_where_it_stops() {
    let read = read("Pipfile.lock", "{\"default\": {,}}");
    let [problem] = read.problems.as_slice() else { panic!("one problem") };
    assert_eq!(problem.place.span.start, 13);
    assert_eq!(read.manifest.opaque.len(), 1);
}
