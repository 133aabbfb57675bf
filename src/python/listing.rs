//! Evaluated settings for people: a table, and the trail of one of them.

use crate::fact::secret::is_secret_name;
use crate::python::secrets::has_credentials;
use crate::python::{Answer, Evaluation, Named, Raise, Value};
use crate::source::Shown;
use std::fmt::Write;

/// What a value is cut to in the table.
const WIDTH: usize = 100;

/// Every setting with its value, what may be raised and, if asked for, what is read.
pub fn listing(
    evaluation: &Evaluation,
    shown: Shown<'_>,
    show_secrets: bool,
    reads: bool,
) -> String {
    let mut text = String::new();
    match &evaluation.outcome {
        Err(raise) => text.push_str(&raised(raise, shown, "loading the module raises")),
        Ok(namespace) => {
            let mut names: Vec<&Named> =
                namespace.names.iter().filter(|it| is_setting(&it.name)).collect();
            names.sort_by(|a, b| a.name.cmp(&b.name));
            let widest = names.iter().map(|it| it.name.len()).max().unwrap_or(0).min(40);
            for named in names {
                let perhaps = if named.perhaps { "? " } else { "" };
                let value = one_line(named, show_secrets);
                // Writing to a String cannot fail.
                _ = writeln!(text, "{:widest$} = {perhaps}{value}", named.name);
            }
        }
    }
    for raise in &evaluation.perhaps {
        text.push_str(&raised(raise, shown, "loading the module may raise"));
    }
    if reads {
        text.push_str(&read(evaluation, shown));
    }
    text
}

fn is_setting(name: &str) -> bool {
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}

fn one_line(named: &Named, show_secrets: bool) -> String {
    let text = value(named, show_secrets);
    let line: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    match line.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

fn value(named: &Named, show_secrets: bool) -> String {
    let value = &named.value.value;
    if show_secrets || !holds_secret(&named.name, value) {
        return value.to_string();
    }
    "<secret>".to_owned()
}

/// Whether printing a value would print a secret: its own, or one of its members'.
fn holds_secret(name: &str, value: &Value) -> bool {
    let text = value
        .text()
        .is_some_and(|text| is_secret_name(name) && !text.is_empty() || has_credentials(text));
    let members =
        value.items().is_some_and(|items| items.iter().any(|it| holds_secret(name, &it.value)));
    let entries = match value {
        Value::Dict(dict) => dict.entries.iter().any(|entry| {
            holds_secret(entry.key.text().unwrap_or(name), &entry.value.value)
                || is_secret_name(name) && entry.value.value.text().is_some()
        }),
        Value::OneOf { members, .. } => members.iter().any(|it| holds_secret(name, &it.value)),
        _ => false,
    };
    text || members || entries
}

fn raised(raise: &Raise, shown: Shown<'_>, how: &str) -> String {
    let at = raise.place.map(|it| format!("{}: ", shown.address(it))).unwrap_or_default();
    let message = raise.message.as_deref().map(|it| format!(": {it}")).unwrap_or_default();
    format!("{at}{how} {}{message}\n", raise.kind)
}

fn read(evaluation: &Evaluation, shown: Shown<'_>) -> String {
    let mut text = String::from("\nenvironment variables that are read:\n");
    for read in &evaluation.reads {
        let at = read.place.map(|it| shown.address(it)).unwrap_or_default();
        let answer = match &read.answer {
            Answer::Set(_) => "set",
            Answer::Loaded(_) => "set by the module itself",
            Answer::Absent if read.required => "not set, and required",
            Answer::Absent => "not set",
            Answer::Unknown(_) => "not known",
        };
        _ = writeln!(text, "{} ({answer}) {at}", read.name);
    }
    text
}

/// How a setting came to be, step by step.
pub fn why(evaluation: &Evaluation, shown: Shown<'_>, name: &str, show_secrets: bool) -> String {
    let namespace = match &evaluation.outcome {
        Ok(namespace) => namespace,
        Err(raise) => return raised(raise, shown, "loading the module raises"),
    };
    let Some(named) = namespace.named(name) else {
        return format!("{name} is not set by the module\n");
    };
    let mut text = format!("{name} = {}\n", value(named, show_secrets));
    for step in &named.trail {
        let at = step.place.map_or("elsewhere".to_owned(), |it| shown.address(it));
        _ = writeln!(text, "  {at}: {}", step.text);
        if let Some((_, line)) = step.place.and_then(|it| {
            let (number, _) = shown.position(it);
            shown.line(it.file, number)
        }) {
            _ = writeln!(text, "      {}", line.trim());
        }
    }
    text
}
