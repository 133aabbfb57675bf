//! Markdown as GitHub and GitLab render it, for a step's summary or a comment.
//!
//! The worst comes first, and what would not fit into a summary is counted: GitHub refuses one
//! of more than a mebibyte.

use crate::diagnostic::Diagnostic;
use crate::report::text::{self, Part};
use crate::report::{Report, change, details, excerpt, notes, qualifier, severity, summary};
use std::cmp::Reverse;

/// Up to where rows are added to the table, and details below it.
const LARGEST_TABLE: usize = 600 * 1024;
const LARGEST: usize = 960 * 1024;

pub(super) fn report(report: &Report<'_>) -> String {
    let mut out = format!("## kilter\n\n{}\n", escaped(&summary::sentence(report)));
    for note in report.notes {
        out += &format!("\n{}\n", escaped(note));
    }
    if report.diagnostics.is_empty() {
        return out;
    }
    let mut worst_first: Vec<_> = report.diagnostics.iter().collect();
    worst_first.sort_by_key(|it| Reverse(it.severity()));

    out += "\n| | Where | What | Rule |\n|---|---|---|---|\n";
    let listed = fill(&mut out, LARGEST_TABLE, &worst_first, |it| row(it, report));
    if listed < worst_first.len() {
        out += &format!("\nAnd {} more.\n", worst_first.len() - listed);
    }
    fill(&mut out, LARGEST, &worst_first[..listed], |it| section(it, report));
    out
}

/// Adds what fits, and says how many did.
fn fill(
    out: &mut String,
    largest: usize,
    diagnostics: &[&Diagnostic],
    render: impl Fn(&Diagnostic) -> String,
) -> usize {
    for (index, it) in diagnostics.iter().enumerate() {
        let next = render(it);
        if out.len() + next.len() > largest {
            return index;
        }
        *out += &next;
    }
    diagnostics.len()
}

fn row(it: &Diagnostic, report: &Report<'_>) -> String {
    let place = it.place().map_or_else(String::new, |place| {
        let (line, _) = report.shown.position(place);
        code(&format!("{}:{line}", report.shown.path(place.file)))
    });
    let severity = format!("{}{}", severity(it.severity()), qualifier(it.certainty()));
    let rule = match report.rule(it.rule) {
        Some(rule) => format!("[{}]({})", escaped(it.rule), rule.docs),
        None => escaped(it.rule),
    };
    format!("| {severity} | {place} | {} | {rule} |\n", prose(&it.message))
}

/// The evidence, folded away.
fn section(it: &Diagnostic, report: &Report<'_>) -> String {
    let headline = format!("{}: {}", severity(it.severity()), it.message);
    let mut out = format!("\n<details><summary>{}</summary>\n", html_prose(&headline));
    for excerpt in excerpt::of(it, report.shown) {
        let lines = excerpt.lines.iter();
        let width = excerpt.lines.last().map_or(1, |line| line.number.to_string().len());
        let quoted: String = lines
            .clone()
            .map(|line| format!("{:>width$} │ {}\n", line.number, line.text))
            .collect();
        let fence = fence(&quoted);
        out += &format!("\n{}\n\n{fence}text\n{quoted}{fence}\n\n", code(excerpt.path));
        for line in lines {
            for mark in &line.marks {
                out += &format!("- line {}: {}\n", line.number, prose(&it.labels[mark.label].text));
            }
        }
    }
    out.push('\n');
    let help = it.help.iter().map(|help| format!("help: {help}"));
    let notes = notes::of(it, report.shown).into_iter().map(|note| format!("note: {note}"));
    for line in help.chain(details::fix(it)).chain(notes) {
        out += &format!("{}\n\n", prose(&line));
    }
    for change in it.fix.iter().flat_map(|fix| change::of(fix, report.shown)) {
        let lines = |mark, lines: &[String]| -> String {
            lines.iter().map(|line| format!("{mark} {line}\n")).collect()
        };
        let diff = lines('-', &change.old) + &lines('+', &change.new);
        let fence = fence(&diff);
        let place = code(&format!("{}:{}", change.path, change.line));
        out += &format!("{place}\n\n{fence}diff\n{diff}{fence}\n\n");
    }
    out + "</details>\n"
}

/// Longer than any run of backticks inside.
fn fence(text: &str) -> String {
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    "`".repeat((longest + 1).max(3))
}

/// What a rule says.
fn prose(text: &str) -> String {
    let part = |part: Part<'_>| match part {
        Part::Words(words) => escaped(words),
        Part::Code(text) => code(text),
    };
    text::parts(text).map(part).collect()
}

/// The same where Markdown's own notation for code is not read.
fn html_prose(text: &str) -> String {
    let part = |part: Part<'_>| match part {
        Part::Words(words) => html(words),
        Part::Code(text) => format!("<code>{}</code>", html(text)),
    };
    text::parts(text).map(part).collect()
}

/// Code, also where Markdown's own notation cannot hold it: in a table a bar ends the cell.
fn code(text: &str) -> String {
    let text = text::printable(text);
    let plain = !text.contains(['`', '|', '\\', '<', '&']) && text.trim() == text;
    if plain && !text.is_empty() {
        format!("`{text}`")
    } else {
        format!("<code>{}</code>", html(&text))
    }
}

/// Text that stays text: no markup, no mention of a user, no reference to an issue.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text::printable(text).chars() {
        match character {
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '&' => escaped += "&amp;",
            '|' => escaped += "&#124;",
            '@' | '#' => escaped += &format!("{character}<!-- -->"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '$' | '!' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Inside of an HTML element, where Markdown is read nevertheless: all its characters as numbers.
fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text::printable(text).chars() {
        match character {
            '@' | '#' => escaped += &format!("{character}<!-- -->"),
            _ if character.is_ascii_punctuation()
                && !matches!(character, '.' | ',' | '-' | '/') =>
            {
                escaped += &format!("&#{};", u32::from(character));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}
