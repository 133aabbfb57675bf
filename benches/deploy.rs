//! How long large deployments take, from text to diagnostics: a compose file of 500 services, and a
//! tree of 2,000 units.
//!
//! `cargo bench --bench deploy` prints the times, and fails where one takes half a second or four
//! times as much takes more than eight times as long.

use kilter::config::Config;
use kilter::run::run;
use kilter::source::{File, Tree};
use std::error::Error;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SERVICES: usize = 500;
const UNITS: usize = 2_000;
const MOST: Duration = Duration::from_millis(500);

#[allow(clippy::print_stdout, reason = "a benchmark is read on the terminal")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut failed = Vec::new();
    type Case = (&'static str, usize, fn(usize) -> Vec<File>);
    let cases: [Case; 2] = [("services", SERVICES, compose), ("units", UNITS, units)];
    for (what, count, files) in cases {
        let (whole, more) = (fastest(&files(count), 5), fastest(&files(4 * count), 2));
        let growth = more.as_secs_f64() / whole.as_secs_f64();
        println!("{count} {what}: {whole:.1?}; four times as many take {growth:.1} times as long");
        if whole > MOST || growth > 8.0 {
            failed.push(what);
        }
    }
    match failed.is_empty() {
        true => Ok(()),
        false => Err(format!("too slow, or not linear: {}", failed.join(", ")).into()),
    }
}

/// All else is the machine's.
fn fastest(files: &[File], runs: usize) -> Duration {
    let one = || {
        let (tree, config) = (Tree::of(files.to_vec()), Config::default());
        let start = Instant::now();
        let outcome = run(&tree, &config);
        assert!(!outcome.model.deployments.is_empty());
        start.elapsed()
    };
    (0..runs).map(|_| one()).min().unwrap_or_default()
}

fn file(path: String, text: String) -> File {
    File { path: path.into(), bytes: text.into_bytes() }
}

/// Services as they are written: anchors, volumes, ports and health checks.
fn compose(count: usize) -> Vec<File> {
    let mut text =
        "x-app: &app\n  image: registry.example/app:1.4\n  environment: &env {LEVEL: info, \
         DATABASE_URL: 'postgres://app:${DB_PASSWORD:-x}@s0/app'}\nservices:\n"
            .to_owned();
    for index in 0..count {
        let port = 10_000 + index % 50_000;
        let _ = write!(
            text,
            "  s{index}:\n    <<: *app\n    environment:\n      <<: *env\n      PORT: '{port}'\n    \
             ports: ['127.0.0.1:{port}:8000']\n    volumes: ['data:/data', './c{index}:/c:ro']\n    \
             command: gunicorn -b 0.0.0.0:8000 app.wsgi\n    restart: unless-stopped\n    \
             healthcheck: {{test: [CMD, curl, -f, 'http://127.0.0.1:8000/'], interval: 5s}}\n"
        );
        if index > 0 {
            let _ = writeln!(text, "    depends_on: [s{}]", index / 2);
        }
    }
    text += "volumes: {data: }\n";
    vec![file("docker-compose.yml".to_owned(), text)]
}

/// Services, each with a drop-in, and a timer for every fourth.
fn units(count: usize) -> Vec<File> {
    let mut files = Vec::new();
    for index in 0..count {
        let name = format!("etc/systemd/system/app{index}");
        if index % 4 == 3 {
            let text = format!(
                "[Unit]\nDescription=Runs app{0} daily\n[Timer]\nOnCalendar=daily\nUnit=app{0}.service\n\
                 [Install]\nWantedBy=timers.target\n",
                index - 1
            );
            files.push(file(format!("{name}.timer"), text));
            continue;
        }
        let text = format!(
            "[Unit]\nDescription=app {index}\nAfter=network.target\n[Service]\nUser=app\nUMask=0027\n\
             WorkingDirectory=/srv/app{index}\nEnvironment=LEVEL=info PORT={index}\n\
             ExecStart=/srv/app{index}/venv/bin/gunicorn -b unix:/run/app{index}/app.sock app.wsgi\n\
             RuntimeDirectory=app{index}\nRestart=on-failure\nPrivateTmp=true\n\
             [Install]\nWantedBy=multi-user.target\n"
        );
        files.push(file(format!("{name}.service"), text));
        let text = "[Service]\nEnvironment=EXTRA=1\nProtectSystem=full\n".to_owned();
        files.push(file(format!("{name}.service.d/10-extra.conf"), text));
    }
    files
}
