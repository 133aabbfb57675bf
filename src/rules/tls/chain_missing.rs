//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/chain-missing",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/chain-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told = Vec::new();
    for site in &deployment.sites {
        for path in site.certificates() {
            let of_certbot = path.value.components().any(|it| it.as_str() == "live");
            let is_alone = of_certbot && path.value.file_name() == Some("cert.pem");
            let place = path.evidence().place();
            if !is_alone || told.contains(&place) {
                continue;
            }
            told.push(place);
            let whole = path.value.with_file_name("fullchain.pem");
            let edit = path.written_as(path.value.as_str());
            out.report(
                site,
                "the certificate is sent without the one that it was signed with",
                path.label("the site's own alone"),
            )
            .help(format!("name `{whole}`"))
            .mend(
                Safety::Safe,
                "name `fullchain.pem`",
                edit.map(|it| Edit::replace(it, whole.as_str())),
            );
        }
    }
}
