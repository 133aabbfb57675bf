//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Asked, DEBUG, Deployment, Process};
use crate::rules::{Check, Rule, without_module};

pub(super) static RULE: Rule = Rule {
    id: "env/debug-fallback",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/debug-fallback.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let app = process.fact();
        let Some((name, default)) = app.debug_by_default() else {
            without(process, out);
            continue;
        };
        let reads = process.django.iter().flat_map(|it| &it.evaluation.reads);
        let reads: Vec<&Asked> = reads.filter(|it| it.name == name).collect();
        let off = reads.iter().find_map(|it| turned_off(it, &default));
        let of_stage = !name.contains("DEBUG");
        // Without one `os.environ.get` answers None.
        let text = |it: &Asked| it.default.as_ref()?.text.clone();
        let has_default = reads.iter().any(|it| text(it).is_some_and(|it| it != "None"));
        out.report(
            process,
            format!("DEBUG is on wherever `{name}` is not set"),
            default.label(match of_stage && !has_default {
                true => format!("asks for `{name}`, which may be missing"),
                false => format!("holds if `{name}` is missing"),
            }),
        )
        .through(app.assigned(DEBUG), "and turns DEBUG on here")
        .help(match of_stage {
            false => format!("let a missing `{name}` mean False"),
            true if name.contains("PROD") => {
                "turn DEBUG on by a variable of its own, whose absence means False".to_owned()
            }
            true => format!("let a missing `{name}` mean production"),
        })
        // Whoever develops without a variable has DEBUG off as well then.
        .mend(Safety::Unsafe, "let it mean False", off);
    }
}

/// The default as one that leaves DEBUG off.
fn turned_off(read: &Asked, default: &Fact<()>) -> Option<Edit> {
    let text = read.default.as_ref()?.text.as_deref()?;
    let on = text.trim_matches(['"', '\'']);
    let off = match on {
        "True" => "False",
        "true" => "false",
        "1" => "0",
        _ => return None,
    };
    let place = default.written_as(text)?;
    Some(Edit::replace(Fact::at(on.to_owned(), place).whole()?, off))
}

/// Where a module decides that is in no repository, and nobody notices if it is not there.
fn without(process: &Process, out: &mut Findings) {
    let Some(alone) = process.alone().filter(|it| it.decides(process, DEBUG)) else { return };
    let app = alone.process.fact();
    let Some(on) = app.get(DEBUG).filter(|it| it.value && app.is_literal(it)) else { return };
    let name = &alone.module.value;
    let finding = without_module::report(process, &alone, "DEBUG is on", &on, out);
    finding.help(match alone.is_for_production() {
        true => "set DEBUG to False here, and turn it on in a module of each developer".to_owned(),
        false => format!("set DEBUG to False here, and turn it on in the `{name}` of a developer"),
    });
}
