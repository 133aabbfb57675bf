//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Model;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "kilter/nothing-understood",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Model(check),
    page: include_str!("../../../rules/kilter/nothing-understood.md"),
};

fn check(model: &Model, out: &mut Findings) {
    let Some(unrelated) = &model.reading.unrelated else { return };
    if let Some(other) = &model.reading.of_another {
        out.report(
            other,
            format!("the application is one of {other}, and no Django project"),
            other.label("made here"),
        )
        .also(unrelated.label("deployed from here"))
        .help("nothing to do: only what does not depend on Django's settings was judged");
        return;
    }
    out.report(
        unrelated,
        "no Django project is in view that these files could deploy",
        unrelated.label("judged by itself"),
    )
    .help("if there is one elsewhere, check it along with them: `kilter check ../project .`");
}
