//! Deployments by chance: a server, how it is reached, what the proxy sends, what settings say.

use crate::tests::journey::oracle::sites;
use crate::tests::nginx::Dice;
use std::path::Path;

/// One deployment, as the files of a machine.
pub(super) struct Deployment {
    pub(super) program: Program,
    pub(super) transport: Transport,
    pub(super) web: Web,
    pub(super) settings: String,
    pub(super) argv: Vec<String>,
    /// A browser on plain HTTP keeps no cookie that is for https only.
    pub(super) cookie_is_secure: bool,
}

/// The web server, by its configuration.
pub(super) enum Web {
    /// What stands in `http { … }`.
    Nginx(String),
    Caddy(String),
    /// Both of its configurations, in one file.
    Traefik(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    Gunicorn,
    Threads,
    Uvicorn,
    Daphne,
    Uwsgi,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Socket,
    Loopback,
    /// From a second address of the machine, which stands for another container.
    Elsewhere,
    /// The same, and kilter is shown the compose file that would have it so.
    Container,
}

/// Where a deployment lies, and its ports.
pub(super) struct Ground<'a> {
    pub(super) folder: &'a Path,
    pub(super) http: u16,
    pub(super) https: u16,
    pub(super) app: u16,
}

impl Ground<'_> {
    pub(super) fn socket(&self) -> String {
        self.folder.join("app.sock").display().to_string()
    }

    pub(super) fn path(&self, below: &str) -> String {
        self.folder.join(below).display().to_string()
    }
}

impl Deployment {
    /// Server and transport go round, so that each pair is met; the rest is chance.
    pub(super) fn new(number: usize, ground: &Ground<'_>) -> Self {
        let programs = [
            Program::Gunicorn,
            Program::Uvicorn,
            Program::Daphne,
            Program::Threads,
            Program::Uwsgi,
        ];
        let transports = [Transport::Socket, Transport::Loopback, Transport::Elsewhere];
        let program = programs[number % 5];
        let transport = match transports[number / 5 % 3] {
            Transport::Elsewhere if number / 15 % 2 == 1 => Transport::Container,
            transport => transport,
        };
        let dice = &mut Dice::new(number as u64 + 1);
        let cookie_is_secure = dice.one_in(3);
        // uWSGI's own protocol is nginx's alone, of these.
        let mut by_uwsgi = false;
        let web = match number % 7 {
            _ if transport == Transport::Container && number % 2 == 1 => {
                Web::Traefik(sites::traefik(dice, ground))
            }
            4 => Web::Caddy(sites::caddy(dice, ground, transport)),
            _ => {
                by_uwsgi = program == Program::Uwsgi && !dice.one_in(3);
                Web::Nginx(sites::nginx(dice, ground, transport, by_uwsgi))
            }
        };
        let program_listens = if by_uwsgi { "--socket" } else { "--http-socket" };
        Self {
            program,
            transport,
            settings: settings(dice, ground, cookie_is_secure),
            argv: argv(
                ground,
                (program, program_listens),
                transport,
                match web {
                    Web::Traefik(_) => trust_in_all(program),
                    Web::Nginx(_) | Web::Caddy(_) => trust(dice, program),
                },
            ),
            web,
            cookie_is_secure,
        }
    }

    /// As systemd would start it.
    pub(super) fn unit(&self, ground: &Ground<'_>) -> String {
        let words: Vec<String> = self.argv.iter().map(|word| format!("\"{word}\"")).collect();
        format!(
            "[Service]\nWorkingDirectory={}\nEnvironment=DJANGO_SETTINGS_MODULE=site_of_test.settings\n\
             ExecStart=/usr/bin/{}\n",
            ground.path("app"),
            words.join(" ").replacen('"', "", 2),
        )
    }

    pub(super) fn shown(&self) -> String {
        let web = match self.web {
            Web::Nginx(_) => "nginx",
            Web::Caddy(_) => "Caddy",
            Web::Traefik(_) => "Traefik",
        };
        format!("{web} and {:?} over {:?}", self.program, self.transport)
    }
}

/// What a server is told of whom to believe.
fn trust(dice: &mut Dice, program: Program) -> &'static str {
    match program {
        Program::Gunicorn | Program::Threads => match dice.below(4) {
            0 => "--forwarded-allow-ips *",
            1 => "--forwarded-allow-ips 127.0.0.1",
            _ => "",
        },
        Program::Uvicorn => match dice.below(5) {
            0 => "--forwarded-allow-ips *",
            1 => "--proxy-headers",
            2 => "--no-proxy-headers",
            _ => "",
        },
        Program::Daphne => match dice.one_in(2) {
            true => "--proxy-headers",
            false => "",
        },
        Program::Uwsgi => "",
    }
}

/// Traefik connects from the first address of the machine, which a server believes that is told of none.
fn trust_in_all(program: Program) -> &'static str {
    match program {
        Program::Gunicorn | Program::Threads | Program::Uvicorn => "--forwarded-allow-ips *",
        Program::Daphne => "--proxy-headers",
        Program::Uwsgi => "",
    }
}

fn argv(
    ground: &Ground<'_>,
    (program, own): (Program, &str),
    transport: Transport,
    trust: &str,
) -> Vec<String> {
    let (socket, port) = (ground.socket(), ground.app);
    let at_socket = transport == Transport::Socket;
    let line = match (program, at_socket) {
        (Program::Gunicorn | Program::Threads, true) => format!("--bind unix:{socket}"),
        (Program::Gunicorn | Program::Threads, false) => format!("--bind 127.0.0.1:{port}"),
        (Program::Uvicorn, true) => format!("--uds {socket}"),
        (Program::Uvicorn, false) => format!("--host 127.0.0.1 --port {port}"),
        (Program::Daphne, true) => format!("-u {socket}"),
        (Program::Daphne, false) => format!("-b 127.0.0.1 -p {port}"),
        (Program::Uwsgi, true) => format!("{own} {socket}"),
        (Program::Uwsgi, false) => format!("{own} 127.0.0.1:{port}"),
    };
    let (server, application) = match program {
        Program::Gunicorn => ("gunicorn --workers 1 --no-control-socket", "wsgi"),
        Program::Threads => ("gunicorn --workers 1 --no-control-socket --threads 2", "wsgi"),
        Program::Uvicorn => ("uvicorn --lifespan off", "asgi"),
        Program::Daphne => ("daphne", "asgi"),
        Program::Uwsgi => ("uwsgi --need-app --module", "wsgi"),
    };
    if program == Program::Uwsgi {
        let line = format!("{server} site_of_test.{application}:application {line}");
        return line.split_whitespace().map(str::to_owned).collect();
    }
    let line = format!("{server} {line} {trust} site_of_test.{application}:application");
    line.split_whitespace().map(str::to_owned).collect()
}

fn settings(dice: &mut Dice, ground: &Ground<'_>, cookie_is_secure: bool) -> String {
    let python = |it: bool| if it { "True" } else { "False" };
    let mut middleware = vec!["django.middleware.security.SecurityMiddleware"];
    match dice.below(4) {
        0 => middleware.push("whitenoise.middleware.WhiteNoiseMiddleware"),
        1 => middleware.insert(0, "whitenoise.middleware.WhiteNoiseMiddleware"),
        _ => {}
    }
    if !dice.one_in(12) {
        middleware.push("django.middleware.common.CommonMiddleware");
    }
    if !dice.one_in(8) {
        middleware.push("django.middleware.csrf.CsrfViewMiddleware");
    }
    middleware.push("django.middleware.clickjacking.XFrameOptionsMiddleware");
    let hosts = dice.pick(&[
        "['example.com', 'www.example.com']",
        "['example.com']",
        "['.example.com', 'localhost']",
        "['*']",
        "['Example.com', '127.0.0.1', 'app']",
        "[]",
    ]);
    let origins = dice.pick(&[
        "[]",
        "['https://example.com']",
        "['https://*.example.com']",
        "['http://example.com', 'https://www.example.com']",
    ]);
    let header = dice.pick(&[
        "None",
        "('HTTP_X_FORWARDED_PROTO', 'https')",
        "('HTTP_X_FORWARDED_PROTO', 'https')",
        "('HTTP_X_FORWARDED_SSL', 'on')",
        "('X-Forwarded-Proto', 'https')",
    ]);
    let exempt = dice.pick(&["[]", "[]", "['^health/$']", "[r'^(health|exempt)/']"]);
    let ssl_host = dice.pick(&["None", "None", "None", "'www.example.com'"]);
    let lists: String = middleware.iter().map(|it| format!("    '{it}',\n")).collect();
    let (redirect, debug, forwarded) = (dice.one_in(2), dice.one_in(10), dice.one_in(3));
    let (slash, www) = (!dice.one_in(4), dice.one_in(12));
    format!(
        "SECRET_KEY = 'kilter-fixture-{}'\nDEBUG = {}\nALLOWED_HOSTS = {hosts}\n\
         INSTALLED_APPS = ['django.contrib.staticfiles']\nMIDDLEWARE = [\n{lists}]\n\
         ROOT_URLCONF = 'site_of_test.urls'\nTEMPLATES = []\nDATABASES = {{}}\n\
         STATIC_URL = '/static/'\nSTATIC_ROOT = '{}'\nSTATICFILES_DIRS = ['{}']\n\
         SECURE_SSL_REDIRECT = {}\nSECURE_PROXY_SSL_HEADER = {header}\n\
         SECURE_REDIRECT_EXEMPT = {exempt}\nSECURE_SSL_HOST = {ssl_host}\n\
         CSRF_TRUSTED_ORIGINS = {origins}\nCSRF_COOKIE_SECURE = {}\n\
         USE_X_FORWARDED_HOST = {}\nAPPEND_SLASH = {}\nPREPEND_WWW = {}\n",
        "x".repeat(50),
        python(debug),
        ground.path("collected"),
        ground.path("app/assets"),
        python(redirect),
        python(cookie_is_secure),
        python(forwarded),
        python(slash),
        python(www),
    )
}
