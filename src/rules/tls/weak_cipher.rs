//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::Deployment;
use crate::model::nginx::{Config, ciphers, quoted, weak_ciphers};
use crate::rules::several::each;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/weak-cipher",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("5.9"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/weak-cipher.md"),
};

/// nginx's image is built on Debian 9 from here on, and so with an OpenSSL that has none of them.
const WITHOUT_WEAK: [u32; 3] = [1, 13, 0];

fn check(deployment: &Deployment, out: &mut Findings) {
    for config in &deployment.nginx {
        let version = deployment.nginx_version(config);
        check_config(config, version.is_some_and(|it| it.value >= WITHOUT_WEAK), out);
    }
}

fn check_config(config: &Config, lacks: bool, out: &mut Findings) {
    // OpenSSL 1.1.0, CHANGES: RC4, DES and 3DES are left out unless built with
    // `enable-weak-ssl-ciphers`; from level 1 on, which is the default, MD5, export-grade and
    // anonymous suites are refused.
    let why = match lacks {
        true => "the OpenSSL of today's image has none of them",
        false => {
            "an OpenSSL since 1.1.0 has none of them as distributions build it, and which one nginx has is not known"
        }
    };
    for line in config.tls_lines("ssl_ciphers") {
        let Some(list) = line.value.args.first() else { continue };
        let (mut entries, mut kinds): (Vec<&str>, Vec<&str>) =
            weak_ciphers(&list.value).into_iter().unzip();
        kinds.sort_unstable();
        kinds.dedup();
        entries.dedup();
        if entries.is_empty() {
            continue;
        }
        let named: Vec<String> = entries.iter().map(|it| format!("`{it}`")).collect();
        let named = each(&named);
        let are = if entries.len() == 1 { "is" } else { "are" };
        let kinds: Vec<String> = kinds.into_iter().map(str::to_owned).collect();
        out.report(
            &line,
            format!("the cipher list admits {}", each(&kinds)),
            list.label(format!("{named} {are} among these")),
        )
        .because(&line.clone().doubt(Certainty::Likely, why))
        .help(format!("take {named} out of the list"))
        .mend(Safety::Unsafe, format!("take {named} out"), without(list, &entries));
    }
}

/// The list keeps something to agree on.
fn without(list: &Fact<String>, entries: &[&str]) -> Option<Edit> {
    let kept: Vec<&str> = ciphers(&list.value).filter(|it| !entries.contains(it)).collect();
    let rest = kept.iter().any(|it| !it.starts_with(['!', '-', '+', '@']));
    let text = quoted(&kept.join(":"));
    Some(Edit::replace(list.written_at().filter(|_| rest)?, text))
}
