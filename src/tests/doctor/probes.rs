//! Probes of what does not behave: bounded in time and size, and told as what it is.

use crate::host::{Address, Answer, Ask, Host, Limits, Live, Needs, Probe, Reply};
use camino::Utf8PathBuf;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_millis(400);

fn machine() -> Live {
    Live::new(None, Limits { probe: PATIENCE, ..Limits::default() })
}

/// Asks a server that treats each client like this, and says how long the answer took.
fn asked(ask: Ask, serve: impl Fn(TcpStream) + Send + 'static) -> (Answer<Reply>, Duration) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = Address::Tcp(listener.local_addr().unwrap());
    thread::spawn(move || listener.incoming().flatten().for_each(&serve));
    let start = Instant::now();
    let answer = machine().probe(&Probe { to, ask });
    (answer, start.elapsed())
}

fn page() -> Ask {
    Ask::Http { host: "app.example".to_owned(), path: "/".to_owned(), https: false }
}

fn tls() -> Ask {
    Ask::Tls { host: "app.example".to_owned() }
}

#[test]
fn who_accepts_and_never_answers_is_given_up() {
    for ask in [page(), tls(), Ask::Redis, Ask::Postgres] {
        let (answer, took) = asked(ask.clone(), |stream| {
            thread::sleep(Duration::from_secs(5));
            drop(stream);
        });
        assert_eq!(answer.unwrap_err().needs, Some(Needs::Time), "{ask:?}");
        assert!(took < PATIENCE * 4, "{ask:?}: {took:?}");
    }
}

#[test]
fn a_body_without_end_is_read_as_far_as_it_tells_something() {
    let endless = |pause: Duration| {
        move |mut stream: TcpStream| {
            _ = stream.read(&mut [0; 1024]);
            _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            while stream.write_all(b"kilter ").is_ok() {
                thread::sleep(pause);
            }
        }
    };
    for pause in [Duration::ZERO, Duration::from_millis(50)] {
        let (answer, took) = asked(page(), endless(pause));
        assert_eq!(answer.unwrap().status, Some(200));
        assert!(took < PATIENCE * 4, "{took:?}");
    }
}

#[test]
fn headers_without_end_are_given_up() {
    let (answer, took) = asked(page(), |mut stream| {
        _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(b"X-More: and more\r\n").is_ok() {}
    });
    assert_eq!(answer.unwrap().status, Some(200));
    assert!(took < PATIENCE * 4, "{took:?}");
}

#[test]
fn no_bytes_make_a_handshake_panic() {
    let mut kinds = 0;
    let mut seed = 7_u32;
    for length in 0..60_usize {
        let mut bytes = vec![22, 3, 3, 0, (length / 2) as u8, 11, 0, 0, 9, 0, 0, 6, 0, 0, 3];
        for _ in 0..length {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bytes.push((seed >> 24) as u8);
        }
        bytes.rotate_left(length % 3);
        let (answer, _) = asked(tls(), move |mut stream| _ = stream.write_all(&bytes));
        kinds += usize::from(answer.is_err());
    }
    assert_eq!(kinds, 60, "nothing of it is a certificate");
    let (answer, _) = asked(tls(), |mut stream| _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 40]));
    assert_eq!(answer.unwrap_err().why, "it shows none before TLS 1.3");
    let (answer, _) = asked(tls(), |mut stream| _ = stream.write_all(b"HTTP/1.1 400 Bad\r\n"));
    assert_eq!(answer.unwrap_err().why, "what came back is no TLS");
}

#[test]
fn a_socket_whose_queue_is_full_is_given_up() {
    let folder = TempDir::new().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().join("app.sock")).unwrap();
    let listener = UnixListener::bind(&path).unwrap();
    // More than any queue holds; who waits in vain does it in threads of their own.
    for _ in 0..200 {
        let path = path.clone();
        thread::spawn(move || {
            let stream = std::os::unix::net::UnixStream::connect(path);
            thread::sleep(Duration::from_secs(3));
            drop(stream);
        });
    }
    thread::sleep(Duration::from_millis(200));
    let start = Instant::now();
    let answer = machine().probe(&Probe { to: Address::Unix(path), ask: page() });
    assert!(answer.is_err());
    assert!(start.elapsed() < PATIENCE * 4, "{:?}", start.elapsed());
    drop(listener);
}

#[test]
fn an_environment_that_is_no_text_is_read() {
    let odd = std::ffi::OsStr::from_bytes(b"caf\xe9\xff=\x01\x02");
    let mut child = Command::new("sleep")
        .arg("60")
        .env_clear()
        .env("ODD", odd)
        .env("PLAIN", "yes")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let processes = machine().processes().unwrap();
    let found = processes.iter().find(|it| it.pid == child.id()).expect("it runs");
    let environment = found.environment.answer().unwrap();
    assert!(environment.iter().any(|it| it == "PLAIN=yes"), "{environment:?}");
    assert!(environment.iter().any(|it| it.starts_with("ODD=caf")), "{environment:?}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn names_are_looked_up_only_if_somebody_wants_to_know() {
    assert_eq!(machine().resolve("localhost"), Ok(None));
    let wanted = Live::new(None, Limits { external: true, ..Limits::default() });
    let addresses = wanted.resolve("localhost").unwrap().unwrap();
    assert!(addresses.iter().all(|it| it.is_loopback()) && !addresses.is_empty());
    // Without a network nobody can tell.
    assert!(!matches!(wanted.resolve("kilter-doctor.invalid"), Ok(Some(it)) if !it.is_empty()));
}
