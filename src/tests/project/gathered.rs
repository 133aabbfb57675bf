//! Which of a tree's files hold for the project in one of its folders.

use super::requirements::{NO, UV_LOCK, YES, has, install, versions};
use crate::model::Files;
use crate::model::project::{Install, Requirements};
use crate::source::{Sources, Tree};
use crate::syntax::{self, Parsed, kind};
use crate::tests::file;
use camino::Utf8Path;

/// The requirements of the project in a folder of a tree, once all that is wanted was read.
fn gathered(files: &[(&str, &str)], folder: &str, installs: &[Install]) -> Requirements {
    let tree = Tree::of(files.iter().map(|(path, text)| file(path, *text)).collect());
    let mut sources = Sources::default();
    sources
        .add(tree.read(&tree.files().cloned().collect::<Vec<_>>()).into_iter().flatten().collect());
    let parsed: Vec<Parsed> = sources
        .ids()
        .into_iter()
        .map(|id| {
            let source = sources.get(id);
            let kind = kind::by_name(source.path()).unwrap_or(kind::Kind::Text);
            syntax::parse(kind, source.path(), id, source.text()).0
        })
        .collect();
    Requirements::gather(&Files::new(&tree, &sources, &parsed), Utf8Path::new(folder), installs)
}

#[test]
fn a_project_has_the_files_below_it_or_else_those_above() {
    let files = [
        ("backend/requirements.txt", "Django==5.1\n"),
        ("backend/docs/requirements.txt", "sphinx\n"),
        ("worker/requirements.txt", "Django==4.2\n"),
        ("backend/site/manage.py", ""),
    ];
    assert_eq!(versions(&gathered(&files, "backend", &[]), "django").unwrap(), "5.1");
    assert_eq!(versions(&gathered(&files, "backend/site", &[]), "django").unwrap(), "5.1");
    let both = gathered(&files, "", &[]);
    assert_eq!(versions(&both, "django").unwrap(), "4.2 or 5.1");
    let told = gathered(&files, "backend", &install("worker/requirements.txt", &[]));
    assert_eq!(versions(&told, "django").unwrap(), "4.2");
}

/// The versions of Django of a project of two lists, and a third file that may say which holds.
fn chosen(third: (&str, &str)) -> String {
    let files = [
        ("requirements.txt", "Django==4.0.6\n"),
        ("reqs/all.txt", "Django==4.2\n"),
        ("reqs/names.txt", "Django\n"),
        third,
    ];
    versions(&gathered(&files, "", &[]), "django").unwrap()
}

#[test]
fn a_list_that_nobody_installs_loosens_nothing() {
    assert_eq!(chosen(("manage.py", "")), "4.0.6");
    assert_eq!(chosen(("reqs/prod.txt", "Django==5.1\n")), "4.0.6 or 5.1");
    let docker = |text| chosen(("Dockerfile", text));
    assert_eq!(docker("RUN pip install -r requirements.txt\n"), "4.0.6");
    assert_eq!(docker("COPY . /app\nRUN pip install \\\n  -r /app/reqs/all.txt\n"), "4.2");
    let renamed =
        "COPY reqs/all.txt /tmp/requirements.txt\nRUN pip install -r /tmp/requirements.txt\n";
    assert_eq!(docker(renamed), "4.2");
    let by_stage = "ARG STAGE=all\nRUN pip wheel -w /wheels \\\n  -r ${STAGE}.txt\n";
    assert_eq!(docker(by_stage), "4.2");
    assert_eq!(docker("ARG STAGE\nRUN pip wheel -r ${STAGE}.txt\n"), "4.0.6");
    assert_eq!(chosen(("README.md", "    pip install -r reqs/all.txt\n")), "4.2");
}

#[test]
fn members_of_a_workspace_share_its_lock() {
    let files = [
        ("uv.lock", UV_LOCK),
        ("pyproject.toml", "[tool.uv.workspace]\nmembers = ['site']\n"),
        ("site/pyproject.toml", "[project]\ndependencies = ['Django']\n"),
    ];
    let site = gathered(&files, "site", &[]);
    assert_eq!(versions(&site, "django").unwrap(), "5.1.4");
    assert_eq!(has(&site, "gunicorn"), NO);
}

#[test]
fn included_files_of_any_name_are_read() {
    let files =
        [("requirements.txt", "-r deps/all.pip\n"), ("deps/all.pip", "gunicorn\n-c pins\n")];
    assert_eq!(has(&gathered(&files, "", &[]), "gunicorn"), YES);
}

#[test]
fn what_the_image_of_mounted_code_installs_counts_before_what_lies_nearest() {
    let files = |volumes: &'static str| {
        [
            ("site/manage.py", ""),
            ("site/requirements.txt", "Django==5.1\n"),
            ("docker/web/requirements.txt", "Django==5.0\n"),
            (
                "docker/web/Dockerfile",
                "FROM python:3.13\nCOPY requirements.txt /etc/\nRUN pip install -r /etc/requirements.txt\n",
            ),
            ("compose.yaml", volumes),
        ]
    };
    let mounted = "services: {web: {build: ./docker/web, volumes: ['./site:/site']}}\n";
    let another = "services: {web: {build: ./docker/web}}\n";
    let version = |it| versions(&gathered(&files(it), "site", &[]), "django").unwrap();
    assert_eq!(version(mounted), "5.0");
    assert_eq!(version(another), "5.1");
}

#[test]
fn what_an_image_above_a_project_installs_counts_before_the_list_beside_it() {
    let files = |dockerfile| {
        [
            ("Dockerfile", dockerfile),
            ("requirements.txt", "Django==2.2.7\n"),
            ("site/manage.py", ""),
            ("site/requirements.txt", "Django==1.9\n"),
        ]
    };
    let version = |it| versions(&gathered(&files(it), "site", &[]), "django").unwrap();
    let builds = "FROM python:3.8\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n";
    assert_eq!(version(builds), "2.2.7");
    assert_eq!(version("FROM python:3.8\n"), "1.9");
}

#[test]
fn a_list_for_developers_alone_leaves_the_rest_to_lists_above() {
    let files = [
        ("backend/requirements-dev.txt", "pytest\n"),
        ("backend/manage.py", ""),
        ("requirements/base.txt", "Django==5.1\n"),
        ("requirements/prod.txt", "-r base.txt\ngunicorn\n"),
    ];
    let gathered = gathered(&files, "backend", &[]);
    assert_eq!(has(&gathered, "gunicorn"), YES);
    assert_eq!(versions(&gathered, "django").unwrap(), "5.1");
}

#[test]
fn a_setup_py_counts_where_no_list_does() {
    let found = |setup: &str, more: &[(&str, &str)]| {
        let files = [&[("setup.py", setup), ("src/manage.py", "")], more].concat();
        versions(&gathered(&files, "src", &[]), "django")
    };
    let written = "from setuptools import setup\nsetup(name='shop', install_requires=[\n    'Django==1.7.4',\n    \
                   \"psycopg2>=2.5\",\n])\n";
    assert_eq!(found(written, &[]).unwrap(), "1.7.4");
    let named = "import setuptools\nneeds = [\n    'Django==1.7.4',\n]\nsetuptools.setup(install_requires=needs)\n";
    assert_eq!(found(named, &[]).unwrap(), "1.7.4");
    let list = [("requirements.txt", "Django==1.8\n")];
    assert_eq!(found(written, &list).unwrap(), "1.8");
    // What comes of these, a program decides.
    for changed in ["needs.append('south')", "needs += ['south']", "needs = open('all.txt')"] {
        assert_eq!(found(&named.replace("import setuptools", changed), &[]), None, "{changed}");
    }
    assert_eq!(found("setup(install_requires=open('all.txt').readlines())\n", &[]), None);
}
