//! What command lines start.

use crate::fact::{Fact, Origin};
use crate::model::ProcessKind;
use crate::model::command::{Bind, Celery, Program, Started, started};

mod environment;
mod steps;
mod wrappers;

fn read(line: &str) -> Started {
    let words = line.split(' ').map(|word| Fact::new(word.to_owned(), Origin::UNSEEN));
    started(&words.collect::<Vec<_>>()).unwrap()
}

fn binds(line: &str) -> Vec<String> {
    shown_binds(&read(line))
}

fn shown_binds(started: &Started) -> Vec<String> {
    let shown = started.binds.iter().map(|bind| match &bind.value {
        Bind::Endpoint(endpoint) => endpoint.to_string(),
        Bind::Descriptor(number) => format!("fd {number}"),
    });
    let mut shown: Vec<_> = shown.collect();
    if !started.binds_known {
        shown.push("?".to_owned());
    }
    shown
}

#[test]
fn servers_listen_where_they_are_told_or_where_they_always_do() {
    assert_eq!(binds("gunicorn config.wsgi"), ["127.0.0.1:8000"]);
    assert_eq!(binds("/srv/venv/bin/gunicorn -b :9000 config.wsgi"), ["0.0.0.0:9000"]);
    assert_eq!(binds("gunicorn --bind=unix:/run/a.sock a.wsgi"), ["unix:/run/a.sock"]);
    assert_eq!(binds("gunicorn --bind unix:///run/a.sock a.wsgi"), ["unix:/run/a.sock"]);
    assert_eq!(binds("gunicorn -b 127.0.0.1:1,[::1]:2 a"), ["127.0.0.1:1", "127.0.0.1:2"]);
    assert_eq!(binds("gunicorn -b fd://3 a.wsgi"), ["fd 3"]);
    assert_eq!(binds("gunicorn -c gunicorn.conf.py a.wsgi"), ["127.0.0.1:8000", "?"]);
    assert_eq!(binds("gunicorn -b 0.0.0.0:$PORT a.wsgi"), ["?"]);
    assert_eq!(binds("gunicorn $OPTIONS a.wsgi"), ["127.0.0.1:8000", "?"]);
    assert_eq!(binds("uvicorn --port 80 --host 0.0.0.0 a.asgi:app"), ["0.0.0.0:80"]);
    assert_eq!(binds("uvicorn --uds /run/a.sock a.asgi"), ["unix:/run/a.sock"]);
    assert_eq!(binds("daphne -b 0.0.0.0 -p 8001 a.asgi:application"), ["0.0.0.0:8001"]);
    assert_eq!(binds("daphne -u /run/a.sock a.asgi:application"), ["unix:/run/a.sock"]);
    assert_eq!(binds("python manage.py runserver 0.0.0.0:8000"), ["0.0.0.0:8000"]);
    assert_eq!(binds("python manage.py runserver 8080"), ["127.0.0.1:8080"]);
    assert_eq!(binds("python manage.py runserver 0:8080 --insecure"), ["0.0.0.0:8080"]);
    assert_eq!(binds("python3 -Wall manage.py runserver 8080"), ["127.0.0.1:8080"]);
    assert_eq!(binds("python -uB -W ignore -Xdev -m gunicorn a.wsgi"), ["127.0.0.1:8000"]);
    assert_eq!(binds("daphne -e ssl:443:privateKey=k a.asgi:application"), ["?"]);
    assert_eq!(
        binds("daphne -u /run/a.sock -p 9 a.asgi:application"),
        ["127.0.0.1:9", "unix:/run/a.sock"]
    );
    assert_eq!(binds("uvicorn --fd 3 a.asgi:app"), ["fd 3"]);
    assert_eq!(binds("gunicorn -w4 -b:9000 -k gthread a.wsgi"), ["0.0.0.0:9000"]);
    assert_eq!(binds("uwsgi --http :8000 --module a.wsgi"), ["0.0.0.0:8000"]);
    assert_eq!(binds("uwsgi --socket=/run/u.sock --ini uwsgi.ini"), ["unix:/run/u.sock", "?"]);
    assert_eq!(binds("waitress-serve --listen=*:8041 a.wsgi:app"), ["0.0.0.0:8041"]);
    assert_eq!(binds("hypercorn a.asgi:app"), ["127.0.0.1:8000"]);
    assert_eq!(binds("hypercorn -b unix:/run/h.sock a.asgi:app"), ["unix:/run/h.sock"]);
    assert_eq!(binds("hypercorn --bind 0.0.0.0:9 --bind [::1]:8 a"), ["0.0.0.0:9", "127.0.0.1:8"]);
    assert_eq!(binds("granian --host 0.0.0.0 a.asgi:app"), ["0.0.0.0:8000"]);
    assert_eq!(binds("granian --interface wsgi --port 9 a.wsgi:app"), ["127.0.0.1:9"]);
    assert_eq!(binds("gunicorn --unheard-of 3 -b :1 a.wsgi:app"), ["0.0.0.0:1", "?"]);
}

#[test]
fn wrappers_are_taken_off_and_what_they_set_is_kept() {
    let started = read("env A=1 DEBUG=0 sudo -u app poetry run gunicorn -w 4 config.wsgi:app");
    assert_eq!(started.program.value, Program::Gunicorn);
    assert_eq!(started.user.unwrap().value, "app");
    let displayed = read("/sbin/setuser app xvfb-run -a -s -screen gunicorn config.wsgi");
    assert_eq!(displayed.program.value, Program::Gunicorn);
    assert_eq!(displayed.user.unwrap().value, "app");
    assert_eq!(started.workers.unwrap().value, 4);
    let sets: Vec<_> =
        started.sets.iter().map(|(name, value)| (name.as_str(), value.value.as_str())).collect();
    assert_eq!(sets, [("A", "1"), ("DEBUG", "0")]);
    let app = started.app.unwrap().value;
    assert_eq!((app.module.as_str(), app.attribute.as_deref()), ("config.wsgi", Some("app")));
}

#[test]
fn programs_are_known_by_name_module_or_script() {
    let program = |line| read(line).program.value;
    assert_eq!(program("python3.12 -m gunicorn a.wsgi"), Program::Gunicorn);
    assert_eq!(
        program("/srv/venv/bin/python /srv/app/manage.py migrate --noinput"),
        Program::Manage("migrate".to_owned())
    );
    assert_eq!(program("celery -A config worker -l info"), Program::Celery(Celery::Worker));
    assert_eq!(program("celery -A config worker -B"), Program::Celery(Celery::WorkerAndBeat));
    assert_eq!(program("celery --app=config beat"), Program::Celery(Celery::Beat));
    assert_eq!(program("/usr/local/bin/backup --all"), Program::Other);
    assert_eq!(read("celery -A config worker").app.unwrap().value.module, "config");
}

/// All that a deployment of Django commonly starts.
#[test]
fn each_program_is_there_for_something() {
    let kind = |line: &str| read(line).kind(false);
    for (line, expected) in [
        ("gunicorn a.wsgi", ProcessKind::Wsgi),
        ("gunicorn -k uvicorn_worker.UvicornWorker a.asgi", ProcessKind::Asgi),
        ("uvicorn a.asgi:application", ProcessKind::Asgi),
        ("daphne a.asgi:application", ProcessKind::Asgi),
        ("hypercorn --bind 0.0.0.0:80 a.asgi:application", ProcessKind::Asgi),
        ("granian --interface asginl a.asgi:application", ProcessKind::Asgi),
        ("granian --interface wsgi a.wsgi:application", ProcessKind::Wsgi),
        ("uwsgi --ini /etc/uwsgi/a.ini", ProcessKind::Wsgi),
        ("waitress-serve a.wsgi:application", ProcessKind::Wsgi),
        ("uv run gunicorn a.wsgi", ProcessKind::Wsgi),
        ("pipenv run python -m uvicorn a.asgi:application", ProcessKind::Asgi),
        ("celery -A a worker", ProcessKind::Worker),
        ("celery -A a beat", ProcessKind::Scheduler),
        ("celery -A a flower", ProcessKind::Other),
        ("python manage.py runserver", ProcessKind::Wsgi),
        ("python manage.py migrate", ProcessKind::OneOff),
        ("python manage.py collectstatic --noinput", ProcessKind::OneOff),
        ("python manage.py qcluster", ProcessKind::Worker),
        ("python manage.py rqworker high", ProcessKind::Worker),
        ("nginx -g 'daemon off;'", ProcessKind::Proxy),
        ("caddy run --config /etc/caddy/Caddyfile", ProcessKind::Proxy),
        ("redis-server /etc/redis/redis.conf", ProcessKind::Cache),
        ("postgres -c listen_addresses=*", ProcessKind::Database),
    ] {
        assert_eq!(kind(line), expected, "{line}");
    }
}

#[test]
fn options_of_servers_are_read() {
    let started = read(
        "gunicorn -w 3 --threads=2 -t60 -k uvicorn.workers.UvicornWorker -m 007 -u app -g www --pid /run/p --access-logfile - --error-logfile /var/log/e --forwarded-allow-ips=* --chdir /srv --reload -D -e A=b config.asgi:app",
    );
    assert_eq!(started.workers.map(|it| it.value), Some(3));
    assert_eq!(started.threads.map(|it| it.value), Some(2));
    assert_eq!(started.timeout.map(|it| it.value), Some(60));
    assert_eq!(started.umask.map(|it| it.value), Some(7));
    assert_eq!(started.user.map(|it| it.value).as_deref(), Some("app"));
    assert_eq!(started.group.map(|it| it.value).as_deref(), Some("www"));
    assert_eq!(started.forwarded_allow_ips.map(|it| it.value).as_deref(), Some("*"));
    assert_eq!(started.log_files.len(), 1);
    assert!(started.reload.is_some() && started.daemon.is_some());
    assert_eq!(started.sets[0].0, "A");
    assert_eq!(started.app.map(|it| it.value.module).as_deref(), Some("config.asgi"));
    let worker =
        read("celery -A config worker -Q high,low -c 4 -B -s /var/run/beat --uid app -l info");
    assert_eq!(worker.queues.map(|it| it.value).as_deref(), Some("high,low"));
    assert_eq!(worker.workers.map(|it| it.value), Some(4));
    assert_eq!(worker.schedule_file.map(|it| it.value).as_deref(), Some("/var/run/beat"));
    let uvicorn = read("uvicorn a.asgi:app --no-proxy-headers --proxy-headers --reload");
    assert_eq!(uvicorn.proxy_headers.map(|it| it.value), Some(true));
}

#[test]
fn an_application_is_not_guessed_behind_unknown_options() {
    assert!(read("gunicorn --new thing --newer config.wsgi").app.is_none());
    assert!(read("gunicorn --new thing config.wsgi:app").app.is_some());
    assert!(read("gunicorn $OPTIONS config.wsgi:app").app.is_some());
}
