//! The configuration that nginx-proxy writes, as far as it matters to requests: what its template has
//! of ciphers, logs and compression is left out.

use crate::model::build::nginx_proxy::{Https, Virtual};
use crate::source::Place;
use crate::syntax::spliced::Spliced;
use camino::{Utf8Path, Utf8PathBuf};

/// A part of what docker-gen writes into one file; each stands where the line is that asks for it.
pub(in crate::model::build) struct Part {
    /// In nginx's container.
    pub(in crate::model::build) at: Utf8PathBuf,
    pub(in crate::model::build) text: Spliced,
}

/// By what it is written.
pub(super) struct Setup<'a> {
    /// Where the nginx-proxy is declared.
    pub(super) place: Place,
    /// Whether its container has a file. `None` where nobody can tell.
    pub(super) has: &'a dyn Fn(&Utf8Path) -> Option<bool>,
    /// Whether it passes on what those say who ask: `TRUST_DOWNSTREAM_PROXY`.
    pub(super) trusts: bool,
}

/// The file that docker-gen writes.
const FILE: &str = "/etc/nginx/conf.d/default.conf";

/// All that it writes for these hosts.
pub(super) fn parts(setup: &Setup<'_>, hosts: &[Virtual]) -> Vec<Part> {
    let mut names: Vec<&str> = hosts.iter().map(|it| it.host.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let of_host = |host: &&str| {
        let of_host = hosts.iter().filter(|it| it.host == *host).collect::<Vec<_>>();
        server(setup, host, &of_host)
    };
    let by_http = hosts.iter().any(|it| it.https == Https::Never);
    let mut parts = vec![Part { at: FILE.into(), text: common(setup, by_http) }];
    parts.extend(names.iter().filter_map(of_host));
    parts
}

/// What holds of all hosts, and the server of those that nobody asks for. Where it takes https itself,
/// the scheme is its own, whoever stands before it; where visitors come by http, the header may be that
/// of another proxy.
fn common(setup: &Setup<'_>, by_http: bool) -> Spliced {
    let proto = if setup.trusts && by_http { "$proxy_x_forwarded_proto" } else { "$scheme" };
    let host = if setup.trusts { "$http_x_forwarded_host" } else { "$host" };
    let mut text = Text::at(setup.place);
    text.put(&format!(
        "map $http_x_forwarded_proto $proxy_x_forwarded_proto {{\n    \
         default $http_x_forwarded_proto;\n    '' $scheme;\n}}\n\
         map $http_x_forwarded_host $proxy_x_forwarded_host {{ default {host}; '' $host; }}\n\
         map $http_upgrade $proxy_connection {{ default upgrade; '' close; }}\n"
    ));
    // One of the operator's own takes the place of all that follows.
    match (setup.has)(Utf8Path::new("/etc/nginx/proxy.conf")) != Some(false) {
        true => text.put("include /etc/nginx/proxy.conf;\n"),
        false => text.put(&format!(
            "proxy_http_version 1.1;\n\
             proxy_set_header Host $host;\n\
             proxy_set_header Upgrade $http_upgrade;\n\
             proxy_set_header Connection $proxy_connection;\n\
             proxy_set_header X-Real-IP $remote_addr;\n\
             proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
             proxy_set_header X-Forwarded-Host $proxy_x_forwarded_host;\n\
             proxy_set_header X-Forwarded-Proto {proto};\n\
             proxy_set_header X-Forwarded-Port $server_port;\n\
             proxy_set_header Proxy \"\";\n"
        )),
    }
    text.put(
        "server {\n    server_name _;\n    listen 80;\n    listen 443 ssl;\n    \
         ssl_reject_handshake on;\n    location ^~ / { return 503; }\n}\n",
    );
    text.0
}

/// The servers of a host. `None` where its containers want it to be reached in different ways.
fn server(setup: &Setup<'_>, host: &str, all: &[&Virtual]) -> Option<Part> {
    let first = all.first()?;
    if all.iter().any(|it| it.https != first.https || it.asked.file != first.asked.file) {
        return None;
    }
    let mut paths: Vec<&str> = all.iter().map(|it| it.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut text = Text::at(first.asked);
    for (number, path) in paths.iter().enumerate() {
        text.put(&format!("upstream {host}-{number} {{\n"));
        for it in all.iter().filter(|it| it.path == *path) {
            text.put("    server ");
            text.put_at(&format!("{}:{}", it.service, it.port), it.port_at);
            text.put(";\n");
        }
        text.put("}\n");
    }
    if first.https == Https::Redirect {
        text.put(&format!("server {{\n    server_name {host};\n{TO_HTTPS}}}\n"));
    }
    text.put(&format!("server {{\n    server_name {host};\n"));
    text.put(&listens(host, first.https));
    text.include(setup, &[host, "default"]);
    let instead = format!("/etc/nginx/vhost.d/{host}_location_override");
    for (number, path) in paths.iter().enumerate() {
        // Since version 1.2.
        if *path == "/" && (setup.has)(Utf8Path::new(&instead)) == Some(true) {
            text.put(&format!("    include {instead};\n"));
            continue;
        }
        let to = all.iter().find(|it| it.path == *path).map_or("http", |it| it.to);
        text.put(&format!("    location {path} {{\n        proxy_pass {to}://{host}-{number};\n"));
        text.include(setup, &[&format!("{host}_location"), "default_location"]);
        text.put("    }\n");
    }
    if !paths.contains(&"/") {
        text.put("    location / { return 404; }\n");
    }
    text.put("}\n");
    // Behind the common part, whose server is the first.
    Some(Part { at: format!("{FILE}.{host}.conf").into(), text: text.0 })
}

const TO_HTTPS: &str = "    listen 80;
    location ^~ /.well-known/acme-challenge/ {
        root /usr/share/nginx/html;
        try_files $uri =404;
    }
    location / { return 301 https://$host$request_uri; }
";

/// How the server that passes requests on is reached.
fn listens(host: &str, https: Https) -> String {
    let plain = "    listen 80;\n";
    let secure = format!(
        "    listen 443 ssl;\n    ssl_protocols TLSv1.2 TLSv1.3;\n    \
         ssl_certificate /etc/nginx/certs/{host}.crt;\n    \
         ssl_certificate_key /etc/nginx/certs/{host}.key;\n"
    );
    let hsts = "    add_header Strict-Transport-Security \"max-age=31536000\" always;\n";
    match https {
        Https::Never => plain.to_owned(),
        Https::Both => format!("{plain}{secure}"),
        Https::Redirect | Https::Only => format!("{secure}{hsts}"),
    }
}

/// What is written, and where by default.
struct Text(Spliced, Place);

impl Text {
    fn at(place: Place) -> Self {
        Self(Spliced::empty(place), place)
    }

    fn put(&mut self, text: &str) {
        self.0.push(text, self.1);
    }

    fn put_at(&mut self, text: &str, place: Place) {
        self.0.push(text, place);
    }

    /// Includes the first of these files that is there.
    fn include(&mut self, setup: &Setup<'_>, names: &[&str]) {
        let mut paths = names.iter().map(|name| format!("/etc/nginx/vhost.d/{name}"));
        if let Some(path) = paths.find(|it| (setup.has)(Utf8Path::new(it)) != Some(false)) {
            self.put(&format!("    include {path};\n"));
        }
    }
}
