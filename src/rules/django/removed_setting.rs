//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::fact::version::Range;
use crate::model::django::{REMOVED, REMOVED_VALUES, RemovedValue};
use crate::model::{Deployment, INSTALLED_APPS, Process, Value};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/removed-setting",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/removed-setting.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let app = process.fact();
        let Some((version, narrowings)) = deployment.django_version(process) else { continue };
        for removed in REMOVED_VALUES {
            names_removed(&app, &version, removed, out);
        }
        for removed in REMOVED {
            let Some(at) = app.assignment(removed.name) else { continue };
            let (major, minor) = removed.in_;
            let name = removed.name;
            // An empty list has nothing to lose.
            let value = app.setting(name);
            if value.is_some_and(|it| it.value.items().is_some_and(<[_]>::is_empty)) {
                continue;
            }
            let (message, severity) = match version.value.at_least([major, minor]) {
                Some(true) => {
                    (format!("{name} has no effect since Django {major}.{minor}"), removed.severity)
                }
                // A pin moves when somebody moves it, and so does a range that ends long before.
                Some(false) if version.value.pinned().is_some() => continue,
                Some(false) if version.value.at_least(before(removed.in_)) == Some(false) => {
                    continue;
                }
                None if is_passed_by(&version.value, removed.in_) => (
                    format!("{name} has no effect where Django is installed today"),
                    removed.severity.min(Severity::Warning),
                ),
                Some(false) | None => (
                    format!("{name} will have no effect from Django {major}.{minor} on"),
                    Severity::Advice,
                ),
            };
            let package = |app: &Fact<String>| app.value.split('.').next().map(str::to_owned);
            let mut packages =
                app.members(INSTALLED_APPS).into_iter().filter_map(|it| package(&it));
            if packages.any(|it| removed.readers.contains(&it.as_str())) {
                continue;
            }
            // Nor is one dead that the project's own code asks for.
            let faults = process.django.as_ref().map(|it| &it.faults);
            if faults.is_some_and(|it| it.read_still.contains(&removed.name)) {
                continue;
            }
            // Whoever has both is prepared.
            if removed.by.is_some_and(|by| app.assignment(by).is_some()) {
                continue;
            }
            let without_effect = version.value.at_least([major, minor]) == Some(true);
            let label = match without_effect {
                true => "nothing reads it any more".to_owned(),
                false => format!("not read by Django {major}.{minor}"),
            };
            // Django 2.0 has no such class, and the renamed list would stop it.
            let gone = "SessionAuthenticationMiddleware";
            let holds_gone = app.setting(name).is_some_and(|it| {
                let items = it.value.items().unwrap_or_default();
                items.iter().any(|it| it.value.text().is_some_and(|it| it.ends_with(gone)))
            });
            let help = match holds_gone {
                true => {
                    format!("{}, and take `{gone}` out of it, which is gone as well", removed.help)
                }
                false => removed.help.to_owned(),
            };
            let finding = out.report(process, message, at.label(label));
            finding
                .also(version.label(format!(
                    "the requirements admit {}",
                    app.admitted_django().unwrap_or_else(|| version.value.clone())
                )))
                .at_most(if removed.says_the_default(&app) { Severity::Advice } else { severity })
                .help(help);
            for (by, how) in &narrowings {
                finding.also(by.label(how));
            }
            match removed.by {
                None if without_effect => {
                    finding.mend(Safety::Safe, "take it out", app.unset(name));
                }
                // What had no effect has it again.
                Some("STORAGES") if version.value.at_least([4, 2]) == Some(true) => {
                    finding.mend(Safety::Unsafe, "say it in STORAGES", app.say_in_storages());
                }
                None | Some(_) => {}
            }
        }
    }
}

/// What a setting names is gone, and not the setting.
fn names_removed(
    app: &Fact<&Process>,
    version: &Fact<Range>,
    removed: &RemovedValue,
    out: &mut Findings,
) {
    let RemovedValue { setting, key, value, in_: (major, minor), stops, help } = removed;
    let Some(whole) = app.setting(setting) else { return };
    let names = |it: &Fact<Value>| it.value.text() == Some(value);
    let named = match (&whole.value, key) {
        (Value::Dict(dict), Some(key)) => {
            let each = dict.entries.iter().filter(|it| !it.perhaps);
            each.filter_map(|it| it.value.value.get(key)).find(|it| names(it)).cloned()
        }
        (it, None) if it.items().is_some() => {
            it.items().unwrap_or_default().iter().find(|it| names(it)).cloned()
        }
        (_, None) => Some(whole.clone()).filter(names),
        (_, Some(_)) => None,
    };
    let Some(named) = named else { return };
    let class = value.rsplit('.').next().unwrap_or(value);
    let severity = match version.value.at_least([*major, *minor]) {
        Some(true) => Severity::Error,
        None if is_passed_by(&version.value, (*major, *minor)) => Severity::Warning,
        Some(false) | None => return,
    };
    out.report(
        app.value,
        format!("{stops}: Django has no {class} since {major}.{minor}"),
        named.label("cannot be imported any more"),
    )
    .also(version.label(format!(
        "the requirements admit {}",
        app.admitted_django().unwrap_or_else(|| version.value.clone())
    )))
    .because(&whole)
    .because(app)
    .at_most(severity)
    .help(*help);
}

/// Whether an installer that is asked today takes a release without the setting, whatever Python it
/// runs on: the releases of one major version ask for the same Python, or nearly so (Django's FAQ,
/// "What Python version can I use with Django?").
fn is_passed_by(range: &Range, (major, _): (u64, u64)) -> bool {
    range.at_least([major, 0]) == Some(true)
}

/// The series with long-term support before another: whoever runs an older one has more to do first.
fn before((major, _): (u64, u64)) -> [u64; 2] {
    match major {
        1 => [1, 8],
        2 => [1, 11],
        _ => [major - 1, 2],
    }
}
