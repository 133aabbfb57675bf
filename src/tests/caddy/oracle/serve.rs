//! A running Caddy is asked, and kilter says before what it will answer: who, what, and which
//! headers reach the browser and the upstream.

use crate::fact::Environment;
use crate::fact::version::Series;
use crate::model::caddy::{Answer, Choice, Config, Reply, Request, Scheme, Seen};
use crate::tests::caddy::model::{config_of, said};
use crate::tests::caddy::oracle::generate::{Case, Dice, Ground, HOSTS, uri};
use crate::tests::caddy::oracle::{current, debian};
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

const CONFIGURATIONS: u64 = 70;
const REQUESTS: usize = 30;

/// Fields that the tests set; whatever else is sent is each program's own.
const ASKED: &[&str] = &["x-a", "x-b", "x-c", "x-host", "x-tag", "x-sent", "x-down", "location"];
const ECHOED: &[&str] = &[
    "host",
    "x-mode",
    "x-asked",
    "x-up",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
];

#[test]
fn a_current_caddy_answers_as_predicted() {
    compare(&current(), Series::new(2, 11));
}

#[test]
fn debians_caddy_answers_as_predicted() {
    compare(&debian(), Series::new(2, 6));
}

/// A port that one Caddy leaves closed must not be opened by the other.
static ALONE: Mutex<()> = Mutex::new(());

fn compare(caddy: &Path, version: Series) {
    let _alone = ALONE.lock();
    let folder =
        std::env::temp_dir().join(format!("kilter-serve-{}-{version}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let root = folder.join("www");
    for file in ["a.txt", "x.html", "static/a.css", "docs/index.html", "b/c.css", "media/m.txt"] {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("file {}", path.display())).unwrap();
    }
    let upstream = echo();
    let (mut compared, mut refused, mut ran, mut unknown) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    let mut seed = 0;
    while ran < CONFIGURATIONS {
        seed += 1;
        let ports = free_ports();
        let [http, plain, https] = ports;
        let ground = Ground { http, plain, https, upstream, root: root.to_str().unwrap() };
        let mut text = Case::new(seed, ground).caddyfile();
        if version < Series::new(2, 8) {
            text = for_older(&text);
        }
        let environment = Environment::default();
        let (config, problems) = config_of(&[("Caddyfile", &text)], &environment, Some(version));
        let Some(server) = Server::start(caddy, &folder, &text, plain, http) else {
            refused += 1;
            let log = fs::read_to_string(folder.join("log")).unwrap();
            let last = log.lines().last().unwrap_or_default();
            // Somebody else took a port in between.
            if last.contains("address already in use") {
                continue;
            }
            assert!(!problems.is_empty(), "refused: {last}\n{text}");
            continue;
        };
        assert_eq!(problems, [""; 0], "{text}");
        ran += 1;
        let mut dice = Dice::new(seed + 1000);
        for _ in 0..REQUESTS {
            let port = if dice.roll(4) == 0 { http } else { plain };
            let asked = Asked::new(&mut dice, port);
            let Some(predicted) = predict(&config, &asked, &folder) else {
                unknown += 1;
                continue;
            };
            compared += 1;
            let seen = asked.send();
            if predicted != seen {
                wrong.push(format!(
                    "seed {seed} {asked:?}\npredicted {predicted:?}\nseen      {seen:?}\n{text}"
                ));
            }
        }
        drop(server);
    }
    fs::remove_dir_all(&folder).unwrap();
    println!(
        "caddy {version}: {ran} configurations, {compared} requests compared, {} differ, \
         {unknown} unknown, {refused} configurations refused",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{} wrong; the first:\n{}", wrong.len(), wrong[0]);
    assert_eq!(unknown, 0);
    assert!(compared >= 60 * 20);
}

/// Without what came with 2.7 and 2.8.
fn for_older(text: &str) -> String {
    let text = text
        .replace("handle_errors 404", "handle_errors")
        .replace("handle_errors 4xx", "handle_errors");
    text.replace(" >X-Sent late", " -X-Sent")
        .replace("rewrite /docs", "rewrite * /docs")
        .replace("rewrite /a{", "rewrite * /a{")
        .replace("rewrite /z", "rewrite * /z")
}

fn free_ports() -> [u16; 3] {
    // The port after the one for https is used as well.
    let free = || TcpListener::bind("127.0.0.1:0").unwrap();
    let (a, b, c) = (free(), free(), free());
    [&a, &b, &c].map(|listener| listener.local_addr().unwrap().port())
}

/// An upstream that says what it was asked.
fn echo() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            thread::spawn(move || {
                let Some(request) = head(&mut stream) else { return };
                let mut lines = request.lines();
                let mut body = format!("echo {}\n", lines.next().unwrap_or_default());
                let mut fields: Vec<_> = lines
                    .filter_map(|line| line.split_once(": "))
                    .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                    .filter(|(name, _)| ECHOED.contains(&name.as_str()))
                    .collect();
                fields.sort();
                for (name, value) in fields {
                    body.push_str(&format!("{name}: {value}\n"));
                }
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nX-Sent: up\r\nX-A: up\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
            });
        }
    });
    port
}

fn head(stream: &mut TcpStream) -> Option<String> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut buffer).ok()?;
        if read == 0 {
            return None;
        }
        bytes.extend(&buffer[..read]);
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A Caddy that ends with its test.
struct Server(Child);

impl Server {
    /// `None` if it refuses the configuration.
    fn start(caddy: &Path, folder: &Path, text: &str, plain: u16, http: u16) -> Option<Self> {
        let path = folder.join("Caddyfile");
        fs::write(&path, text).unwrap();
        let child = Command::new(caddy)
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(&path)
            .current_dir(folder)
            .env_clear()
            .env("HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut server = Self(child);
        let start = Instant::now();
        // One line of the log says that every listener is open.
        while start.elapsed() < Duration::from_secs(20) {
            if server.0.try_wait().unwrap().is_some() {
                return None;
            }
            let log = fs::read_to_string(folder.join("log")).unwrap();
            if log.contains("serving initial configuration") {
                return Some(server);
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("caddy does not start on {plain} and {http}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[derive(Debug)]
struct Asked {
    port: u16,
    method: &'static str,
    host: String,
    uri: String,
    mode: Option<&'static str>,
}

/// What comes back: status, the fields that are looked at, and the body.
#[derive(Debug, PartialEq)]
struct Response {
    status: String,
    fields: Vec<(String, String)>,
    body: String,
}

impl Asked {
    fn new(dice: &mut Dice, port: u16) -> Self {
        let hosts = [HOSTS, &["secure.test", "port.test"]].concat();
        let host = hosts[dice.roll(hosts.len())];
        let host = if dice.roll(2) == 0 { format!("{host}:{port}") } else { host.to_owned() };
        let method = ["GET", "GET", "GET", "POST"][dice.roll(4)];
        let mode = [None, Some("fast"), Some("slow")][dice.roll(3)];
        Self { port, method, host, uri: uri(dice), mode }
    }

    fn send(&self) -> Response {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else {
            return Response {
                status: "closed".to_owned(),
                fields: Vec::new(),
                body: String::new(),
            };
        };
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mode = self.mode.map(|mode| format!("X-Mode: {mode}\r\n")).unwrap_or_default();
        let length = if self.method == "POST" { "Content-Length: 0\r\n" } else { "" };
        write!(
            stream,
            "{} {} HTTP/1.1\r\nHost: {}\r\nX-Forwarded-Proto: fake\r\nConnection: close\r\n{length}{mode}\r\n",
            self.method, self.uri, self.host
        )
        .unwrap();
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut fields: Vec<_> = head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .filter(|(name, _)| ASKED.contains(&name.as_str()))
            .collect();
        fields.sort();
        let body = if head.contains("Transfer-Encoding: chunked") {
            dechunk(body)
        } else {
            body.to_owned()
        };
        // The page that goes with a redirect of `file_server` says nothing new.
        let body = if body.starts_with("<a href=") { String::new() } else { body };
        Response { status, fields, body }
    }
}

fn dechunk(body: &str) -> String {
    let mut text = String::new();
    let mut rest = body;
    while let Some((size, after)) = rest.split_once("\r\n") {
        let Ok(size) = usize::from_str_radix(size, 16) else { break };
        let Some(chunk) = after.get(..size) else { break };
        text.push_str(chunk);
        rest = after.get(size + 2..).unwrap_or_default();
    }
    text
}

/// What kilter says will come back; `None` if it cannot tell.
fn predict(config: &Config, asked: &Asked, folder: &Path) -> Option<Response> {
    let empty = |status: &str| Response {
        status: status.to_owned(),
        fields: Vec::new(),
        body: String::new(),
    };
    let reached = match config.choose(Scheme::Http, asked.port, &asked.host, &asked.uri) {
        Choice::Site(reached) => reached,
        Choice::ToHttps { to } => {
            return Some(Response { fields: vec![("location".to_owned(), to)], ..empty("308") });
        }
        Choice::Nobody => return Some(empty("200")),
        Choice::WrongProtocol => {
            let body = "Client sent an HTTP request to an HTTPS server.\n".to_owned();
            return Some(Response { body, ..empty("400") });
        }
        Choice::Closed => return Some(empty("closed")),
        Choice::Unknown => return None,
    };
    // Without a root, files are those of the folder in which Caddy runs.
    let look = |path: &str| match fs::metadata(folder.join(path)) {
        Ok(found) if found.is_dir() => Seen::Folder,
        Ok(_) => Seen::File,
        Err(_) => Seen::Absent,
    };
    let (path, query) = match asked.uri.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (asked.uri.as_str(), None),
    };
    let mode = asked.mode.map(|mode| ("X-Mode".to_owned(), mode.to_owned()));
    let request = Request {
        method: asked.method.to_owned(),
        scheme: Scheme::Http,
        host: asked.host.clone(),
        path: path.to_owned(),
        query,
        headers: Some(mode.into_iter().collect()),
        client: "127.0.0.1".parse().ok(),
        files: &look,
        environment: None,
    };
    let replies = reached.route(&request);
    seen(replies.only()?, &request, folder)
}

fn seen(reply: &Reply<'_>, request: &Request<'_>, folder: &Path) -> Option<Response> {
    let mut own: Vec<(String, String)> = Vec::new();
    let (status, body) = match &reply.answer {
        Answer::File { root, path, .. } => {
            let root = root.as_ref().map_or(".", |root| &root.value);
            let path = folder.join(format!("{root}{path}"));
            ("200".to_owned(), fs::read_to_string(path).ok()?)
        }
        Answer::Proxy { uri, method, .. } => {
            own = vec![("X-Sent".to_owned(), "up".to_owned()), ("X-A".to_owned(), "up".to_owned())];
            let mut fields: Vec<_> = reply
                .upstream_headers("127.0.0.1", "http", &request.host)?
                .into_iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value))
                .filter(|(name, _)| ECHOED.contains(&name.as_str()))
                .collect();
            fields.sort();
            let fields: String =
                fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
            ("200".to_owned(), format!("echo {method} {uri} HTTP/1.1\n{fields}"))
        }
        Answer::Redirect { to, status, .. } => {
            own = vec![("Location".to_owned(), to.clone())];
            (status.clone(), String::new())
        }
        Answer::Respond { status, body } => (status.clone(), body.clone().unwrap_or_default()),
        Answer::Error { status } => (status.clone(), String::new()),
        Answer::Nothing { .. } => ("200".to_owned(), String::new()),
        Answer::Abort => ("".to_owned(), String::new()),
        Answer::Unknown { .. } => return None,
    };
    let mut fields: Vec<_> = reply
        .response_headers(&own)
        .unwrap_or_else(|| panic!("{}", said(reply)))
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| ASKED.contains(&name.as_str()))
        .collect();
    fields.sort();
    Some(Response { status, fields, body })
}
