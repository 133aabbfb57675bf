//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Config, quoted, weak_cipher};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/weak-cipher",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("5.9"),
    check: Check::Nginx(check),
    page: include_str!("../../../rules/tls/weak-cipher.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for line in config.tls_lines("ssl_ciphers") {
        let Some(list) = line.value.args.first() else { continue };
        let Some((entry, what)) = weak_cipher(&list.value) else { continue };
        out.report(
            &line,
            format!("the cipher list admits {what}"),
            list.label(format!("`{entry}` is among these")),
        )
        .because(&line)
        .help(format!("take `{entry}` out of the list"))
        .mend(Safety::Unsafe, format!("take `{entry}` out"), without(list, entry));
    }
}

/// The list keeps something to agree on.
fn without(list: &Fact<String>, entry: &str) -> Option<Edit> {
    let kept: Vec<&str> = list.value.split(':').filter(|it| *it != entry).collect();
    let rest = kept.iter().any(|it| !it.starts_with(['!', '-', '+', '@']));
    let text = quoted(&kept.join(":"));
    Some(Edit::replace(list.written_at().filter(|_| rest)?, text))
}
