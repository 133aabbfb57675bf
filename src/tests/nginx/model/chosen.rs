//! Which server, location and file answers, and what names, targets and expressions mean.

use crate::fact::{Certainty, Origin};
use crate::model::nginx::{
    Address, Arrival, Listener, Name, Pattern, Reply, Request, Served, Target,
};
use crate::tests::nginx::model::{config, located};
use std::time::Duration;

#[test]
fn locations_are_chosen_in_nginx_s_order() {
    let config = config(
        "server { location / { } location = /a { } location /a { } location ^~ /static/ { }
           location ~ \\.css$ { } location ~* \\.CSS$ { } location /b/ { proxy_pass http://x; }
           location /n/ { location ~ q$ { } location /n/m { } } location @named { } }",
    );
    let cases = [
        ("/", "/"),
        ("/a", "= /a"),
        ("/a/", "/a"),
        ("/static/x.css", "^~ /static/"),
        ("/x.css", "~ \\.css$"),
        ("/x.CSS", "~* \\.CSS$"),
        ("/b", "/b/ adds a slash"),
        ("/n/q", "~ q$"),
        ("/n/m", "/n/m"),
        ("/n/x.css", "~ \\.css$"),
        ("/%61", "= /a"),
        ("//static/../a", "= /a"),
        ("/@named", "/"),
    ];
    for (path, expected) in cases {
        assert_eq!(located(&config, path), expected, "{path}");
    }
}

#[test]
fn a_placeholder_in_a_location_casts_doubt() {
    let config = config("server { location / { } location /{{ media }}/ { } location /s/ { } }");
    let server = config.servers().next().unwrap();
    let certainty = |path: &str| server.locate(path).unwrap().why.evidence().certainty();
    assert_eq!(certainty("/x"), Certainty::Likely);
    assert_eq!(located(&config, "/{{ media }}/a"), "/{{ media }}/");
}

#[test]
fn files_come_from_root_and_alias() {
    let config = config(
        "server { root /srv/; location /a/ { alias /data/; location /a/b/ { } }
           location /c/ { root /other; } location ~ ^/d/(.*) { alias /dd/$1; }
           location /e { alias /ee/; } }",
    );
    let server = config.servers().next().unwrap();
    let file = |path: &str| {
        let file = server.locate(path).unwrap().level.file_for(path);
        file.map(|file| file.value)
    };
    let known = |path: &str| file(path).unwrap();
    assert_eq!(known("/x"), "/srv/x");
    assert_eq!(known("/a/x"), "/data/x");
    assert_eq!(known("/a/b/x"), "/data/b/x");
    assert_eq!(known("/c/x"), "/other/c/x");
    assert_eq!(known("/e/x"), "/ee//x");
    assert_eq!(file("/d/x"), None);
    let level = server.locate("/a/b/").unwrap().level;
    assert!(matches!(level.served(), Served::Alias { .. }));
}

#[test]
fn servers_are_chosen_by_address_and_name() {
    let config = config(
        "server { listen 80; server_name a.test; } server { listen 80 default_server; }
         server { listen 80; server_name *.a.test; } server { listen 80; server_name .b.test www.*; }
         server { listen 80; server_name ~^x; } server { listen 127.0.0.1:80; server_name l; }
         server { listen 443 ssl; server_name a.test; } server { listen unix:/s; }",
    );
    let choose = |arrival: &Arrival, host: &str| {
        config.choose(arrival, host).map(|chosen| {
            config.servers().position(|it| it.level().id() == chosen.server.level().id())
        })
    };
    let outside = Arrival::at("192.0.2.1".parse().unwrap(), 80);
    for (host, expected) in [
        ("A.test:80", 0),
        ("nobody", 1),
        ("x.y.a.test", 2),
        ("b.test", 3),
        ("x.b.test", 3),
        ("www.c", 3),
        ("x12", 4),
        ("", 1),
    ] {
        assert_eq!(choose(&outside, host), Ok(Some(expected)), "{host}");
    }
    assert_eq!(choose(&Arrival::at("127.0.0.1".parse().unwrap(), 80), "a.test"), Ok(Some(5)));
    assert_eq!(choose(&Arrival::port(443), "zzz"), Ok(Some(6)));
    assert_eq!(choose(&Arrival::Unix("/s".to_owned()), "zzz"), Ok(Some(7)));
    assert!(choose(&Arrival::port(80), "a.test").is_err(), "the address decides");
    assert!(choose(&Arrival::port(81), "a.test").is_err());
}

#[test]
fn a_name_is_led_to_the_family_that_has_its_site() {
    let config = config(
        "server { listen 80 default_server; listen [::]:80 default_server; }
         server { listen 80; server_name a.test; }",
    );
    let chosen = |host: &str| {
        let chosen = config.choose(&Arrival::port(80), host).unwrap();
        config.servers().position(|it| it.level().id() == chosen.server.level().id())
    };
    assert_eq!(chosen("a.test"), Some(1));
    assert_eq!(chosen("b.test"), Some(0));
}

#[test]
fn listeners_are_read() {
    let listen = |text: &str| -> Vec<Listener> {
        let config = config(&format!("server {{ listen {text}; }}"));
        let server = config.servers().next().unwrap();
        server.listeners().iter().map(|it| it.value.clone()).collect()
    };
    let shown = |text: &str| -> Vec<String> {
        listen(text).iter().map(|listener| listener.address.to_string()).collect()
    };
    assert_eq!(shown("80"), ["*:80"]);
    assert_eq!(shown("[::]:80"), ["[::]:80"]);
    assert_eq!(shown("[::]:80 ipv6only=off"), ["[::]:80", "*:80"]);
    assert_eq!(shown("127.0.0.1"), ["127.0.0.1:80"]);
    assert_eq!(shown("localhost:8000"), ["localhost:8000"]);
    assert_eq!(shown("unix:/run/a.sock"), ["unix:/run/a.sock"]);
    assert_eq!(shown("8000-8002"), ["*:8000", "*:8001", "*:8002"]);
    assert!(matches!(listen("${PORT}")[0].address, Address::Unknown(_)));
    let all = &listen("443 ssl http2 default_server proxy_protocol")[0];
    assert!(all.ssl && all.http2 && all.default_server && all.proxy_protocol && !all.quic);
    assert_eq!(shown("{{ port }}"), ["{{ port }}"]);
}

#[test]
fn a_server_without_listen_is_at_port_80() {
    let config = config("server { server_name a; }");
    let listener = config.servers().next().unwrap().listeners()[0].clone();
    assert_eq!(listener.value.address.port(), Some(80));
    assert!(matches!(listener.evidence().origins(), [Origin::Default { .. }]));
}

#[test]
fn names_are_told_apart() {
    let names = "_ *.a .a www.* ~^(?<x>a)$ {{ domain }} __DOMAIN__ $hostname";
    let config = config(&format!("server {{ server_name {names}; }}"));
    let kind = |name: &Name| match name {
        Name::Exact(_) => "exact",
        Name::Below { or_itself: false, .. } => "below",
        Name::Below { or_itself: true, .. } => "below or itself",
        Name::Under(_) => "under",
        Name::Regex(_) => "expression",
        Name::Unknown(_) => "unknown",
    };
    let server = config.servers().next().unwrap();
    let kinds: Vec<_> = server.names().iter().map(|name| kind(&name.value)).collect();
    let [exact, unknown] = ["exact", "unknown"];
    assert_eq!(
        kinds,
        [exact, "below", "below or itself", "under", "expression", unknown, unknown, unknown]
    );
}

#[test]
fn proxy_targets_are_taken_apart() {
    let pass = |url: &str| {
        let config = config(&format!(
            "upstream App {{ server unix:/run/app.sock; server b:81 backup; }}
             server {{ location / {{ proxy_pass {url}; }} }}"
        ));
        let level = config.servers().next().unwrap().locate("/").unwrap().level;
        let pass = level.pass().unwrap().value;
        (pass.tls, pass.target.to_string(), pass.uri)
    };
    let is = |url: &str, tls: bool, target: &str, uri: &str| {
        assert_eq!(pass(url), (tls, target.to_owned(), uri.to_owned()), "{url}");
    };
    is("http://app", false, "app", "");
    is("http://APP/", false, "app", "/");
    is("https://b", true, "b:443", "");
    is("http://b:8000/x/y", false, "b:8000", "/x/y");
    is("http://unix:/run/a.sock", false, "unix:/run/a.sock", "");
    is("http://unix:/run/a.sock:/u", false, "unix:/run/a.sock", "/u");
    is("http://[::1]:80/", false, "[::1]:80", "/");
    is("http://app$request_uri", false, "app", "$request_uri");
    is("http://$backend/x", false, "$backend", "/x");
    is("$url", false, "$url", "");
}

#[test]
fn upstreams_are_expanded() {
    let config = config("upstream app { server unix:/run/app.sock; server b:81 backup; }");
    let servers = config.upstream("APP").unwrap().servers();
    let shown: Vec<_> = servers.iter().map(|it| it.value.target.to_string()).collect();
    assert_eq!(shown, ["unix:/run/app.sock", "b:81"]);
    assert!(servers[1].value.backup && !servers[0].value.backup);
}

#[test]
fn zones_are_found_where_they_are_defined_and_used() {
    let config = config(
        "limit_req_zone $a zone=one:10m rate=1r/s; proxy_cache_path /c keys_zone=two:1m;
         server { location / { limit_req zone=one burst=5; proxy_cache off; proxy_cache two; } }",
    );
    let names = |zones: Vec<crate::fact::Fact<crate::model::nginx::Zone>>| {
        zones.into_iter().map(|zone| zone.value.name).collect::<Vec<_>>()
    };
    assert_eq!(names(config.zones()), ["one", "two"]);
    assert_eq!(names(config.zone_uses()), ["one", "two"]);
}

#[test]
fn expressions_are_those_of_pcre() {
    let matches = |pattern: &str, text: &str| {
        Pattern::new(pattern, false).groups(text).map(|groups| groups.is_some())
    };
    for (pattern, text) in [
        (r"^/a\/b", "/a/b"),
        (r"[[]", "["),
        (r"[]a]", "]"),
        (r"[^]a]", "b"),
        (r"[a&&b]", "&"),
        (r"[\w-.]", "-"),
        (r"a{,2}", "a{,2}"),
        (r"a{2}", "aa"),
        (r"x{", "x{"),
        (r"^(?!/admin)", "/x"),
        (r"[[:alpha:]]", "q"),
        (r"(?<n>a)\k<n>", "aa"),
        (r"a++b", "aab"),
        (r"\_", "_"),
        (r"(?i)A", "a"),
    ] {
        assert_eq!(matches(pattern, text), Ok(true), "{pattern}");
    }
    assert!(matches("(unclosed", "x").is_err());
    assert!(
        matches("^(a+)+$", &("a".repeat(40) + "!")).is_ok_and(|it| !it)
            || matches("^(a+)+$", "!").is_ok()
    );
    assert!(matches(r"\w", "é").is_err(), "nginx matches bytes");
}

#[test]
fn an_expression_that_explodes_is_unknown_and_soon() {
    let start = std::time::Instant::now();
    let pattern = Pattern::new("^(?=(a+)+$)(a+)+$", false);
    let _ = pattern.groups(&("a".repeat(60) + "!"));
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_map_of_a_hundred_thousand_lines_is_asked_soon() {
    let start = std::time::Instant::now();
    let lines: String = (0..100_000).map(|n| format!("/old{n} /new{n};\n")).collect();
    let config = config(&format!(
        "map $uri $to {{ default none; ~^/x(.*)$ $1; {lines} }} server {{ return 301 /$to; }}"
    ));
    let location = |uri: &str| {
        let request = Request::get(Arrival::port(80), false, "a", uri);
        let answer = config.answer(&request, &|_| None).unwrap();
        let Reply::Redirect { location, .. } = answer.reply.value else { panic!("no redirect") };
        location.unwrap()
    };
    assert_eq!(location("/old99999"), "http://a//new99999");
    assert_eq!(location("/xy"), "http://a/y");
    assert_eq!(location("/z"), "http://a/none");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn a_condition_that_nobody_can_decide_is_unknown() {
    let config = config("server { if ($http_x) { return 403; } return 200; }");
    let request = Request::get(Arrival::port(80), false, "a", "/");
    let answer = config.answer(&request, &|_| None).unwrap();
    assert!(matches!(answer.reply.value, Reply::Unknown(_)));
    let request = Request { complete: true, ..request };
    let answer = config.answer(&request, &|_| None).unwrap();
    assert!(matches!(answer.reply.value, Reply::Respond { status: 200, .. }));
}

#[test]
fn files_that_nobody_can_see_are_tried_first() {
    let config = config(
        "server { root /srv; location / { try_files $uri @app; }
           location @app { proxy_pass http://unix:/run/app.sock; } }",
    );
    let request = Request::get(Arrival::port(80), false, "a", "/x?y=1");
    let answer = config.answer(&request, &|_| None).unwrap();
    assert_eq!(answer.tried[0].path.value, "/srv/x");
    let Reply::Proxy(proxied) = &answer.reply.value else { panic!("{:?}", answer.reply) };
    assert_eq!(proxied.uri.as_deref(), Ok("/x?y=1"));
    assert_eq!(proxied.pass.target, Target::Unix("/run/app.sock".to_owned()));
}
