//! Options that come from the environment.

use super::{read, shown_binds};
use crate::fact::{Environment, Fact};
use crate::model::command::Started;
use crate::source::Place;

fn with(line: &str, variables: &[(&str, &str)]) -> Started {
    let place = Place::new(crate::tests::source("x", "").1, 0, 0);
    let fact = |value: &str| Fact::at(value.to_owned(), place);
    let environment = Environment::closed(
        variables.iter().map(|(name, value)| ((*name).to_owned(), fact(value))),
    );
    let mut started = read(line);
    started.with_environment(&environment);
    started.with_environment_defaults(&environment);
    started
}

#[test]
fn the_command_line_wins_over_gunicorn_cmd_args() {
    let variables = [("GUNICORN_CMD_ARGS", "--bind=0.0.0.0:9000 --workers 3 --log-file 'a b'")];
    let started = with("gunicorn a.wsgi:app", &variables);
    assert_eq!(shown_binds(&started), ["0.0.0.0:9000"]);
    assert_eq!(started.workers.map(|it| it.value), Some(3));
    assert_eq!(started.log_files[0].value, "a b");
    assert_eq!(started.app.map(|it| it.value.module).as_deref(), Some("a.wsgi"));
    let started = with("gunicorn -b :1 a.wsgi:app", &variables);
    assert_eq!(shown_binds(&started), ["0.0.0.0:1"]);
    assert_eq!(started.workers.map(|it| it.value), Some(3));
}

#[test]
fn variables_are_weaker_than_options() {
    let variables = [("WEB_CONCURRENCY", "4"), ("PORT", "5000"), ("FORWARDED_ALLOW_IPS", "*")];
    let started = with("gunicorn a.wsgi", &variables);
    assert_eq!(shown_binds(&started), ["0.0.0.0:5000"]);
    assert_eq!(started.workers.map(|it| it.value), Some(4));
    assert_eq!(started.forwarded_allow_ips.map(|it| it.value).as_deref(), Some("*"));
    let started = with("gunicorn -w 2 -b :80 --forwarded-allow-ips 127.0.0.1 a.wsgi", &variables);
    assert_eq!(shown_binds(&started), ["0.0.0.0:80"]);
    assert_eq!(started.workers.map(|it| it.value), Some(2));
    assert_eq!(started.forwarded_allow_ips.map(|it| it.value).as_deref(), Some("127.0.0.1"));
    let started =
        with("uvicorn a:b", &[("UVICORN_HOST", "0.0.0.0"), ("UVICORN_PORT", "9"), ("PORT", "1")]);
    assert_eq!(shown_binds(&started), ["0.0.0.0:9"]);
    let started = with("uvicorn --port 7 a:b", &[("UVICORN_PORT", "9")]);
    assert_eq!(shown_binds(&started), ["127.0.0.1:7"]);
    let started = with("celery worker", &[("APP", "config")]);
    assert_eq!(started.app.map(|it| it.value.module).as_deref(), Some("config"));
}

#[test]
fn a_configuration_file_is_weaker_than_all() {
    let place = Place::new(crate::tests::source("x", "").1, 0, 0);
    let fact = |value: &str| Fact::at(value.to_owned(), place);
    let words = ["--bind=unix:/run/a.sock", "--workers=2", "--timeout=90", "a.wsgi"].map(fact);
    let variables = [("GUNICORN_CMD_ARGS".to_owned(), fact("--workers 3"))];
    let environment = Environment::closed(variables);
    let mut started = read("gunicorn --timeout 30");
    started.with_environment(&environment);
    started.with_config(&environment, &words);
    assert_eq!(shown_binds(&started), ["unix:/run/a.sock"]);
    assert_eq!(started.workers.map(|it| it.value), Some(3));
    assert_eq!(started.timeout.map(|it| it.value), Some(30));
    assert_eq!(started.app.map(|it| it.value.module).as_deref(), Some("a.wsgi"));
    let lost: Vec<String> = started
        .overridden
        .iter()
        .map(|it| format!("{} {} {}", it.option, it.wins.value, it.loses.value))
        .collect();
    assert_eq!(lost, ["--workers 3 2", "--timeout 30 90"]);
}

#[test]
fn what_a_configuration_file_does_not_tell_is_unknown() {
    let place = Place::new(crate::tests::source("x", "").1, 0, 0);
    let words = [Fact::at("--bind=${config}".to_owned(), place)];
    let mut started = read("gunicorn a.wsgi");
    started.with_config(&Environment::default(), &words);
    assert!(started.binds.is_empty() && !started.binds_known);
}

#[test]
fn uwsgi_takes_variables_of_its_prefix_for_options() {
    let variables = [
        ("UWSGI_HTTP_SOCKET", ":8001"),
        ("UWSGI_WSGI_FILE", "shop/wsgi.py"),
        ("UWSGI_UID", "1000"),
    ];
    let started = with("uwsgi --master", &variables);
    assert_eq!(shown_binds(&started), ["0.0.0.0:8001"]);
    assert_eq!(started.app.map(|it| it.value.module).as_deref(), Some("shop.wsgi"));
    assert_eq!(started.user.map(|it| it.value).as_deref(), Some("1000"));
    let started = with("uwsgi --module a.wsgi --uid 5 --socket :1", &variables);
    assert_eq!(shown_binds(&started), ["0.0.0.0:1", "0.0.0.0:8001"]);
    assert_eq!(started.app.map(|it| it.value.module).as_deref(), Some("a.wsgi"));
    assert_eq!(started.user.map(|it| it.value).as_deref(), Some("5"));
    assert_eq!(shown_binds(&with("gunicorn --bind :1 a.wsgi", &variables)), ["0.0.0.0:1"]);
}
