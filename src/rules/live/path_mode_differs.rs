//! See the page.

use crate::diagnostic::{Area, Findings, Severity, Subject};
use crate::fact::{Fact, Label};
use crate::model::Deployment;
use crate::model::contract::PathContract;
use crate::model::observed::{Observed, Owned, Purpose, Way};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/path-mode-differs",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Files, check),
    page: include_str!("../../../rules/live/path-mode-differs.md"),
};

fn check(deployment: &Deployment, observed: &Observed, out: &mut Findings) {
    writers(observed, out);
    secrets(observed, out);
    let declared = deployment.contract.iter().flat_map(|it| &it.paths);
    for (declared, owned) in declared.zip(&observed.declared.paths) {
        compare(declared, owned, out);
    }
}

/// What services write to, as their settings say.
fn writers(observed: &Observed, out: &mut Findings) {
    for access in &observed.accesses {
        let Purpose::Write(setting) = access.purpose else { continue };
        let (path, user) = (&access.path, &access.user);
        match &access.way {
            Ok(Way::Free) => out.passed(format!("`{user}` may write to `{path}`")),
            // Django makes what is missing, and where it may not, it says so at once.
            Ok(Way::Missing(_)) => {}
            Err(unseen) => {
                let what = format!("whether one may write to `{path}`");
                out.unknown(what, &unseen.why, unseen.remedy);
            }
            // What closes the way to it is another rule's.
            Ok(Way::Blocked(component)) if component.value != *path => {}
            Ok(Way::Blocked(component)) => {
                out.report(
                    Subject::Path(path.to_string()),
                    format!("`{user}` may not write to `{path}`, which is {setting}"),
                    component.label(format!("does not let `{user}` write")),
                )
                .also(access.asked.label("is to be written to"))
                .also(user.label("the user"))
                .help(format!("`chown {user} {path}`, and keep the folder's mode"));
            }
        }
    }
}

/// What nobody but services needs to read.
fn secrets(observed: &Observed, out: &mut Findings) {
    for access in observed.accesses.iter().filter(|it| it.purpose == Purpose::Peek) {
        let path = &access.path;
        match &access.way {
            Ok(Way::Free) => {
                out.report(
                    Subject::Path(path.to_string()),
                    format!("anybody on this machine may read `{path}`, and it holds secrets"),
                    access.asked.label("this is one"),
                )
                .at_most(Severity::Warning)
                .help(format!("`chmod o= {path}`, and give it to the group of the service"));
            }
            Ok(Way::Blocked(_)) => out.passed(format!("not everybody may read `{path}`")),
            Ok(Way::Missing(_)) => {}
            Err(unseen) => {
                let what = format!("who may read `{path}`");
                out.unknown(what, &unseen.why, unseen.remedy);
            }
        }
    }
}

/// What the operator declares, against what is there.
fn compare(declared: &PathContract, owned: &Owned, out: &mut Findings) {
    let path = &owned.path;
    let mut say = |message: String, at: Label, by: Fact<()>, help: String| {
        out.report(Subject::Path(path.to_string()), message, at)
            .also(by.label("is declared"))
            .help(help);
    };
    let must_exist = declared.exists.as_ref().is_none_or(|it| it.value);
    let exists = declared.exists.as_ref().map_or(declared.path.place, |it| it.place);
    let exists = Fact::at((), exists);
    let state = match (&owned.state, must_exist) {
        (Err(unseen), _) => {
            return out.unknown(format!("whose `{path}` is"), &unseen.why, unseen.remedy);
        }
        (Ok(Some(_)), false) => {
            let (at, help) = (owned.at.label("is there"), format!("remove `{path}`"));
            return say(format!("`{path}` is not to be there"), at, exists, help);
        }
        (Ok(None), true) => {
            let (at, help) = (owned.at.label("is not there"), format!("make `{path}`"));
            return say(format!("`{path}` is missing"), at, exists, help);
        }
        (Ok(None), false) => return out.passed(format!("`{path}` is not there")),
        (Ok(Some(state)), true) => state,
    };
    let mut is_right = true;
    let owners = [
        ("owner", &declared.owner, &state.owner, "chown "),
        ("group", &declared.group, &state.group, "chown :"),
    ];
    for (what, declared, seen, command) in owners {
        let Some(declared) = declared.as_ref().filter(|it| it.value != seen.value) else {
            continue;
        };
        is_right = false;
        let message = format!("the {what} of `{path}` is `{seen}`, and not `{}`", declared.value);
        let help = format!("`{command}{} {path}`", declared.value);
        let by = Fact::at((), declared.place);
        say(message, seen.label(format!("has this {what}")), by, help);
    }
    if let Some(mode) = declared.mode.as_ref().filter(|it| !it.value.holds(state.mode.value)) {
        is_right = false;
        let (text, seen) = (&mode.value.text, state.mode.value);
        let message = format!("the mode of `{path}` is {seen:04o}, and not `{text}`");
        let help = format!("`chmod {text} {path}`");
        say(message, state.mode.label("has this mode"), Fact::at((), mode.place), help);
    }
    if is_right {
        out.passed(format!("`{path}` is as declared"));
    }
}
