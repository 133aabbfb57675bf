//! What can go wrong on a real server: how each fault is made, what finds it, how it is mended.

use crate::tests::doctor::server::{Server, certify, chmod, write};
use std::fs;
use std::os::unix::fs::chown;

/// Something that breaks, what finds it, and how it is mended.
pub(super) struct Fault {
    pub(super) name: &'static str,
    pub(super) rules: &'static [&'static str],
    edit: Option<Edit>,
    /// What is done beside the edit, and after it.
    make: fn(&Server),
    /// What is undone before the edit is.
    mend: fn(&Server),
}

/// A text in a file that another stands in the place of, for as long as the fault lasts.
struct Edit {
    file: &'static str,
    from: &'static str,
    to: &'static str,
}

impl Fault {
    const fn made(
        name: &'static str,
        rules: &'static [&'static str],
        make: fn(&Server),
        mend: fn(&Server),
    ) -> Self {
        Self { name, rules, edit: None, make, mend }
    }

    const fn written(
        name: &'static str,
        rules: &'static [&'static str],
        edit: Edit,
        make: fn(&Server),
    ) -> Self {
        Self { name, rules, edit: Some(edit), make, mend: nothing }
    }

    const fn mended_by(self, mend: fn(&Server)) -> Self {
        Self { mend, ..self }
    }

    pub(super) fn make(&self, server: &Server) {
        if let Some(Edit { file, from, to }) = &self.edit {
            server.replace(file, from, to);
        }
        (self.make)(server);
    }

    pub(super) fn mend(&self, server: &Server) {
        (self.mend)(server);
        if let Some(Edit { file, from, to }) = &self.edit {
            server.replace(file, to, from);
        }
    }
}

fn nothing(_: &Server) {}

/// A certificate that the web server has read.
fn certified(server: &Server, name: &str, days: i32) {
    certify(server.path("").as_path(), name, days);
    server.systemctl(&["restart", "nginx"]);
    server.ready();
}

pub(super) fn restart(server: &Server) {
    server.systemctl(&["daemon-reload"]);
    server.systemctl(&["restart", "redis-server", "app"]);
    server.systemctl(&["restart", "nginx"]);
    server.ready();
}

/// PostgreSQL, started with one option instead of another.
fn postgresql(server: &Server, from: &str, to: &str) {
    server.replace("units/postgresql.service", from, to);
    server.systemctl(&["daemon-reload"]);
    server.systemctl(&["restart", "postgresql"]);
}

pub(super) const FAULTS: &[Fault] = &[
    Fault::made(
        "the application was stopped",
        &["live/unit-not-running"],
        |server| server.systemctl(&["stop", "app"]),
        |server| server.systemctl(&["start", "app"]),
    ),
    Fault::made(
        "Redis was stopped",
        &["live/backing-service-down"],
        |server| server.systemctl(&["stop", "redis-server"]),
        |server| server.systemctl(&["start", "redis-server"]),
    ),
    Fault::made(
        "PostgreSQL was stopped",
        &["live/backing-service-down"],
        |server| server.systemctl(&["stop", "postgresql"]),
        |server| server.systemctl(&["start", "postgresql"]),
    ),
    Fault::made(
        "PostgreSQL has another port than the settings",
        &["live/backing-service-down"],
        |server| postgresql(server, "-c fsync=off", "-c port=5433 -c fsync=off"),
        |server| postgresql(server, "-c port=5433 -c fsync=off", "-c fsync=off"),
    ),
    Fault::made(
        "PostgreSQL listens for everybody",
        &["live/port-public"],
        |server| postgresql(server, "listen_addresses=127.0.0.1", "listen_addresses=*"),
        |server| postgresql(server, "listen_addresses=*", "listen_addresses=127.0.0.1"),
    ),
    Fault::made(
        "nginx was stopped",
        &["live/port-not-listening"],
        |server| server.systemctl(&["stop", "nginx"]),
        |server| server.systemctl(&["start", "nginx"]),
    ),
    Fault::written(
        "the unit was changed and not reloaded",
        &["live/unit-stale"],
        Edit { file: "units/app.service", from: "Description=The shop", to: "Description=A shop" },
        |server| {
            // Its time is all that counts for systemd.
            server.systemctl(&["restart", "app"]);
            server.ready();
        },
    ),
    Fault::written(
        "the env file was changed and the service not restarted",
        &["live/process-env-drift"],
        Edit { file: "srv/app/.env", from: "6379/1", to: "6379/2" },
        nothing,
    ),
    Fault::made(
        "the folder of static files is closed to the web server",
        &["live/path-not-traversable"],
        |server| chmod(&server.path("srv/app/static"), 0o700),
        |server| chmod(&server.path("srv/app/static"), 0o755),
    ),
    Fault::made(
        "the project's folder is closed to the web server",
        &["live/path-not-traversable"],
        |server| {
            chown(server.path("srv/app"), Some(1001), Some(1001)).unwrap();
            chmod(&server.path("srv/app"), 0o700);
        },
        |server| chmod(&server.path("srv/app"), 0o755),
    ),
    Fault::made(
        "the socket is closed to the web server",
        &["live/path-not-traversable"],
        |server| assert!(server.enter(&["chmod", "0700", "/run/app"]).status.success()),
        |server| assert!(server.enter(&["chmod", "0750", "/run/app"]).status.success()),
    ),
    Fault::made(
        "uploads cannot be stored",
        &["live/path-mode-differs"],
        |server| chmod(&server.path("srv/app/media"), 0o755),
        |server| chmod(&server.path("srv/app/media"), 0o2775),
    ),
    Fault::made(
        "everybody may read the secrets",
        &["live/path-mode-differs"],
        |server| chmod(&server.path("srv/app/.env"), 0o644),
        |server| chmod(&server.path("srv/app/.env"), 0o640),
    ),
    Fault::made(
        "static files were never collected",
        &["live/static-stale"],
        |server| fs::rename(server.path("srv/app/static"), server.path("srv/app/gone")).unwrap(),
        |server| fs::rename(server.path("srv/app/gone"), server.path("srv/app/static")).unwrap(),
    ),
    Fault::made(
        "the certificate is about to expire",
        &["live/cert-expiring"],
        |server| certified(server, "app.example", 3),
        |server| certify(server.path("").as_path(), "app.example", 90),
    ),
    Fault::made(
        "the certificate is for another name",
        &["live/cert-expiring"],
        |server| certified(server, "other.example", 90),
        |server| certify(server.path("").as_path(), "app.example", 90),
    ),
    Fault::written(
        "Redis listens for everybody",
        &["live/port-public"],
        Edit {
            file: "units/redis-server.service",
            from: "127.0.0.1",
            to: "0.0.0.0 --protected-mode no",
        },
        restart,
    ),
    Fault::written(
        "the application is hung up",
        &["live/route-unreachable"],
        Edit { file: "srv/app/config/urls.py", from: "HttpResponse(\"hello\")", to: "1 / 0" },
        restart,
    ),
    Fault::made(
        "the project has another unit than the one that is installed",
        &["live/unit-differs"],
        |server| {
            let unit = fs::read_to_string(server.path("units/app.service")).unwrap();
            let copy = unit.replace("--workers 1", "--workers 2");
            write(&server.path("srv/app/deploy/app.service"), &copy);
        },
        |server| fs::remove_dir_all(server.path("srv/app/deploy")).unwrap(),
    ),
    Fault::made(
        "the project has another site than the one that is installed",
        &["live/site-differs"],
        |server| {
            let site = fs::read_to_string(server.path("nginx/sites-enabled/app")).unwrap();
            let copy = site.replace("$remote_addr", "$proxy_add_x_forwarded_for");
            write(&server.path("srv/app/deploy/nginx.conf"), &copy);
        },
        |server| fs::remove_dir_all(server.path("srv/app/deploy")).unwrap(),
    ),
    Fault::made(
        "the application runs as another user",
        &["live/process-user-differs", "live/unit-stale"],
        |server| {
            server.replace("units/app.service", "User=app\n", "User=www-data\n");
            restart(server);
            server.replace("units/app.service", "User=www-data\n", "User=app\n");
        },
        nothing,
    ),
    Fault::made(
        "the certificate has expired",
        &["live/cert-expiring"],
        |server| certified(server, "app.example", -1),
        |server| {
            certify(server.path("").as_path(), "app.example", 90);
        },
    ),
    Fault::written(
        "Django does not know the name of the site",
        &["hosts/server-name-not-allowed"],
        Edit {
            file: "srv/app/.env",
            from: "ALLOWED_HOSTS=app.example",
            to: "ALLOWED_HOSTS=www.example",
        },
        restart,
    ),
    Fault::written(
        "Django answers to any name",
        &["live/any-host-accepted", "hosts/allowed-wildcard"],
        Edit { file: "srv/app/.env", from: "ALLOWED_HOSTS=app.example", to: "ALLOWED_HOSTS=*" },
        restart,
    ),
    Fault::written(
        "the pages for developers are shown",
        &["env/debug-on", "live/debug-page-served"],
        Edit { file: "srv/app/.env", from: "ALLOWED_HOSTS", to: "DEBUG=1\nALLOWED_HOSTS" },
        restart,
    ),
    Fault::written(
        "a variable that the settings need is gone",
        &["env/required-missing", "live/unit-not-running"],
        Edit { file: "srv/app/.env", from: "REDIS_URL=", to: "OTHER_URL=" },
        |server| {
            server.try_systemctl(&["restart", "app"]);
            server.until(|| server.is("failed", "app"));
        },
    )
    .mended_by(|server| {
        server.systemctl(&["reset-failed"]);
    }),
    Fault::written(
        "the proxy says of https that it was http",
        &["proxy/forwarded-header-mismatch"],
        Edit {
            file: "nginx/sites-enabled/app",
            from: "X-Forwarded-Proto $scheme",
            to: "X-Forwarded-Proto http",
        },
        restart,
    ),
    Fault::made(
        "the web server was killed",
        &["live/port-not-listening"],
        |server| {
            server.systemctl(&["kill", "--signal=KILL", "nginx"]);
            server.until(|| server.is("failed", "nginx"));
        },
        |server| {
            server.systemctl(&["reset-failed"]);
        },
    ),
    Fault::made(
        "another program has the port of the web server",
        &["live/port-not-listening"],
        |server| {
            server.systemctl(&["stop", "nginx"]);
            server.occupy(443);
            server.try_systemctl(&["start", "nginx"]);
            server.until(|| server.is("failed", "nginx"));
        },
        |server| {
            server.systemctl(&["stop", "occupy"]);
            server.systemctl(&["reset-failed"]);
        },
    ),
    Fault::made(
        "the application does not start at boot",
        &["live/unit-not-running"],
        |server| {
            server.systemctl(&["disable", "app"]);
        },
        |server| {
            server.systemctl(&["enable", "app"]);
        },
    ),
    Fault::written(
        "the program of the unit is gone",
        &["live/exec-missing"],
        Edit {
            file: "units/app.service",
            from: "/usr/bin/gunicorn",
            to: "/srv/app/venv/bin/gunicorn",
        },
        |server| {
            server.systemctl(&["daemon-reload"]);
        },
    ),
    Fault::made(
        "the settings were changed and the service not restarted",
        &["live/process-env-drift"],
        |server| {
            server.wait();
            server.replace("srv/app/config/settings.py", "3600", "7200");
        },
        |server| {
            server.replace("srv/app/config/settings.py", "7200", "3600");
        },
    ),
    Fault::written(
        "the web server looks for static files elsewhere",
        &["assets/root-not-served"],
        Edit { file: "nginx/sites-enabled/app", from: "/srv/app/static/", to: "/srv/app/assets/" },
        |server| {
            fs::create_dir(server.path("srv/app/assets")).unwrap();
            fs::write(server.path("srv/app/assets/site.css"), "body {}\n").unwrap();
            restart(server);
        },
    )
    .mended_by(|server| {
        fs::remove_dir_all(server.path("srv/app/assets")).unwrap();
    }),
    Fault::written(
        "the web server passes requests to another socket",
        &["sockets/bind-upstream-mismatch"],
        Edit { file: "nginx/sites-enabled/app", from: "app/app.sock", to: "app/other.sock" },
        restart,
    ),
    Fault::made(
        "the certificate was renewed and the web server not told",
        &["live/cert-stale"],
        |server| certify(server.path("").as_path(), "app.example", 80),
        |server| certified(server, "app.example", 90),
    ),
    Fault::written(
        "the proxy does not say that it was https",
        &["proxy/forwarded-proto-missing"],
        Edit { file: "nginx/sites-enabled/app", from: PROTO_AND_FOR, to: FOR },
        restart,
    ),
];

const PROTO_AND_FOR: &str = "proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-For $remote_addr;";
const FOR: &str = "proxy_set_header X-Forwarded-For $remote_addr;";
