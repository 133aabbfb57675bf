//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Defeated, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/override-defeated",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["env/settings-module-dev", "env/debug-on"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/override-defeated.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, defeated) in deployment.defeated_overrides() {
        let (name, variable) = (&defeated.name, &defeated.variable);
        let Defeated { meant, given, file, replaced, .. } = &defeated;
        let finding = out.report(
            crate::diagnostic::Subject::Process(service.to_owned()),
            format!("the override of `{name}` has no effect: `{file}` sets `{variable}`"),
            meant.label("holds only if the variable is not set"),
        );
        let place = |fact: &Fact<String>| fact.map(|_| ());
        finding.also(place(given).label(format!("`{name}` is this, in every deployment")));
        finding.also(replaced.label("the default that was to be replaced"));
        finding.help(format!(
            "write the value itself in the override, or give it another variable than `{variable}`"
        ));
        if defeated.by_example {
            finding.at_most(Severity::Warning);
        }
    }
}
