//! The configuration in effect: as the TOML that would say it, with who said each value.

use crate::config::Config;
use crate::config::key::ROOT;
use crate::config::value::{By, Stated, Table, Value};
use crate::report;
use crate::source::Sources;

pub fn show(config: &Config) -> String {
    let shown = Shown { sources: config.sources(), out: String::new() };
    shown.whole(config)
}

struct Shown {
    sources: Sources,
    out: String,
}

impl Shown {
    fn whole(mut self, config: &Config) -> String {
        let defaults = [
            ("pedantic", "false".to_owned()),
            ("fail-on", quoted(report::severity(config.fail_on))),
            ("format", quoted(config.format.name())),
        ];
        for key in ROOT {
            let default = defaults.iter().find(|(name, _)| *name == key.name);
            match (config.stated.get(key.name), default) {
                (Some(stated), _) if stated.table().is_none() && !is_tables(stated) => {
                    self.line(key.name, stated);
                }
                (None, Some((name, value))) => self.push(&format!("{name} = {value}"), "default"),
                _ => {}
            }
        }
        self.push("", &format!("{} rules run", config.rules.len()));
        for (name, entry) in config.stated.entries() {
            self.section(name, &entry.stated);
        }
        self.out
    }

    /// The tables, below the single values: whatever follows a heading belongs to it.
    fn section(&mut self, path: &str, stated: &Stated) {
        match &stated.value {
            Value::Table(table) => self.table(&format!("[{path}]"), path, table),
            Value::List(items) => {
                for table in items.iter().filter_map(Stated::table) {
                    self.table(&format!("[[{path}]]"), path, table);
                }
            }
            Value::Flag(_) | Value::Integer(_) | Value::Text(_) | Value::Other(_) => {}
        }
    }

    fn table(&mut self, heading: &str, path: &str, table: &Table) {
        let is_single = |stated: &Stated| stated.table().is_none() && !is_tables(stated);
        let entries = || table.entries().map(|(name, entry)| (name, &entry.stated));
        if entries().any(|(_, stated)| is_single(stated)) || entries().next().is_none() {
            self.out.push_str(&format!("\n{heading}\n"));
        }
        for (name, stated) in entries().filter(|(_, stated)| is_single(stated)) {
            self.line(name, stated);
        }
        for (name, stated) in entries() {
            self.section(&format!("{path}.{}", bare(name)), stated);
        }
    }

    /// A list that several have added to names each of them.
    fn line(&mut self, name: &str, stated: &Stated) {
        let name = bare(name);
        let same = |item: &Stated| self.said_by(&item.by, true) == self.said_by(&stated.by, true);
        if stated.list().iter().all(same) {
            let by = self.said_by(&stated.by, false);
            return self.push(&format!("{name} = {}", inline(&stated.value)), &by);
        }
        self.out.push_str(&format!("{name} = [\n"));
        for item in stated.list() {
            let by = self.said_by(&item.by, false);
            self.push(&format!("    {},", inline(&item.value)), &by);
        }
        self.out.push_str("]\n");
    }

    fn push(&mut self, line: &str, comment: &str) {
        let line = if line.is_empty() { String::new() } else { format!("{line:<40} ") };
        self.out.push_str(&format!("{line}# {comment}\n"));
    }

    fn said_by(&self, by: &By, file_only: bool) -> String {
        match by {
            By::Place(place) if file_only => self.sources.shown().path(place.file).to_owned(),
            By::Place(place) => self.sources.shown().address(*place),
            By::Variable(name) | By::Option(name) => name.clone(),
        }
    }
}

fn is_tables(stated: &Stated) -> bool {
    stated.list().iter().any(|item| item.table().is_some())
}

fn inline(value: &Value) -> String {
    match value {
        Value::Flag(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => quoted(text),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|item| inline(&item.value)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) => {
            let pair = |(name, entry): (&str, &crate::config::value::Entry)| {
                format!("{} = {}", bare(name), inline(&entry.stated.value))
            };
            let pairs: Vec<_> = table.entries().map(pair).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        Value::Other(noun) => quoted(noun),
    }
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

/// A key as TOML takes it.
fn bare(name: &str) -> String {
    toml_edit::Key::new(name).to_string()
}
