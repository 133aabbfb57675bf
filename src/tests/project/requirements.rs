//! What follows from all the requirement files of a project.

use crate::fact::Certainty;
use crate::fact::version::pep440;
use crate::model::project::{Declared, Install, Requirements, included_paths};
use crate::source::Sources;
use crate::syntax::requirements::{Format, Group, Manifest, parse, parse_one};
use crate::syntax::spliced::Spliced;
use crate::tests::file;
use camino::Utf8Path;

/// The requirements of a project of these files, told what is installed.
fn project(files: &[(&str, &str)], installs: &[Install]) -> Requirements {
    let mut sources = Sources::default();
    sources.add(files.iter().map(|(path, text)| file(path, *text)).collect());
    let manifests: Vec<Manifest> = sources
        .ids()
        .into_iter()
        .map(|id| {
            let source = sources.get(id);
            let format = Format::of(source.path()).unwrap_or(Format::Requirements);
            let (manifest, problems) = parse(format, id, source.text());
            assert_eq!(problems, []);
            manifest
        })
        .collect();
    let declared = sources.ids().into_iter().zip(&manifests);
    let declared: Vec<Declared<'_>> = declared
        .map(|(file, manifest)| Declared { path: sources.get(file).path(), file, manifest })
        .collect();
    Requirements::new(&declared, installs)
}

fn guessed(files: &[(&str, &str)]) -> Requirements {
    project(files, &[])
}

pub(super) fn install(file: &str, groups: &[Group]) -> Vec<Install> {
    vec![Install::File { path: file.into(), groups: groups.to_vec() }]
}

/// Yes, no or unknown, and how certain.
pub(super) fn has(requirements: &Requirements, name: &str) -> Option<(bool, Certainty)> {
    requirements.has(name).map(|it| (it.value, it.evidence().certainty()))
}

fn provides(requirements: &Requirements, module: &str) -> Option<bool> {
    requirements.provides(module).map(|it| it.value)
}

pub(super) fn versions(requirements: &Requirements, name: &str) -> Option<String> {
    requirements.of(name).map(|it| it.to_string())
}

pub(super) const YES: Option<(bool, Certainty)> = Some((true, Certainty::Certain));
pub(super) const NO: Option<(bool, Certainty)> = Some((false, Certainty::Certain));

#[test]
fn without_files_nothing_is_known() {
    let none = guessed(&[]);
    assert!(none.is_empty());
    assert_eq!(has(&none, "gunicorn"), None);
    assert_eq!(provides(&none, "gunicorn"), None);
    assert!(none.django().is_none());
    let tools = guessed(&[("pyproject.toml", "[tool.ruff]\nline-length = 100\n")]);
    assert_eq!(has(&tools, "gunicorn"), None);
}

#[test]
fn one_file_answers_for_all_that_it_lists() {
    let one = guessed(&[("requirements.txt", "Django>=4.2,<5\nGunicorn==22.0\n")]);
    assert_eq!(has(&one, "gunicorn"), YES);
    assert_eq!(has(&one, "uvicorn"), NO);
    assert_eq!(versions(&one, "django").unwrap(), ">=4.2,<5");
    assert_eq!(one.django().unwrap().value.at_least([4, 2]), Some(true));
    assert_eq!(versions(&one, "Gunicorn").unwrap(), "22.0");
    assert_eq!(versions(&one, "uvicorn"), None);
    assert_eq!(one.lists().count(), 1);
}

#[test]
fn a_release_of_the_same_repository_brings_what_its_folder_says() {
    let core = |version| {
        format!(
            "[project]\nname = \"Acme-Core\"\nversion = \"{version}\"\ndependencies = [\"Django>=5.2,<5.3\"]\n"
        )
    };
    let django = |requirement: &str, version| {
        let (site, core) = (format!("{requirement}\n"), core(version));
        let files = [("site/requirements.txt", &*site), ("core/pyproject.toml", &*core)];
        versions(&project(&files, &install("site/requirements.txt", &[])), "django")
    };
    let range = Some(">=5.2,<5.3".to_owned());
    let url = "git+https://git.example.com/acme/core.git@v0.6.0#subdirectory=core";
    assert_eq!(django(&format!("acme-core @ {url}"), "0.6.0"), range);
    assert_eq!(django(&format!("{url}&egg=acme_core"), "0.6.0"), range);
    // Another release may ask for another Django, another folder is another project.
    assert_eq!(django(&format!("acme-core @ {url}"), "0.7.0"), None);
    assert_eq!(django(&format!("acme-more @ {url}"), "0.6.0"), None);
    assert_eq!(django(&format!("acme-core @ {url}s"), "0.6.0"), None);
}

#[test]
fn what_others_bring_along_is_there() {
    let celery = guessed(&[("requirements.txt", "django-celery-beat\n")]);
    assert_eq!(has(&celery, "celery"), Some((true, Certainty::Likely)));
    assert_eq!(has(&celery, "kombu"), Some((true, Certainty::Likely)));
    assert_eq!(has(&celery, "gunicorn"), NO);
}

#[test]
fn of_a_list_that_looks_frozen_what_others_bring_is_there_all_the_same() {
    let thinned = "asgiref==3.8.1\nDjango==5.0.4\npca==2.0.7\nsqlparse==0.5.0\n";
    let files = guessed(&[("requirements.txt", thinned)]);
    assert_eq!(provides(&files, "matplotlib"), Some(true));
    assert_eq!(provides(&files, "requests"), Some(false));
}

#[test]
fn an_unknown_distribution_may_bring_what_is_not_made_for_django() {
    let unknown = guessed(&[("requirements.txt", "Django\nacme-platform\n")]);
    assert_eq!(has(&unknown, "gunicorn"), Some((false, Certainty::Likely)));
    assert_eq!(provides(&unknown, "corsheaders"), Some(false));
    assert_eq!(provides(&unknown, "acme_reports"), None);
    assert_eq!(provides(&unknown, "requests"), None);
    let for_django = guessed(&[("requirements.txt", "Django\ndjango-acme\n")]);
    assert_eq!(provides(&for_django, "corsheaders"), None);
    assert_eq!(provides(&unknown, "acme_platform"), Some(true));
}

#[test]
fn of_unknown_distributions_only_one_that_is_named_for_it_is_named() {
    let why = |list: &str| {
        let absent = guessed(&[("requirements.txt", list)]).has("gunicorn").unwrap();
        absent.evidence().doubt().unwrap().why.to_string()
    };
    for list in ["Django\nacme-platform\n", "Django\nacme-platform\nzeta\n"] {
        assert_eq!(why(list), "another of these packages may bring it along");
    }
    let named = why("Django\nacme-platform\nzeta-gunicorn\n");
    assert_eq!(named, "zeta-gunicorn may bring it along");
}

#[test]
fn modules_are_provided_by_what_is_listed() {
    let files = [("requirements.txt", "Django\ndjangorestframework\npsycopg2-binary\n")];
    let known = guessed(&files);
    assert_eq!(provides(&known, "rest_framework.authtoken"), Some(true));
    assert_eq!(provides(&known, "psycopg2"), Some(true));
    assert_eq!(provides(&known, "asgiref"), Some(true));
    assert_eq!(provides(&known, "corsheaders"), Some(false));
    assert_eq!(provides(&known, "no_such_module"), Some(false));
}

#[test]
fn includes_and_constraints_are_followed() {
    let files = [
        ("requirements/base.txt", "-c ../pins.txt\nDjango>=4.2\n"),
        ("requirements/prod.txt", "-r base.txt\ngunicorn\n"),
        ("pins.txt", "Django==4.2.16\ncelery==5.4\n"),
    ];
    let all = guessed(&files);
    assert_eq!(has(&all, "gunicorn"), YES);
    assert_eq!(versions(&all, "django").unwrap(), "4.2.16");
    assert_eq!(has(&all, "celery"), None, "a constraint installs nothing, and yet it is named");
    let told = project(&files, &install("requirements/prod.txt", &[]));
    assert_eq!(has(&told, "celery"), NO);
    let base = project(&files, &install("requirements/base.txt", &[]));
    assert_eq!(has(&base, "gunicorn"), NO);
}

#[test]
fn what_is_not_in_view_leaves_the_rest_unknown() {
    for text in
        ["-r missing.txt\ngunicorn\n", "-e .\ngunicorn\n", "git+https://x.example/y\ngunicorn"]
    {
        let open = guessed(&[("requirements.txt", text)]);
        assert_eq!(has(&open, "gunicorn"), YES, "{text}");
        assert_eq!(has(&open, "uvicorn"), None, "{text}");
        assert_eq!(provides(&open, "corsheaders"), None, "{text}");
    }
    let absent = project(&[("requirements.txt", "gunicorn")], &install("other.txt", &[]));
    assert_eq!(has(&absent, "gunicorn"), None);
}

#[test]
fn extras_bring_what_they_are_named_for() {
    let text = "channels[daphne]\ngunicorn[gevent]\ncelery[acme]\n";
    let all = guessed(&[("requirements.txt", text)]);
    assert_eq!(has(&all, "daphne"), Some((true, Certainty::Likely)));
    assert_eq!(has(&all, "gevent"), Some((true, Certainty::Likely)));
    assert_eq!(
        has(&all, "waitress"),
        Some((false, Certainty::Likely)),
        "of `acme` nothing is known"
    );
    assert_eq!(provides(&all, "requests"), None);
}

#[test]
fn all_that_is_installed_together_counts() {
    let files = [("base.txt", "Django\n"), ("requirements/prod.txt", "whitenoise\n")];
    let (sources, id) = crate::tests::source("Dockerfile", "gunicorn[gevent]==23");
    let command = Spliced::verbatim(id, sources.get(id).text(), sources.get(id).text());
    let mut installs = install("requirements/prod.txt", &[]);
    installs.push(Install::Named(parse_one(&command).unwrap()));
    let told = project(&files, &installs);
    assert_eq!(has(&told, "gunicorn"), YES);
    assert_eq!(has(&told, "whitenoise"), YES);
    assert_eq!(has(&told, "gevent"), Some((true, Certainty::Likely)));
    assert_eq!(has(&told, "django"), NO);
}

#[test]
fn what_developers_files_include_is_what_servers_install() {
    let dev = ("requirements/dev.txt", "-r base.txt\npytest\n");
    let all = guessed(&[dev, ("requirements/base.txt", "Django==5.1\n")]);
    assert_eq!(versions(&all, "django").unwrap(), "5.1");
    assert_eq!(has(&all, "pytest"), None);
    let pinned = ("requirements/dev.in", "-c base.txt\npytest\n");
    let all = guessed(&[pinned, ("requirements/base.txt", "Django==5.1\n")]);
    assert_eq!(versions(&all, "django").unwrap(), "5.1");
}

#[test]
fn a_group_may_be_all_that_there_is() {
    let text = "[dependency-groups]\nserver = ['Django==5.2.1']\n";
    let all = guessed(&[("pyproject.toml", text)]);
    let django = all.django().unwrap();
    assert_eq!(django.to_string(), "5.2.1");
    assert_eq!(django.evidence().certainty(), Certainty::Likely);
    assert_eq!(has(&all, "gunicorn"), None, "what leads to no Django is not all");
}

#[test]
fn the_file_that_admits_most_leads() {
    let all = guessed(&[
        ("requirements/all.txt", "Django==5.2.11\n"),
        ("requirements/base.txt", "# any\n\ndjango\n"),
    ]);
    let django = all.django().unwrap();
    assert_eq!(django.to_string(), "any version");
    assert_eq!(django.evidence().place().unwrap().span.start, 7);
}

#[test]
fn includes_that_lead_back_end() {
    let files =
        [("requirements/a.txt", "-r b.txt\ngunicorn\n"), ("requirements/b.txt", "-r a.txt")];
    assert_eq!(has(&project(&files, &install("requirements/a.txt", &[])), "gunicorn"), YES);
}

#[test]
fn files_for_developers_are_no_way_to_install() {
    let files = [
        ("requirements.txt", "Django==5.1\n"),
        ("requirements-dev.txt", "-r requirements.txt\npytest\n"),
        ("requirements/test.txt", "gunicorn\n"),
    ];
    let all = guessed(&files);
    assert_eq!(has(&all, "gunicorn"), None, "somebody may install that file");
    assert_eq!(has(&all, "uvicorn"), NO);
    let server = ("requirements/production.txt", "Django==5.1\ngunicorn\n");
    let more = guessed(&[files[0], files[2], server]);
    assert_eq!(has(&more, "gunicorn"), None, "two ways, and they differ");
    assert_eq!(versions(&more, "django").unwrap(), "5.1");
}

#[test]
fn an_installed_folder_is_followed_to_its_project() {
    let files = [
        ("requirements/dev.txt", "-e .[prod]\n"),
        (
            "pyproject.toml",
            "[project]\ndependencies = ['Django']\n\
             [project.optional-dependencies]\nprod = ['gunicorn']\nmail = ['django-anymail']\n",
        ),
    ];
    let told = project(&files, &install("requirements/dev.txt", &[]));
    assert_eq!(has(&told, "gunicorn"), YES);
    assert_eq!(has(&told, "django-anymail"), NO);
}

#[test]
fn groups_and_extras_count_if_they_are_installed() {
    let files = [(
        "pyproject.toml",
        "[project]\ndependencies = ['Django']\n[dependency-groups]\nprod = ['gunicorn', \
         {include-group = 'more'}]\nmore = ['whitenoise']\n",
    )];
    let all = guessed(&files);
    assert_eq!(has(&all, "gunicorn"), None);
    assert_eq!(has(&all, "uvicorn"), NO);
    let prod = install("pyproject.toml", &[Group::Named("prod".to_owned())]);
    let told = project(&files, &prod);
    assert_eq!(has(&told, "gunicorn"), YES);
    assert_eq!(has(&told, "whitenoise"), YES);
    assert_eq!(has(&project(&files, &install("pyproject.toml", &[])), "gunicorn"), NO);
}

pub(super) const UV_LOCK: &str = r#"
requires-python = ">=3.12"

[[package]]
name = "app"
source = { virtual = "." }
dependencies = [{ name = "django" }, { name = "acme", extra = ["x"] }]

[[package]]
name = "django"
version = "5.1.4"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "acme"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
[package.optional-dependencies]
x = [{ name = "redis" }]

[[package]]
name = "redis"
version = "5.2"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "pytest"
version = "8.0"
source = { registry = "https://pypi.org/simple" }
"#;

#[test]
fn a_lock_file_decides_versions_and_what_is_missing() {
    let project_file = "[project]\ndependencies = ['Django>=5', 'acme[x]']\n";
    let files = [("pyproject.toml", project_file), ("uv.lock", UV_LOCK)];
    let locked = project(&files, &install("pyproject.toml", &[]));
    assert_eq!(versions(&locked, "django").unwrap(), "5.1.4");
    assert_eq!(versions(&locked, "redis").unwrap(), "5.2");
    assert_eq!(has(&locked, "redis"), YES);
    assert_eq!(has(&locked, "pytest"), NO, "locked for a group that is not installed");
    assert_eq!(has(&locked, "gunicorn"), NO, "nothing unknown can bring it along");
    assert_eq!(locked.python().unwrap().to_string(), ">=3.12");
    assert_eq!(has(&guessed(&files), "pytest"), None);
    // Of what acme is imported as, the lock file says nothing.
    assert_eq!(provides(&locked, "acme_reports"), None);
}

#[test]
fn poetrys_groups_say_what_is_installed() {
    let poetry = "[tool.poetry.dependencies]\npython = '^3.11'\nDjango = '^4.2'\n";
    let lock = |groups: &str| {
        format!(
            "[[package]]\nname = 'Django'\nversion = '4.2.16'\n{}\n\
             [[package]]\nname = 'pytest'\nversion = '8.0'\n{}\n",
            groups.replace("GROUP", "main"),
            groups.replace("GROUP", "dev"),
        )
    };
    for groups in ["groups = ['GROUP']", "category = 'GROUP'", ""] {
        let files = [("pyproject.toml", poetry), ("poetry.lock", &lock(groups))];
        let told = project(&files, &install("pyproject.toml", &[]));
        assert_eq!(versions(&told, "django").unwrap(), "4.2.16", "{groups}");
        assert_eq!(has(&told, "pytest"), NO, "{groups}");
    }
}

#[test]
fn pipfile_and_its_lock_go_together() {
    let files = [
        ("Pipfile", "[packages]\ndjango = '*'\n[dev-packages]\npytest = '*'\n"),
        (
            "Pipfile.lock",
            r#"{"default": {"django": {"version": "==5.1"}, "asgiref": {"version": "==3.8"}},
                "develop": {"pytest": {"version": "==8.0"}}}"#,
        ),
    ];
    let told = project(&files, &install("Pipfile", &[]));
    assert_eq!(versions(&told, "django").unwrap(), "5.1");
    assert_eq!(has(&told, "asgiref"), YES);
    assert_eq!(has(&told, "pytest"), NO);
}

#[test]
fn markers_decide_what_counts() {
    let text = "Django\npywin32; sys_platform == 'win32'\nuvloop; platform_machine == 'x86_64'\n\
                numpy<2; python_version < '3.12'\nnumpy>=2; python_version >= '3.12'\n";
    let all = project(&[("requirements.txt", text)], &install("requirements.txt", &[]));
    assert_eq!(has(&all, "pywin32"), NO);
    assert_eq!(has(&all, "uvloop"), None);
    assert_eq!(versions(&all, "numpy").unwrap(), "<2 or >=2");
    // One interpreter decides what asks for its version, and nothing else.
    let old = all.under(&pep440("==3.11.*").unwrap());
    assert_eq!(versions(&old, "numpy").unwrap(), "<2");
    assert!(all.is_conditional("numpy") && !old.is_conditional("numpy"));
    assert!(old.is_conditional("uvloop"));
}

#[test]
fn hashes_make_a_list_complete() {
    let text = "acme-platform==1 --hash=sha256:00\nDjango==5.1 --hash=sha256:00\n";
    assert_eq!(has(&guessed(&[("requirements.txt", text)]), "gunicorn"), NO);
}

#[test]
fn compiled_files_stand_for_what_they_are_compiled_from() {
    let files =
        [("requirements.in", "Django\n"), ("requirements.txt", "Django==5.1\nasgiref==3\n")];
    assert_eq!(versions(&guessed(&files), "django").unwrap(), "5.1");
}

#[test]
fn files_of_any_name_are_asked_for() {
    let (sources, id) = crate::tests::source("deps/prod.txt", "-r more.pip\n-e ..\n");
    let (manifest, _) = parse(Format::Requirements, id, sources.get(id).text());
    let paths = included_paths(Utf8Path::new("deps/prod.txt"), &manifest);
    assert!(paths.contains(&"deps/more.pip".into()));
    assert!(paths.contains(&"pyproject.toml".into()));
}
