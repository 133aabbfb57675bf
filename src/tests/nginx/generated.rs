//! Configurations made up at random, with everything in them that decides who answers.
//!
//! Each level adds a header with its own name, so that an answer says where it came from. nginx
//! must accept them: no location is there twice, and no socket has two default servers.

use std::collections::BTreeSet;
use std::fmt::Write;

/// A small generator of its own, so that a seed means the same configuration for ever.
pub(in crate::tests) struct Dice(u64);

impl Dice {
    pub(in crate::tests) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(in crate::tests) fn below(&mut self, sides: usize) -> usize {
        // xorshift64* (Vigna, 2016).
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }

    pub(in crate::tests) fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    pub(in crate::tests) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// What a configuration may refer to.
pub(super) struct Ground<'a> {
    /// Where servers listen.
    pub(super) ports: [u16; 2],
    /// Where a server listens that says what it was sent.
    pub(super) echo: u16,
    /// A folder with the files of [`FILES`].
    pub(super) files: &'a str,
}

pub(super) const FILES: &[&str] = &[
    "index.html",
    "404.html",
    "a/index.html",
    "a/b",
    "a/x.css",
    "static/x.css",
    "static/a/x.css",
    "api/index.php",
    "media/photo.jpg",
];

const NAMES: &[&str] = &[
    "a.test",
    "b.test",
    "www.a.test",
    "*.a.test",
    ".c.test",
    "*.sub.c.test",
    "www.*",
    "api.*",
    "\"~^(?<sub>[a-z]+)\\.re\\.test$\"",
    "~^x\\d+\\.test$",
    "_",
    "\"\"",
];

pub(super) const HOSTS: &[&str] = &[
    "a.test",
    "A.Test",
    "b.test:8080",
    "www.a.test",
    "x.a.test",
    "c.test",
    "deep.sub.c.test",
    "www.z.test",
    "api.b.test",
    "foo.re.test",
    "x12.test",
    "_",
    "nobody.test",
    "a.test.",
];

const PATHS: &[&str] = &[
    "/",
    "/a",
    "/a/",
    "/a/b",
    "/a/b/",
    "/static",
    "/static/",
    "/static/a/",
    "/api",
    "/api/",
    "/api/v1/",
    "/media/",
    "/x.php",
    "/ad",
    "/index.html",
    "/old/",
    "/new/",
    "/404.html",
];

const EXPRESSIONS: &[&str] = &[
    "\\.css$",
    "\\.(jpg|php)$",
    "^/a",
    "^/(a|api)/",
    "^/static/(.+)$",
    "\"^/[a-z]{3}/\"",
    "^/(?<part>new|old)/",
    "b$",
    "^/API/",
];

pub(super) const URIS: &[&str] = &[
    "/",
    "/a",
    "/a/",
    "/a/b",
    "/a/b/",
    "/a/b/c",
    "/a/x.css",
    "/A/",
    "/static",
    "/static/",
    "/static/x.css",
    "/static/a/x.css",
    "/static/none.css",
    "/static/a",
    "/api",
    "/api/",
    "/api/v1/things?page=2&q=a%20b",
    "/api/v1",
    "/API/x",
    "/media/photo.jpg",
    "/media/no.jpg",
    "/x.php?a=1",
    "/adx",
    "/ad/",
    "/old/thing",
    "/old/a%20b?x=1",
    "/new/thing",
    "//a//b",
    "/a/../static/x.css",
    "/a/./b",
    "/%61/b",
    "/a%2Fb",
    "/static/..",
    "/none",
    "/index.html",
    "/404.html",
    "/a?",
    "/a/b?x=%2F",
    "/old/",
    "/a%3Fb",
    "/static/a/?arg=v",
];

pub(super) fn configuration(dice: &mut Dice, ground: &Ground) -> String {
    let mut out = String::new();
    let echo = ground.echo;
    let _ = write!(
        out,
        "map $http_x_mode $mode {{ default plain; one First; ~^t(?<rest>.*)$ \"T-$rest\"; }}\n\
         map $host $kind {{ hostnames; default other; a.test main; *.a.test below; }}\n\
         geo $near {{ default far; 127.0.0.0/8 loop; 127.0.0.2 second; }}\n\
         upstream group {{ server 127.0.0.1:{echo}; }}\n"
    );
    if dice.one_in(2) {
        let _ = writeln!(out, "proxy_set_header X-Outer $mode;");
    }
    let mut defaults = BTreeSet::new();
    for index in 0..2 + dice.below(4) {
        server(dice, ground, index, &mut defaults, &mut out);
    }
    out
}

fn server(
    dice: &mut Dice,
    ground: &Ground,
    index: usize,
    defaults: &mut BTreeSet<String>,
    out: &mut String,
) {
    out.push_str("server {\n");
    let mut listened = BTreeSet::new();
    for _ in 0..1 + dice.below(2) {
        let port = dice.pick(&ground.ports);
        let host = dice.pick(&["127.0.0.1:", "127.0.0.1:", "", "*:", "127.0.0.2:"]);
        let socket = format!("{}{port}", if host == "*:" { "" } else { host });
        if listened.insert(socket.clone()) {
            let default = dice.one_in(4) && defaults.insert(socket);
            let default = if default { " default_server" } else { "" };
            let _ = writeln!(out, "  listen {host}{port}{default};");
        }
    }
    if !dice.one_in(5) {
        let names: BTreeSet<_> = (0..1 + dice.below(3)).map(|_| dice.pick(NAMES)).collect();
        let names: Vec<_> = names.into_iter().collect();
        let _ = writeln!(out, "  server_name {};", names.join(" "));
    }
    let name = format!("s{index}");
    let _ = writeln!(out, "  root {};", ground.files);
    let _ = writeln!(out, "  add_header X-Where {name} always;");
    server_lines(dice, out);
    let mut paths = BTreeSet::new();
    let named = dice.one_in(2);
    for number in 0..2 + dice.below(6) {
        let inner = format!("{name}-l{number}");
        location(dice, ground, &inner, "", &mut paths, named, out);
    }
    if named {
        let _ = write!(out, "  location @name {{\n  add_header X-Where {name}-n always;\n");
        match dice.below(3) {
            0 => out.push_str("  return 200 \"named $uri $args\";\n"),
            1 => {
                let _ = writeln!(out, "  proxy_pass http://group;");
            }
            _ => out.push_str("  rewrite ^/static/(.*)$ /a/$1 last;\n  return 202 named;\n"),
        }
        out.push_str("  }\n");
    }
    let error_page = match dice.below(8) {
        0 => "error_page 404 /404.html;",
        1 => "error_page 403 404 =200 /index.html?e=1;",
        2 if named => "error_page 404 405 = @name;",
        3 => "error_page 404 =301 http://gone.test/;",
        4 => "error_page 404 /none; recursive_error_pages on;",
        _ => "",
    };
    let _ = writeln!(out, "  {error_page}\n}}");
}

fn server_lines(dice: &mut Dice, out: &mut String) {
    // Some may stand only once.
    let chosen: BTreeSet<_> = (0..dice.below(5)).map(|_| dice.below(18)).collect();
    for line in chosen {
        out.push_str(match line {
            0 => "  if ($host = b.test) { return 301 https://a.test$request_uri; }\n",
            1 => "  if ($request_method = POST) { return 405; }\n",
            2 => "  rewrite ^/old/(.*)$ /new/$1 last;\n",
            3 => "  rewrite ^/old/(.*)$ /new/$1;\n",
            4 => "  rewrite ^/old/(.*)$ /new/$1?from=$1 permanent;\n",
            5 => "  rewrite ^/ad http://ads.test/?to=$uri? redirect;\n",
            6 => "  set $v \"$mode-$kind\";\n",
            7 => "  proxy_set_header Host $host;\n  proxy_set_header X-Kind $kind;\n",
            8 => "  if ($http_x_mode ~ ^o(?<tail>.*)$) { set $v $tail; }\n",
            9 => "  merge_slashes off;\n",
            10 => "  absolute_redirect off;\n",
            11 => "  index index.php index.html;\n",
            12 => "  if ($arg_a) { return 200 \"a is $arg_a, $is_args$args\"; }\n",
            13 => "  try_files $uri $uri/ =404;\n",
            14 => "  port_in_redirect off;\n",
            15 => "  server_name_in_redirect on;\n",
            16 => "  satisfy any;\n",
            _ => "  add_header X-Server $host;\n",
        });
    }
}

/// The head of a location, if there is none like it yet.
fn head(
    dice: &mut Dice,
    below: &str,
    paths: &mut BTreeSet<String>,
) -> Option<(&'static str, String)> {
    let modifier = dice.pick(&["", "", "", "=", "^~", "~", "~*"]);
    if modifier.starts_with('~') {
        let expression = dice.pick(EXPRESSIONS);
        return paths
            .insert(format!("{below}~{expression}"))
            .then(|| (modifier, expression.into()));
    }
    let path = dice.pick(PATHS);
    let same = if modifier == "=" { "=" } else { "" };
    let new = path.starts_with(below) && paths.insert(format!("{below} {same}{path}"));
    new.then(|| (modifier, path.to_owned()))
}

fn location(
    dice: &mut Dice,
    ground: &Ground,
    name: &str,
    below: &str,
    paths: &mut BTreeSet<String>,
    named: bool,
    out: &mut String,
) {
    let Some((modifier, path)) = head(dice, below, paths) else { return };
    let _ = writeln!(out, "  location {modifier} {path} {{");
    let adds = !dice.one_in(5);
    if adds {
        let always = dice.pick(&[" always", " always", ""]);
        let _ = writeln!(out, "  add_header X-Where {name}{always};");
        if dice.one_in(3) {
            let _ = writeln!(out, "  add_header X-Mode \"$mode $kind $near\";");
        }
    }
    rewriting(dice, out);
    let expression = modifier.starts_with('~');
    answer(dice, ground, name, &path, expression, named, out);
    if dice.one_in(12) {
        out.push_str("  internal;\n");
    }
    if dice.one_in(12) && !out.ends_with("a/b;\n") {
        out.push_str(dice.pick(&["  deny all;\n", "  allow 127.0.0.0/8; deny all;\n"]));
    }
    if dice.one_in(15) {
        let inner = format!("{name}-m");
        let _ = write!(out, "  limit_except GET {{ deny 127.0.0.1; }}\n  # {inner}\n");
    }
    if modifier != "=" && below.is_empty() && dice.one_in(3) {
        for number in 0..1 + dice.below(3) {
            // What is inside an expression's location must be an expression.
            let below = if expression { "~" } else { &path };
            location(dice, ground, &format!("{name}-i{number}"), below, paths, named, out);
        }
    }
    out.push_str("  }\n");
}

fn rewriting(dice: &mut Dice, out: &mut String) {
    out.push_str(match dice.below(36) {
        0 => "  rewrite ^/a/(.*)$ /static/$1 last;\n",
        1 => "  rewrite ^/a/(.*)$ /static/$1 break;\n",
        2 => "  rewrite ^/(.*)/$ /$1? permanent;\n",
        3 => "  if ($http_x_mode = one) { return 202 \"one $uri\"; }\n",
        4 => "  if ($http_x_mode = one) { add_header X-Where if always; }\n",
        5 => "  if (-f $request_filename) { return 200 file; }\n",
        6 => "  if (!-e $request_filename) { rewrite ^ /index.html break; }\n",
        7 => "  set $v $uri; rewrite ^/static/ /a/b?v=$v last;\n",
        8 => "  if ($uri ~* \"\\.(css|php)$\") { set $v $1; break; }\n",
        9 => "  rewrite ^/api/(.*)$ /api/index.php?path=$1 last;\n",
        10 => "  if ($http_x_mode = one) { proxy_pass http://group; }\n",
        11 => "  if ($arg_v) { set $v 1; return 204; }\n",
        12 => "  rewrite ^/a/b/(.*)$ /static/x.css?$1 last;\n",
        13 => "  if ($request_uri ~ \"^/([^/?]+)\") { set $v $1; add_header X-Mode $v; }\n",
        _ => "",
    });
}

fn answer(
    dice: &mut Dice,
    ground: &Ground,
    name: &str,
    path: &str,
    expression: bool,
    named: bool,
    out: &mut String,
) {
    let (echo, files) = (ground.echo, ground.files);
    let line = match dice.below(26) {
        0 | 1 => format!("return 200 \"{name} $uri $is_args$args $host\";"),
        2 => "return 404;".to_owned(),
        3 => "return 301 /elsewhere$is_args$args;".to_owned(),
        4 | 5 => "proxy_pass http://group;".to_owned(),
        6 if !expression => format!("proxy_pass http://127.0.0.1:{echo}/;"),
        7 if !expression => format!("proxy_pass http://group/base{path};"),
        8 => format!("proxy_pass http://127.0.0.1:{echo}$request_uri;"),
        9 => format!("proxy_pass http://127.0.0.1:{echo}/v$uri?h=$host;"),
        10 if !expression => format!("alias {files}/static/;"),
        11 if named => "try_files $uri $uri/ @name;".to_owned(),
        11 => "try_files $uri $uri/ /index.html?q=$uri;".to_owned(),
        12 => "try_files $uri =404;".to_owned(),
        13 => "try_files /a/b$uri /media/photo.jpg =403;".to_owned(),
        14 => format!("root {files}/static;"),
        15 if path == "^/static/(.+)$" => format!("alias {files}/static/$1;"),
        15 if expression => format!("alias {files}/a/b;"),
        15 => format!("alias {files}/a/; try_files $uri $uri/ x.css =404;"),
        16 => format!("root {files}/$arg_v;"),
        17 => format!("auth_basic x; auth_basic_user_file {files}/a/b;"),
        18 => format!("deny 127.0.0.0/8; auth_basic x; auth_basic_user_file {files}/a/b;"),
        19 if named => "error_page 403 404 @name;".to_owned(),
        19 => "error_page 403 404 = /a/b;".to_owned(),
        20 => "index none.html /a/b;".to_owned(),
        21 => "return 204;".to_owned(),
        22 | 23 => "proxy_pass http://group;".to_owned(),
        24 if !expression => "proxy_pass http://group/;".to_owned(),
        _ => return,
    };
    let _ = writeln!(out, "  {line}");
    if line.starts_with("proxy_pass") {
        out.push_str(match dice.below(9) {
            0 => "  proxy_set_header Host $http_host;\n  proxy_set_header X-Real-IP $remote_addr;\n",
            1 => "  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n",
            2 => "  proxy_set_header Connection \"\";\n  proxy_http_version 1.1;\n",
            3 => "  proxy_set_header X-Forwarded-Proto $scheme;\n  proxy_set_header Host $proxy_host:$proxy_port;\n",
            4 => "  proxy_set_header X-Empty \"\";\n  proxy_set_header X-Mode \"\";\n",
            5 => "  proxy_set_header Upgrade $http_upgrade;\n  proxy_set_header Connection upgrade;\n",
            6 => "  proxy_pass_request_headers off;\n",
            _ => "",
        });
    }
}
