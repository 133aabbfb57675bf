//! Deployments by chance: a server, how it is reached, what the proxy sends, what settings say.

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

    fn path(&self, below: &str) -> String {
        self.folder.join(below).display().to_string()
    }
}

impl Deployment {
    /// Server and transport go round, so that each pair is met; the rest is chance.
    pub(super) fn new(number: usize, ground: &Ground<'_>) -> Self {
        let programs = [Program::Gunicorn, Program::Uvicorn, Program::Daphne, Program::Threads];
        let transports = [Transport::Socket, Transport::Loopback, Transport::Elsewhere];
        let program = programs[number % 4];
        let transport = match transports[number / 4 % 3] {
            Transport::Elsewhere if number / 12 % 2 == 1 => Transport::Container,
            transport => transport,
        };
        let dice = &mut Dice::new(number as u64 + 1);
        let cookie_is_secure = dice.one_in(3);
        let web = match number % 5 {
            _ if transport == Transport::Container && number % 2 == 1 => {
                Web::Traefik(traefik(dice, ground))
            }
            4 => Web::Caddy(caddy(dice, ground, transport)),
            _ => Web::Nginx(nginx(dice, ground, transport)),
        };
        Self {
            program,
            transport,
            settings: settings(dice, ground, cookie_is_secure),
            argv: match web {
                Web::Traefik(_) => argv_believing_all(ground, program),
                Web::Nginx(_) | Web::Caddy(_) => argv(dice, ground, program, transport),
            },
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

fn argv(
    dice: &mut Dice,
    ground: &Ground<'_>,
    program: Program,
    transport: Transport,
) -> Vec<String> {
    let (socket, port) = (ground.socket(), ground.app);
    let at_socket = transport == Transport::Socket;
    let mut words: Vec<String> = Vec::new();
    let mut add = |text: &str| words.extend(text.split(' ').map(str::to_owned));
    match program {
        Program::Gunicorn | Program::Threads => {
            add("gunicorn --workers 1 --no-control-socket");
            match at_socket {
                true => add(&format!("--bind unix:{socket}")),
                false => add(&format!("--bind 127.0.0.1:{port}")),
            }
            if program == Program::Threads {
                add("--threads 2");
            }
            match dice.below(4) {
                0 => add("--forwarded-allow-ips *"),
                1 => add("--forwarded-allow-ips 127.0.0.1"),
                _ => {}
            }
            add("site_of_test.wsgi:application");
        }
        Program::Uvicorn => {
            add("uvicorn --lifespan off");
            match at_socket {
                true => add(&format!("--uds {socket}")),
                false => add(&format!("--host 127.0.0.1 --port {port}")),
            }
            match dice.below(5) {
                0 => add("--forwarded-allow-ips *"),
                1 => add("--proxy-headers"),
                2 => add("--no-proxy-headers"),
                _ => {}
            }
            add("site_of_test.asgi:application");
        }
        Program::Daphne => {
            add("daphne");
            match at_socket {
                true => add(&format!("-u {socket}")),
                false => add(&format!("-b 127.0.0.1 -p {port}")),
            }
            if dice.one_in(2) {
                add("--proxy-headers");
            }
            add("site_of_test.asgi:application");
        }
    }
    words
}

/// Traefik connects from the first address of the machine, which a server believes that is told of none.
fn argv_believing_all(ground: &Ground<'_>, program: Program) -> Vec<String> {
    let port = ground.app;
    let line = match program {
        Program::Gunicorn | Program::Threads => format!(
            "gunicorn --workers 1 --no-control-socket --bind 127.0.0.1:{port} --forwarded-allow-ips * \
             site_of_test.wsgi:application"
        ),
        Program::Uvicorn => format!(
            "uvicorn --lifespan off --host 127.0.0.1 --port {port} --forwarded-allow-ips * \
             site_of_test.asgi:application"
        ),
        Program::Daphne => {
            format!("daphne -b 127.0.0.1 -p {port} --proxy-headers site_of_test.asgi:application")
        }
    };
    line.split_whitespace().map(str::to_owned).collect()
}

fn nginx(dice: &mut Dice, ground: &Ground<'_>, transport: Transport) -> String {
    let (http, https) = (ground.http, ground.https);
    let address = match transport {
        Transport::Socket => format!("unix:{}", ground.socket()),
        Transport::Loopback | Transport::Elsewhere | Transport::Container => {
            format!("127.0.0.1:{}", ground.app)
        }
    };
    let name = match dice.pick(&["app", "app", "app_server", ""]) {
        // The address would be the host that is sent on, and a container has another.
        "" if transport == Transport::Container => "site_app",
        name => name,
    };
    let (upstream, pass) = match name {
        "" if transport == Transport::Socket => (String::new(), format!("http://{address}:")),
        "" => (String::new(), format!("http://{address}")),
        name => (format!("upstream {name} {{ server {address}; }}\n"), format!("http://{name}")),
    };
    let location = |dice: &mut Dice| {
        let bound = match transport {
            Transport::Elsewhere | Transport::Container => FROM_ELSEWHERE,
            Transport::Socket | Transport::Loopback => "",
        };
        format!("proxy_pass {pass}; {bound} {}", sent(dice))
    };
    let plain = match dice.below(5) {
        0 => "return 301 https://$host$request_uri;".to_owned(),
        1 => "location / { return 301 https://$host$request_uri; }\n\
              location /health { return 200 ok; }"
            .to_owned(),
        2 => format!(
            "if ($host = www.example.com) {{ return 308 https://example.com$request_uri; }}\n\
                      location / {{ {} }}",
            location(dice)
        ),
        _ => format!("location / {{ {} }}", location(dice)),
    };
    let main = location(dice);
    let more = match dice.below(5) {
        0 => format!("location /health/ {{ {} }}", location(dice)),
        1 => format!("location = /page/ {{ {} }}", location(dice)),
        2 => format!("location ~ ^/items/ {{ {} }}", location(dice)),
        _ => String::new(),
    };
    let names = dice.pick(&[
        "example.com www.example.com",
        "example.com",
        ".example.com",
        "example.com my_app localhost",
    ]);
    let other = match dice.below(4) {
        0 => format!("server {{ listen 127.0.0.1:{http} default_server; return 444; }}\n"),
        1 => format!(
            "server {{ listen 127.0.0.1:{https} ssl default_server; {}\nreturn 404; }}\n",
            certificate(ground)
        ),
        _ => String::new(),
    };
    let redirect = dice.pick(&["", "", "proxy_redirect off;", "proxy_redirect http:// https://;"]);
    format!(
        "{upstream}{other}server {{\nlisten 127.0.0.1:{http};\nserver_name {names};\n{plain}\n}}\n\
         server {{\nlisten 127.0.0.1:{https} ssl;\nserver_name {names};\n{}\n{redirect}\n{}\n{more}\n\
         location / {{ {main} }}\n}}\n",
        certificate(ground),
        files(dice, ground),
    )
}

fn certificate(ground: &Ground<'_>) -> String {
    let path = ground.path("../site.pem");
    format!("ssl_certificate {path}; ssl_certificate_key {path};")
}

/// How each connects from the second address.
pub(super) const FROM_ELSEWHERE: &str = "proxy_bind 127.0.0.2;";
pub(super) const CADDY_FROM_ELSEWHERE: &str = "transport http {\nlocal_address 127.0.0.2\n}\n";

/// Caddy sends `X-Forwarded-*` by itself.
fn caddy(dice: &mut Dice, ground: &Ground<'_>, transport: Transport) -> String {
    let address = match transport {
        Transport::Socket => format!("unix/{}", ground.socket()),
        Transport::Loopback | Transport::Elsewhere | Transport::Container => {
            format!("127.0.0.1:{}", ground.app)
        }
    };
    // A socket has no host of its own, and a container another.
    let own = match transport {
        Transport::Socket | Transport::Container => "",
        Transport::Loopback | Transport::Elsewhere => "header_up Host {upstream_hostport}",
    };
    let bound = if transport == Transport::Container { CADDY_FROM_ELSEWHERE } else { "" };
    let up = dice.pick(&[
        "",
        "",
        own,
        "header_up X-Forwarded-Proto http",
        "header_up X-Forwarded-Ssl on",
        "header_up -X-Forwarded-For",
        "header_up Host www.example.com",
    ]);
    let files = match dice.below(4) {
        0 | 1 => format!(
            "handle_path /static/* {{\nroot * {}\nfile_server\n}}\n",
            ground.path("collected")
        ),
        2 => format!(
            "handle_path /static/* {{\nroot * {}\nfile_server\n}}\n",
            ground.path("elsewhere")
        ),
        _ => String::new(),
    };
    let more = dice.pick(&["", "", "redir /bare /page/ 302\n", "respond /health/ 200\n"]);
    let pem = ground.path("../site.pem");
    let names =
        dice.pick(&["example.com, www.example.com", "example.com", "*.example.com, example.com"]);
    format!(
        "{{\nadmin off\nhttp_port {}\nhttps_port {}\nskip_install_trust\n}}\n\
         {names} {{\nbind 127.0.0.1\ntls {pem} {pem}\n{files}{more}\
         reverse_proxy {address} {{\n{bound}{up}\n}}\n}}\n",
        ground.http, ground.https,
    )
}

/// As a container would have it: with the name of another for an address.
fn traefik(dice: &mut Dice, ground: &Ground<'_>) -> String {
    let (http, https) = (ground.http, ground.https);
    let rule = dice.pick(&[
        "Host(`example.com`)",
        "Host(`example.com`) || Host(`www.example.com`)",
        "(Host(`example.com`) || Host(`localhost`)) && !Path(`/bare`)",
    ]);
    let plain = match dice.below(3) {
        0 => "",
        1 => {
            "    http:\n      redirections:\n        entryPoint:\n          to: websecure\n          scheme: https\n"
        }
        _ => "",
    };
    let middleware = dice.pick(&["", "[https]", "[told]"]);
    let on_plain = match middleware {
        "" => String::new(),
        names => format!("      middlewares: {names}\n"),
    };
    let more = match dice.below(3) {
        0 => {
            "    health:\n      rule: \"Host(`example.com`) && PathPrefix(`/health`)\"\n      \
              entryPoints: [websecure]\n      middlewares: [told]\n      service: app\n      tls: {}\n"
        }
        1 => {
            "    any:\n      rule: \"PathPrefix(`/items`)\"\n      priority: 1\n      \
              entryPoints: [web, websecure]\n      service: app\n"
        }
        _ => "",
    };
    let host = dice.pick(&["", "", "        passHostHeader: true\n"]);
    format!(
        "entryPoints:\n  web:\n    address: \"127.0.0.1:{http}\"\n{plain}  websecure:\n    \
         address: \"127.0.0.1:{https}\"\nproviders:\n  file:\n    filename: /etc/traefik/traefik.yml\n\
         http:\n  routers:\n    plain:\n      rule: \"{rule}\"\n      entryPoints: [web]\n{on_plain}      \
         service: app\n    secure:\n      rule: \"{rule}\"\n      entryPoints:\n        - websecure\n      \
         service: app\n      tls: {{}}\n{more}  middlewares:\n    https:\n      redirectScheme:\n        \
         scheme: https\n        permanent: true\n    told:\n      headers:\n        customRequestHeaders:\n          \
         X-Forwarded-Ssl: \"on\"\n  services:\n    app:\n      loadBalancer:\n{host}        servers:\n          \
         - url: http://127.0.0.1:{}\n",
        ground.app
    )
}

/// What `proxy_set_header` lines a location has.
fn sent(dice: &mut Dice) -> String {
    let mut lines = String::new();
    let mut line = |text: &str| {
        if !text.is_empty() {
            lines.push_str(&format!("proxy_set_header {text};\n"));
        }
    };
    line(dice.pick(&["Host $host", "Host $host", "Host $http_host", "Host $server_name", ""]));
    line(dice.pick(&[
        "X-Forwarded-Proto $scheme",
        "X-Forwarded-Proto $scheme",
        "X-Forwarded-Proto $scheme",
        "X-Forwarded-Proto https",
        "X-Forwarded-Proto $http_x_forwarded_proto",
        "X-Forwarded-Protocol $scheme",
        "X-Forward-Proto $scheme",
        "X-Forwarded-Ssl on",
        "",
    ]));
    line(dice.pick(&[
        "X-Forwarded-For $proxy_add_x_forwarded_for",
        "X-Forwarded-For $remote_addr",
        "",
    ]));
    line(dice.pick(&["X-Forwarded-Host $host", "", ""]));
    lines
}

/// Where nginx looks for static files, if it does.
fn files(dice: &mut Dice, ground: &Ground<'_>) -> String {
    let (collected, elsewhere) = (ground.path("collected"), ground.path("elsewhere"));
    match dice.below(6) {
        0 | 1 => format!("location /static/ {{ alias {collected}/; }}"),
        2 => format!("location /static/ {{ alias {elsewhere}/; }}"),
        3 => format!("location /static {{ alias {collected}; }}"),
        4 => format!("location /static/ {{ alias {collected}/; expires 30d; access_log off; }}"),
        _ => String::new(),
    }
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
