//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/error-log-off",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/error-log-off.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for line in config.levels().flat_map(|level| level.own("error_log")) {
        let Some(file) = line.args.first().filter(|file| file.value == "off") else { continue };
        let finding = out.report(
            file,
            "errors are written to a file called `off`",
            file.label("`error_log` takes this for the name of a file"),
        );
        finding.help("write `error_log /dev/null crit;`, or leave the line out");
        let text = if line.args.len() == 1 { "/dev/null crit" } else { "/dev/null" };
        finding.replace(file, text, Safety::Safe);
    }
}
