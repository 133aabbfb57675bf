//! See the page.

use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::fact::{Certainty, Fact, Lookup};
use crate::model::contract::Contract;
use crate::model::{Container, Deployment, Django, Missing, Process, compose};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/required-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/required-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let Some(django) = &process.django else { continue };
        let is_empty = |missing: &&Missing| {
            matches!(process.environment.get(&missing.read.name), Lookup::Set(_))
        };
        let (empty, absent): (Vec<_>, Vec<_>) = django.missing.iter().partition(is_empty);
        for missing in empty.into_iter().filter(|it| !is_to_be_filled_in(deployment, process, it)) {
            report_empty(process, &django.module, missing, out);
        }
        // An env file that is not in view may well set what another platform would.
        let is_open = !process.environment.openings().is_empty();
        let absent: Vec<_> = absent
            .into_iter()
            .filter(|it| !(is_open && it.read.is_of_foreign_platform()))
            .collect();
        // One place lacks them all.
        report_absent(process, &django.module, &absent, out);
        // A worker may well have nothing to sign.
        if process.kind.is_web() && django.missing.is_empty() {
            without_key(process, django, out);
        }
    }
    // The entrypoint of a database asks for a password before it starts one, and not before `true`.
    let starting = deployment.services().into_iter().filter(|(it, ..)| !it.only_holds_volumes());
    // Nobody starts it but with a file that gives it one.
    let is_supplied = |it: &compose::Service| {
        let mut projects = deployment.compose.iter();
        projects.any(|project| project.supplied_by_others.contains(&it.name.value))
    };
    let starting = starting.filter(|(it, ..)| !is_supplied(it));
    for (_, process, container) in starting {
        of_image(process, container, out);
        of_script(process, container, out);
    }
    if let Some(contract) = &deployment.contract {
        declared(deployment, contract, out);
    }
}

/// What the entrypoint of a known image stops without, before it has made a database.
fn of_image(process: &Process, container: &Container, out: &mut Findings) {
    let Some(flavour) = container.starts_as_stock() else { return };
    let is_absent = |name: &&&str| matches!(process.environment.get(name), Lookup::Absent);
    let demands = flavour.value.demands();
    let Some(first) = demands.first().filter(|_| demands.iter().all(|it| is_absent(&it))) else {
        return;
    };
    let why = "a volume that has a database already does without";
    let flavour = flavour.map(|_| ()).doubt(Certainty::Likely, why);
    let finding = out.report(
        process,
        format!("nothing gives `{first}` to `{}`, which does not start without it", process.name),
        flavour.label(format!("ends at once without `{first}`")),
    );
    let meant = process.nearly_given(first);
    if let Some((near, at)) = &meant {
        finding.also(at.label(format!("given as `{near}`")));
    }
    for source in process.environment.sources() {
        finding.also(source.label(format!("`{first}` is not in `{source}`")));
    }
    finding.help(match meant {
        Some((near, _)) => format!("rename `{near}` to `{first}`"),
        None => format!("give `{first}` to `{}`", process.name),
    });
}

/// What the script in front of a server ends without.
fn of_script(process: &Process, container: &Container, out: &mut Findings) {
    let Some(unset) = &container.unset else { return };
    let name = &unset.value;
    let finding = out.report(
        process,
        format!("nothing gives `{name}` to `{}`, whose script ends without it", process.name),
        unset.label(format!("ends here if `{name}` is not set")),
    );
    let sources = process.environment.sources();
    for source in sources {
        finding.also(source.label(format!("`{name}` is not in `{source}`")));
    }
    if sources.is_empty() {
        finding.also(process.declared.label("started without it"));
    }
    finding.because(&process.declared).help(format!("give `{name}` to `{}`", process.name));
}

/// What the operator declares, whether the settings stop without it or not.
fn declared(deployment: &Deployment, contract: &Contract, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|it| it.django.is_some()) {
        let is_absent = |name: &str| matches!(process.environment.get(name), Lookup::Absent);
        let is_known = |name: &str| {
            let missing = process.django.iter().flat_map(|it| &it.missing);
            missing.into_iter().any(|it| it.read.name == name)
        };
        let groups = contract.requires_together.iter().filter(|group| {
            group
                .value
                .iter()
                .any(|it| matches!(process.environment.get(&it.value), Lookup::Set(_)))
        });
        let names = contract.requires.iter().chain(groups.flat_map(|group| &group.value));
        for name in names.filter(|it| is_absent(&it.value) && !is_known(&it.value)) {
            let declared = Fact::at((), name.place).label("declared as one that it needs");
            let message = format!("`{}` gets no `{}`, which is declared", process.name, name.value);
            let finding = out.report(process, message, declared);
            for source in process.environment.sources() {
                finding.also(source.label(format!("`{}` is not in `{source}`", name.value)));
            }
            finding
                .because(&process.declared)
                .help(format!("give `{}` to `{}`", name.value, process.name));
        }
    }
}

/// Whether it is empty unless the env file of compose has a value, and the example of one has.
fn is_to_be_filled_in(deployment: &Deployment, process: &Process, missing: &Missing) -> bool {
    let name = &missing.read.name;
    let Lookup::Set(empty) = process.environment.get(name) else { return false };
    let mut examples = deployment.surroundings.examples().filter_map(|it| it.value(name));
    empty.evidence().doubt().is_some() && examples.any(|it| !it.value.is_empty())
}

fn report_empty(process: &Process, module: &Fact<String>, missing: &Missing, out: &mut Findings) {
    let name = &missing.read.name;
    let Some(asked) = asked(missing) else { return };
    let Lookup::Set(empty) = process.environment.get(name) else { return };
    let message = format!("`{name}` is empty, and the settings need a value");
    let finding = out.report(process, message, asked.label(format!("`{name}` is read here")));
    raised(missing, finding);
    finding
        .also(empty.label("this gives it no value"))
        .because(module)
        .because(&empty)
        .help(format!("give `{name}` to `{}`", process.name));
}

fn report_absent(process: &Process, module: &Fact<String>, all: &[&Missing], out: &mut Findings) {
    let all: Vec<_> = all.iter().filter_map(|it| Some((*it, asked(it)?))).collect();
    let names: Vec<&str> = all.iter().map(|(it, _)| it.read.name.as_str()).collect();
    let [(first, at), others @ ..] = all.as_slice() else { return };
    let name = &first.read.name;
    let (needed, it, missed, them) = match names.as_slice() {
        [one] => (format!("`{one}` is"), "it", format!("`{one}` is not"), format!("`{one}`")),
        _ => (listed(&names), "them", "they are not".to_owned(), "them".to_owned()),
    };
    let finding = out.report(
        process,
        format!("{needed} needed by the settings, and nothing gives {it} to the process"),
        at.label(format!("`{name}` is read here")),
    );
    raised(first, finding);
    for (other, at) in others {
        finding.also(at.label(format!("`{}` is read here", other.read.name)));
    }
    for source in process.environment.sources() {
        finding.also(source.label(format!("{missed} in `{source}`")));
    }
    if process.environment.sources().is_empty() {
        finding.also(process.declared.label(format!("started without {it}")));
    }
    finding
        .because(module)
        .because(&process.declared)
        .help(format!("give {them} to `{}`", process.name));
}

/// Django stops without a key as surely as Python without a variable: where it loads its settings, and
/// since 3.2 where it first signs something (its release notes, "Security").
fn without_key(process: &Process, django: &Django, out: &mut Findings) {
    let Some((key, read)) = django.left_empty("SECRET_KEY") else { return };
    let Some(at) = read.place.map(|place| Fact::at((), place)) else { return };
    let name = &read.name;
    let finding = out.report(
        process,
        format!("nothing gives `{name}` to the process, and Django refuses an empty SECRET_KEY"),
        at.label(format!("`{name}` is asked for here, and without it the key is none")),
    );
    let sources = process.environment.sources();
    for source in sources {
        finding.also(source.label(format!("`{name}` is not in `{source}`")));
    }
    if sources.is_empty() {
        finding.also(process.declared.label("started without it"));
    }
    finding
        .because(&key)
        .because(&django.module)
        .because(&process.declared)
        .help(format!("give `{name}` to `{}`", process.name));
}

/// The first of them by name.
fn listed(names: &[&str]) -> String {
    match names {
        [one, two] => format!("`{one}` and `{two}` are"),
        [one, others @ ..] => format!("`{one}` and {} more are", others.len()),
        [] => String::new(),
    }
}

fn asked(missing: &Missing) -> Option<Fact<()>> {
    let place = missing.read.statement.or(missing.read.place)?;
    Some(Fact::at((), place))
}

fn raised(missing: &Missing, finding: &mut Diagnostic) {
    if let Some(place) = missing.raise.place {
        let kind = missing.raise.kind.rsplit('.').next().unwrap_or_default();
        finding.through(Some(Fact::at((), place)), format!("and {kind} is raised here"));
    }
}
