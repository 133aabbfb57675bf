//! Reads what ufw is set to: its files are what it makes its rules of (ufw(8), ufw-framework(8)).

use crate::doctor::observe::read;
use crate::fact::Fact;
use crate::host::Host;
use crate::model::observed::{Firewall, FirewallRule, Seen};
use crate::source::{FileId, Place, Sources};

const RULES: &[&str] = &["/etc/ufw/user.rules", "/etc/ufw/user6.rules"];

/// Nothing where there is no ufw, where it is off, or where it lets in what no rule names.
pub(super) fn of_ufw(host: &dyn Host, sources: &mut Sources) -> Option<Firewall> {
    let file = read("/etc/ufw/ufw.conf", host, sources).ok()??;
    let on = setting(sources, file, "ENABLED")?;
    let policy = read("/etc/default/ufw", host, sources).ok().flatten();
    let policy = policy.and_then(|it| setting(sources, it, "DEFAULT_INPUT_POLICY"));
    let is_closed = policy.is_none_or(|it| it.value != "ACCEPT");
    (on.value == "yes" && is_closed)
        .then(|| Firewall { on: on.map(|_| ()), rules: rules(host, sources) })
}

/// `NAME="value"`, as a shell reads it.
fn setting(sources: &Sources, file: FileId, name: &str) -> Option<Fact<String>> {
    let text = sources.get(file).text();
    let of_name =
        |line: &&str| line.trim().strip_prefix(name).is_some_and(|it| it.starts_with('='));
    let line = text.lines().rfind(of_name)?;
    let value = line.split_once('=')?.1.trim().trim_matches(['"', '\'']);
    Some(Fact::at(value.to_owned(), Place::of(file, text, line)))
}

fn rules(host: &dyn Host, sources: &mut Sources) -> Seen<Vec<Fact<FirewallRule>>> {
    let mut found = Vec::new();
    for path in RULES {
        let Some(file) = read(path, host, sources)? else { continue };
        let text = sources.get(file).text();
        let at = |line| Some(Fact::at(rule(line)?, Place::of(file, text, line)));
        found.extend(text.lines().filter_map(at));
    }
    Ok(found)
}

/// `### tuple ### allow tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 in`: what is done, the protocol, the
/// ports and address here, the port and address there. ufw keeps its own rules in these comments.
fn rule(line: &str) -> Option<FirewallRule> {
    let words: Vec<&str> = line.strip_prefix("### tuple ### ")?.split_whitespace().collect();
    let [action, protocol, ports, _, _, from, rest @ ..] = words.as_slice() else { return None };
    let is_in = rest.iter().any(|it| *it == "in" || it.starts_with("in_"));
    let is_for_all = ["0.0.0.0/0", "::/0", "any"].contains(from) && !action.starts_with("route:");
    if !is_in || !is_for_all || !["tcp", "any"].contains(protocol) {
        return None;
    }
    let range = |it: &str| {
        let (from, to) = it.split_once(':').unwrap_or((it, it));
        Some((from.parse().ok()?, to.parse().ok()?))
    };
    let ports = match *ports {
        "any" => Vec::new(),
        some => some.split(',').map(range).collect::<Option<_>>()?,
    };
    let action = action.split('_').next().unwrap_or_default();
    Some(FirewallRule { lets_in: ["allow", "limit"].contains(&action), ports })
}
