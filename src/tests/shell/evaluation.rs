//! Variables, and the commands that a script comes to.

use crate::fact::{Certainty, Environment, Fact, Lookup, Origin, Supplied};
use crate::syntax::shell::evaluate::{self, Call, How, OnFailure};
use crate::tests::shell::{call, environment, parse, ran, ran_with, run, shown, value};

fn known(text: &str) -> Option<Supplied> {
    Some(Supplied::Value(text.to_owned()))
}

#[test]
fn assignments_are_followed() {
    assert_eq!(value("A=1\nB=${A}x", "B", &[]), known("1x"));
    assert_eq!(value("B=$A", "B", &[("A", "2")]), known("2"));
    assert_eq!(value("B=${A:-3} C=$B", "C", &[]), known("3"));
    assert_eq!(value(": ${A:=4}; B=$A", "B", &[]), known("4"));
    assert_eq!(value("A=a; A+=b", "A", &[]), known("ab"));
    assert_eq!(value("A=1; unset A", "A", &[]), Some(Supplied::Removed));
    assert_eq!(value("(A=1)", "A", &[]), None);
    assert_eq!(value("A=1 | cat", "A", &[]), None);
    assert_eq!(value("A=1 true", "A", &[]), None);
}

#[test]
fn branches_leave_values_uncertain() {
    assert!(matches!(value("if x; then A=1; fi", "A", &[]), Some(Supplied::Perhaps(_))));
    assert!(matches!(value("A=1; x && A=2", "A", &[]), Some(Supplied::Unknown(_))));
    assert_eq!(value("A=1; x && A=1", "A", &[]), known("1"));
    assert_eq!(value("if [ -n \"$X\" ]; then A=1; else A=2; fi", "A", &[("X", "y")]), known("1"));
    assert_eq!(value("if [ -n \"$X\" ]; then A=1; else A=2; fi", "A", &[]), known("2"));
    assert_eq!(value("true && A=1 || A=2", "A", &[]), known("1"));
    assert!(matches!(value("A=$(date)", "A", &[]), Some(Supplied::Unknown(_))));
    assert_eq!(value("if [ 2 -gt 1 ]; then A=1; else A=2; fi", "A", &[]), known("1"));
    assert_eq!(value("if [ 2 -le 1 ]; then A=1; else A=2; fi", "A", &[]), known("2"));
    assert_eq!(ran("f() { if [ $# -gt 0 ]; then exec \"$@\"; fi; a; }; f x; b", &[]), ["x"]);
    assert_eq!(ran("f() { if [ $# -gt 0 ]; then exec \"$@\"; fi; a; }; f; b", &[]), ["a", "b"]);
}

/// A script that waits takes its options off, up to `--`, and runs the rest (eficode's wait-for).
#[test]
fn options_are_taken_off_round_by_round() {
    let reads = "while [ $# -gt 0 ]; do\n  case \"$1\" in\n    -q) QUIET=1; shift 1 ;;\n    -t) shift 2 ;;\n    --) shift; break ;;\n    *) echo no; exit 1 ;;\n  esac\ndone\n";
    let given = |script: &str, words: &str| ran(&format!("set -- {words}\n{script}"), &[]);
    let waits = format!(
        "up() {{ for i in 1 2; do nc -z db && exec \"$@\"; done; exit 1; }}\n{reads}up \"$@\""
    );
    assert_eq!(given(&waits, "-q -t 5 -- ./run.sh web"), ["?nc -z db", "?./run.sh web"]);
    let plain = format!("{reads}exec \"$@\"");
    assert_eq!(given(&plain, "-t 5 -- serve -x"), ["serve -x"]);
    assert_eq!(given(&plain, "-x -- serve"), Vec::<String>::new());
    let endless = plain.replace("[ $# -gt 0 ]", ":");
    assert_eq!(given(&endless, "-q -- serve"), ["serve"]);
    let goes_on = plain.replace("shift 1 ;;", "shift; continue ;;");
    assert_eq!(given(&goes_on, "-q -- serve"), ["serve"]);
    // What nobody knows stays so.
    let asks = plain.replace("--) shift; break", "--) x && shift; break");
    assert_ne!(given(&asks, "-- serve"), ["serve"]);
}

#[test]
fn commands_are_told_with_their_arguments() {
    assert_eq!(
        ran("set -e\nmigrate\nexec gunicorn -b :$PORT\necho never", &[("PORT", "80")]),
        ["migrate", "gunicorn -b :80"]
    );
    assert_eq!(ran("if [ -f x ]; then a; fi; b || c", &[]), ["?a", "b", "?c"]);
    assert_eq!(ran("f() { a; }; f; g", &[]), ["a", "g"]);
    assert_eq!(ran("A='x y'; b $A \"$A\"", &[]), ["b x y x y"]);
    assert_eq!(run("A='x y'; b $A \"$A\"", &[]).ran[0].arguments.len(), 4);
    assert_eq!(ran("[ -f x ] || exit 1\na", &[]), ["a"]);
    assert_eq!(ran("exit 1\na", &[]), Vec::<String>::new());
    assert_eq!(ran("b $(nproc) ${A} \"$@\"", &[]), ["b ${$(nproc)} ${@}"]);
}

#[test]
fn a_function_that_may_have_returned_does_not_end_the_script_at_last() {
    let waits = "up() { for i in 1 2; do nc -z db 5432 && return 0; done; exit 1; }; up; serve";
    assert_eq!(ran(waits, &[]), ["?nc -z db 5432", "serve"]);
    let asks = "up() { if nc -z db 5432; then return 0; fi; b; exit 1; a; }; up; serve";
    assert_eq!(ran(asks, &[]), ["nc -z db 5432", "b", "serve"]);
    // Nothing returns before it.
    assert_eq!(ran("up() { nc -z db 5432; exit 1; }; up; serve", &[]), ["nc -z db 5432"]);
    assert_eq!(ran("up() { f; exit 1; }; f() { a && return; b; }; up; serve", &[]), ["a", "b"]);
}

#[test]
fn arrays_are_the_words_that_were_put_into_them() {
    let bash = |text: &str| ran(&format!("#!/bin/bash\n{text}"), &[]);
    assert_eq!(bash("c=(serve 'a b' --port 80)\nexec \"${c[@]}\" x"), ["serve a b --port 80 x"]);
    assert_eq!(bash("c=(\n  serve # why\n  -v\n)\nc+=(-w)\n\"${c[@]}\""), ["serve -v -w"]);
    let branch = "c=(serve)\nif test \"$U\"; then c+=(-v); fi\n\"${c[@]}\"";
    assert_eq!(bash(branch).last().map(String::as_str), Some("serve ${c}"));
    for unknown in ["c=(a)\nc=b\n${#c[@]}", "c=([k]=a)\n\"${c[@]}\"", "c[0]=a\n\"${c[@]}\""] {
        assert!(!bash(unknown).contains(&"a".to_owned()), "{unknown}");
    }
}

#[test]
fn eval_of_plain_words_is_their_command() {
    assert_eq!(ran("C='serve -v'; eval $C x", &[]), ["serve -v x"]);
    assert_eq!(ran("eval 'a; b'; c", &[]).last().map(String::as_str), Some("c"));
}

#[test]
fn eval_of_a_known_text_is_the_one_command_that_it_is() {
    let given = ["serve 'a b' --port 80"];
    assert_eq!(ran_with("eval \"sh -c '$@'\"", &["serve --port 80"]), ["sh -c serve --port 80"]);
    assert_eq!(ran_with("eval \"$1\"", &given), ["serve a b --port 80"]);
    assert_eq!(ran_with("eval \"exec $1\"\nlast", &given), ["serve a b --port 80"]);
    // What changes the shell itself, or is not known, is left alone, and said to be.
    for open in ["eval \"export A=$1\"", "eval \"$(cat .env)\"", "eval 'a; b'", "eval \"A=b\""] {
        let outcome = run(open, &[]);
        assert!(outcome.ran.is_empty() && !outcome.opened.is_empty(), "{open}");
    }
}

/// What a script runs that was called by this path, in this directory.
fn ran_as(name: &str, directory: Option<&str>, text: &str) -> Vec<String> {
    let none = environment(&[]);
    let unseen = |text: &str| Fact::new(text.to_owned(), Origin::UNSEEN);
    let (name, directory) = (unseen(name), directory.map(unseen));
    let call = call(&none, None);
    let call = Call { name: Some(&name), directory: directory.as_ref(), ..call };
    evaluate::run(&parse(text), call).ran.iter().map(shown).collect()
}

#[test]
fn a_script_finds_what_lies_beside_it() {
    let beside = "exec \"$(dirname \"$0\")/run.sh\"";
    assert_eq!(ran_as("/app/bin/start.sh", None, beside), ["/app/bin/run.sh"]);
    assert_eq!(ran_as("./bin/start.sh", Some("/app"), beside), ["./bin/run.sh"]);
    assert_eq!(ran_as("start.sh", None, beside), ["./run.sh"]);
    let above = "D=\"$( cd -- \"$(dirname \"${BASH_SOURCE[0]}\")/..\" >/dev/null 2>&1 && pwd -P )\"\n$D/run";
    assert_eq!(ran_as("/app/bin/start.sh", None, above), ["/app/run"]);
    assert_eq!(ran_as("bin/start.sh", Some("/app"), above), ["/app/run"]);
    // From where is not known, or it may be elsewhere by then.
    assert_eq!(ran_as("bin/start.sh", None, above), ["${D}/run"]);
    assert_eq!(ran_as("bin/start.sh", Some("/app"), &format!("cd x\n{above}")), ["${D}/run"]);
    assert_eq!(ran("$(dirname \"$0\")/run", &[]), ["${$(dirname \"$0\")}/run"]);
}

#[test]
fn functions_have_words_of_their_own_and_return_to_the_script() {
    let early = "f() { if [ -z \"$1\" ]; then return; fi; a $1; }; f; f x; b";
    assert_eq!(ran(early, &[]), ["a x", "b"]);
    assert_eq!(ran("f() { a; exit; b; }; f; c", &[]), ["a"]);
    assert_eq!(ran("a; return; b", &[]), ["a"]);
    assert_eq!(ran("f() { g; b; }; g() { return; }; f; c", &[]), ["b", "c"]);
}

#[test]
fn a_default_is_likely_where_the_caller_is_not_in_view() {
    let script = super::parse("gunicorn -b 0.0.0.0:${PORT:-8000}");
    let unseen = crate::fact::Environment::unseen("a test");
    let outcome = super::evaluate::run(&script, super::call(&unseen, None));
    let bind = &outcome.ran[0].arguments[2];
    assert_eq!(bind.as_str(), "0.0.0.0:8000");
    assert_eq!(bind.text.evidence().certainty(), Certainty::Likely);
    let closed = run("gunicorn -b 0.0.0.0:${PORT:-8000}", &[]);
    assert_eq!(closed.ran[0].arguments[2].text.evidence().certainty(), Certainty::Certain);
}

#[test]
fn exported_variables_reach_commands() {
    let exported = |text: &str| {
        let outcome = run(text, &[("C", "0")]);
        let ran = outcome.ran.into_iter().next().expect("a command");
        let names = ran.exported.into_iter().chain(ran.assignments).map(|(name, _)| name);
        names.collect::<Vec<_>>()
    };
    assert_eq!(exported("A=1\nexport B=2\nC=3\nx"), ["B", "C"]);
    assert_eq!(exported("set -a\nA=1\nset +a\nB=2\nx"), ["A"]);
    assert_eq!(exported("A=1; export A; D=4 x"), ["A", "D"]);
}

#[test]
fn files_that_are_loaded_are_asked_for() {
    for (text, path, how) in [
        ("set -a; . ./.env; set +a; x", "./.env", How::Source),
        ("source \"$DIR/a.env\"; x", "/d/a.env", How::Source),
        ("export $(grep -v '^#' .env | xargs); x", ".env", How::Xargs),
        ("export $(cat /etc/app.env | xargs -d '\\n') ; x", "/etc/app.env", How::Xargs),
        ("F=/etc/a; export $(grep -v '^#' $F | xargs); x", "/etc/a", How::Xargs),
        ("export $(grep -v '^#' \"${UNSET}\" | xargs); x", "${UNSET}", How::Xargs),
    ] {
        let outcome = run(text, &[("DIR", "/d")]);
        let load = outcome.loads.first().unwrap_or_else(|| panic!("a load in {text}"));
        assert_eq!((load.path.value.as_str(), load.how), (path, how), "{text}");
        assert!(!outcome.ran[0].opened.is_empty(), "{text}");
    }
}

#[test]
fn failures_are_ignored_unless_somebody_looks() {
    let on_failure = |text: &str| run(text, &[]).ran[0].on_failure;
    let goes_on = |text: &str| matches!(on_failure(text), OnFailure::GoesOn(_));
    assert!(goes_on("migrate\nserve"));
    assert!(goes_on("set -e\nmigrate || true\nserve"));
    assert!(goes_on("set -e\nmigrate && echo done || echo failed\nserve"));
    assert_eq!(on_failure("if migrate; then echo a; else echo b; fi\nserve"), OnFailure::Tested);
    assert_eq!(on_failure("migrate || { sleep 1; migrate; }\nserve"), OnFailure::Tries(Some(1)));
    assert_eq!(on_failure("curl a || wget a || exit 1"), OnFailure::Tries(Some(1)));
    assert_eq!(on_failure("curl a || { wget a || exit 1; }"), OnFailure::Tries(Some(1)));
    assert_eq!(on_failure("curl a || [ -e b ]"), OnFailure::Tries(None));
    assert!(goes_on("if [ -e a ]; then migrate; fi\nserve"));
    assert!(goes_on("set -e\n{ migrate; echo done; } || true\nserve"));
    assert!(goes_on("up() { migrate; }\nup\nserve"));
    for stops in [
        "set -e\nmigrate\nserve",
        "set -euo pipefail\nmigrate\nserve",
        "migrate || exit 1\nserve",
        "migrate || { echo failed; exit 1; }\nserve",
        "die() { echo $1; exit 1; }\nmigrate || die failed\nserve",
        "set -e\nif ! migrate; then exit 1; fi\nserve",
        "until migrate; do sleep 1; done\nserve",
        "set -e\nif [ -e a ]; then migrate; fi\nserve",
        "migrate",
        "check && migrate",
    ] {
        assert_eq!(on_failure(stops), OnFailure::Stops, "{stops}");
    }
    assert_eq!(on_failure("migrate && serve\nagain"), OnFailure::Skips(2));
    assert_eq!(on_failure("set -e\nmigrate && serve && more\nagain"), OnFailure::Skips(3));
}

#[test]
fn loops_that_only_success_leaves_are_understood() {
    let on_failure = |text: &str| run(text, &[]).ran[0].on_failure;
    for stops in [
        "while true; do migrate && break; sleep 3; done\nserve",
        "while :; do if migrate; then break; fi; sleep 3; done\nserve",
        "for ((;;)); do migrate && break || sleep 3; done\nserve",
        "for (( ; ; )); do if ! migrate; then sleep 3; continue; fi; break; done\nserve",
        "until false; do migrate; if [ $? -eq 0 ]; then break; fi; sleep 3; done\nserve",
        "while [ 1 ]; do migrate; [ $? -eq 0 ] && break; sleep 3; done\nserve",
        "up() { while true; do migrate && return 0; sleep 3; done; }\nup\nserve",
        "up() { migrate; }\nwhile true; do up && break; done\nserve",
    ] {
        assert_eq!(on_failure(stops), OnFailure::Stops, "{stops}");
    }
    for goes_on in [
        "while true; do migrate; break; done\nserve",
        "while true; do migrate && break; n=$((n+1)); [ $n -gt 5 ] && break; done\nserve",
        "while true; do if migrate; then echo a; else break; fi; done\nserve",
        "for i in 1 2 3; do migrate && break; sleep 3; done\nserve",
        "for ((i=0; i<3; i++)); do if migrate; then break; fi; done\nserve",
    ] {
        let is_heeded = matches!(on_failure(goes_on), OnFailure::Stops | OnFailure::Tries(_));
        assert!(!is_heeded, "{goes_on}");
    }
}

#[test]
fn failures_that_are_asked_for_later_are_minded() {
    let on_failure = |text: &str| run(text, &[]).ran[0].on_failure;
    for minded in [
        "for i in 1 2; do if migrate; then break; fi; if [ $i = 2 ]; then exit 1; fi; done\nserve",
        "for i in 1 2; do if migrate; then ok=1; break; fi; done\n[ \"$ok\" = 1 ] || exit 1\nserve",
        "n=0; while [ $n -lt 5 ]; do migrate && break; n=$((n+1)); done\n[ $n -lt 5 ] || exit 1\nserve",
        "for ((i=0; i<3; i++)); do migrate && break; done\nif [ $i -eq 3 ]; then exit 1; fi\nserve",
        "while [ \"$ok\" != 1 ]; do migrate && ok=1; sleep 3; done\nserve",
        "up() { for i in 1 2; do migrate && return 0; done; return 1; }\nup\nserve",
        "migrate\nrc=$?\nif [ $rc -ne 0 ]; then exit $rc; fi\nserve",
        "migrate\nrc=$?\n[[ ${rc} == 0 ]] || exit 1\nserve",
        "migrate\nrc=$?\n(( rc == 0 )) || exit 1\nserve",
        "migrate\nrc=$?\ncase $rc in 0) ;; *) exit 1;; esac\nserve",
        "up() { migrate; local rc=$?; return $rc; }\nup || exit 1\nserve",
        "if migrate; then ok=1; fi\n[ \"$ok\" = 1 ] || exit 1\nserve",
        "if ! migrate; then failed=true; fi\nif $failed; then exit 1; fi\nserve",
    ] {
        assert_eq!(on_failure(minded), OnFailure::Tries(None), "{minded}");
    }
    for goes_on in [
        "migrate\nrc=$?\necho $rc\nserve",
        "migrate\nrc=$?\n[ $rcs = 1 ] && echo\nserve",
        "migrate\necho\nrc=$?\n[ $rc = 0 ] || exit 1\nserve",
        "migrate || echo failed\nrc=$?\n[ $rc = 0 ] || exit 1\nserve",
        "if migrate; then ok=1; fi\nserve",
    ] {
        let is_heeded = matches!(on_failure(goes_on), OnFailure::Stops | OnFailure::Tries(_));
        assert!(!is_heeded, "{goes_on}");
    }
}

#[test]
fn arguments_are_followed() {
    let with = super::ran_with;
    assert_eq!(
        with("set -e\nmigrate\nexec \"$@\"", &["gunicorn", "-w", "2"]),
        ["migrate", "gunicorn -w 2"]
    );
    assert_eq!(with("exec gunicorn $@", &["-w", "2"]), ["gunicorn -w 2"]);
    assert_eq!(with("cmd=\"$@\"\nexec $cmd", &["gunicorn", "-w", "2"]), ["gunicorn -w 2"]);
    assert_eq!(with("cmd=$*\nexec $cmd", &["/start.sh"]), ["/start.sh"]);
    let entry = "case \"$1\" in\nweb) exec gunicorn;;\nworker|beat) shift; exec celery \"$@\";;\n*) exec \"$@\";;\nesac";
    assert_eq!(with(entry, &["web"]), ["gunicorn"]);
    assert_eq!(with(entry, &["worker", "-B"]), ["celery -B"]);
    assert_eq!(with(entry, &["sh", "-c"]), ["sh -c"]);
    let flags = "if [ \"${1#-}\" != \"$1\" ]; then set -- gunicorn \"$@\"; fi\nexec \"$@\"";
    assert_eq!(with(flags, &["-w", "2"]), ["gunicorn -w 2"]);
    assert_eq!(with(flags, &["bash"]), ["bash"]);
    assert_eq!(with("if [[ $# == 0 ]]; then a; else b $1; fi", &["x"]), ["b x"]);
    assert_eq!(ran(entry, &[]), ["?gunicorn", "?celery ${@}", "?${@}"]);
}

#[test]
fn a_virtual_environment_is_known_by_its_folder() {
    let folder = |text: &str| value(text, "VIRTUAL_ENV", &[]);
    let known = |path: &str| Some(Supplied::Value(path.to_owned()));
    assert_eq!(folder("source /srv/app/venv/bin/activate"), known("/srv/app/venv"));
    assert_eq!(folder("cd /srv/app\n. venv/bin/activate"), known("/srv/app/venv"));
    assert_eq!(folder(". venv/bin/activate"), None);
}

#[test]
fn a_text_of_variables_is_kept_until_they_are_known() {
    let made = |text: &str| {
        let unseen = Environment::unseen("whoever starts it sets variables");
        let outcome = evaluate::run(&parse(text), call(&unseen, None));
        let mut environment = unseen.clone();
        for (name, value, _) in outcome.variables {
            environment.set(name, value);
        }
        environment
    };
    assert_eq!(made("export B=\"${A}/1\"").made_of("B"), Some("${A}/1"));
    assert_eq!(made("export B=$A\nexport C=x$B").made_of("C"), Some("x${A}"));
    // It holds what the other held then.
    assert_eq!(made("export B=$A\nexport A=2").made_of("B"), None);
    assert_eq!(made("export B=${A#x}").made_of("B"), None);
    assert_eq!(made("export A=$A:x").made_of("A"), None);
    assert_eq!(made("x && export B=$A").made_of("B"), None);
    assert_eq!(made(". ./unseen\nexport B=$A").made_of("B"), None);

    let mut environment = made("export B=\"redis://${A}/1\"");
    environment.fill_in();
    assert!(matches!(environment.get("B"), Lookup::Unknown(_)));
    environment.set("A", Fact::new(Supplied::Value("cache".to_owned()), Origin::UNSEEN));
    environment.fill_in();
    assert!(matches!(environment.get("B"), Lookup::Set(it) if it.value == "redis://cache/1"));
}

#[test]
fn a_demand_ends_the_shell_where_it_is_surely_made() {
    let unset = |text: &str| run(text, &[]).unset.map(|(name, _)| name);
    for text in [": ${A:?}\nlast", "B=${A?}\nlast", "echo \"${A:?no A}\"\nlast", "x ${A:?}\nlast"] {
        assert_eq!(unset(text).as_deref(), Some("A"), "{text}");
        assert!(!ran(text, &[]).contains(&"last".to_owned()), "{text}");
    }
    // Nobody knows whether it is asked, or only a shell beside is.
    for text in [
        "if x; then : ${A:?}; fi\nlast",
        "if x; then case ${A:?} in b) y;; esac; fi\nlast",
        "x && y ${A:?}\nlast",
        "(: ${A:?})\nlast",
        "f() { : ${A:?}; }\nx && f\nlast",
    ] {
        assert_eq!(unset(text), None, "{text}");
        assert_eq!(ran(text, &[]).last().map(String::as_str), Some("last"), "{text}");
    }
    assert_eq!(run(": ${A:?}\nlast", &[("A", "1")]).unset, None);
}
