//! How long a thousand sites take: reading, effective configuration, and asking who answers.
//!
//! `cargo bench --bench nginx` prints the times and fails where they grow faster than the
//! configuration does, or a thousand sites take a second. With `--against PROGRAM` it also times
//! that program over the same thousand sites, and fails where it takes less than twenty times as long.

use kilter::model::nginx::{Arrival, Config, Included, Root};
use kilter::source::{File, Sources};
use kilter::syntax::nginx::parse;
use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::io;
use std::process::{self, Command, Stdio};
use std::time::{Duration, Instant};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SITES: usize = 1000;

#[allow(clippy::print_stdout, reason = "a benchmark is read on the terminal")]
fn main() -> Result<(), Box<dyn Error>> {
    let (whole, more) = (measured(SITES), measured(4 * SITES));
    println!("{SITES:>5} sites: {}", whole.shown());
    println!("{:>5} sites: {}", 4 * SITES, more.shown());
    // Four where it is linear, and sixteen where it is not.
    let growth = more.total().as_secs_f64() / whole.total().as_secs_f64();
    println!("four times the sites take {growth:.1} times as long");
    if growth > 8.0 || whole.total() > Duration::from_secs(1) {
        return Err("too slow, or not linear".into());
    }
    let mut arguments = env::args().skip_while(|argument| argument != "--against").skip(1);
    let Some(program) = arguments.next() else { return Ok(()) };
    let theirs = took(&program)?;
    let times = theirs.as_secs_f64() / whole.total().as_secs_f64();
    println!("{program}: {theirs:.1?}, start included; kilter is {times:.0} times as fast");
    if times < 20.0 { Err("less than twenty times as fast".into()) } else { Ok(()) }
}

/// How long another program takes for the thousand sites, at best.
fn took(program: &str) -> Result<Duration, Box<dyn Error>> {
    let file = env::temp_dir().join(format!("kilter-bench-{}.conf", process::id()));
    fs::write(&file, format!("events {{}}\nhttp {{\n{}}}\n", sites(SITES)))?;
    let times = (0..3).map(|_| {
        let start = Instant::now();
        // What it exits with says whether it found anything.
        Command::new(program).arg(&file).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        Ok(start.elapsed())
    });
    let fastest = times.collect::<io::Result<Vec<_>>>()?.into_iter().min();
    fs::remove_file(file)?;
    fastest.ok_or_else(|| "no run".into())
}

struct Times {
    parse: Duration,
    build: Duration,
    /// One choice of server and location for every site.
    ask: Duration,
}

impl Times {
    fn total(&self) -> Duration {
        self.parse + self.build
    }

    fn shown(&self) -> String {
        let Self { parse, build, ask } = self;
        format!("parse {parse:.1?}, effective {build:.1?}, choice for each {ask:.1?}")
    }
}

/// The fastest of a few runs: all else is the machine's.
fn measured(count: usize) -> Times {
    let runs = (0..7).map(|_| run(count));
    runs.min_by_key(Times::total).expect("there is a run")
}

fn run(count: usize) -> Times {
    let mut sources = Sources::default();
    sources.add(vec![File { path: "nginx.conf".into(), bytes: sites(count).into_bytes() }]);
    let id = sources.ids()[0];
    let start = Instant::now();
    let (tree, problems) = parse(id, sources.get(id).text());
    let parse = start.elapsed();
    assert!(problems.is_empty(), "{problems:?}");

    let start = Instant::now();
    let root = Root { tree: &tree, context: None, alone: false, filled_in: false, beside: None };
    let config = Config::build(&[root], &|_, _| Included::Missing(None));
    let build = start.elapsed();
    assert_eq!(config.servers().count(), count);

    let start = Instant::now();
    for server in config.servers() {
        let located = server.locate("/static/app.css").expect("nothing is unknown here");
        assert!(located.level.matcher().is_some());
    }
    let chosen = config.choose(&Arrival::port(80), "site1.example").expect("it is there");
    assert!(!chosen.server.names().is_empty());
    Times { parse, build, ask: start.elapsed() }
}

/// Sites as they are written for Django: ten locations each.
fn sites(count: usize) -> String {
    let mut text = String::new();
    for site in 0..count {
        let _ = write!(
            text,
            "server {{\n    listen 80;\n    server_name site{site}.example www.site{site}.example;\n    \
             client_max_body_size 20m;\n    add_header X-Frame-Options DENY always;\n    \
             location = /favicon.ico {{ access_log off; log_not_found off; }}\n    \
             location /static/ {{ alias /srv/site{site}/static/; expires 30d; }}\n    \
             location /media/ {{ alias /srv/site{site}/media/; }}\n    \
             location ~* \\.(?:css|js)$ {{ root /srv/site{site}; add_header Cache-Control public; }}\n    \
             location ~ /\\.ht {{ deny all; }}\n    \
             location /ws/ {{ proxy_pass http://127.0.0.1:9000; proxy_http_version 1.1;\n        \
             proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }}\n    \
             location /admin/ {{ allow 192.0.2.0/24; deny all; proxy_pass http://127.0.0.1:8000; }}\n    \
             location /api/ {{ proxy_pass http://127.0.0.1:8000; proxy_read_timeout 120s; }}\n    \
             location /robots.txt {{ return 200 \"User-agent: *\\n\"; }}\n    \
             location / {{\n        proxy_pass http://127.0.0.1:8000;\n        \
             proxy_set_header Host $host;\n        \
             proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n        \
             proxy_set_header X-Forwarded-Proto $scheme;\n    }}\n}}\n"
        );
    }
    text
}
