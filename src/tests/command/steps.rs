//! Command lines through shells and scripts.

use super::shown_binds;
use crate::fact::{Environment, Fact, Lookup, Origin, Supplied};
use crate::model::command::{Around, Front, Program, ScriptFile, Step, steps};
use crate::syntax::shell::evaluate::{Argument, How, Load, Loaded, OnFailure};
use crate::syntax::shell::{Flavour, exits_on_error, parse_file};
use crate::syntax::spliced::Spliced;

/// What a line comes to, with this as the only script of the tree, `/entrypoint.sh`.
fn follow(words: &[&str], script: &str) -> Vec<Step> {
    let (sources, id) = crate::tests::source("entrypoint.sh", script);
    let text = sources.get(id).text();
    let parsed = parse_file(id, text, Flavour::Bash);
    let file = || ScriptFile {
        script: std::borrow::Cow::Borrowed(&parsed),
        flavour: Flavour::Bash,
        exits_on_error: exits_on_error(text),
    };
    let place = crate::source::Place::new(id, 0, 0);
    let words: Vec<_> = words.iter().map(|word| Argument::new(Spliced::new(word, place))).collect();
    let seen = |name: &str| (name.to_owned(), Fact::new("seen".to_owned(), Origin::UNSEEN));
    let environment = Environment::closed([seen("OUTER")]);
    let find =
        |path: &Fact<String>, _: Option<&Fact<String>>| (path.value == "/entrypoint.sh").then(file);
    let load = |load: &Load, _: &Environment| {
        let value = |name: &str| {
            (name.to_owned(), Fact::at(Supplied::Value(load.path.value.clone()), place), true)
        };
        let variables = vec![value("OUTER"), value("INNER")];
        let is_there = matches!(load.how, How::Library(_)) && load.path.value.ends_with(".env");
        is_there.then_some(Loaded { variables, more: None })
    };
    let around = Around { environment: &environment, directory: None, script: &find, load: &load };
    steps(&words, around)
}

/// Each step as its words, `?` before one that may not run and `&` before one that runs apart.
fn shown(words: &[&str], script: &str) -> Vec<String> {
    let shown = follow(words, script).into_iter().map(|step| {
        let marks = [(step.conditional, "?"), (step.apart, "&")];
        let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
        let arguments: Vec<_> = step.started.words.iter().map(|it| it.value.as_str()).collect();
        format!("{marks}{} {}", step.started.executable.value, arguments.join(" "))
    });
    shown.collect()
}

#[test]
fn shells_are_seen_through() {
    assert_eq!(shown(&["gunicorn", "a"], ""), ["gunicorn a"]);
    assert_eq!(
        shown(&["sh", "-c", "migrate && exec gunicorn -b :80 a"], ""),
        ["migrate ", "?gunicorn -b :80 a"]
    );
    assert_eq!(shown(&["bash", "-lc", "a; b"], ""), ["a ", "b "]);
    assert_eq!(shown(&["bash", "-euo", "pipefail", "-c", "a $1", "x", "y"], ""), ["a y"]);
    assert_eq!(shown(&["/bin/sh", "-c", "sh -c 'sh -c \"a b\"'"], ""), ["a b"]);
    assert_eq!(shown(&["su", "-", "app", "-c", "cd /srv && gunicorn a"], ""), ["?gunicorn a"]);
    let words = ["litestream", "replicate", "-config", "/l.yml", "-exec", "gunicorn -b :80 a"];
    assert_eq!(shown(&words, ""), ["gunicorn -b :80 a"]);
    assert_eq!(shown(&["sh", "/unseen.sh"], ""), ["sh /unseen.sh"]);
}

/// `OUTER` is set before a launcher loads its file, `INNER` is not.
#[test]
fn launchers_give_variables_to_what_they_start() {
    let given = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let environment = follow(&words, "").pop().expect("a step").environment;
        let shown = ["OUTER", "INNER"].map(|name| match environment.get(name) {
            Lookup::Set(value) => value.value,
            Lookup::Unknown(_) => "?".to_owned(),
            Lookup::Absent => "-".to_owned(),
        });
        shown.join(" ")
    };
    assert_eq!(given("uv run gunicorn a"), "seen -");
    assert_eq!(given("uv run --env-file=a.env --env-file b.env gunicorn a"), "seen b.env");
    assert_eq!(given("env UV_ENV_FILE=a.env uv run gunicorn a"), "seen a.env");
    assert_eq!(given("env UV_ENV_FILE=a.env uv run --no-env-file gunicorn a"), "seen -");
    assert_eq!(given("uv run --env-file /run/secrets gunicorn a"), "seen ?");
    assert_eq!(given("dotenv -f a.env run -- gunicorn a"), "a.env a.env");
    assert_eq!(given("pipenv run gunicorn a"), ".env .env");
    assert_eq!(given("env PIPENV_DONT_LOAD_ENV=1 pipenv run gunicorn a"), "seen -");
    assert_eq!(given("uvicorn --env-file a.env a:b"), "seen a.env");
    assert_eq!(given("granian --interface wsgi --env-files a.env a:b"), "seen a.env");
    for line in [
        "doppler run -- gunicorn a",
        "/usr/local/bin/bws run --project-id 1 -- gunicorn a",
        "dotenvx run -f .env.production -- gunicorn a",
        "chamber exec shop -- gunicorn a",
        "chpst -e /etc/shop/env gunicorn a",
        "sudo -iu shop gunicorn a",
    ] {
        assert_eq!(given(line), "seen ?", "{line}");
    }
    assert_eq!(given("sudo -u shop gunicorn a"), "seen -");
    assert_eq!(given("bash -lc gunicorn"), "seen ?");
    assert_eq!(given("bash -c gunicorn"), "seen -");
    assert_eq!(given("su - shop -c gunicorn"), "seen ?");
    assert_eq!(given("su shop -c gunicorn"), "seen -");
}

#[test]
fn what_starts_a_server_anew_at_each_change_is_told() {
    let starts_anew = |words: &[&str]| {
        let step = follow(words, "").pop().expect("a step");
        (step.started.program.value, step.started.reload.is_some())
    };
    let line = "daphne -b 0.0.0.0 -p 8000 shop.asgi:application";
    assert_eq!(
        starts_anew(&["watchfiles", "--filter", "python", line, "."]),
        (Program::Daphne, true)
    );
    assert_eq!(
        starts_anew(&["watchmedo", "auto-restart", "-d", ".", "--", "gunicorn", "a"]),
        (Program::Gunicorn, true)
    );
    assert_eq!(starts_anew(&["gunicorn", "a"]), (Program::Gunicorn, false));
}

/// Where it stands in the file, though an expansion stands in the same text.
#[test]
fn a_word_of_a_shells_text_is_where_it_was_written() {
    let script = "bash -c \"gunicorn \\\n  --workers=${WORKERS:-2} \\\n  -b :80 a\"\n";
    let step = follow(&["/entrypoint.sh"], script).pop().expect("a step");
    let written = |text: &str| {
        let word = step.started.words.iter().find(|it| it.value.starts_with(text));
        word.and_then(|it| it.evidence().place()).expect("a place").span.start
    };
    assert_eq!(written("--workers"), script.find("--workers").expect("it") as u32);
    assert_eq!(written(":80"), script.find(":80").expect("it") as u32);
}

#[test]
fn scripts_get_their_arguments() {
    let entry = "#!/bin/bash\nset -e\npython manage.py migrate --noinput\nexec \"$@\"\n";
    let words = ["/entrypoint.sh", "gunicorn", "-b", "0.0.0.0:8000", "a.wsgi"];
    assert_eq!(
        shown(&words, entry),
        ["python migrate --noinput", "gunicorn -b 0.0.0.0:8000 a.wsgi"]
    );
    let steps = follow(&words, entry);
    assert_eq!(steps[0].started.program.value, Program::Manage("migrate".to_owned()));
    assert!(!steps[0].exec && steps[0].on_failure == OnFailure::Stops && steps[1].exec);
    assert_eq!(shown_binds(&steps[1].started), ["0.0.0.0:8000"]);
    let by_shell = ["tini", "--", "bash", "/entrypoint.sh", "celery", "worker"];
    assert_eq!(shown(&by_shell, entry)[1], "celery worker");
}

#[test]
fn whether_the_server_takes_the_place_of_the_shell_is_told() {
    let exec = |script: &str| follow(&["/entrypoint.sh"], script).pop().expect("a step").exec;
    assert!(exec("exec gunicorn a"));
    assert!(!exec("gunicorn a"));
    assert!(!exec("exec gunicorn a &"));
    assert!(follow(&["sh", "-c", "gunicorn a"], "")[0].exec);
    assert!(!follow(&["sh", "-c", "a; gunicorn a"], "")[1].exec);
}

#[test]
fn the_shell_that_stays_in_front_is_told() {
    let front = |words: &[&str], script: &str| {
        follow(words, script).pop().expect("a step").fronts.first().map(|it| it.value)
    };
    assert_eq!(front(&["/entrypoint.sh"], "a\ngunicorn a"), Some(Front::Script));
    assert_eq!(front(&["/entrypoint.sh"], "a\nexec gunicorn a"), None);
    assert_eq!(front(&["sh", "-c", "a && gunicorn a"], ""), Some(Front::Text));
    assert_eq!(front(&["sh", "-c", "a && exec gunicorn a"], ""), None);
    assert_eq!(front(&["bash", "-c", "a && gunicorn a"], ""), None);
    assert_eq!(front(&["sh", "-c", "/entrypoint.sh"], "exec gunicorn a"), Some(Front::Text));
    assert_eq!(front(&["gunicorn", "a"], ""), None);
}

#[test]
fn what_a_failure_leads_to_is_told_through_scripts() {
    let failures = |words: &[&str], script: &str| -> Vec<OnFailure> {
        follow(words, script).into_iter().map(|step| step.on_failure).collect()
    };
    let script = "set -e\nmigrate\ncollect\n";
    let through = failures(&["sh", "-c", "/entrypoint.sh && gunicorn a; b"], script);
    assert_eq!(through[..2], [OnFailure::Skips(3), OnFailure::Skips(3)]);
    let passed = failures(&["sh", "-c", "/entrypoint.sh; gunicorn a"], script);
    assert_eq!(passed, [OnFailure::GoesOn(None), OnFailure::GoesOn(None), OnFailure::Stops]);
    let by_first_line = failures(&["/entrypoint.sh"], "#!/bin/sh -e\nmigrate\nexec gunicorn a\n");
    assert_eq!(by_first_line[0], OnFailure::Stops);
    let as_text = failures(&["sh", "/entrypoint.sh"], "#!/bin/sh -e\nmigrate\nexec gunicorn a\n");
    assert_eq!(as_text[0], OnFailure::GoesOn(None));
    let inner = failures(&["sh", "-c", "/entrypoint.sh && gunicorn a"], "migrate\nexec \"$@\"\n");
    assert_eq!(inner[0], OnFailure::GoesOn(None));
}

#[test]
fn environments_and_directories_reach_the_programs() {
    let script = "cd /srv\nexport A=1\nB=2\n. ./.env\nC=3 gunicorn a\n";
    let step = follow(&["env", "D=4", "/entrypoint.sh"], script).pop().expect("a step");
    let value = |name: &str| match step.environment.get(name) {
        Lookup::Set(value) => value.value,
        Lookup::Unknown(_) => "?".to_owned(),
        Lookup::Absent => "-".to_owned(),
    };
    assert_eq!(["A", "C", "D", "OUTER", "E"].map(value), ["1", "3", "4", "seen", "?"]);
    assert_eq!(step.directory.map(|it| it.value).as_deref(), Some("/srv"));
}

#[test]
fn ways_go_on_from_where_a_script_is() {
    let directory = |script: &str| {
        let step = follow(&["/entrypoint.sh"], script).pop().expect("a step");
        step.directory.map(|it| it.value).unwrap_or_default()
    };
    assert_eq!(directory("cd /srv/app\ncd code\ngunicorn a\n"), "/srv/app/code");
    assert_eq!(directory("cd /srv/app\ncd ../other\ngunicorn a\n"), "/srv/other");
    assert_eq!(directory("cd /srv/app\ncd /opt\ngunicorn a\n"), "/opt");
    assert_eq!(directory("cd code\ngunicorn a\n"), "code");
    assert_eq!(directory("cd /srv\nsh -c 'cd app; gunicorn a'\n"), "/srv/app");
    assert_eq!(directory("cd /srv/app\nsh -c 'cd ./../web; gunicorn a'\n"), "/srv/web");
    assert_eq!(directory("cd /srv\ncd \"$(pick)\"\ngunicorn a\n"), "${$(pick)}");
}

#[test]
fn a_script_that_becomes_another_user_is_followed_once_more() {
    let script =
        "if [ \"$(id -u)\" = 0 ]; then exec su-exec app \"$0\" \"$@\"; fi\nexec gunicorn \"$@\"\n";
    let steps = follow(&["/entrypoint.sh", "a"], script);
    let users = steps.iter().map(|it| it.started.user.as_ref().map(|it| it.value.as_str()));
    let programs = steps.iter().map(|it| it.started.executable.value.as_str());
    let found: Vec<_> = programs.zip(users).collect();
    let app = Some("app");
    assert_eq!(found, [("/entrypoint.sh", app), ("gunicorn", app), ("gunicorn", None)]);
}

#[test]
fn scripts_that_call_themselves_end() {
    let steps = follow(&["/entrypoint.sh"], "a\n/entrypoint.sh\n/entrypoint.sh\n");
    assert!(steps.len() <= 2_000);
}
