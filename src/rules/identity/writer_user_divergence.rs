//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
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
    for it in deployment.rivals() {
        let (what, path) = (it.written.what, &it.written.path);
        out.report(
            it.process,
            format!(
                "`{}` and `{}` write to one place as different users",
                it.process.name, it.other.name
            ),
            it.user.label(format!("`{}` runs as `{}`", it.process.name, it.user)),
        )
        .also(it.other_user.label(format!("`{}` runs as `{}`", it.other.name, it.other_user)))
        .also(it.written.at.label(format!("{what} leads both to `{path}`")))
        .because(path)
        .because(&it.other_written.path)
        .help("run both as one user, or let a shared group write: `Group=` and `UMask=0007`");
    }
}
