//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::fact::secret::{is_made, is_of_the_stack, is_of_vendor, is_public, is_secret_name};
use crate::model::{Asked, Model};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/secret-in-example",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("6.5"),
    check: Check::Model(check),
    page: include_str!("../../../rules/env/secret-in-example.md"),
};

fn check(model: &Model, out: &mut Findings) {
    for file in model.surroundings.env_files.iter().filter(|file| file.documents) {
        for it in file.assignments() {
            let (name, value) = (it.key.value.as_str(), it.inner());
            if !is_secret_name(name)
                || !is_made(value)
                || is_public(name, value)
                || file.has_made_up(it.place)
            {
                continue;
            }
            // What somebody else gave out opens as much from a developer's machine.
            if file.is_for_developers() && is_of_the_stack(name) && !is_of_vendor(value) {
                continue;
            }
            let at = Fact::at((), it.place);
            let finding = out.report(
                &file.start,
                format!("`{name}` in `{}` looks like a real secret", file.name()),
                at.label("everybody who has the repository has it"),
            );
            finding.help("change the secret where it is used, and leave the example empty").mend(
                Safety::Unsafe,
                "leave it empty",
                [Edit::replace(it.value.place, "")],
            );
            match default_with(model, value) {
                Some(read) => {
                    let default = read.default_place();
                    let default = default.map(|place| Fact::at((), place));
                    finding.through(default, "and it is what the settings fall back to");
                }
                None => _ = finding.at_most(Severity::Warning),
            }
        }
    }
}

/// A variable whose default is the same text.
fn default_with<'a>(model: &'a Model, value: &str) -> Option<&'a Asked> {
    let processes = model.deployments.iter().flat_map(|it| &it.processes);
    let mut reads =
        processes.filter_map(|it| it.django.as_ref()).flat_map(|it| &it.evaluation.reads);
    reads.find(|read| {
        let text = read.default.as_ref().and_then(|it| it.text.as_deref());
        text.is_some_and(|text| text.trim_matches(['\'', '"']) == value)
    })
}
