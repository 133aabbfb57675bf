//! A real nginx: asked what it makes of a configuration, and run on loopback.
//!
//! `scripts/tools/nginx` installs it. Where it is missing these tests fail, they never skip.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio, id};
use std::thread::{sleep, spawn};
use std::time::Duration;

/// A folder of a test's own, gone when it ends.
pub(in crate::tests) struct Folder(PathBuf);

pub(in crate::tests) fn folder(name: &str) -> Folder {
    let path = env::temp_dir().join(format!("kilter-nginx-{name}-{}", id()));
    fs::create_dir_all(&path).unwrap();
    Folder(path)
}

impl Folder {
    pub(in crate::tests) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(in crate::tests) fn nginx() -> Command {
    Command::new(env::var_os("KILTER_NGINX").unwrap_or_else(|| "nginx".into()))
}

/// What `nginx -t` says of a configuration.
pub(in crate::tests) fn check(config: &Path) -> String {
    let pid = format!("pid {};", config.with_file_name("nginx.pid").display());
    let output = nginx().arg("-t").arg("-c").arg(config).args(["-g", &pid]).output();
    let output = output.expect("nginx is installed by scripts/tools/nginx");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A running nginx, stopped when the test is done with it.
pub(in crate::tests) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts nginx with what stands in `http { … }`, and waits until it answers.
pub(in crate::tests) fn run(folder: &Folder, http: &str, at: &[(IpAddr, u16)]) -> Running {
    let path = folder.path().display();
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temp: String = kinds.map(|kind| format!("{kind}_temp_path {path}/{kind};\n")).concat();
    let config = folder.path().join("nginx.conf");
    let whole = format!(
        "daemon off; master_process off; pid {path}/nginx.pid; error_log {path}/error.log;\n\
         events {{}}\nhttp {{\naccess_log off; chunked_transfer_encoding off;\n{temp}{http}\n}}\n"
    );
    fs::write(&config, whole).unwrap();
    let mut command = nginx();
    let said = folder.path().join("stderr");
    command.arg("-c").arg(&config).stderr(fs::File::create(&said).unwrap()).stdout(Stdio::null());
    let mut running = Running(command.spawn().expect("scripts/tools/nginx installs nginx"));
    for _ in 0..400 {
        // Sockets are opened one after the other.
        if at.iter().all(|at| TcpStream::connect(at).is_ok()) {
            return running;
        }
        if let Some(status) = running.0.try_wait().unwrap() {
            let said = fs::read_to_string(said).unwrap_or_default();
            panic!("nginx ended with {status}: {said}\n{http}");
        }
        sleep(Duration::from_millis(5));
    }
    panic!("nginx does not answer\n{http}");
}

/// Ports that nobody listens at now.
pub(in crate::tests) fn free_ports<const N: usize>() -> [u16; N] {
    let held = [(); N].map(|()| TcpListener::bind("0.0.0.0:0").unwrap());
    held.each_ref().map(|listener| listener.local_addr().unwrap().port())
}

/// A message of HTTP: its first line, its headers in order, and the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::tests) struct Message {
    pub(in crate::tests) start: String,
    pub(in crate::tests) headers: Vec<(String, String)>,
    pub(in crate::tests) body: String,
}

impl Message {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let mut lines = head.split("\r\n");
        let start = lines.next().unwrap_or_default().to_owned();
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        Self { start, headers: lines.filter_map(header).collect(), body: body.to_owned() }
    }

    pub(in crate::tests) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    pub(in crate::tests) fn status(&self) -> u16 {
        self.start.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
    }
}

/// Sends a request as it stands, and reads the answer to its end.
pub(in crate::tests) fn ask(ip: IpAddr, port: u16, request: &str) -> Message {
    let mut stream = TcpStream::connect((ip, port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    Message::parse(&bytes)
}

/// An upstream that answers with the request as it got it.
pub(in crate::tests) fn echo() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut bytes = Vec::new();
            let mut piece = [0; 4096];
            while !bytes.windows(4).any(|it| it == b"\r\n\r\n") {
                match stream.read(&mut piece) {
                    Ok(0) | Err(_) => break,
                    Ok(length) => bytes.extend_from_slice(&piece[..length]),
                }
            }
            let _ = stream.write_all(b"HTTP/1.0 200 OK\r\nX-Upstream: yes\r\n\r\n");
            let _ = stream.write_all(&bytes);
        }
    });
    port
}

/// What an [`echo`] was sent.
pub(in crate::tests) fn echoed(answer: &Message) -> Message {
    Message::parse(answer.body.as_bytes())
}
