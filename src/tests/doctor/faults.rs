//! What can go wrong on a real server: how each fault is made, what finds it, how it is mended.

use crate::tests::doctor::server::{Server, certify, chmod};
use std::fs;
use std::os::unix::fs::chown;

/// Something that breaks, what finds it, and how it is mended.
pub(super) struct Fault {
    pub(super) name: &'static str,
    pub(super) rules: &'static [&'static str],
    pub(super) make: fn(&Server),
    pub(super) mend: fn(&Server),
}

/// A certificate that the web server has read.
fn certified(server: &Server, name: &str, days: i32) {
    certify(server.path("").as_path(), name, days);
    server.systemctl(&["restart", "nginx"]);
}

pub(super) fn restart(server: &Server) {
    server.systemctl(&["daemon-reload"]);
    server.systemctl(&["restart", "redis-server", "app"]);
    server.systemctl(&["restart", "nginx"]);
    server.until(|| server.enter(&["test", "-S", "/run/app/app.sock"]).status.success());
    server.until(|| {
        let asked = "import socket; s = socket.socket(socket.AF_UNIX); s.settimeout(2); \
            s.connect('/run/app/app.sock'); s.send(b'GET / HTTP/1.0\\r\\nHost: app.example\\r\\n\\r\\n'); \
            assert s.recv(4)";
        server.enter(&["/usr/bin/python3", "-c", asked]).status.success()
    });
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "the application was stopped",
        rules: &["live/unit-not-running"],
        make: |server| server.systemctl(&["stop", "app"]),
        mend: |server| server.systemctl(&["start", "app"]),
    },
    Fault {
        name: "Redis was stopped",
        rules: &["live/backing-service-down"],
        make: |server| server.systemctl(&["stop", "redis-server"]),
        mend: |server| server.systemctl(&["start", "redis-server"]),
    },
    Fault {
        name: "nginx was stopped",
        rules: &["live/port-not-listening"],
        make: |server| server.systemctl(&["stop", "nginx"]),
        mend: |server| server.systemctl(&["start", "nginx"]),
    },
    Fault {
        name: "the unit was changed and not reloaded",
        rules: &["live/unit-stale"],
        make: |server| {
            let path = server.path("units/app.service");
            // Its time is all that counts for systemd.
            server.replace("units/app.service", "Description=The shop", "Description=A shop");
            assert!(path.exists());
            server.systemctl(&["restart", "app"]);
        },
        mend: |server| {
            server.replace("units/app.service", "Description=A shop", "Description=The shop");
        },
    },
    Fault {
        name: "the env file was changed and the service not restarted",
        rules: &["live/process-env-drift"],
        make: |server| server.replace("srv/app/.env", "6379/1", "6379/2"),
        mend: |server| server.replace("srv/app/.env", "6379/2", "6379/1"),
    },
    Fault {
        name: "the folder of static files is closed to the web server",
        rules: &["live/path-not-traversable"],
        make: |server| chmod(&server.path("srv/app/static"), 0o700),
        mend: |server| chmod(&server.path("srv/app/static"), 0o755),
    },
    Fault {
        name: "the project's folder is closed to the web server",
        rules: &["live/path-not-traversable"],
        make: |server| {
            chown(server.path("srv/app"), Some(1001), Some(1001)).unwrap();
            chmod(&server.path("srv/app"), 0o700);
        },
        mend: |server| chmod(&server.path("srv/app"), 0o755),
    },
    Fault {
        name: "the socket is closed to the web server",
        rules: &["live/path-not-traversable"],
        make: |server| assert!(server.enter(&["chmod", "0700", "/run/app"]).status.success()),
        mend: |server| assert!(server.enter(&["chmod", "0750", "/run/app"]).status.success()),
    },
    Fault {
        name: "uploads cannot be stored",
        rules: &["live/path-mode-differs"],
        make: |server| chmod(&server.path("srv/app/media"), 0o755),
        mend: |server| chmod(&server.path("srv/app/media"), 0o2775),
    },
    Fault {
        name: "static files were never collected",
        rules: &["live/static-stale"],
        make: |server| {
            fs::rename(server.path("srv/app/static"), server.path("srv/app/gone")).unwrap()
        },
        mend: |server| {
            fs::rename(server.path("srv/app/gone"), server.path("srv/app/static")).unwrap()
        },
    },
    Fault {
        name: "the certificate is about to expire",
        rules: &["live/cert-expiring"],
        make: |server| certified(server, "app.example", 3),
        mend: |server| certify(server.path("").as_path(), "app.example", 90),
    },
    Fault {
        name: "the certificate is for another name",
        rules: &["live/cert-expiring"],
        make: |server| certified(server, "other.example", 90),
        mend: |server| certify(server.path("").as_path(), "app.example", 90),
    },
    Fault {
        name: "Redis listens for everybody",
        rules: &["live/port-public"],
        make: |server| {
            server.replace(
                "units/redis-server.service",
                "127.0.0.1",
                "0.0.0.0 --protected-mode no",
            );
            restart(server);
        },
        mend: |server| {
            server.replace(
                "units/redis-server.service",
                "0.0.0.0 --protected-mode no",
                "127.0.0.1",
            );
        },
    },
    Fault {
        name: "the application is hung up",
        rules: &["live/route-unreachable"],
        make: |server| {
            server.replace("srv/app/config/urls.py", "HttpResponse(\"hello\")", "1 / 0");
            restart(server);
        },
        mend: |server| {
            server.replace("srv/app/config/urls.py", "1 / 0", "HttpResponse(\"hello\")");
        },
    },
    Fault {
        name: "the application runs as another user",
        rules: &["live/process-user-differs", "live/unit-stale"],
        make: |server| {
            server.replace("units/app.service", "User=app\n", "User=www-data\n");
            restart(server);
            server.replace("units/app.service", "User=www-data\n", "User=app\n");
        },
        mend: |_| {},
    },
    Fault {
        name: "the certificate has expired",
        rules: &["live/cert-expiring"],
        make: |server| certified(server, "app.example", -1),
        mend: |server| {
            certify(server.path("").as_path(), "app.example", 90);
        },
    },
    Fault {
        name: "Django does not know the name of the site",
        rules: &["hosts/server-name-not-allowed"],
        make: |server| {
            server.replace(
                "srv/app/.env",
                "ALLOWED_HOSTS=app.example",
                "ALLOWED_HOSTS=www.example",
            );
            restart(server);
        },
        mend: |server| {
            server.replace(
                "srv/app/.env",
                "ALLOWED_HOSTS=www.example",
                "ALLOWED_HOSTS=app.example",
            );
        },
    },
    Fault {
        name: "Django answers to any name",
        rules: &["live/any-host-accepted", "hosts/allowed-wildcard"],
        make: |server| {
            server.replace("srv/app/.env", "ALLOWED_HOSTS=app.example", "ALLOWED_HOSTS=*");
            restart(server);
        },
        mend: |server| {
            server.replace("srv/app/.env", "ALLOWED_HOSTS=*", "ALLOWED_HOSTS=app.example");
        },
    },
    Fault {
        name: "the pages for developers are shown",
        rules: &["env/debug-on", "live/debug-page-served"],
        make: |server| {
            server.replace("srv/app/.env", "ALLOWED_HOSTS", "DEBUG=1\nALLOWED_HOSTS");
            restart(server);
        },
        mend: |server| {
            server.replace("srv/app/.env", "DEBUG=1\nALLOWED_HOSTS", "ALLOWED_HOSTS");
        },
    },
    Fault {
        name: "a variable that the settings need is gone",
        rules: &["env/required-missing", "live/unit-not-running"],
        make: |server| {
            server.replace("srv/app/.env", "REDIS_URL=", "OTHER_URL=");
            server.try_systemctl(&["restart", "app"]);
            server.until(|| server.is("failed", "app"));
        },
        mend: |server| {
            server.replace("srv/app/.env", "OTHER_URL=", "REDIS_URL=");
            server.systemctl(&["reset-failed"]);
        },
    },
    Fault {
        name: "the proxy says of https that it was http",
        rules: &["proxy/forwarded-header-mismatch"],
        make: |server| {
            server.replace(
                "nginx/sites-enabled/app",
                "X-Forwarded-Proto $scheme",
                "X-Forwarded-Proto http",
            );
            restart(server);
        },
        mend: |server| {
            server.replace(
                "nginx/sites-enabled/app",
                "X-Forwarded-Proto http",
                "X-Forwarded-Proto $scheme",
            );
        },
    },
    Fault {
        name: "the web server was killed",
        rules: &["live/port-not-listening"],
        make: |server| {
            server.systemctl(&["kill", "--signal=KILL", "nginx"]);
            server.until(|| server.is("failed", "nginx"));
        },
        mend: |server| {
            server.systemctl(&["reset-failed"]);
        },
    },
    Fault {
        name: "another program has the port of the web server",
        rules: &["live/port-not-listening"],
        make: |server| {
            server.systemctl(&["stop", "nginx"]);
            server.occupy(443);
            server.try_systemctl(&["start", "nginx"]);
            server.until(|| server.is("failed", "nginx"));
        },
        mend: |server| {
            server.systemctl(&["stop", "occupy"]);
            server.systemctl(&["reset-failed"]);
        },
    },
    Fault {
        name: "the application does not start at boot",
        rules: &["live/unit-not-running"],
        make: |server| {
            server.systemctl(&["disable", "app"]);
        },
        mend: |server| {
            server.systemctl(&["enable", "app"]);
        },
    },
    Fault {
        name: "the program of the unit is gone",
        rules: &["live/exec-missing"],
        make: |server| {
            server.replace("units/app.service", "/usr/bin/gunicorn", "/srv/app/venv/bin/gunicorn");
            server.systemctl(&["daemon-reload"]);
        },
        mend: |server| {
            server.replace("units/app.service", "/srv/app/venv/bin/gunicorn", "/usr/bin/gunicorn");
        },
    },
    Fault {
        name: "the settings were changed and the service not restarted",
        rules: &["live/process-env-drift"],
        make: |server| {
            server.wait();
            server.replace("srv/app/config/settings.py", "3600", "7200");
        },
        mend: |server| {
            server.replace("srv/app/config/settings.py", "7200", "3600");
        },
    },
    Fault {
        name: "the web server looks for static files elsewhere",
        rules: &["assets/root-not-served"],
        make: |server| {
            fs::create_dir(server.path("srv/app/assets")).unwrap();
            fs::write(server.path("srv/app/assets/site.css"), "body {}\n").unwrap();
            server.replace("nginx/sites-enabled/app", "/srv/app/static/", "/srv/app/assets/");
            restart(server);
        },
        mend: |server| {
            fs::remove_dir_all(server.path("srv/app/assets")).unwrap();
            server.replace("nginx/sites-enabled/app", "/srv/app/assets/", "/srv/app/static/");
        },
    },
    Fault {
        name: "the web server passes requests to another socket",
        rules: &["sockets/bind-upstream-mismatch"],
        make: |server| {
            server.replace("nginx/sites-enabled/app", "app/app.sock", "app/other.sock");
            restart(server);
        },
        mend: |server| {
            server.replace("nginx/sites-enabled/app", "app/other.sock", "app/app.sock");
        },
    },
    Fault {
        name: "the certificate was renewed and the web server not told",
        rules: &["live/cert-stale"],
        make: |server| certify(server.path("").as_path(), "app.example", 80),
        mend: |server| certified(server, "app.example", 90),
    },
    Fault {
        name: "the proxy does not say that it was https",
        rules: &["proxy/forwarded-proto-missing"],
        make: |server| {
            server.replace("nginx/sites-enabled/app", PROTO, "");
            restart(server);
        },
        mend: |server| server.replace("nginx/sites-enabled/app", FOR, &format!("{PROTO}{FOR}")),
    },
];

const PROTO: &str = "proxy_set_header X-Forwarded-Proto $scheme;\n        ";
const FOR: &str = "proxy_set_header X-Forwarded-For $remote_addr;";
