//! What command lines start.

use crate::fact::{Fact, Origin};
use crate::model::command::{Bind, Celery, Program, Started, started};

fn read(line: &str) -> Started {
    let words = line.split(' ').map(|word| Fact::new(word.to_owned(), Origin::UNSEEN));
    started(&words.collect::<Vec<_>>()).unwrap()
}

fn binds(line: &str) -> Vec<String> {
    let started = read(line);
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
}

#[test]
fn wrappers_are_taken_off_and_what_they_set_is_kept() {
    let started = read("env A=1 DEBUG=0 sudo -u app poetry run gunicorn -w 4 config.wsgi:app");
    assert_eq!(started.program.value, Program::Gunicorn);
    assert_eq!(started.user.unwrap().value, "app");
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
