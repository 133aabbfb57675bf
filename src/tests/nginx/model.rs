//! Levels, inheritance, includes and fragments, without a server to ask.

use crate::fact::{Certainty, Origin};
use crate::model::nginx::{
    Address, Arrival, Config, Context, Handler, Included, Listener, Name, Pattern, Reply, Request,
    Root, Served, Target, Trouble, context_of,
};
use crate::source::Sources;
use crate::syntax::nginx::{Tree, parse};
use crate::tests::file;
use std::time::Duration;

/// Files by path, the first being the root; includes name them.
struct Files {
    sources: Sources,
    trees: Vec<(String, Tree)>,
}

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let mut sources = Sources::default();
        for (path, text) in files {
            sources.add(vec![file(path, *text)]);
        }
        let trees = sources.ids().into_iter().map(|id| {
            let source = sources.get(id);
            (source.path().to_string(), parse(id, source.text()).0)
        });
        Self { trees: trees.collect(), sources }
    }

    fn config(&self) -> Config {
        self.config_of(false)
    }

    fn config_of(&self, alone: bool) -> Config {
        let root = Root { tree: &self.trees[0].1, context: None, alone };
        let resolve = |pattern: &str, _| {
            if let Some(folder) = pattern.strip_suffix("*.conf") {
                let within = |(path, _): &&(String, Tree)| path.starts_with(folder);
                let found = self.trees.iter().filter(within).map(|(_, tree)| tree);
                return Included::Files(found.collect());
            }
            if pattern.starts_with("/unseen/") {
                return Included::Unseen("the host is not in view".into());
            }
            match self.trees.iter().find(|(path, _)| path == pattern) {
                Some((_, tree)) => Included::Files(vec![tree]),
                None => Included::Missing(None),
            }
        };
        Config::build(&[root], &resolve)
    }

    fn text(&self, place: crate::source::Place) -> &str {
        let text = self.sources.get(place.file).text();
        &text[place.span.start as usize..place.span.end as usize]
    }
}

fn config(text: &str) -> Config {
    Files::new(&[("nginx.conf", text)]).config()
}

/// The location that a path leads to, as written.
fn located(config: &Config, path: &str) -> String {
    let located = config.servers().next().unwrap().locate(path).unwrap();
    let slash = if located.adds_slash { " adds a slash" } else { "" };
    located.level.matcher().map(|it| format!("{it}{slash}")).unwrap_or_default()
}

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
    assert_eq!(host.value.evidence().certainty(), Certainty::Likely);
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
