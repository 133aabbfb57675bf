//! The program that runs the application servers and sends the requests.

use crate::tests::tool;
use serde_json::{Value, json};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Ended, and all that it started, when the test is done with it.
pub(super) struct Stack {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

/// What really came back.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    /// The view that says so itself.
    pub(super) view: Option<String>,
}

/// A server that runs.
pub(super) struct Server(u64);

impl Stack {
    pub(super) fn new() -> Self {
        let script =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/journey/oracle/stack.py");
        let mut process = Command::new(python())
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/tools/python-servers installs it");
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, input, output }
    }

    fn call(&mut self, command: &Value) -> Value {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{command}").unwrap();
        input.flush().unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|why| panic!("{command}: {why}"))
    }

    pub(super) fn certificate(&mut self, path: &Path) {
        self.call(&json!({ "do": "certificate", "path": path }));
    }

    pub(super) fn start(&mut self, argv: &[String], cwd: &Path, log: &Path) -> Server {
        let answer = self.call(&json!({ "do": "start", "argv": argv, "cwd": cwd, "log": log }));
        Server(answer["pid"].as_u64().unwrap())
    }

    pub(super) fn stop(&mut self, server: Server) {
        let Server(pid) = server;
        self.call(&json!({ "do": "stop", "pid": pid }));
    }

    /// Sends requests as they stand, each over a connection of its own.
    pub(super) fn ask(&mut self, requests: &[(bool, u16, String)]) -> Vec<Option<Answer>> {
        let answer = self.call(&json!({ "do": "ask", "requests": requests }));
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let one = |value: &Value| {
            Some(Answer {
                status: u16::try_from(value.get("status")?.as_u64()?).ok()?,
                location: text(&value["location"]),
                view: text(&value["view"]),
            })
        };
        answer["answers"].as_array().unwrap().iter().map(one).collect()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // At the end of its input it ends its servers and itself.
        self.input = None;
        let _ = self.process.wait();
    }
}

fn python() -> PathBuf {
    if let Some(python) = env::var_os("KILTER_SERVERS") {
        return python.into();
    }
    tool("python-servers/bin/python")
}
