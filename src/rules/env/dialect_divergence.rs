//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::Model;
use crate::rules::several::several;
use crate::rules::{Check, Rule};

/// Further comments that are pointed at; all are counted.
const MOST_SHOWN: usize = 3;

pub(super) static RULE: Rule = Rule {
    id: "env/dialect-divergence",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Model(check),
    page: include_str!("../../../rules/env/dialect-divergence.md"),
};

fn check(model: &Model, out: &mut Findings) {
    let around = &model.surroundings;
    for it in &around.kept_comments {
        let place = |it: &Fact<()>| it.evidence().place();
        let is_said = |name: &Fact<String>| {
            around.read_differently.iter().any(|it| place(&it.at) == name.evidence().place())
        };
        let kept: Vec<&Fact<String>> = it.names.iter().filter(|it| !is_said(it)).collect();
        let [first, more @ ..] = kept.as_slice() else { continue };
        let names: Vec<&str> = kept.iter().map(|it| it.value.as_str()).collect();
        let (one, them) = match more {
            [] => (format!("a comment in `{}` is part of the value", it.file), "it"),
            _ => (format!("comments in `{}` are part of the values", it.file), "them"),
        };
        let why = "whoever copies the example may have taken the comments out";
        let at = match it.is_example {
            true => (*first).clone().doubt(Certainty::Likely, why),
            false => (*first).clone(),
        };
        let finding = out.report(
            &at,
            format!("for systemd, {one} of {}", several(&names)),
            at.label("systemd knows comments on lines of their own alone"),
        );
        for other in more.iter().take(MOST_SHOWN) {
            finding.also(other.label("and here"));
        }
        finding.also(it.reader.label("systemd reads the file"));
        finding.help(format!("put {them} on a line above"));
    }
    for it in &around.read_differently {
        let names: Vec<&str> = it.readers.iter().map(|(name, _)| *name).collect();
        let finding = out.report(
            &it.at,
            format!("`{}` is not the same for {}", it.name, names.join(" and for ")),
            it.at.label("each reader takes these characters in its own way"),
        );
        for (name, at) in &it.readers {
            finding.also(at.label(format!("{name} reads the file")));
        }
        finding.help("put the value in single quotes");
        if !it.matters {
            finding.at_most(Severity::Warning);
        }
    }
}
