//! Commands of workflows whose lines YAML makes one: a plain scalar over several lines, and a folded block
//! (YAML 1.2.2, 7.3.3 and 8.1.3).

use crate::model::{Kind, Read};

/// What is behind a place of a step's `run`, as one line. `None` where its lines stay lines.
pub(super) fn behind(read: &Read<'_>, at: usize) -> Option<String> {
    if read.parsed.kind() != Kind::Workflow {
        return None;
    }
    let text = read.text;
    let (mut start, mut column) = (None, 0);
    let mut from = 0;
    for line in text[..at].split_inclusive('\n') {
        let indent = indent(line);
        let begun = line.trim_start();
        let inner = begun.strip_prefix("- ").map_or(begun, str::trim_start);
        if let Some(value) = inner.strip_prefix("run:") {
            let key = line.len() - inner.len();
            start = is_folded(value.trim()).then_some(from);
            column = key;
        } else if !begun.is_empty() && indent <= column {
            start = None;
        }
        from += line.len();
    }
    start?;
    let first = text[at..].lines().next().unwrap_or_default();
    let rest = text[at + first.len()..].lines().skip(1);
    let rest = rest.take_while(|line| !line.trim().is_empty() && indent(line) > column);
    let lines: Vec<&str> = [first].into_iter().chain(rest).map(str::trim).collect();
    Some(lines.join(" "))
}

/// Whether a value goes on with the next lines as if they were this one.
fn is_folded(value: &str) -> bool {
    value.starts_with('>') || !value.is_empty() && !value.starts_with(['|', '"', '\''])
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
