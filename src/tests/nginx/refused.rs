//! Values, repetitions and names that nginx refuses, asked of nginx itself.

use crate::model::nginx::Config;
use crate::syntax::nginx::{Fault, parse};
use crate::tests::nginx::Dice;
use crate::tests::nginx::model::Files;
use crate::tests::nginx::oracle::{Folder, check, folder};
use crate::tests::source;
use std::fs;

/// The levels that directives are tried in, each with where its lines stand.
const LEVELS: &[(&str, &str)] = &[
    ("location", "events {} http { server { location / { @ } } }"),
    ("server", "events {} http { server { @ } }"),
    ("http", "events {} http { @ }"),
    ("upstream", "events {} http { upstream a { server 127.0.0.1; @ } }"),
    ("events", "events { @ } http {}"),
    ("main", "@ events {} http {}"),
];

const VALUES: &[&str] = &[
    "on", "Off", "yes", "1", "0", "10", "410", "-1", "10k", "10M", "1g", "10MB", "1kb", "5ms",
    "5s", "5min", "1h30m", "30m1h", "1y", "2M", "1d2h3", "off", "all", "any", "error", "1.1",
    "build", "get",
];

/// The rows of the table of one kind, each with the whole configurations that its lines stand in.
fn rows() -> impl Iterator<Item = (Vec<&'static str>, &'static str)> {
    let table = include_str!("../../syntax/nginx/directives.tsv");
    let rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[2] == "simple").filter_map(|row| {
        let stands = |level: &&(&str, &str)| row[1].split(' ').any(|it| it == level.0);
        let around = LEVELS.iter().find(stands)?.1;
        Some((row, around))
    })
}

fn ask(folder: &Folder, text: &str) -> String {
    let path = folder.path().join("nginx.conf");
    fs::write(&path, text).unwrap();
    check(&path)
}

#[test]
fn values_are_refused_where_nginx_refuses_them() {
    let folder = folder("values");
    let mut dice = Dice::new(11);
    let (mut refused, mut taken, mut wrong) = (0, 0, Vec::new());
    for (row, around) in rows().filter(|(row, _)| row[4] != "-") {
        for _ in 0..4 {
            let first = dice.pick(VALUES);
            let words = match row[4] {
                "buffers" => format!("{first} {}", dice.pick(VALUES)),
                _ => first.to_owned(),
            };
            let text = around.replace('@', &format!("{} {words};", row[0]));
            let said = ask(&folder, &text);
            if said.contains("unknown directive") {
                continue;
            }
            let stops = ["invalid value", "invalid number", "value must be "];
            let stops = stops.iter().any(|it| said.contains(it));
            let (sources, id) = source("nginx.conf", &text);
            let (_, problems) = parse(id, sources.get(id).text());
            let ours = problems.iter().any(|it| matches!(it.fault, Fault::Value(_)));
            // A later nginx takes words that the one that is asked does not know.
            let is_newer = stops && !ours && row[4].starts_with("one:");
            if ours != stops && !is_newer {
                wrong.push(format!("{} {words}: {said}", row[0]));
            }
            if stops { refused += 1 } else { taken += 1 }
        }
    }
    println!("nginx refused {refused} values and took {taken}");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(refused > 400 && taken > 150, "{refused} refused, {taken} taken");
}

#[test]
fn directives_are_refused_a_second_time_where_nginx_refuses_them() {
    let folder = folder("twice");
    let (mut refused, mut taken, mut wrong) = (0, 0, Vec::new());
    for (row, around) in rows() {
        let words = match row[4].split(':').next().unwrap_or_default() {
            "flag" => "on",
            "number" if row[4].contains("400") => "410",
            "number" | "size" | "offset" => "8",
            "msec" | "sec" => "8s",
            "buffers" => "8 4k",
            "one" | "each" => row[4].split([':', '|']).nth(1).unwrap_or_default(),
            _ => match row[3].chars().next() {
                Some('0') => "",
                Some('2') => "a b",
                _ => "a",
            },
        };
        let line = format!("{} {words};", row[0]);
        let said = ask(&folder, &around.replace('@', &line));
        // Of what nginx does not take once it says nothing of a second.
        let is_refused = [
            "invalid",
            "unknown",
            "not allowed",
            "must be",
            "no \"",
            "cannot",
            "failed (",
            "failed in",
            "not found",
            "too small",
        ];
        let of_line =
            |said: &str| said.contains("emerg") && is_refused.iter().any(|it| said.contains(it));
        if of_line(&said) {
            continue;
        }
        let twice = around.replace('@', &format!("{line} {line}"));
        let said = ask(&folder, &twice);
        let stops = said.contains(&format!("\"{}\" directive is duplicate", row[0]));
        let config = Files::new(&[("nginx.conf", &twice)]).config();
        let ours = !config.repeated_directives().is_empty();
        // What later releases take again is said of none.
        if ours != stops {
            wrong.push(format!("{line}: ours {ours}, {said}"));
        }
        if stops { refused += 1 } else { taken += 1 }
    }
    println!("nginx refused {refused} directives a second time and took {taken}");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(refused > 200 && taken > 30, "{refused} refused, {taken} taken");
}

/// What stands in `http { … }`, and what nginx says when it stops.
const REFUSED: &[(&str, &str)] = &[
    ("server { location / {} location / {} }", "duplicate location \"/\""),
    ("server { location /a {} location ^~ /a {} }", "duplicate location \"/a\""),
    ("server { location = /a {} location =/a {} }", "duplicate location \"/a\""),
    ("server { location / { location /b {} location /b {} } }", "duplicate location \"/b\""),
    (
        "upstream a { server 127.0.0.1; } upstream A { server 127.0.0.1; }",
        "duplicate upstream \"A\"",
    ),
    ("log_format a b; log_format a c;", "duplicate \"log_format\" name \"a\""),
    ("server { listen 8080; listen *:8080; }", "duplicate listen 0.0.0.0:8080"),
    ("server { listen 8080; listen 0.0.0.0:8080 default_server; }", "duplicate listen"),
    ("server { listen unix:/tmp/a; listen unix:/tmp/a; }", "duplicate listen unix:/tmp/a"),
    (
        "server { listen 8080 default_server; } server { listen *:8080 default; }",
        "a duplicate default server for 0.0.0.0:8080",
    ),
    (
        "server { listen 8080 backlog=9; } server { listen 8080 reuseport; }",
        "duplicate listen options for 0.0.0.0:8080",
    ),
    (
        "server { listen [::]:8080 ipv6only=on; } server { listen [::]:8080 ipv6only=on; }",
        "duplicate listen options for [::]:8080",
    ),
    ("server { location / { root /a; alias /b; } }", "\"alias\" directive is duplicate"),
    ("server { location / { alias /a; root /b; } }", "\"root\" directive is duplicate"),
    ("server { set $a $b; }", "unknown \"b\" variable"),
    ("server { add_header A \"x ${b}y\"; set $c \"$b\"; }", "unknown \"b\" variable"),
    ("server { if ($b) { return 204; } }", "unknown \"b\" variable"),
    ("log_format a $b;", "unknown \"b\" variable"),
    ("map $b $c { default 1; }", "unknown \"b\" variable"),
    ("server { location / { try_files $b =404; } }", "unknown \"b\" variable"),
    (
        "server { location / { return 301 https://$hots$request_uri; } }",
        "unknown \"hots\" variable",
    ),
    ("limit_req_zone $b zone=a:1m rate=1r/s;", "unknown \"b\" variable"),
    ("access_log /dev/null a;", "unknown log format \"a\""),
    ("access_log /dev/null a; log_format a b;", "unknown log format \"a\""),
    ("server { access_log /dev/null A; } log_format a b;", "unknown log format \"A\""),
    ("server { if $host { return 204; } }", "invalid condition \"$host\""),
    ("server { if ($host == a) { return 204; } }", "unexpected \"==\" in condition"),
    ("server { if ($host = a b) { return 204; } }", "invalid condition"),
    ("server { if ($host = a) and ($uri = b) { return 204; } }", "invalid condition"),
    ("server { if (!$host) { return 204; } }", "invalid condition \"!$host\""),
    ("server { if (host = a) { return 204; } }", "invalid condition \"host\""),
    ("server { if ($host=a { return 204; } }", "invalid condition \"$host=a\""),
    ("server { if (-g $uri) { return 204; } }", "invalid condition \"-g\""),
    ("server { if () { return 204; } }", "invalid condition"),
    ("server { if ( { return 204; } }", "invalid condition"),
    ("server { if ( ) { return 204; } }", "invalid condition"),
    ("server { location / { proxy_pass app; } }", "invalid URL prefix"),
    ("server { location / { proxy_pass unix:/run/app.sock; } }", "invalid URL prefix"),
    ("server { location / { proxy_pass app:80/a; } }", "invalid URL prefix"),
];

const TAKEN: &[&str] = &[
    "server { location / {} location = / {} location ~ / {} location ~ / {} }",
    "server { location @a { return 204; } location @a { return 204; } }",
    "server { location / {} } server { listen 8081; location / {} }",
    "server { location /a {} location /A {} location /a/ {} }",
    "server { listen 8080; listen [::]:8080; listen 127.0.0.1:8080; }",
    "server { listen 8080 default_server; } server { listen 8081 default_server; }",
    "server { listen 8080 reuseport default_server; } server { listen 8080; }",
    "server { location / { root /a; location /b { root /c; } } root /d; }",
    "server { if ($host) { return 204; } } geo $b { default 1; } map $b $c { default $b; }",
    "server { set $a 1; } server { listen 8081; add_header A $a; }",
    "server { server_name ~^(?<a>.+)$; location / { root /$a; } }",
    "server { location ~ ^/(?P<a>.+)$ { return 200 $a; } }",
    "server { location ~ ^/(?'a'.+)$ { return 200 $a; } }",
    "map $host $b { ~^(?<a>.+)$ $a; } server { add_header A $a; }",
    "split_clients $uri $b { 50% a; * b; } server { add_header A $b$arg_x$http_y$cookie_z$1; }",
    "server { add_header A $upstream_http_a$sent_http_b$upstream_cookie_c; }",
    "log_format a b; access_log /dev/null a; server { access_log /dev/null combined; }",
    "log_format a b; server { access_log /dev/null a gzip; }",
    "server { if ( $host = \"\" ) { return 204; } if ($host = '') { return 204; } }",
    "server { if ($http_a ~* (b|c)) { return 204; } if (!-e $uri) { return 204; } }",
    "server { if ($host !~ \"a b\") { return 204; } }",
    "server { location / { proxy_pass $scheme://127.0.0.1; } }",
    "server { location / { proxy_pass HTTP://127.0.0.1; } }",
];

/// Whether kilter says of a configuration that nginx does not start.
fn is_refused(text: &str) -> bool {
    let (sources, id) = source("nginx.conf", text);
    let (_, problems) = parse(id, sources.get(id).text());
    let config: Config = Files::new(&[("nginx.conf", text)]).config();
    problems.iter().any(|it| it.fault.is_fatal())
        || !config.repeated_directives().is_empty()
        || !config.repeated_locations().is_empty()
        || !config.repeated_names().is_empty()
        || !config.repeated_listens().is_empty()
        || !config.undefined_variables().is_empty()
        || !config.unknown_formats().is_empty()
}

#[test]
fn names_and_conditions_are_refused_where_nginx_refuses_them() {
    let folder = folder("refused");
    let whole = |http: &str| format!("events {{}} http {{ {http} }}");
    for (http, says) in REFUSED {
        let text = whole(http);
        let said = ask(&folder, &text);
        assert!(said.contains(says), "{http}: {said}");
        assert!(is_refused(&text), "{http}: nothing is reported");
    }
    for http in TAKEN {
        let text = whole(http);
        let said = ask(&folder, &text);
        assert!(said.contains("test is successful"), "{http}: {said}");
        assert!(!is_refused(&text), "{http}: is reported");
    }
}
