//! Inline ignores: where they count, and how they are written.

use super::command::{concise, kilter};
use super::folder;
use crate::cli::Exit;
use std::fs;

/// A unit whose second line systemd ignores.
fn unit(comment: &str) -> String {
    format!("[Service]\n{comment}ExecStrat=/bin/true\nExecStart=/bin/true\n")
}

fn said_of(text: &str) -> String {
    concise(&folder(&[("app.service", text)]), &[]).out
}

#[test]
fn a_comment_above_is_about_the_next_line_that_is_none() {
    assert!(said_of(&unit("")).contains("systemd/unknown-key"));
    for comment in [
        "# kilter: ignore[systemd/unknown-key] a vendor's own\n",
        "; kilter: ignore[systemd/unknown-key]\n",
        "# kilter: ignore[systemd] the group\n",
        "# kilter: ignore[systemd/syntax, systemd/unknown-key] two\n",
        "# kilter: ignore[systemd/unknown-key] stands\n# above another comment\n",
    ] {
        let said = said_of(&unit(comment));
        assert!(!said.contains("systemd/unknown-key["), "{comment}: {said}");
        assert!(!said.contains(":3:1:"), "{comment}: {said}");
    }
}

#[test]
fn two_comments_above_both_count() {
    let both = "# kilter: ignore[systemd/unknown-key] one\n# kilter: ignore[systemd/wrong-section] other\n";
    let said = said_of(&unit(both));
    // The first is used, the second covers nothing.
    assert_eq!(said.matches("kilter/unused-ignore").count(), 1, "{said}");
}

#[test]
fn a_comment_behind_something_is_about_its_own_line() {
    let files = |text: &str| folder(&[("nginx.conf", text)]);
    let fault = "events {}\nhttp {\n  log_format \"a\"b; # kilter: ignore[nginx] a module's\n}\n";
    let said = concise(&files(fault), &[]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.out);
    let other = "events {}\nhttp { # kilter: ignore[nginx] above\n  log_format \"a\"b;\n}\n";
    let said = concise(&files(other), &[]);
    assert!(said.out.contains("nginx/syntax"), "{}", said.out);
    assert!(said.out.contains("kilter/unused-ignore"), "{}", said.out);
}

#[test]
fn a_file_can_be_ignored_as_a_whole() {
    let text = format!("# kilter: file-ignore[systemd/unknown-key] made by a tool\n{}", unit(""));
    let said = said_of(&text);
    assert!(!said.contains("systemd") && !said.contains("unused"), "{said}");
    let vain = "# kilter: file-ignore[systemd/unknown-key]\n[Service]\nExecStart=/bin/true\n";
    assert!(said_of(vain).contains("kilter/unused-ignore"));
}

#[test]
fn what_is_no_comment_ignores_nothing() {
    let said = said_of(&unit("Environment=A='kilter: ignore[systemd/unknown-key]'\n"));
    assert!(said.contains("systemd/unknown-key"), "{said}");
}

#[test]
fn what_is_ignored_in_vain_is_told_and_can_be_overridden() {
    let text = "# kilter: ignore[systemd/unknwn-key]\n[Service]\nExecStart=/bin/true\n";
    let said = said_of(text);
    assert!(said.contains("there is no rule `systemd/unknwn-key`"), "{said}");
    let over = "[[override]]\npaths = ['*.service']\nignore = ['kilter']\n";
    let folder = folder(&[("app.service", text), ("kilter.toml", over)]);
    assert_eq!(concise(&folder, &[]).exit, Exit::Clean);
}

#[test]
fn ignores_are_written_and_nothing_is_left_to_say() {
    let nginx = "events {}\nhttp {\n    log_format \"a\"b;\r\n}\n";
    let compose = "services:\n  web:\n    image: a\n    prots: [80]\n";
    let files = [
        ("app.service", &*unit("")),
        ("deploy/nginx.conf", nginx),
        ("compose.yml", compose),
        ("manage.py", ""),
    ];
    let folder = folder(&files);
    assert_eq!(concise(&folder, &[]).exit, Exit::Found);
    let said = concise(&folder, &["--add-ignore", "known since 2024"]);
    assert_eq!(said.exit, Exit::Clean, "{}{}", said.out, said.err);
    let again = concise(&folder, &[]);
    assert_eq!(again.exit, Exit::Clean, "{}", again.out);
    let text = fs::read_to_string(folder.path().join("app.service")).unwrap();
    let wanted = "# kilter: ignore[systemd/unknown-key] known since 2024\n";
    assert_eq!(text, unit(wanted));
    let nginx = fs::read_to_string(folder.path().join("deploy/nginx.conf")).unwrap();
    assert!(
        nginx.contains(
            "http {\n    # kilter: ignore[nginx/syntax] known since 2024\n    log_format"
        )
    );
}

#[test]
fn a_first_line_that_must_stay_first_does() {
    let text = "#!/bin/sh\n";
    let docker = "# syntax=docker/dockerfile:1\nFORM python\n";
    let folder = folder(&[("Dockerfile", docker), ("run.sh", text)]);
    concise(&folder, &["--add-ignore", "because"]);
    let written = fs::read_to_string(folder.path().join("Dockerfile")).unwrap();
    assert!(written.starts_with("# syntax=docker/dockerfile:1\n# kilter: "), "{written}");
    assert_eq!(concise(&folder, &[]).exit, Exit::Clean);
}

#[test]
fn a_value_of_several_lines_is_not_cut() {
    use crate::fact::Fact;
    use crate::run::annotate;
    let compose = "services:\n  web:\n    command: |\n      one\n      two\n    image: a\n";
    let folder = folder(&[("compose.yml", compose)]);
    let config = crate::config::Config::default();
    let tree = crate::source::Tree::walk(&[folder.path().to_owned()]).unwrap();
    let mut outcome = crate::run::run(&tree, &config);
    let file = outcome.sources.ids()[0];
    let at = |word: &str| {
        let start = compose.find(word).unwrap();
        Fact::at((), crate::source::Place::new(file, start, start + 1))
    };
    let mut out = crate::diagnostic::Findings::new(
        "compose/syntax",
        crate::diagnostic::Severity::Error,
        None,
    );
    out.report(&at("two"), "within", at("two").label("within"));
    out.report(&at("image"), "below", at("image").label("below"));
    outcome.diagnostics = out.into_vec();
    let annotations = annotate(&outcome, "why");
    assert_eq!((annotations.fixes.len(), annotations.left.len()), (1, 1));
    assert_eq!(annotations.left[0].message, "within");
}

#[test]
fn a_reason_is_one_line_and_no_other_is_written() {
    let folder = folder(&[("app.service", &unit(""))]);
    for reason in ["", " ", "one\ntwo", "\u{1b}[31m"] {
        let said = kilter(&[], &["check", "--add-ignore", reason], &folder);
        assert_eq!(said.exit, Exit::Failed, "{reason:?}");
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
    assert_eq!(fs::read_to_string(folder.path().join("app.service")).unwrap(), unit(""));
}
