//! `# kilter: ignore[group/name] reason`: what people do not want to hear.
//!
//! A comment behind something is about its own line, one on a line of its own about the next line
//! that is no comment; `file-ignore` is about the file. It counts at any label of a diagnostic.
//! Every format that kilter reads has comments of lines, so lines are searched and not parsed. An
//! ignore that covers nothing, or names no rule, is itself reported.

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Findings};
use crate::fact::Fact;
use crate::rules;
use crate::source::{FileId, Place, Sources};
use std::collections::BTreeMap;

const MARK: &str = "kilter: ";

/// One name in one comment.
struct Ignore<'a> {
    name: &'a str,
    place: Place,
    used: bool,
}

/// What an ignore is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    File(FileId),
    Line(FileId, usize),
}

#[derive(Default)]
struct Ignores<'a> {
    all: Vec<Ignore<'a>>,
    /// By what they reach, as indices.
    reaching: BTreeMap<Reach, Vec<usize>>,
}

/// Drops what is ignored; says which ignores were in vain.
pub(super) fn apply(found: &mut Vec<Diagnostic>, sources: &Sources, config: &Config) {
    let mut ignores = Ignores::default();
    for file in sources.ids().into_iter().filter(|it| !sources.is_made(*it)) {
        let text = sources.get(file).text();
        if text.contains(MARK) {
            ignores.collect(file, text);
        }
    }
    if ignores.all.is_empty() {
        return;
    }
    let shown = sources.shown();
    found.retain(|diagnostic| {
        let places = diagnostic.labels.iter().filter_map(|label| label.evidence.place());
        let mut covered = false;
        for place in places {
            let line = Reach::Line(place.file, shown.position(place).0);
            covered |= ignores.cover(Reach::File(place.file), diagnostic.rule);
            covered |= ignores.cover(line, diagnostic.rule);
        }
        !covered
    });
    for ignore in &ignores.all {
        found.extend(judge(ignore, config));
    }
}

impl<'a> Ignores<'a> {
    fn collect(&mut self, file: FileId, text: &'a str) {
        let mut above = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let from = self.all.len();
            let wide = self.read(file, text, line);
            let (own, new) = (Reach::Line(file, number), from..self.all.len());
            if wide {
                self.reaching.entry(Reach::File(file)).or_default().extend(new);
                continue;
            }
            self.reaching.entry(own).or_default().extend(new.clone());
            if is_comment(line) {
                above.extend(new);
            } else {
                self.reaching.entry(own).or_default().append(&mut above);
            }
        }
    }

    /// The names in a line's comment, and whether they are about the whole file.
    fn read(&mut self, file: FileId, text: &'a str, line: &'a str) -> bool {
        let marks = line.match_indices(MARK).filter(|(at, _)| opens_comment(&line[..*at]));
        for (at, _) in marks {
            let said = &line[at + MARK.len()..];
            let wide = said.strip_prefix("file-ignore[");
            let Some(rest) = wide.or_else(|| said.strip_prefix("ignore[")) else { continue };
            let Some((names, _reason)) = rest.split_once(']') else { continue };
            for name in names.split(',').map(str::trim) {
                self.all.push(Ignore { name, place: Place::of(file, text, name), used: false });
            }
            return wide.is_some();
        }
        false
    }

    fn cover(&mut self, reach: Reach, rule: &str) -> bool {
        let mut covered = false;
        for index in self.reaching.get(&reach).into_iter().flatten() {
            let ignore = &mut self.all[*index];
            if rules::specificity(ignore.name, rule).is_some() {
                (ignore.used, covered) = (true, true);
            }
        }
        covered
    }
}

/// `#` opens a comment in every format, `;` in units and supervisor's files as well.
fn opens_comment(before: &str) -> bool {
    before.trim_end().ends_with(['#', ';'])
}

/// Jinja's `{#` stands alone as well.
pub(super) fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(['#', ';']) || line.starts_with("{#")
}

/// What an ignore itself deserves to hear.
fn judge(ignore: &Ignore, config: &Config) -> Vec<Diagnostic> {
    let selected = |id| config.rules.iter().find(|rule| rule.id == id);
    let means = |rule: &rules::Rule| rules::specificity(ignore.name, rule.id).is_some();
    let at = Fact::at((), ignore.place);
    let name = ignore.name;
    if !rules::all().any(means) {
        let Some(rule) = selected("kilter/unknown-rule") else { return Vec::new() };
        let mut out = Findings::new(rule.id, rule.severity, None);
        let said =
            out.report(&at, format!("there is no rule `{name}`"), at.label("ignored in vain"));
        match rules::nearest(name) {
            Some(near) => said.help(format!("write `{near}`, or take the ignore away")),
            None => said.help("`kilter rules` lists them all"),
        };
        return out.into_vec();
    }
    // A rule that did not run could not have spoken.
    let ran = config.rules.iter().any(|rule| means(rule));
    let Some(rule) = selected("kilter/unused-ignore").filter(|_| ran && !ignore.used) else {
        return Vec::new();
    };
    let mut out = Findings::new(rule.id, rule.severity, None);
    out.report(&at, format!("nothing here is reported by `{name}`"), at.label("ignores nothing"))
        .help("take the ignore away");
    out.into_vec()
}
