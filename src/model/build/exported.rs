//! Secrets that a script, a program of supervisord, or a file of uWSGI has for the server that it starts.

use crate::fact::Fact;
use crate::fact::secret::{is_made_up, is_public, is_reference, is_secret_name};
use crate::model::build::host::SERVERS;
use crate::model::build::named_stage::is_of_no_server;
use crate::model::build::uwsgi_lines;
use crate::model::{Files, Found, Read};
use crate::source::{Place, Spanned};
use crate::syntax::ini::{self, Section};
use crate::syntax::shell::{Simple, Value, Word};
use crate::syntax::spliced::Spliced;
use crate::syntax::{Parsed, is_written_out};

/// What a script sets under the names of secrets up to where it starts a server. What only some starts set
/// may be for developers.
pub(super) fn secrets(read: Read<'_>) -> Vec<Spanned<&'static str>> {
    let script = match read.parsed {
        Parsed::Shell(script) => script,
        Parsed::Supervisor(sections) => return of_programs(sections),
        _ => return Vec::new(),
    };
    let steps = script.steps();
    let simple: Vec<&Simple> = steps.iter().map(|it| it.simple).collect();
    let mut secrets = handed_on(&simple);
    let Some(start) = steps.iter().position(|it| starts_server(it.simple)) else {
        return secrets;
    };
    let always = steps[..=start].iter().filter(|it| !it.conditional && it.function.is_none());
    let set = always.flat_map(|it| assigned(it.simple));
    let for_server = set.filter(|(name, value)| is_secret(name, value.as_str()));
    secrets.extend(for_server.map(|(_, value)| Spanned::new("export", value.place())));
    secrets
}

/// What a script keeps in a variable of its own for a program that takes a password: `sshpass -p "$PASS"`,
/// `export PGPASSWORD="$PASS"` (sshpass(1), libpq's "Environment Variables").
fn handed_on(commands: &[&Simple]) -> Vec<Spanned<&'static str>> {
    let taken: Vec<(&str, &str)> = commands.iter().flat_map(|it| taken(it)).collect();
    let set = commands.iter().flat_map(|it| assigned(it));
    let of = |name: &str| taken.iter().find(|(_, variable)| *variable == name).map(|(by, _)| *by);
    let is_one = |value: &str| !value.is_empty() && !is_reference(value) && !is_made_up(value);
    let secrets = set.filter(|(_, value)| is_one(value.as_str()) && is_written_out(value.as_str()));
    secrets.filter_map(|(name, value)| Some(Spanned::new(of(&name)?, value.place()))).collect()
}

/// The variables that a command takes a password of, each with what it is for.
fn taken(simple: &Simple) -> Vec<(&'static str, &str)> {
    const VARIABLES: [&str; 4] = ["PGPASSWORD", "MYSQL_PWD", "SSHPASS", "REDISCLI_AUTH"];
    let words = &simple.words;
    let mut found = Vec::new();
    let is_sshpass = |it: &Word| it.raw.as_str().rsplit('/').next() == Some("sshpass");
    if let Some(at) = words.iter().position(is_sshpass) {
        let variable = match &words[at + 1..] {
            [option, password, ..] if option.is_bare("-p") => password.variable_behind(""),
            [option, ..] => option.variable_behind("-p"),
            [] => None,
        };
        found.extend(variable.map(|name| ("sshpass", name)));
    }
    let exports = words.first().is_some_and(|it| it.is_bare("export"));
    for known in VARIABLES {
        let own = simple.assignments.iter().filter(|it| it.name == known);
        let own = own.filter_map(|it| match &it.value {
            Value::Word(word) => word.variable_behind(""),
            Value::Array(_) | Value::Element => None,
        });
        let behind = format!("{known}=");
        let exported = words.iter().filter(|_| exports);
        let exported = exported.filter_map(|it| it.variable_behind(&behind));
        found.extend(own.chain(exported).map(|name| (known, name)));
    }
    found
}

/// What `environment=` of programs has under such names.
fn of_programs(sections: &[Section]) -> Vec<Spanned<&'static str>> {
    let is_program = |name: &str| name.starts_with("program:") || name.starts_with("fcgi-program:");
    let programs = sections.iter().filter(|it| is_program(&it.name.value));
    let set = programs.filter_map(|it| ini::supervisor_environment(it.get("environment")?));
    let secrets = set.flatten().filter(|(name, value)| is_secret(&name.value, value.as_str()));
    secrets.map(|(_, value)| Spanned::new("environment", value.place())).collect()
}

/// What uWSGI sets under such names for the application (its options, `env = NAME=value`).
pub(super) fn of_uwsgi(files: &Files) -> Vec<Fact<&'static str>> {
    let named: Vec<Found> =
        files.ending_in(&["ini"]).into_iter().map(|it| files.skim(it)).collect();
    let read = named.into_iter().filter_map(Found::read).filter(|it| {
        let is_for_servers = !is_of_no_server(files.from_root(it.path).1);
        it.has("[uwsgi") && is_for_servers && !files.is_to_be_filled_in(it.path)
    });
    let secrets = read.flat_map(|read| {
        let lines = uwsgi_lines::lines(read, uwsgi_lines::UWSGI).into_iter();
        let set = lines.filter(|(option, _)| option == "env").filter_map(move |(_, line)| {
            let (name, value) = line.value.split_once('=')?;
            let place = line.written_at()?;
            let place = Place::new(
                place.file,
                place.span.end as usize - value.len(),
                place.span.end as usize,
            );
            is_secret(name.trim(), value).then(|| Fact::at("environment", place))
        });
        set.collect::<Vec<_>>()
    });
    secrets.collect()
}

/// Whether a command is a server, and not one that a developer has read the code anew.
fn starts_server(simple: &Simple) -> bool {
    const BEFORE: [&str; 8] = ["exec", "nohup", "sudo", "env", "poetry", "pipenv", "uv", "run"];
    let words: Vec<Spliced> = simple.words.iter().filter_map(|it| it.literal()).collect();
    let program = words.iter().map(Spliced::as_str).find(|it| !BEFORE.contains(it));
    let name = program.and_then(|it| it.rsplit('/').next());
    name.is_some_and(|it| SERVERS.contains(&it))
        && !words.iter().any(|it| it.as_str() == "--reload")
}

/// The variables that a command sets to a text: `A=x`, `A=x gunicorn`, `export A=x`.
fn assigned(simple: &Simple) -> Vec<(String, Spliced)> {
    let own = simple.assignments.iter().filter_map(|it| match &it.value {
        Value::Word(word) => Some((it.name.clone(), word.literal()?)),
        Value::Array(_) | Value::Element => None,
    });
    let exports = simple.words.first().is_some_and(|it| it.is_bare("export"));
    let exported = simple.words.iter().filter(|_| exports).filter_map(|word| {
        let literal = word.literal()?;
        let (name, value) = literal.as_str().split_once('=')?;
        let mut text = Spliced::empty(literal.place());
        text.push_part(&literal, name.len() + 1..name.len() + 1 + value.len());
        Some((name.to_owned(), text))
    });
    own.chain(exported).collect()
}

/// Whether a value is one that somebody made for a server, and no word that stands in for it.
fn is_secret(name: &str, value: &str) -> bool {
    let has = |is: fn(&u8) -> bool| value.as_bytes().iter().any(is);
    is_secret_name(name)
        && !is_public(name, value)
        && value.len() >= 8
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !value.starts_with(['/', '~'])
        && !is_reference(value)
        && !is_made_up(value)
        && is_written_out(value)
}
