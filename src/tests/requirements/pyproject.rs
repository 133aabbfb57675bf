//! pyproject.toml, Pipfile and setup.cfg.

use super::read;
use crate::syntax::requirements::{Group, Included};

#[test]
fn a_project_table_is_read_with_its_extras_and_groups() {
    let read = read(
        "pyproject.toml",
        r#"
[project]
requires-python = ">=3.11"
dependencies = ["Django>=5.1,<5.3", 'gunicorn', "psycopg[binary]~=3.2"]

[project.optional-dependencies]
Monitoring = ["sentry-sdk"]

[dependency-groups]
dev = ["pytest", {include-group = "Lint_All"}]
lint-all = ["ruff==0.8"]

[tool.uv]
dev-dependencies = ["ipython"]

[tool.uv.sources]
gunicorn = { git = "https://git.example/gunicorn" }
"#,
    );
    let expected = [
        "Django >=5.1,<5.3",
        "gunicorn elsewhere",
        "psycopg[binary] >=3.2,<4",
        "sentry-sdk any version (extra monitoring)",
        "pytest any version (dev)",
        "ruff 0.8 (lint-all)",
        "ipython any version (dev)",
    ];
    assert_eq!(read.requirements(), expected);
    let included = Included::Group(Group::Named("lint-all".to_owned()));
    assert_eq!(read.includes(), [&included]);
    assert_eq!(read.manifest.python.as_ref().unwrap().value.to_string(), ">=3.11");
    assert_eq!(read.problems(), []);
    assert!(read.manifest.declares);
}

#[test]
fn poetrys_tables_are_read() {
    let read = read(
        "pyproject.toml",
        r#"
[tool.poetry.dependencies]
python = "^3.11"
Django = "^4.2"
celery = { version = "~5.3", extras = ["redis"] }
uvicorn = { version = "*", optional = true }
app = { git = "https://git.example/app.git" }
numpy = [
    { version = "<2", python = "<3.12" },
    { version = ">=2", markers = "python_version >= '3.12'" },
]

[tool.poetry.group.dev.dependencies]
pytest = ">=8"

[tool.poetry.dev-dependencies]
black = "24.1"
"#,
    );
    let expected = [
        "Django >=4.2,<5",
        "celery[redis] >=5.3,<5.4",
        "uvicorn any version (extra uvicorn)",
        "app elsewhere",
        "numpy <2",
        "numpy >=2",
        "black 24.1 (dev)",
        "pytest >=8 (dev)",
    ];
    assert_eq!(read.requirements(), expected);
    assert_eq!(read.manifest.python.as_ref().unwrap().value.to_string(), ">=3.11,<4");
    assert_eq!(read.problems(), []);
}

#[test]
fn a_file_that_only_configures_tools_declares_nothing() {
    assert!(!read("pyproject.toml", "[tool.ruff]\nline-length = 100\n").manifest.declares);
    assert!(!read("setup.cfg", "[flake8]\nmax-line-length = 100\n").manifest.declares);
}

#[test]
fn dynamic_dependencies_are_followed_or_opaque() {
    let dynamic = "[project]\nname = 'a'\ndynamic = ['dependencies']\n";
    assert_eq!(read("pyproject.toml", dynamic).opaque(), ["dependencies"]);
    let files = "[tool.setuptools.dynamic]\ndependencies = { file = ['requirements.txt'] }\n";
    let read = read("pyproject.toml", &format!("{dynamic}{files}"));
    assert_eq!(read.opaque(), Vec::<&str>::new());
    assert_eq!(read.includes(), [&Included::Requirements("requirements.txt".to_owned())]);
}

#[test]
fn faults_are_pointed_at() {
    let read_it = read("pyproject.toml", "[tool.poetry.dependencies]\nDjango = \"latest\"\n");
    assert_eq!(read_it.problems(), [("`latest` is no constraint on versions", "latest")]);
    let broken = read("pyproject.toml", "[project]\ndependencies = [\n");
    assert_eq!(broken.problems.len(), 1);
    assert!(broken.problems[0].message.starts_with("this is no TOML: "));
    assert_eq!(broken.manifest.opaque.len(), 1);
}

#[test]
fn a_pipfile_is_read() {
    let read = read(
        "Pipfile",
        r#"
[[source]]
url = "https://example.org/simple"

[packages]
django = "==4.2.16"
gunicorn = "*"
"argon2_cffi" = { version = ">=21", extras = ["x"], markers = "sys_platform == 'linux'" }
ciso8601 = "2.3"
app = { path = "." }

[dev-packages]
pytest = "~=8.0"

[docs]
sphinx = "*"

[requires]
python_version = "3.11"
"#,
    );
    let expected = [
        "django 4.2.16",
        "gunicorn any version",
        "argon2_cffi[x] >=21",
        "ciso8601 2.3",
        "app elsewhere",
        "pytest >=8.0,<9 (dev)",
        "sphinx any version (docs)",
    ];
    assert_eq!(read.requirements(), expected);
    assert_eq!(read.manifest.python.as_ref().unwrap().value.to_string(), ">=3.11,<3.12");
    assert_eq!(read.problems(), []);
}

#[test]
fn setup_cfg_is_read() {
    let read = read(
        "setup.cfg",
        "[metadata]\nname = app\n\n[options]\npython_requires = >=3.9\ninstall_requires =\n    \
         Django>=4.2\n    # old\n    celery[redis] ; python_version >= '3.8'\n\n\
         [options.extras_require]\nprod = gunicorn\ndev = file: requirements/dev.txt\n\n[isort]\nx = a\n",
    );
    let expected =
        ["Django >=4.2", "celery[redis] any version", "gunicorn any version (extra prod)"];
    assert_eq!(read.requirements(), expected);
    assert_eq!(read.includes(), [&Included::Requirements("requirements/dev.txt".to_owned())]);
    assert_eq!(read.manifest.python.as_ref().unwrap().value.to_string(), ">=3.9");
    assert!(read.manifest.declares);
}
