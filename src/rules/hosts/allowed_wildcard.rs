//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{ALLOWED_HOSTS, Asked, Deployment, MIDDLEWARE, Process};
use crate::rules::{Check, Rule, without_module};

pub(super) static RULE: Rule = Rule {
    id: "hosts/allowed-wildcard",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/allowed-wildcard.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        if deployment.is_a_trial(process)
            || deployment.hosts_are_named(process)
            || deployment.has_one_host(process)
        {
            continue;
        }
        // It answers 404 to a host that no tenant has (django-tenants, "Installation").
        let of_tenants = "django_tenants.middleware.main.TenantMainMiddleware";
        if app.members(MIDDLEWARE).iter().any(|it| it.value == of_tenants) {
            continue;
        }
        // Before 1.5 Django itself says so, and nobody had to name any.
        if !app.may_assign(ALLOWED_HOSTS) {
            continue;
        }
        let members = app.members(ALLOWED_HOSTS);
        let Some(all) = members.iter().find(|it| it.value == "*") else {
            falls_back(process, out);
            continue;
        };
        // Until the proxy sends it on, Django sees the name of its upstream alone.
        let is_hidden = deployment.hides_hosts(process);
        // A library that the settings call stands nowhere in them: the call does.
        let call = app.get(ALLOWED_HOSTS).filter(|_| all.written_at().is_none());
        let help = match &call {
            Some(_) => {
                "pass `allowed_hosts=False` to this call, and name the hosts in the settings"
            }
            None if is_hidden => {
                "let the proxy send `Host $host`, and name the hosts that the site is reached by"
            }
            None => "name the hosts that the site is reached by",
        };
        let at = call.map(|it| it.map(|_| ())).or_else(|| app.outside(all));
        let at = at.unwrap_or_else(|| all.map(|_| ()));
        let is_kept_off = deployment.leaves_strangers_to_others(process);
        let finding = out.report(
            process,
            "ALLOWED_HOSTS lets every host name pass",
            at.label(match is_kept_off {
                true => "the web server alone keeps other names off",
                false if is_hidden => "of use for as long as the proxy sends no host on",
                false => "a client may send any Host, and links are made of it",
            }),
        );
        finding
            .through(app.assigned(ALLOWED_HOSTS), "becomes ALLOWED_HOSTS here")
            .because(all)
            .help(help);
        if is_kept_off {
            finding.at_most(Severity::Advice);
        }
    }
}

/// Where a variable that is not in view decides, and every host passes without it.
fn falls_back(process: &Process, out: &mut Findings) {
    let app = process.fact();
    if app.get(ALLOWED_HOSTS).is_some() {
        return;
    }
    without(process, out);
    let names_all = |it: &Fact<Vec<Fact<String>>>| it.value.iter().any(|it| it.value == "*");
    let open = app.possible_without_debug(ALLOWED_HOSTS).into_iter().find(names_all);
    let Some(open) = open else { return };
    let with_star = |read: &&Asked| {
        let default = read.default.as_ref().and_then(|it| it.text.as_deref());
        default.is_some_and(|text| text.contains('*'))
    };
    // What is asked for with DEBUG alone says nothing of a site without.
    let asked = app.default_in(&open);
    if asked.is_some_and(|read| read.for_debug) {
        return;
    }
    let Some(read) = asked.filter(with_star) else {
        unless_set(process, &open, out);
        return;
    };
    let Some(default) = &read.default else { return };
    let Some(place) = default.evidence.place() else { return };
    let name = &read.name;
    let finding = out.report(
        process,
        format!("ALLOWED_HOSTS lets every host name pass where `{name}` is not set"),
        Fact::at((), place).given(&open).label(format!("holds if `{name}` is missing")),
    );
    finding
        .through(app.assigned(ALLOWED_HOSTS), "becomes ALLOWED_HOSTS here")
        .help(format!("let a missing `{name}` mean an empty list"));
    if is_named_in_example(process) {
        finding.at_most(Severity::Advice);
    }
}

/// Where a branch has every host pass that is taken if no variable is set.
fn unless_set(process: &Process, open: &Fact<Vec<Fact<String>>>, out: &mut Findings) {
    let app = process.fact();
    let star = |it: &Fact<Vec<Fact<String>>>| it.value.iter().find(|it| it.value == "*").cloned();
    let unset = app.where_nothing_is_set(ALLOWED_HOSTS).and_then(|it| star(&it));
    let Some((unset, all)) = unset.zip(star(open)) else { return };
    // With DEBUG, which no variable turns off either, it may be another one.
    if all.written_at().is_none() || all.written_at() != unset.written_at() {
        return;
    }
    let finding = out.report(
        process,
        "ALLOWED_HOSTS lets every host name pass where no variable says which",
        all.given(open).label("holds if nothing is set"),
    );
    finding
        .through(app.assigned(ALLOWED_HOSTS), "becomes ALLOWED_HOSTS here")
        .help("leave the list empty where no variable is set");
    if is_named_in_example(process) {
        finding.at_most(Severity::Advice);
    }
}

/// Whether whoever follows the example names the hosts.
fn is_named_in_example(process: &Process) -> bool {
    let told = process.documented().and_then(|it| it.fact().get(ALLOWED_HOSTS));
    told.is_some_and(|it| it.value.iter().all(|it| it.value != "*"))
}

/// Where a module decides that is in no repository, and every host passes without it.
fn without(process: &Process, out: &mut Findings) {
    let Some(alone) = process.alone().filter(|it| it.decides(process, ALLOWED_HOSTS)) else {
        return;
    };
    let app = alone.process.fact();
    let members = app.members(ALLOWED_HOSTS);
    let all = members.iter().find(|it| it.value == "*" && app.is_literal(it));
    let Some(all) = all else { return };
    let name = &alone.module.value;
    let what = "ALLOWED_HOSTS lets every host name pass";
    without_module::report(process, &alone, what, all, out)
        .help(format!("name the hosts here, or leave the list empty for `{name}` to fill"));
}
