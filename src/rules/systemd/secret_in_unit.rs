//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{secret, symbol};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/secret-in-unit",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.5"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/systemd/secret-in-unit.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for unit in &deployment.units {
        for (name, value) in unit.sets() {
            let text = value.value.as_str();
            let open = text.is_empty()
                || secret::is_reference(text)
                || secret::is_none(text)
                || secret::is_own_name(&name.value, text)
                || symbol::is_symbolic(text);
            let named = secret::is_secret_name(&name.value) && !text.starts_with('/');
            let holds = named || !secret::url_credentials(text).is_empty();
            if open || !holds {
                continue;
            }
            out.report(
                unit,
                format!("`{}` shows `{name}` to every user of the machine", unit.name),
                name.label("`systemctl show` prints the value to anybody"),
            )
            .help("move it to an `EnvironmentFile=` that only root may read");
        }
    }
}
