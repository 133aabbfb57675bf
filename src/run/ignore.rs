//! `# kilter: ignore[group/name] reason`, on the line of any label or the line above it.
//!
//! Every format that kilter reads has `#` comments, so lines are searched and not parsed. An
//! ignore that covers nothing, or names no rule, is itself reported.

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Findings};
use crate::fact::Fact;
use crate::rules;
use crate::source::{FileId, Place, Sources};
use std::collections::BTreeMap;

const MARK: &str = "kilter: ignore[";

/// One name in one comment.
struct Ignore<'a> {
    name: &'a str,
    place: Place,
    used: bool,
}

/// Drops what is ignored; says which ignores were in vain.
pub(super) fn apply(found: &mut Vec<Diagnostic>, sources: &Sources, config: &Config) {
    let mut ignores: BTreeMap<(FileId, usize), Vec<Ignore>> = BTreeMap::new();
    for file in sources.ids() {
        let text = sources.get(file).text();
        if text.contains(MARK) {
            collect(file, text, &mut ignores);
        }
    }
    if ignores.is_empty() {
        return;
    }
    let shown = sources.shown();
    found.retain(|diagnostic| {
        let mut covered = false;
        for place in diagnostic.labels.iter().filter_map(|label| label.evidence.place()) {
            let line = shown.position(place).0;
            for at in [line, line - 1] {
                for ignore in ignores.get_mut(&(place.file, at)).into_iter().flatten() {
                    if covers(ignore.name, diagnostic.rule) {
                        (ignore.used, covered) = (true, true);
                    }
                }
            }
        }
        !covered
    });
    for ignore in ignores.values().flatten() {
        found.extend(judge(ignore, config));
    }
}

fn collect<'a>(
    file: FileId,
    text: &'a str,
    ignores: &mut BTreeMap<(FileId, usize), Vec<Ignore<'a>>>,
) {
    for (number, line) in text.lines().enumerate() {
        let Some((before, rest)) = line.split_once(MARK) else { continue };
        let Some((names, _reason)) = rest.split_once(']') else { continue };
        if !before.trim_end().ends_with('#') {
            continue;
        }
        for name in names.split(',').map(str::trim) {
            let ignore = Ignore { name, place: Place::of(file, text, name), used: false };
            ignores.entry((file, number + 1)).or_default().push(ignore);
        }
    }
}

fn covers(name: &str, rule: &str) -> bool {
    name == rule || rule.split_once('/').is_some_and(|(group, _)| group == name)
}

/// What an ignore itself deserves to hear.
fn judge(ignore: &Ignore, config: &Config) -> Vec<Diagnostic> {
    let selected = |id| config.rules.iter().find(|rule| rule.id == id);
    let at = Fact::at((), ignore.place);
    let known = rules::all().any(|rule| covers(ignore.name, rule.id));
    let name = ignore.name;
    if !known {
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
    let ran = config.rules.iter().any(|rule| covers(name, rule.id));
    let Some(rule) = selected("kilter/unused-ignore").filter(|_| ran && !ignore.used) else {
        return Vec::new();
    };
    let mut out = Findings::new(rule.id, rule.severity, None);
    out.report(&at, format!("nothing here is reported by `{name}`"), at.label("ignores nothing"))
        .help("take the ignore away");
    out.into_vec()
}
