//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::{ALLOWED_HOSTS, Deployment, Host, Process, Value};
use crate::rules::{Check, Rule};
use std::net::{Ipv4Addr, Ipv6Addr};

pub(super) static RULE: Rule = Rule {
    id: "hosts/entry-malformed",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/entry-malformed.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        if is_of_letters(&app, out) || has_a_list_in_it(&app, out) {
            continue;
        }
        let entries = app.members(ALLOWED_HOSTS);
        by_default(process, &entries, out);
        for (index, entry) in entries.iter().enumerate() {
            let is_service = names_a_service(deployment, &entry.value);
            let refused = is_service.then_some("no host with `_` in it passes Django");
            let Some(fault) = fault(&entry.value).or(refused) else { continue };
            let at = app.outside(entry).unwrap_or_else(|| entry.map(|_| ()));
            let finding = out.report(
                process,
                format!("`{}` in ALLOWED_HOSTS matches no request", entry.value),
                at.label(fault),
            );
            finding
                .through(app.assigned(ALLOWED_HOSTS), "becomes ALLOWED_HOSTS here")
                .because(entry);
            if is_service {
                finding.at_most(Severity::Warning);
                finding.help("name the service without `_`, for those who ask it by its name");
                continue;
            }
            let meant = mended(&entry.value);
            // Somebody meant those who ask, and not what they ask for: no entry would do that. And no
            // fix opens a list of names to all others.
            if is_network(&entry.value) || meant == "*" {
                finding.at_most(Severity::Warning);
                finding.help("take it out: the list has the site's own names, not its visitors");
                continue;
            }
            if holds_two(&entry.value) {
                finding.at_most(Severity::Warning);
                finding.help("write each host as an entry of its own");
                continue;
            }
            if is_garbled(&entry.value) {
                finding.help("write the name of the host alone");
                continue;
            }
            let any = |name: &str| entries.iter().any(|it| it.value == name);
            if any(&meant) {
                finding.at_most(Severity::Advice);
                finding.help(format!("take it out: `{meant}` is there as well"));
                continue;
            }
            // It lets all of them in today; whoever takes it out needs the name.
            if any("*") {
                finding.at_most(Severity::Advice);
            }
            // Visitors ask for another name, and whoever asks by the machine's own mostly by another one
            // of these.
            if matches!(Host::parse(&meant), Host::Loopback) && entries.len() > 1 {
                let is_v6 = entry.value.parse::<Ipv6Addr>().is_ok();
                finding.at_most(if is_v6 { Severity::Advice } else { Severity::Warning });
            }
            let edit = app.rewrite_entry(&entries, index, &meant).filter(|_| !meant.is_empty());
            finding.help(format!("write `{meant}`")).mend(
                Safety::Safe,
                format!("write `{meant}`"),
                edit,
            );
        }
    }
}

/// Where no variable is set, and the settings have a host of their own for that.
fn by_default(process: &Process, known: &[Fact<String>], out: &mut Findings) {
    let app = process.fact();
    let Some(all) = app.where_nothing_is_set(ALLOWED_HOSTS) else { return };
    let is_new = |it: &&Fact<String>| {
        it.written_at().is_some() && !known.iter().any(|known| known.value == it.value)
    };
    let mut entries = all.value.iter().filter(is_new);
    let Some((entry, fault)) = entries.find_map(|it| Some((it, fault(&it.value)?))) else { return };
    let meant = mended(&entry.value);
    if all.value.iter().any(|it| it.value == meant || it.value == "*") || is_network(&entry.value) {
        return;
    }
    let finding = out.report(
        process,
        format!("`{}` matches no request, where no variable says which hosts do", entry.value),
        entry.label(fault),
    );
    finding.because(&all).at_most(Severity::Warning);
    finding.help(format!("write `{meant}`"));
}

/// Whether the list is one text of whose letters `validate_host` makes entries: no host is called `e`. From
/// 4.0 on Django refuses to start with it (`django.conf.Settings`).
fn is_of_letters(app: &Fact<&Process>, out: &mut Findings) -> bool {
    let Some(value) = app.setting(ALLOWED_HOSTS.name) else { return false };
    let Some(version) = app.django_version() else { return false };
    let text = matches!(&value.value, Value::Str(text) if !text.is_empty() && !text.contains('*'));
    let takes_letters = text && version.value.at_least([4, 0]) == Some(false);
    let Some(at) = app.assigned(ALLOWED_HOSTS).filter(|_| takes_letters) else { return false };
    out.report(
        app.value,
        "no request passes ALLOWED_HOSTS, which is one text and no list",
        at.label("each letter is taken for a host"),
    )
    .through(app.outside(&value), "the text comes from here")
    .because(&value)
    .because(&version)
    .help("write a list: `[\"example.org\"]`, or split the text at its commas");
    true
}

/// Whether an entry is itself a list: `[env.list("HOSTS")]`. `is_same_domain` asks it for `lower`, and that
/// is an AttributeError for each host that no entry before it matches. Measured with Django 2.2 and 5.2.
fn has_a_list_in_it(app: &Fact<&Process>, out: &mut Findings) -> bool {
    let Some(value) = app.setting(ALLOWED_HOSTS.name) else { return false };
    let entries = value.value.items().unwrap_or_default();
    let lets_all_in = |it: &Fact<Value>| it.value.text() == Some("*");
    let mut reached = entries.iter().take_while(|it| !lets_all_in(it));
    let Some(list) = reached.find_map(hosts_in) else { return false };
    let Some(at) = app.assigned(ALLOWED_HOSTS) else { return false };
    let is_alone = entries.len() == 1;
    let title = match is_alone {
        true => "every request is answered with 500: ALLOWED_HOSTS is a list in a list",
        false => "requests are answered with 500: an entry of ALLOWED_HOSTS is itself a list",
    };
    out.report(app.value, title, at.label("each entry is asked for `lower`, and a list has none"))
        .because(&value)
        .because(&list)
        .help(match is_alone {
            true => "leave out the outer brackets",
            false => "write `*` before the list that stands in the list",
        });
    true
}

/// An entry that is a list with something in it; of an empty one Django takes no notice.
fn hosts_in(entry: &Fact<Value>) -> Option<Fact<()>> {
    let is_list =
        |it: &Value| matches!(it, Value::List(hosts) | Value::Tuple(hosts) if !hosts.is_empty());
    let known = || entry.map(|_| ());
    match &entry.value {
        Value::OneOf { members, .. } => {
            let mut others = members.iter().map(|it| &it.value).filter(|it| !is_list(it));
            let is_one = members.iter().any(|it| is_list(&it.value));
            let is_open = others.all(|it| matches!(it, Value::Unknown(_)));
            let why = "what the variable says is not in view";
            (is_one && is_open).then(|| known().doubt(Certainty::Likely, why))
        }
        value => is_list(value).then(known),
    }
}

/// What `django.http.request.validate_host` never matches; measured with Django 5.2.
fn fault(entry: &str) -> Option<&'static str> {
    if entry.is_empty() || entry == "*" || entry.contains(['{', '$', '<']) {
        return None;
    }
    if entry.contains("://") {
        return Some("a scheme is no part of a host");
    }
    if entry.chars().any(char::is_whitespace) {
        return Some("has a blank in it");
    }
    if entry.parse::<Ipv6Addr>().is_ok() {
        return Some("an IPv6 address stands in brackets");
    }
    if entry.starts_with('[') {
        return (!entry.ends_with(']')).then_some("a port is no part of a host");
    }
    if holds_two(entry) {
        return Some("two hosts, with nothing between them");
    }
    if is_network(entry) {
        return Some("a network is no host");
    }
    if entry.contains('/') {
        return Some("a path is no part of a host");
    }
    if entry.contains('*') {
        return Some("subdomains are written with a leading dot");
    }
    entry.contains(':').then_some("a port is no part of a host")
}

/// Whether an entry lets in those who ask a service by a name that Django refuses before it looks at
/// the list (`django.http.request.host_validation_re`, 3.2 to 6.0).
fn names_a_service(deployment: &Deployment, entry: &str) -> bool {
    let project = deployment.compose.as_ref();
    entry.contains('_') && project.is_some_and(|it| it.answering_to(entry).is_some())
}

/// `192.168.1.0/24`
fn is_network(entry: &str) -> bool {
    let parts = entry.split_once('/');
    parts.is_some_and(|(address, bits)| {
        address.parse::<Ipv4Addr>().is_ok() && bits.parse::<u8>().is_ok_and(|it| it <= 32)
    })
}

/// `127.0.0.1[::1]`: what begins a second host stands within the entry.
fn holds_two(entry: &str) -> bool {
    !entry.contains("://") && entry.find('[').is_some_and(|at| at > 0)
}

/// `127:0.0.1:5000`: nobody can tell which part was meant.
fn is_garbled(entry: &str) -> bool {
    let is_address = entry.parse::<Ipv6Addr>().is_ok() || entry.contains(['[', '/']);
    !is_address && entry.matches(':').count() > 1
}

fn mended(entry: &str) -> String {
    let entry = entry.split_whitespace().collect::<String>();
    if entry.parse::<Ipv6Addr>().is_ok() {
        return format!("[{entry}]");
    }
    let host = entry.split_once("://").map_or(entry.as_str(), |(_, host)| host);
    let host = host.split('/').next().unwrap_or(host);
    let host = match host.starts_with('[') {
        true => host.split_inclusive(']').next().unwrap_or(host),
        false => host.split(':').next().unwrap_or(host),
    };
    match host.strip_prefix('*') {
        Some(domain) if domain.starts_with('.') => domain.to_owned(),
        Some(_) | None => host.to_owned(),
    }
}
