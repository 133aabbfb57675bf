//! What `envsubst` takes for a variable, which fills in nginx's templates.

use crate::syntax::envsubst::variables;
use std::io::Write;
use std::process::{Command, Stdio};

/// What there is besides: `host` and the like are nobody's.
const ENVIRONMENT: [(&str, &str); 3] = [("PORT", "8000"), ("_APP", "app"), ("A1", "$PORT")];

const TEXTS: [&str; 20] = [
    "listen ${PORT};",
    "listen $PORT;",
    "listen $PORT_;",
    "proxy_pass http://${_APP}:$PORT/;",
    "proxy_set_header Host $host;",
    "try_files $uri $uri/ =404;",
    "${PORT:-80}",
    "${ PORT }",
    "${PORT",
    "$$PORT",
    "$${PORT}}",
    "\\$PORT \\${PORT}",
    "$1 $2a ${3}",
    "$",
    "a$",
    "${}",
    "$-PORT",
    "$A1$A1${A1}",
    "'$PORT' \"${PORT}\"",
    "# $PORT in a comment, é$PORTé",
];

fn filled_in(text: &str) -> String {
    let mut out = String::new();
    let mut done = 0;
    for (range, name) in variables(text) {
        out += &text[done..range.start];
        let value = ENVIRONMENT.iter().find(|(of, _)| *of == name);
        out += value.map_or("", |(_, value)| value);
        done = range.end;
    }
    out + &text[done..]
}

fn by_envsubst(text: &str) -> String {
    let mut child = Command::new("envsubst")
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .envs(ENVIRONMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("scripts/tools/envsubst installs it");
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn variables_are_those_that_envsubst_fills_in() {
    for text in TEXTS {
        assert_eq!(filled_in(text), by_envsubst(text), "{text}");
    }
    println!("{} texts compared with envsubst", TEXTS.len());
}
