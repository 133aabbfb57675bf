//! The web servers of deployments by chance, as their configurations.

use crate::tests::journey::oracle::generate::{Ground, Transport};
use crate::tests::nginx::Dice;

pub(super) fn nginx(
    dice: &mut Dice,
    ground: &Ground<'_>,
    transport: Transport,
    by_uwsgi: bool,
) -> String {
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
        "" if by_uwsgi => (String::new(), address.clone()),
        name if by_uwsgi => (format!("upstream {name} {{ server {address}; }}\n"), name.to_owned()),
        "" if transport == Transport::Socket => (String::new(), format!("http://{address}:")),
        "" => (String::new(), format!("http://{address}")),
        name => (format!("upstream {name} {{ server {address}; }}\n"), format!("http://{name}")),
    };
    let location = |dice: &mut Dice| {
        if by_uwsgi {
            let bound = match transport {
                Transport::Elsewhere | Transport::Container => UWSGI_FROM_ELSEWHERE,
                Transport::Socket | Transport::Loopback => "",
            };
            return format!("uwsgi_pass {pass}; {bound} {}", variables(dice));
        }
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
pub(super) const UWSGI_FROM_ELSEWHERE: &str = "uwsgi_bind 127.0.0.2;";
pub(super) const CADDY_FROM_ELSEWHERE: &str = "transport http {\nlocal_address 127.0.0.2\n}\n";

/// Caddy sends `X-Forwarded-*` by itself.
pub(super) fn caddy(dice: &mut Dice, ground: &Ground<'_>, transport: Transport) -> String {
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
pub(super) fn traefik(dice: &mut Dice, ground: &Ground<'_>) -> String {
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

/// What `uwsgi_param` lines a location has: those of nginx's own file, and what tells of scheme and host.
fn variables(dice: &mut Dice) -> String {
    let mut lines = String::new();
    let mut line = |text: &str| {
        if !text.is_empty() {
            lines.push_str(&format!("uwsgi_param {text};\n"));
        }
    };
    for name in ["QUERY_STRING", "REQUEST_METHOD", "CONTENT_TYPE", "CONTENT_LENGTH", "REQUEST_URI"]
    {
        line(&format!("{name} ${}", name.to_lowercase()));
    }
    line("PATH_INFO $document_uri");
    line("SERVER_PROTOCOL $server_protocol");
    line("SERVER_PORT $server_port");
    line("SERVER_NAME $server_name");
    line(dice.pick(&["HTTPS $https if_not_empty", "HTTPS $https", "HTTPS on", "HTTPS off", ""]));
    line(dice.pick(&["UWSGI_SCHEME $scheme", "UWSGI_SCHEME https", "", "", ""]));
    line(dice.pick(&["HTTP_X_FORWARDED_PROTO $scheme", "HTTP_X_FORWARDED_SSL on", "", "", ""]));
    line(dice.pick(&["HTTP_HOST $host", "HTTP_HOST $server_name", "", "", ""]));
    line(dice.pick(&["HTTP_X_FORWARDED_HOST $host", "", ""]));
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
