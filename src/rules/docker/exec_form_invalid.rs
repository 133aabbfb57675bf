//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/exec-form-invalid",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/exec-form-invalid.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (service, process, container) in deployment.services() {
        let Some(image) = &container.image else { continue };
        for (what, text) in image.lists_taken_for_text() {
            let place = text.evidence().place();
            if said.contains(&place) {
                continue;
            }
            said.push(place);
            let finding = out.report(
                process,
                format!("the list of {what} is no list, and a shell is given its text"),
                text.label(
                    "no array in JSON: its strings need double quotes, and no comma ends it",
                ),
            );
            finding
                .because(&process.declared)
                .help("write it as `[\"program\", \"argument\"]`")
                .mend(Safety::Safe, "write it as JSON", as_json(&text));
            // What the service starts in its place is another command.
            if what == "CMD" && (service.command.is_some() || service.entrypoint.is_some()) {
                finding.at_most(Severity::Advice);
            }
        }
    }
}

/// The same strings in double quotes, and no comma behind the last; nothing of what only a shell
/// could tell.
fn as_json(text: &Fact<String>) -> Option<Edit> {
    let plain = text.value.chars().filter(|it| *it == '\'').count() % 2 == 0;
    let mixed = text.value.contains('\'') && text.value.contains('"');
    let list = text.value.trim_end().strip_suffix(']')?;
    let list = list.trim_end().trim_end_matches(',').replace('\'', "\"");
    let whole = text.whole().filter(|_| plain && !mixed)?;
    let list = format!("{list}]");
    let is_list = serde_json::from_str::<Vec<String>>(&list).is_ok();
    (is_list && !text.value.contains(['\\', '\n', '$'])).then(|| Edit::replace(whole, list))
}
