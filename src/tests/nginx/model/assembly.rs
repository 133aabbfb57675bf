//! How files become levels: what is inherited, included, and what a fragment is a part of.

use crate::fact::{Certainty, Origin};
use crate::model::nginx::{Context, Handler, Target, Trouble, as_packaged, context_of, stock_file};
use crate::tests::nginx::model::{Files, config};
use std::time::Duration;

#[test]
fn the_nearest_level_decides() {
    let config = config(
        "client_max_body_size 2m;
         server { proxy_read_timeout 1m30s;
           location /a { client_max_body_size 10m; location /a/b { } }
           location /c { } }",
    );
    let server = config.servers().next().unwrap();
    let limit = |path: &str| server.locate(path).unwrap().level.body_limit().unwrap().value >> 20;
    assert_eq!([limit("/a"), limit("/a/b"), limit("/c"), limit("/")], [10, 10, 2, 2]);
    let timeout = server.locate("/c").unwrap().level.read_timeout().unwrap();
    assert_eq!(timeout.value, Duration::from_secs(90));
}

#[test]
fn what_nobody_writes_is_nginx_s_default() {
    let config = config("server { }");
    let limit = config.servers().next().unwrap().level().body_limit().unwrap();
    assert_eq!(limit.value, 1 << 20);
    assert!(matches!(limit.evidence().origins(), [Origin::Default { of: "nginx", .. }]));
    assert_eq!(limit.evidence().certainty(), Certainty::Certain);
}

#[test]
fn outside_a_lone_fragment_anything_may_stand() {
    let files = Files::new(&[("site.conf", "server { location / { proxy_pass http://a; } }")]);
    let config = files.config_of(true);
    let level = config.servers().next().unwrap().locate("/").unwrap().level;
    assert_eq!(level.body_limit().unwrap().evidence().certainty(), Certainty::Likely);
    let Handler::Proxy(pass) = level.handler().value else { panic!("no proxy") };
    assert_eq!(pass.target, Target::Tcp { host: "a".to_owned(), port: 80 });
}

#[test]
fn includes_are_followed_and_remembered() {
    let files = Files::new(&[
        ("nginx.conf", "http { include conf.d/*.conf; include none/*.conf; }"),
        ("conf.d/site.conf", "server { include proxy.inc; }"),
        ("proxy.inc", "client_max_body_size 5m;"),
    ]);
    let config = files.config();
    assert!(config.troubles.is_empty());
    let level = config.servers().next().unwrap().level();
    let found = level.in_effect(&["client_max_body_size"]);
    let via: Vec<_> = found.lines[0].via.iter().map(|place| files.text(*place)).collect();
    assert_eq!(via, ["include conf.d/*.conf", "include proxy.inc"]);
}

#[test]
fn missing_and_circular_includes_are_told() {
    let files = Files::new(&[
        ("nginx.conf", "http { include gone.conf; include a.inc; include mime.types; }"),
        ("a.inc", "include a.inc; client_max_body_size 5m;"),
    ]);
    let config = files.config();
    let told: Vec<_> = config
        .troubles
        .iter()
        .map(|it| (it.value.clone(), files.text(it.evidence().place().unwrap())))
        .collect();
    assert_eq!(
        told,
        [
            (Trouble::MissingInclude("gone.conf".to_owned()), "include gone.conf"),
            (Trouble::IncludeCycle("a.inc".to_owned()), "include a.inc"),
        ]
    );
    assert_eq!(config.http().body_limit().unwrap().value, 5 << 20);
}

#[test]
fn files_that_include_each_other_twice_are_bounded() {
    let files: Vec<_> = (0..40)
        .map(|n| (format!("f{n:02}"), format!("include f{:02}; include f{:02};", n + 1, n + 1)))
        .collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let config = Files::new(&files).config();
    assert!(config.troubles.iter().any(|it| it.value == Trouble::TooMuch));
}

/// uWSGI's guide copies the one file into projects; nobody copies the other.
#[test]
fn uwsgi_params_are_nginxs_wherever_they_lie() {
    assert!(stock_file("/srv/shop/deploy/uwsgi_params").is_some());
    assert!(stock_file("/srv/shop/deploy/proxy_params").is_none());
}

#[test]
fn an_include_out_of_view_casts_doubt_inwards() {
    let config = config(
        "server { location /a { add_header X-A 1; } location /b { include /unseen/b; }
           add_header X-S 1; }",
    );
    let server = config.servers().next().unwrap();
    let header = |path: &str| server.locate(path).unwrap().level.added_headers().remove(0).name;
    assert_eq!(header("/a").evidence().certainty(), Certainty::Certain);
    assert_eq!(header("/b").value, "X-S");
    assert_eq!(header("/b").evidence().certainty(), Certainty::Likely);
}

#[test]
fn files_of_packages_are_known() {
    let config = config("server { location / { include proxy_params; proxy_pass http://a; } }");
    let sent = config.servers().next().unwrap().locate("/").unwrap().level.sent_headers();
    let proto = sent.iter().find(|it| it.name.value == "X-Forwarded-Proto").unwrap();
    assert_eq!(proto.value.value, "$scheme");
    assert!(matches!(proto.value.evidence().origins(), [Origin::Default { .. }]));
    let host = sent.iter().find(|it| it.name.value == "Host").unwrap();
    assert_eq!(host.value.value, "$http_host");
    // By name all versions of the package send the same, and with a port they do not.
    let sent = |value: &str| as_packaged(&host.name, value).evidence().certainty();
    assert_eq!(sent("a.example"), Certainty::Certain);
    assert_eq!(sent("a.example:8443"), Certainty::Likely);
}

#[test]
fn a_fragment_tells_its_level() {
    let tells = |text: &str, context: Context| {
        let files = Files::new(&[("a", text)]);
        assert_eq!(context_of(&files.trees[0].1), context, "{text}");
    };
    tells("user www; http {}", Context::Main);
    tells("server { listen 80; }", Context::Http);
    tells("map $a $b { }", Context::Http);
    tells("server 127.0.0.1:1; keepalive 2;", Context::Upstream);
    tells("location / { }", Context::Server);
    tells("listen 80; root /a;", Context::Server);
    tells("proxy_set_header A b;", Context::Location);
    tells("limit_req_zone $a zone=b:1m rate=1r/s;", Context::Http);
    tells("ssl_certificate /a;", Context::Server);
}

#[test]
fn headers_are_replaced_as_a_whole() {
    let config = config(
        "server { add_header A 1; add_header B 2 always; proxy_set_header Host $host;
           location / { add_header b 3; proxy_set_header X 1; proxy_pass http://a; } }",
    );
    let level = config.servers().next().unwrap().locate("/").unwrap().level;
    let added: Vec<_> = level.added_headers().iter().map(|it| it.name.value.clone()).collect();
    assert_eq!(added, ["b"]);
    let dropped =
        |name| level.dropped(name).iter().map(|it| it.arg(0).unwrap()).collect::<Vec<_>>();
    assert_eq!(dropped("add_header"), ["A"]);
    assert_eq!(dropped("proxy_set_header"), ["Host"]);
    let sent = level.sent_headers();
    let host = sent.iter().find(|it| it.name.value == "Host").unwrap();
    assert_eq!(host.value.value, "$proxy_host");
}

#[test]
fn merged_headers_are_not_dropped() {
    let config = config(
        "server { add_header A 1; add_header_inherit merge; location / { add_header B 2; } }",
    );
    let level = config.servers().next().unwrap().locate("/").unwrap().level;
    assert!(level.dropped("add_header").is_empty());
    assert_eq!(level.added_headers().len(), 2);
}
