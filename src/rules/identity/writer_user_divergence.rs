//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, Written};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "identity/writer-user-divergence",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/identity/writer-user-divergence.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // What one word decides is said once, whatever else the user of it writes.
    let mut seen = Vec::new();
    for it in deployment.strangers() {
        let Written { what, path, at } = &it.written;
        let (name, user, owner) = (&it.writer.name, it.writer.user, &it.owner);
        let place = user.evidence().place();
        if seen.contains(&place) {
            continue;
        }
        seen.push(place);
        out.report(
            it.writer.process,
            format!("`{name}` writes to a directory of another user"),
            user.label(format!("`{name}` runs as `{user}`")),
        )
        .also(owner.label(format!("`{path}` is kept for `{owner}`")))
        .also(at.label(format!("{what} leads there")))
        .because(path)
        .help(format!("run it as `{owner}`, as `sudo -u {owner}` does"));
    }
    for it in deployment.rivals() {
        let (what, path) = (it.written.what, &it.written.path);
        let (one, other) = (&it.one, &it.other);
        let place = one.user.evidence().place();
        if one.is_command && seen.contains(&place) {
            continue;
        }
        seen.push(place);
        out.report(
            one.process,
            format!("`{}` and `{}` write to one place as different users", one.name, other.name),
            one.user.label(format!("`{}` runs as `{}`", one.name, one.user)),
        )
        .also(other.user.label(format!("`{}` runs as `{}`", other.name, other.user)))
        .also(it.written.at.label(format!("{what} leads both to `{path}`")))
        .because(path)
        .because(&it.other_written.path)
        .help("run both as one user, or let a shared group write: `Group=` and `UMask=0007`");
    }
}
