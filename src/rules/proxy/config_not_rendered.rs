//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "proxy/config-not-rendered",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/config-not-rendered.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told = BTreeSet::new();
    for name in deployment.unrendered.iter().filter(|name| told.insert(name.value.clone())) {
        out.report(
            name,
            format!("nginx takes `${{{name}}}` as it is: nothing puts the variable in"),
            name.label("the image fills in files of `/etc/nginx/templates` only"),
        )
        .help("put the file into `/etc/nginx/templates`, with `.template` behind its name");
    }
}
