//! A real server for `doctor` to look at: systemd, nginx, gunicorn with Django, PostgreSQL and
//! Redis, in namespaces of their own.

use crate::tests::program;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The user that the application runs as, in the server's own passwd.
const APP: u32 = 1001;

pub(super) const DISK: &str = "live/disk-space";

/// Far longer than anything takes on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks the web server, Redis and the application, and fails unless all of them answer.
const ASKED: &str = r"
import socket
for port in (80, 443, 5432, 6379):
    socket.create_connection(('127.0.0.1', port), 2).close()
s = socket.socket(socket.AF_UNIX)
s.settimeout(5)
s.connect('/run/app/app.sock')
s.send(b'GET / HTTP/1.0\r\nHost: app.example\r\n\r\n')
assert s.recv(4)
";

pub(super) struct Server {
    stage: TempDir,
    child: Child,
    /// The first process inside.
    pid: String,
}

/// gunicorn ends with 3 when a worker fails to boot. Trying again would come to an end only where
/// five starts fit into the ten seconds that systemd counts them in.
const FILES: &[(&str, &str)] = &[
    ("units/basic.target", "[Unit]\nDefaultDependencies=no\n"),
    ("units/sysinit.target", "[Unit]\nDefaultDependencies=no\n"),
    ("units/shutdown.target", "[Unit]\nDefaultDependencies=no\n"),
    ("units/default.target", "[Unit]\nDefaultDependencies=no\nWants=ready.target\n"),
    (
        "units/ready.target",
        "[Unit]\nDefaultDependencies=no\nWants=app.service nginx.service redis-server.service \
         postgresql.service\nAfter=app.service nginx.service redis-server.service postgresql.service\n",
    ),
    (
        "units/app.service",
        "[Unit]\nDescription=The shop\nWants=redis-server.service postgresql.service\n\
         After=network.target redis-server.service postgresql.service\n\n\
         [Service]\nUser=app\nGroup=app\nWorkingDirectory=/srv/app\nEnvironmentFile=/srv/app/.env\n\
         RuntimeDirectory=app\nRuntimeDirectoryMode=0750\n\
         Restart=on-failure\nRestartPreventExitStatus=3\n\
         ExecStart=/usr/bin/gunicorn --bind unix:/run/app/app.sock --workers 1 config.wsgi\n\n\
         [Install]\nWantedBy=multi-user.target\n",
    ),
    (
        "units/nginx.service",
        "[Service]\nExecStart=/usr/sbin/nginx -g 'daemon off;'\nExecReload=/usr/sbin/nginx -s reload\n",
    ),
    (
        "units/redis-server.service",
        "[Service]\nUser=redis\nExecStart=/usr/bin/redis-server --bind 127.0.0.1 --save ''\n",
    ),
    (
        "units/postgresql.service",
        "[Service]\nType=notify\nUser=postgres\nRuntimeDirectory=postgresql\n\
         ExecStart=/var/lib/postgresql/bin/postgres -D /var/lib/postgresql/main \
         -c listen_addresses=127.0.0.1 -c unix_socket_directories=/run/postgresql -c fsync=off\n",
    ),
    (
        "nginx/nginx.conf",
        "user www-data;\nworker_processes 1;\npid /run/nginx.pid;\nevents {}\n\
         http {\n    access_log off;\n    server_tokens off;\n    include sites-enabled/*;\n}\n",
    ),
    (
        "nginx/sites-enabled/app",
        "server {\n    listen 80;\n    server_name app.example;\n    return 301 https://$host$request_uri;\n}\n\n\
         server {\n    listen 443 ssl;\n    server_name app.example;\n    ssl_certificate /etc/nginx/app.pem;\n    \
         ssl_certificate_key /etc/nginx/app.key;\n    location /static/ {\n        alias /srv/app/static/;\n    }\n    \
         location / {\n        proxy_pass http://unix:/run/app/app.sock;\n        proxy_set_header Host $host;\n        \
         proxy_set_header X-Forwarded-Proto $scheme;\n        proxy_set_header X-Forwarded-For $remote_addr;\n    }\n}\n",
    ),
    (
        "srv/app/manage.py",
        "import os\nimport sys\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"config.settings\")\n\
         from django.core.management import execute_from_command_line\n\nexecute_from_command_line(sys.argv)\n",
    ),
    ("srv/app/config/__init__.py", ""),
    (
        "srv/app/config/wsgi.py",
        "import os\nfrom django.core.wsgi import get_wsgi_application\n\n\
         os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"config.settings\")\napplication = get_wsgi_application()\n",
    ),
    (
        "srv/app/config/urls.py",
        "from django.http import HttpResponse\nfrom django.urls import path\n\n\
         urlpatterns = [path(\"\", lambda request: HttpResponse(\"hello\"))]\n",
    ),
    (
        "srv/app/config/settings.py",
        "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\nDEBUG = os.environ.get(\"DEBUG\") == \"1\"\n\
         ALLOWED_HOSTS = os.environ[\"ALLOWED_HOSTS\"].split(\",\")\nROOT_URLCONF = \"config.urls\"\n\
         MIDDLEWARE = [\n    \"django.middleware.security.SecurityMiddleware\",\n    \"django.middleware.common.CommonMiddleware\",\n]\n\
         SECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")\nSECURE_SSL_REDIRECT = True\n\
         SECURE_HSTS_SECONDS = 31536000\nSESSION_COOKIE_SECURE = True\nCSRF_COOKIE_SECURE = True\n\
         STATIC_URL = \"/static/\"\nSTATIC_ROOT = \"/srv/app/static\"\nMEDIA_URL = \"/media/\"\nMEDIA_ROOT = \"/srv/app/media\"\n\
         REDIS_URL = os.environ[\"REDIS_URL\"]\n\
         DATABASES = {\n    \"default\": {\n        \"ENGINE\": \"django.db.backends.postgresql\",\n        \
         \"NAME\": \"shop\",\n        \"USER\": \"app\",\n        \"PASSWORD\": os.environ[\"DB_PASSWORD\"],\n        \
         \"HOST\": \"127.0.0.1\",\n    }\n}\n",
    ),
    (
        "srv/app/.env",
        "SECRET_KEY=canary-9sXq4Lk2Vb7Nw3Tz8Rd6Ym1Hc5Gf0Jp-canary-Qe8Ua4Io2\nALLOWED_HOSTS=app.example\n\
         REDIS_URL=redis://127.0.0.1:6379/1\nDB_PASSWORD=canary-4rTz7Hn1\n",
    ),
    ("srv/app/static/site.css", "body { color: black }\n"),
    ("srv/app/media/photo.txt", "a photo\n"),
];

impl Server {
    /// Starts it, and waits until all of it answers.
    pub(super) fn start() -> Self {
        let stage = TempDir::new().unwrap();
        fs::set_permissions(stage.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for (path, text) in FILES {
            write(&stage.path().join(path), text);
        }
        let wants = stage.path().join("units/multi-user.target.wants");
        fs::create_dir(&wants).unwrap();
        symlink("/etc/systemd/system/app.service", wants.join("app.service")).unwrap();
        for path in [".env", "media"] {
            chown(stage.path().join("srv/app").join(path), Some(0), Some(APP)).unwrap();
        }
        chmod(&stage.path().join("srv/app/.env"), 0o640);
        chmod(&stage.path().join("srv/app/media"), 0o2775);
        for (file, line) in [
            ("passwd", "app:x:1001:1001::/srv/app:/usr/sbin/nologin\n"),
            ("group", "app:x:1001:www-data\n"),
        ] {
            let known = fs::read_to_string(format!("/etc/{file}")).unwrap();
            write(&stage.path().join(file), &format!("{known}{line}"));
        }
        certify(stage.path(), "app.example", 90);
        let database = stage.path().join("postgresql");
        succeed(&["cp", "-a", DATABASE.path().to_str().unwrap(), database.to_str().unwrap()]);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/doctor/server.sh");
        let mut child = Command::new(script)
            .arg(stage.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the script runs");
        let mut pid = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut pid).unwrap();
        let pid = pid.trim().to_owned();
        assert!(!pid.is_empty(), "no systemd came up; it needs root");
        let server = Self { stage, child, pid };
        server.ready();
        server
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.stage.path().join(path)
    }

    /// Runs a program inside.
    pub(super) fn enter(&self, command: &[&str]) -> Output {
        let entered = Command::new("nsenter")
            .args(["-t", &self.pid, "-m", "-p", "-n", "-u", "-i", "--"])
            .args(command)
            .output();
        entered.expect("nsenter runs")
    }

    pub(super) fn systemctl(&self, arguments: &[&str]) {
        let said = self.enter(&[&["systemctl"], arguments].concat());
        assert!(said.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&said.stderr));
    }

    /// What may well fail.
    pub(super) fn try_systemctl(&self, arguments: &[&str]) {
        self.enter(&[&["systemctl"], arguments].concat());
    }

    pub(super) fn is(&self, state: &str, unit: &str) -> bool {
        let said = self.enter(&["systemctl", "is-active", unit]);
        String::from_utf8_lossy(&said.stdout).trim() == state
    }

    /// Starts a program that has nothing to do with the site and listens on a port of it.
    pub(super) fn occupy(&self, port: u16) {
        let unit = format!(
            "[Service]\nUser=nobody\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n\
             ExecStart=/usr/bin/python3 -m http.server --bind 127.0.0.1 {port}\n"
        );
        write(&self.path("units/occupy.service"), &unit);
        self.systemctl(&["daemon-reload"]);
        self.systemctl(&["start", "occupy"]);
        let asked = format!("import socket; socket.create_connection(('127.0.0.1', {port}), 2)");
        self.until(|| self.enter(&["/usr/bin/python3", "-c", &asked]).status.success());
    }

    /// Waits until all of it answers. systemd says that a service is up as soon as its process is
    /// there, and the process listens only later.
    pub(super) fn ready(&self) {
        self.until(|| self.enter(&["/usr/bin/python3", "-c", ASKED]).status.success());
    }

    /// Times of files are compared in seconds.
    pub(super) fn wait(&self) {
        thread::sleep(Duration::from_millis(2500));
    }

    pub(super) fn replace(&self, path: &str, from: &str, to: &str) {
        let path = self.path(path);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{} has no {from:?}", path.display());
        fs::write(path, text.replace(from, to)).unwrap();
    }

    pub(super) fn until(&self, holds: impl Fn() -> bool) {
        let start = Instant::now();
        while !holds() {
            if start.elapsed() > PATIENCE {
                let units = self.enter(&[
                    "systemctl",
                    "status",
                    "--no-pager",
                    "--full",
                    "app",
                    "nginx",
                    "redis-server",
                    "postgresql",
                ]);
                let log = fs::read_to_string(self.path("systemd.log")).unwrap_or_default();
                panic!("it never came: {}\n{log}", String::from_utf8_lossy(&units.stdout));
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// `kilter doctor` as a process inside, and what it found.
    pub(super) fn doctor(&self, options: &[&str]) -> (BTreeSet<String>, Value) {
        let kilter = program();
        // How full the disk of the testing machine is, is no matter of the server.
        let fixed = [kilter.to_str().unwrap(), "doctor", "--format", "json", "--ignore", DISK];
        let command = [fixed.as_slice(), options].concat();
        let said = self.enter(&command);
        let text = String::from_utf8(said.stdout).unwrap();
        let report: Value = serde_json::from_str(&text).unwrap_or_else(|why| {
            panic!("{why}: {text} {}", String::from_utf8_lossy(&said.stderr))
        });
        let found = report["diagnostics"].as_array().unwrap().iter();
        (found.map(|it| it["rule"].as_str().unwrap().to_owned()).collect(), report)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The namespaces' first process dies with the one that made them.
        _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        _ = self.child.wait();
    }
}

pub(super) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

pub(super) fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// What the server has at `/var/lib/postgresql`: an empty database, and a link to the programs of
/// the version that made it. To make one takes a second, so each server has a copy.
static DATABASE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    let versions = fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed");
    let programs = versions.map(|it| it.unwrap().path().join("bin"));
    let programs = programs.filter(|it| it.join("initdb").is_file()).max().unwrap();
    symlink(&programs, folder.path().join("bin")).unwrap();
    let owned = ["chown", "postgres:", folder.path().to_str().unwrap()];
    succeed(&owned);
    let (initdb, main) = (programs.join("initdb"), folder.path().join("main"));
    succeed(&[
        "runuser",
        "-u",
        "postgres",
        "--",
        initdb.to_str().unwrap(),
        "--no-sync",
        "--auth=trust",
        "--wal-segsize=1",
        "--pgdata",
        main.to_str().unwrap(),
    ]);
    folder
});

fn succeed(command: &[&str]) {
    let said = Command::new(command[0]).args(&command[1..]).output().expect("it runs");
    assert!(said.status.success(), "{command:?}: {}", String::from_utf8_lossy(&said.stderr));
}

/// Makes a certificate for the site that is valid for so many days, or was until yesterday.
pub(super) fn certify(stage: &Path, name: &str, days: i32) {
    let (key, request) = (stage.join("nginx/app.key"), stage.join("app.csr"));
    let openssl = |arguments: &[&str]| {
        let status = Command::new("openssl").args(arguments).stderr(Stdio::null()).status();
        assert!(status.is_ok_and(|it| it.success()), "openssl made no certificate");
    };
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let (key, request) = (text(&key), text(&request));
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let (subject, names) = (format!("/CN={name}"), format!("subjectAltName=DNS:{name}"));
    let named = ["-subj", &subject, "-addext", &names, "-keyout", &key, "-out", &request];
    openssl(&[&["req"], curve.as_slice(), &named].concat());
    let certificate = text(&stage.join("nginx/app.pem"));
    let days = days.to_string();
    let signed = ["x509", "-req", "-in", &request, "-signkey", &key, "-copy_extensions", "copy"];
    openssl(&[signed.as_slice(), &["-days", &days, "-out", &certificate]].concat());
}
