//! Probes over loopback and Unix sockets: connected to, asked once, and left.
//!
//! The bytes that come back are bounded, as is the time; what they say is looked at and dropped.

use crate::host::certificate;
use crate::host::live::random;
use crate::host::live::tls::{self, Shown};
use crate::host::probe::{Ask, Probe, Reply};
use crate::host::{Address, Answer, Needs, Unknown};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// More of an answer tells nothing.
const MOST: usize = 64 << 10;

/// What Django's page for developers says of itself (`django/views/templates`).
const DEBUG_PAGE: &str = "DEBUG = True</code>";

pub(super) fn ask(probe: &Probe, patience: Duration) -> Answer<Reply> {
    if !is_local(&probe.to) {
        return Err(Unknown::new("it is on another machine"));
    }
    let late = || Unknown::needing("no answer came in time", Needs::Time);
    let end = Instant::now() + patience;
    let mut stream = match connect(&probe.to, patience) {
        Ok(stream) => stream,
        Err(error) => {
            return match error.kind() {
                io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => {
                    Ok(Reply { refused: true, ..Reply::default() })
                }
                io::ErrorKind::PermissionDenied => {
                    Err(Unknown::needing("permission denied", Needs::Root))
                }
                io::ErrorKind::TimedOut => Err(late()),
                _ => Err(failed(&error)),
            };
        }
    };
    let request = match &probe.ask {
        Ask::Connect => return Ok(Reply::default()),
        Ask::Http { host, path, https } => request(host, path, *https).into_bytes(),
        Ask::Redis => b"PING\r\n".to_vec(),
        Ask::Postgres => [0, 0, 0, 8, 4, 210, 22, 47].to_vec(),
        Ask::Tls { host } => tls::hello(host, random().map_err(|it| failed(&it))?),
    };
    let answer = exchange(stream.as_mut(), &request, &probe.ask, end);
    let answer = answer.map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => late(),
        _ => failed(&error),
    })?;
    Ok(match probe.ask {
        Ask::Connect => Reply::default(),
        Ask::Http { .. } => http(&answer),
        Ask::Redis => Reply { word: redis(&answer), ..Reply::default() },
        Ask::Postgres => {
            let word = answer.first().map(|byte| char::from(*byte).to_string());
            Reply { word, ..Reply::default() }
        }
        Ask::Tls { .. } => match tls::read(&answer) {
            Shown::Certificate(der) => {
                Reply { certificate: Some(certificate::of_der(&der)?), ..Reply::default() }
            }
            Shown::Refused => return Err(Unknown::new("it shows none before TLS 1.3")),
            Shown::Other | Shown::More => return Err(Unknown::new("what came back is no TLS")),
        },
    })
}

fn failed(error: &io::Error) -> Unknown {
    Unknown::new(crate::source::said(error))
}

fn is_local(to: &Address) -> bool {
    match to {
        Address::Tcp(at) => at.ip().is_loopback(),
        Address::Unix(_) => true,
    }
}

pub(super) trait Stream: Read + Write {
    fn patience(&self, patience: Duration) -> io::Result<()>;
}

impl Stream for TcpStream {
    fn patience(&self, patience: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(patience))?;
        self.set_write_timeout(Some(patience))
    }
}

impl Stream for UnixStream {
    fn patience(&self, patience: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(patience))?;
        self.set_write_timeout(Some(patience))
    }
}

/// A Unix socket whose queue is full keeps a client waiting without end, so another thread asks.
pub(super) fn connect(to: &Address, patience: Duration) -> io::Result<Box<dyn Stream>> {
    match to {
        Address::Tcp(at) => Ok(Box::new(TcpStream::connect_timeout(at, patience)?)),
        Address::Unix(path) => {
            let (path, (done, connected)) = (path.clone(), mpsc::channel());
            thread::spawn(move || _ = done.send(UnixStream::connect(path.as_std_path())));
            let late = |_| io::Error::from(io::ErrorKind::TimedOut);
            Ok(Box::new(connected.recv_timeout(patience).map_err(late)??))
        }
    }
}

fn left(end: Instant) -> Duration {
    // Zero would be without end.
    end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

pub(super) fn send(stream: &mut dyn Stream, request: &[u8], end: Instant) -> io::Result<()> {
    stream.patience(left(end))?;
    stream.write_all(request)
}

/// Adds what has come, and says how much that is.
pub(super) fn receive(
    stream: &mut dyn Stream,
    answer: &mut Vec<u8>,
    end: Instant,
) -> io::Result<usize> {
    let mut buffer = [0; 4096];
    stream.patience(left(end))?;
    let count = stream.read(&mut buffer)?;
    answer.extend_from_slice(&buffer[..count]);
    Ok(count)
}

fn exchange(
    stream: &mut dyn Stream,
    request: &[u8],
    ask: &Ask,
    end: Instant,
) -> io::Result<Vec<u8>> {
    send(stream, request, end)?;
    let mut answer = Vec::new();
    while answer.len() < MOST && Instant::now() < end {
        match receive(stream, &mut answer, end) {
            Ok(0) => break,
            Ok(_) => {}
            // Who has said enough may keep the rest.
            Err(_) if answer.windows(4).any(|it| it == b"\r\n\r\n") => break,
            Err(error) => return Err(error),
        }
        let is_enough = match ask {
            Ask::Http { .. } => false,
            Ask::Redis => answer.ends_with(b"\n"),
            Ask::Postgres | Ask::Connect => true,
            Ask::Tls { .. } => tls::read(&answer) != Shown::More,
        };
        if is_enough {
            break;
        }
    }
    match answer.is_empty() {
        true => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
        false => Ok(answer),
    }
}

/// HTTP/1.0, so that the answer ends with the connection and comes in one piece.
fn request(host: &str, path: &str, https: bool) -> String {
    let plain = |text: &str| text.chars().filter(|c| c.is_ascii_graphic()).collect::<String>();
    let proto = if https { "X-Forwarded-Proto: https\r\n" } else { "" };
    format!(
        "GET {} HTTP/1.0\r\nHost: {}\r\nUser-Agent: kilter-doctor/{}\r\nAccept: */*\r\n{proto}\r\n",
        plain(path),
        plain(host),
        env!("CARGO_PKG_VERSION"),
    )
}

fn http(answer: &[u8]) -> Reply {
    let split = answer.windows(4).position(|it| it == b"\r\n\r\n");
    let (head, body) = match split {
        Some(at) => (&answer[..at], Some(&answer[at + 4..])),
        None => (answer, None),
    };
    let head = String::from_utf8_lossy(head);
    let header = |name: &str| {
        let fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        let mut fields = fields.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        fields.next().map(|(_, value)| value.trim().to_owned())
    };
    let status = head.split_ascii_whitespace().nth(1).and_then(|word| word.parse().ok());
    let told = header("content-length").and_then(|it| it.parse().ok());
    let came = body.map(|body| body.len() as u64).filter(|_| answer.len() < MOST);
    Reply {
        status,
        location: header("location").map(without_query),
        length: told.or(came),
        debug: body.is_some_and(|body| String::from_utf8_lossy(body).contains(DEBUG_PAGE)),
        ..Reply::default()
    }
}

/// Nobody needs to know what a site hands on in its URLs.
fn without_query(url: String) -> String {
    url.split(['?', '#']).next().unwrap_or_default().to_owned()
}

fn redis(answer: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(answer);
    let word = text.split_ascii_whitespace().next()?.trim_start_matches(['+', '-']);
    ["PONG", "NOAUTH", "DENIED", "ERR", "LOADING"].contains(&word).then(|| word.to_owned())
}
