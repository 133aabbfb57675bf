//! Where configuration is found, how files add up, and what is refused.

use super::{configured, folder, load, load_from, refused};
use crate::config::{self, Request, Table};
use crate::diagnostic::Severity;
use crate::rules::{self, Rule};
use std::fs;
use std::path::Path;

fn ids(rules: &[&'static Rule]) -> Vec<&'static str> {
    rules.iter().map(|rule| rule.id).collect()
}

#[test]
fn without_a_file_all_rules_run_that_are_no_matter_of_taste() {
    let config = load(&folder(&[]), ".").unwrap();
    let all: Vec<_> = rules::all().filter(|rule| !rule.pedantic).collect();
    assert_eq!(ids(&config.rules), ids(&all));
    assert_eq!(config.fail_on, Severity::Warning);
}

#[test]
fn the_nearest_file_counts_alone() {
    let folder = folder(&[
        ("kilter.toml", "select = ['nginx']"),
        ("app/kilter.toml", "fail-on = 'error'"),
        ("app/deploy/nginx.conf", ""),
    ]);
    for path in ["app", "app/deploy", "app/deploy/nginx.conf"] {
        let config = load(&folder, path).unwrap();
        assert_eq!(config.fail_on, Severity::Error, "{path}");
        assert!(ids(&config.rules).contains(&"systemd/syntax"), "{path}");
    }
    assert_eq!(load(&folder, ".").unwrap().fail_on, Severity::Warning);
}

#[test]
fn pyproject_counts_if_it_speaks_to_kilter() {
    let files = [
        ("pyproject.toml", "[tool.kilter]\nfail-on = 'error'"),
        ("app/pyproject.toml", "[tool.black]\nline-length = 88"),
        ("broken/pyproject.toml", "[tool.black\n"),
        ("both/pyproject.toml", "[tool.kilter]\nfail-on = 'error'"),
        ("both/kilter.toml", "fail-on = 'advice'"),
    ];
    let folder = folder(&files);
    for path in [".", "app", "broken"] {
        assert_eq!(load(&folder, path).unwrap().fail_on, Severity::Error, "{path}");
    }
    assert_eq!(load(&folder, "both").unwrap().fail_on, Severity::Advice);
}

#[test]
fn a_broken_pyproject_that_speaks_to_kilter_is_an_error() {
    let folder = folder(&[("pyproject.toml", "[tool.kilter]\nselect = [")]);
    let error = load(&folder, ".").err().unwrap().to_string();
    assert!(error.contains("pyproject.toml:2:"), "{error}");
}

#[test]
fn paths_of_two_configurations_are_not_checked_together() {
    let folder = folder(&[("a/kilter.toml", ""), ("b/kilter.toml", ""), ("a/x/y", "")]);
    assert!(load_from(folder.path(), &["a", "a/x"]).is_ok());
    let error = load_from(folder.path(), &["a", "b"]).err().unwrap().to_string();
    assert!(error.contains("configured by two files"), "{error}");
}

#[test]
fn a_file_builds_on_what_it_extends() {
    let folder = folder(&[
        ("base.toml", "fail-on = 'error'\npedantic = true\nignore = ['nginx/syntax']"),
        ("app/kilter.toml", "extend = '../base.toml'\npedantic = false\nignore = ['caddy']"),
    ]);
    let config = load(&folder, "app").unwrap();
    assert_eq!((config.fail_on, config.pedantic), (Severity::Error, false));
    let ids = ids(&config.rules);
    assert!(!ids.contains(&"nginx/syntax") && !ids.contains(&"caddy/syntax"), "{ids:?}");
}

#[test]
fn what_extends_itself_or_what_is_missing_is_an_error() {
    assert!(refused("extend = 'kilter.toml'").starts_with("kilter.toml:1:10: "));
    let missing = refused("\nextend = 'base.toml'");
    assert!(missing.starts_with("kilter.toml:2:10: "), "{missing}");
    assert!(missing.ends_with("does not exist"), "{missing}");

    let round =
        folder(&[("kilter.toml", "extend = 'b.toml'"), ("b.toml", "extend = 'kilter.toml'")]);
    let error = load(&round, ".").err().unwrap().to_string();
    assert!(error.contains("extends itself"), "{error}");
}

#[test]
fn a_nearer_selection_starts_anew() {
    let folder = folder(&[
        ("base.toml", "select = ['nginx', 'caddy']\nignore = ['systemd']"),
        ("kilter.toml", "extend = 'base.toml'\nselect = ['systemd/syntax']"),
    ]);
    assert_eq!(ids(&load(&folder, ".").unwrap().rules), ["systemd/syntax"]);
}

#[test]
fn the_more_specific_word_wins() {
    let only = |text| ids(&configured(text).rules);
    assert_eq!(only("select = ['nginx/syntax']\nignore = ['nginx']"), ["nginx/syntax"]);
    let rest = only("select = ['nginx']\nignore = ['nginx/syntax']");
    assert!(rest.contains(&"nginx/unquoted-brace") && !rest.contains(&"nginx/syntax"), "{rest:?}");
    assert_eq!(only("select = ['nginx/syntax']\nignore = ['nginx/syntax']"), [""; 0]);
    assert_eq!(only("select = ['all']\nignore = ['all']"), [""; 0]);
    let most = configured("ignore = ['all']\nextend-select = ['caddy']").rules;
    assert!(ids(&most).iter().all(|id| id.starts_with("caddy/")), "{:?}", ids(&most));
    assert!(ids(&most).contains(&"caddy/syntax"));
}

#[test]
fn whoever_speaks_last_of_a_rule_is_heard() {
    let folder = folder(&[
        ("base.toml", "ignore = ['caddy/syntax']\nextend-select = ['nginx/syntax']"),
        (
            "kilter.toml",
            "extend = 'base.toml'\nextend-select = ['caddy/syntax']\nignore = ['nginx/syntax']",
        ),
    ]);
    let ids = ids(&load(&folder, ".").unwrap().rules);
    assert!(ids.contains(&"caddy/syntax") && !ids.contains(&"nginx/syntax"), "{ids:?}");
}

#[test]
fn severities_go_by_the_closest_name() {
    let config =
        configured("[severity]\nall = 'advice'\nnginx = 'warning'\n'nginx/syntax' = 'error'");
    assert_eq!(config.severities.of("nginx/syntax"), Some(Severity::Error));
    assert_eq!(config.severities.of("nginx/unquoted-brace"), Some(Severity::Warning));
    assert_eq!(config.severities.of("caddy/syntax"), Some(Severity::Advice));
}

#[test]
fn a_baseline_is_looked_for_from_the_folder_of_the_file() {
    let folder = folder(&[("kilter.toml", "baseline = 'ci/known.json'"), ("app/x", "")]);
    let baseline = load(&folder, "app").unwrap().baseline.unwrap();
    assert_eq!(baseline, folder.path().join("ci/known.json"));
}

#[test]
fn faults_are_told_in_one_line_with_their_place() {
    let told = [
        ("selct = []", "kilter.toml:1:1: there is no key `selct`; did you mean `select`?"),
        ("\n  zzz = 1", "kilter.toml:2:3: there is no key `zzz`"),
        ("select = 'nginx'", "kilter.toml:1:10: `select` must be a list, and is a string"),
        (
            "select = [1]",
            "kilter.toml:1:11: `select` must be a string, a rule or group, and is a number",
        ),
        (
            "ignore = ['nginx', 'nginx/sintax']",
            "kilter.toml:1:20: there is no rule `nginx/sintax`; did you mean `nginx/syntax`?",
        ),
        (
            "fail-on = 'eror'",
            "kilter.toml:1:11: `eror` is none of the possible values; did you mean `error`?",
        ),
        (
            "fail-on = 'x'",
            "kilter.toml:1:11: `x` is none of the possible values; write \"error\", \"warning\", \"advice\"",
        ),
        (
            "[severity]\nnginxx = 'error'",
            "kilter.toml:2:1: there is no rule `nginxx`; did you mean `nginx`?",
        ),
        (
            "exclude = ['a[']",
            "kilter.toml:1:12: `a[` is no pattern: unclosed character class; missing ']'",
        ),
        ("exclude = ['!a']", "kilter.toml:1:12: a pattern cannot be negated with `!`"),
        ("[[override]]\nignore = ['nginx']", "kilter.toml:1:1: `paths` is missing: "),
        ("pedantic = 1", "kilter.toml:1:12: `pedantic` must be true or false, and is a number"),
        (
            "pedantic = 1979-05-27",
            "kilter.toml:1:12: `pedantic` must be true or false, and is a date",
        ),
        ("a = 1\na = 2", "kilter.toml:2:1: this is no TOML: duplicate key"),
        ("select = [", "kilter.toml:1:"),
    ];
    for (text, wanted) in told {
        let said = refused(text);
        assert!(said.starts_with(wanted), "{text:?}: {said}");
        assert!(!said.contains('\n'), "{text:?}: {said:?}");
    }
}

#[test]
fn hostile_files_end_in_an_error_or_nothing() {
    let deep = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long_key = format!("{} = 1", "x".repeat(1 << 20));
    for text in [deep.as_str(), &long_key, "\u{feff}", "a.b.c.d = 1", "\0", "'' = 1"] {
        let folder = folder(&[("kilter.toml", text)]);
        _ = load(&folder, ".");
    }
    let folder = folder(&[]);
    fs::write(folder.path().join("kilter.toml"), b"\xff\xfe").unwrap();
    assert!(load(&folder, ".").is_err());
    fs::remove_file(folder.path().join("kilter.toml")).unwrap();
    fs::create_dir(folder.path().join("kilter.toml")).unwrap();
    let error = load(&folder, ".").err().unwrap().to_string();
    assert!(error.ends_with("it is no regular file"), "{error}");
}

#[test]
fn a_file_that_is_asked_for_must_be_there() {
    let roots = [];
    let request = |file| Request {
        roots: &roots,
        here: Path::new("/"),
        file: Some(file),
        variables: Table::default(),
        options: Table::default(),
    };
    let error = config::load(request(Path::new("/nonexistent/k.toml"))).err().unwrap();
    assert_eq!(error.to_string(), "cannot read `/nonexistent/k.toml`: it does not exist");
}
