//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Model;
use crate::rules::{Check, Rule};

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
    for it in &model.surroundings.read_differently {
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
