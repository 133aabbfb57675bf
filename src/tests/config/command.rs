//! What the command line makes of a configuration.

use super::folder;
use crate::cli::{self, Exit, Terminal};
use std::fs;
use tempfile::TempDir;

pub(super) struct Said {
    pub(super) exit: Exit,
    pub(super) out: String,
    pub(super) err: String,
}

/// kilter with variables and arguments, and the folder as the last argument.
pub(super) fn kilter(variables: &[(&str, &str)], arguments: &[&str], folder: &TempDir) -> Said {
    let path = folder.path().to_str().unwrap();
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    let terminal = Terminal { variables: variables.collect(), ..Terminal::default() };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["kilter"].iter().chain(arguments).chain([&path]).map(Into::into);
    let exit = cli::run(arguments, &terminal, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).unwrap().replace(&format!("{path}/"), "");
    Said { exit, out: text(out), err: text(err) }
}

pub(super) fn concise(folder: &TempDir, arguments: &[&str]) -> Said {
    kilter(&[], &[&["check", "--format", "concise"], arguments].concat(), folder)
}

/// An nginx configuration that nginx refuses.
pub(super) const BROKEN: &str = "events {\n}\nhttp {\n    srver {\n    }\n";

#[test]
fn a_broken_configuration_ends_the_run_with_one_line() {
    let said = concise(&folder(&[("kilter.toml", "selct = []"), ("nginx.conf", BROKEN)]), &[]);
    assert_eq!((said.exit, said.out.as_str()), (Exit::Failed, ""));
    let wanted = "kilter: kilter.toml:1:1: there is no key `selct`; did you mean `select`?\n";
    assert_eq!(said.err, wanted);
}

#[test]
fn excluded_folders_are_not_read() {
    let files = [("spare/nginx.conf", BROKEN), ("kilter.toml", "exclude = ['spare']")];
    let said = concise(&folder(&files), &[]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.out);
    let said = concise(&folder(&files[..1]), &["--exclude", "nothing"]);
    assert_eq!(said.exit, Exit::Found, "{}", said.out);
    assert!(said.out.contains("nginx/"), "{}", said.out);
}

#[test]
fn overrides_hold_for_their_paths_only() {
    let over = "[[override]]\npaths = ['spare']\nignore = ['nginx']\n";
    let files = [("spare/nginx.conf", BROKEN), ("new/nginx.conf", BROKEN), ("kilter.toml", over)];
    let said = concise(&folder(&files), &[]);
    assert!(said.out.contains("new/nginx.conf:"), "{}", said.out);
    assert!(!said.out.contains("spare/nginx.conf:"), "{}", said.out);
}

#[test]
fn severities_are_for_the_user_to_say() {
    let files = |severity| {
        let text = format!("fail-on = 'error'\n[severity]\nnginx = '{severity}'");
        folder(&[("nginx.conf", BROKEN), ("kilter.toml", &text)])
    };
    assert_eq!(concise(&files("error"), &[]).exit, Exit::Found);
    let said = concise(&files("advice"), &[]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.out);
    assert!(said.out.contains("advice"), "{}", said.out);
    let over =
        "[severity]\nnginx = 'advice'\n[[override]]\npaths = ['*.conf']\nseverity.nginx = 'error'";
    let said = concise(&folder(&[("nginx.conf", BROKEN), ("kilter.toml", over)]), &[]);
    assert!(said.out.contains("error"), "{}", said.out);
}

#[test]
fn options_go_over_variables_and_those_over_files() {
    let folder = folder(&[("kilter.toml", "fail-on = 'advice'")]);
    let shown = |variables: &[(&str, &str)], options: &[&str]| {
        let said = kilter(variables, &[&["config", "show"], options].concat(), &folder);
        let line = said.out.lines().find(|line| line.starts_with("fail-on")).unwrap().to_owned();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let variable = [("KILTER_FAIL_ON", "error")];
    assert_eq!(shown(&[], &[]), "fail-on = \"advice\" # kilter.toml:1:11");
    assert_eq!(shown(&variable, &[]), "fail-on = \"error\" # KILTER_FAIL_ON");
    let over = shown(&variable, &["--fail-on", "warning"]);
    assert_eq!(over, "fail-on = \"warning\" # --fail-on");
}

#[test]
fn a_variable_that_makes_no_sense_is_an_error_of_the_command() {
    let folder = folder(&[]);
    let told = [
        ("KILTER_FAIL_ON", "eror", "KILTER_FAIL_ON: invalid value 'eror'"),
        ("KILTER_PEDANTIC", "maybe", "KILTER_PEDANTIC: `maybe` is neither 1 nor 0"),
        ("KILTER_SELECT", "nginx,ngnx", "KILTER_SELECT: there is no rule `ngnx`"),
        ("KILTER_OUTPUT", "sarif", "KILTER_OUTPUT: invalid value 'sarif'"),
    ];
    for (name, value, wanted) in told {
        let said = kilter(&[(name, value)], &["check"], &folder);
        assert_eq!(said.exit, Exit::Failed, "{name}");
        assert!(said.err.contains(wanted), "{}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
    let said = kilter(&[("KILTER_PEDANTIC", "0"), ("KILTER_SELECT", "")], &["check"], &folder);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
}

#[test]
fn several_reports_are_written_in_one_run() {
    let folder = folder(&[("app/nginx.conf", BROKEN)]);
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (sarif, json) = (format!("sarif={}", file("a.sarif")), format!("json={}", file("b.json")));
    let said = concise(&folder, &["--output", &sarif, "--output", &json]);
    assert_eq!(said.exit, Exit::Found, "{}", said.err);
    for name in ["a.sarif", "b.json"] {
        let text = fs::read_to_string(file(name)).unwrap();
        assert!(text.contains("nginx/"), "{name}");
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
    }
}

#[test]
fn a_report_that_cannot_be_written_ends_the_run_and_leaves_nothing() {
    let folder = folder(&[("nginx.conf", BROKEN)]);
    let good = folder.path().join("good.json");
    let json = format!("json={}", good.display());
    let said = concise(&folder, &["--output", &json, "--output", "sarif=/nonexistent/a.sarif"]);
    assert_eq!((said.exit, said.out.as_str()), (Exit::Failed, ""));
    assert!(said.err.starts_with("kilter: cannot write `/nonexistent/a.sarif`: "), "{}", said.err);
    assert_eq!(said.err.lines().count(), 1);
    assert!(!good.exists());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_deployment_that_nobody_knows_is_an_error_of_the_command() {
    let said = concise(&folder(&[("nginx.conf", BROKEN)]), &["--deployment", "nowhere"]);
    assert_eq!(said.exit, Exit::Failed);
    assert!(said.err.contains("there is no deployment `nowhere`"), "{}", said.err);
}

#[test]
fn the_configuration_in_effect_is_shown_as_toml_with_who_said_it() {
    let folder = folder(&[
        ("base.toml", "ignore = ['caddy']\n[deployment.production]\nrun-as = 'app'\n"),
        (
            "kilter.toml",
            "extend = 'base.toml'\nexclude = ['spare']\n\n[deployment.production]\nports = [80, 443]\n\
             bind = { __A__ = 'x' }\n[[deployment.production.path]]\npath = '/srv'\n\
             [[override]]\npaths = ['a b']\nignore = ['nginx']\n[severity]\n'nginx/syntax' = 'advice'\n",
        ),
    ]);
    let said = kilter(&[("KILTER_IGNORE", "docker")], &["config", "show", "--pedantic"], &folder);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
    let told: toml_edit::DocumentMut = said.out.parse().unwrap();
    assert_eq!(told["deployment"]["production"]["ports"].as_array().unwrap().len(), 2);
    insta::with_settings!({ snapshot_path => "../../../snapshots/cli", prepend_module_to_snapshot => false }, {
        let counted = without_count(&said.out);
        insta::assert_snapshot!("config_show", counted);
    });
}

/// The number of rules grows; the rest stays.
fn without_count(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once(" rules run") {
        Some(_) => "# … rules run",
        None => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}
