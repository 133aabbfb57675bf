//! `kilter explain RULE` and `kilter rules`.

use crate::cli::{Exit, Failure};
use crate::report::severity;
use crate::rules;
use clap::{Args, ValueEnum};
use std::io::Write;

#[derive(Args)]
pub(super) struct Arguments {
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(super) fn explain(name: &str, out: &mut dyn Write) -> Result<Exit, Failure> {
    let Some(rule) = rules::find(name) else {
        return Err(Failure::NoRule { name: name.to_owned(), near: rules::nearest(name) });
    };
    out.write_all(rule.page.as_bytes())?;
    Ok(Exit::Clean)
}

pub(super) fn list(arguments: &Arguments, out: &mut dyn Write) -> Result<Exit, Failure> {
    match arguments.format {
        Format::Text => {
            for group in rules::GROUPS {
                writeln!(out, "{}: {}", group.name, group.title)?;
                for rule in group.rules {
                    let pedantic = if rule.pedantic { ", pedantic" } else { "" };
                    let severity = severity(rule.severity);
                    writeln!(out, "  {} ({severity}{pedantic})", rule.id)?;
                    writeln!(out, "      {}", rule.summary())?;
                }
            }
        }
        Format::Json => {
            let described = |rule: &rules::Rule| {
                serde_json::json!({
                    "id": rule.id,
                    "severity": severity(rule.severity),
                    "pedantic": rule.pedantic,
                    "since": rule.since,
                    "explains": rule.explains,
                    "summary": rule.summary(),
                })
            };
            let all: Vec<_> = rules::all().map(described).collect();
            writeln!(out, "{:#}", serde_json::Value::from(all))?;
        }
    }
    Ok(Exit::Clean)
}
