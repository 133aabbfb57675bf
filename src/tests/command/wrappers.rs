//! What stands before a program.

use super::read;
use crate::model::command::Program;

#[test]
fn every_wrapper_is_taken_off() {
    for line in [
        "exec gunicorn a.wsgi",
        "exec -a web gunicorn a.wsgi",
        "env -u B A=1 gunicorn a.wsgi",
        "A=1 B=2 gunicorn a.wsgi",
        "nice -n 5 gunicorn a.wsgi",
        "ionice -c2 -n 7 gunicorn a.wsgi",
        "timeout -k 5 60 gunicorn a.wsgi",
        "tini -g -- gunicorn a.wsgi",
        "dumb-init gunicorn a.wsgi",
        "/usr/bin/dumb-init -- gunicorn a.wsgi",
        "poetry run gunicorn a.wsgi",
        "pipenv run gunicorn a.wsgi",
        "uv run gunicorn a.wsgi",
        "uv run --no-sync --env-file .env gunicorn a.wsgi",
        "uv run --frozen -- gunicorn a.wsgi",
        "pdm run gunicorn a.wsgi",
        "conda run -n web gunicorn a.wsgi",
        "newrelic-admin run-program gunicorn a.wsgi",
        "ddtrace-run gunicorn a.wsgi",
        "opentelemetry-instrument --service_name web gunicorn a.wsgi",
        "/srv/.venv/bin/python -m gunicorn a.wsgi",
        "python -u -m gunicorn a.wsgi",
        "sudo -u app -E gunicorn a.wsgi",
        "sudo --user=app -- gunicorn a.wsgi",
        "gosu app:app gunicorn a.wsgi",
        "su-exec app gunicorn a.wsgi",
        "setpriv --reuid=app --regid=app --init-groups gunicorn a.wsgi",
        "runuser -u app -- gunicorn a.wsgi",
        "chpst -u app gunicorn a.wsgi",
        "flock -n /tmp/l gunicorn a.wsgi",
        "./wait-for-it.sh db:5432 -t 30 -- gunicorn a.wsgi",
        "dockerize -wait tcp://db:5432 -- gunicorn a.wsgi",
        "dockerize -wait tcp://db:5432 -timeout 60s gunicorn a.wsgi",
        "watchmedo auto-restart -d . -- gunicorn a.wsgi",
        "dotenv -f .env.prod run -- gunicorn a.wsgi",
        "exec env A=1 poetry run ddtrace-run python -m gunicorn a.wsgi",
    ] {
        let started = read(line);
        assert_eq!(started.program.value, Program::Gunicorn, "{line}");
        assert_eq!(started.app.map(|it| it.value.module).as_deref(), Some("a.wsgi"), "{line}");
        let user = started.user.map(|it| it.value);
        assert_eq!(user.as_deref(), line.contains("app").then_some("app"), "{line}");
    }
}

#[test]
fn wrappers_tell_users_and_directories() {
    assert_eq!(read("sudo gunicorn a").user.map(|it| it.value).as_deref(), Some("root"));
    let directory = read("env -C /srv gunicorn a").directory;
    assert_eq!(directory.map(|it| it.value).as_deref(), Some("/srv"));
}

#[test]
fn a_tower_of_wrappers_ends() {
    let words: Vec<_> = std::iter::repeat_n("exec", 10_000).collect();
    let line = words.join(" ");
    let facts = line
        .split(' ')
        .map(|word| crate::fact::Fact::new(word.to_owned(), crate::fact::Origin::UNSEEN));
    assert!(crate::model::command::started(&facts.collect::<Vec<_>>()).is_none());
}

#[test]
fn any_number_of_variables_may_be_set() {
    let sets: Vec<String> = (0..100).map(|number| format!("A{number}=x")).collect();
    let started = read(&format!("env {} gunicorn a.wsgi", sets.join(" ")));
    assert_eq!((started.program.value, started.sets.len()), (Program::Gunicorn, 100));
}
