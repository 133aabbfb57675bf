//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, UnknownFormat};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/log-format-undefined",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/log-format-undefined.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for UnknownFormat { name, later } in config.unknown_formats() {
        let message = match later {
            Some(_) => format!("nginx does not start: the format `{name}` is defined too late"),
            None => format!("nginx does not start: no format `{name}` of logs is defined"),
        };
        let finding = out.report(name, message, name.label("names the format"));
        match later {
            Some(later) => finding
                .also(later.label("nginx hears of it here"))
                .help("put the `log_format` before it, at the head of `http`"),
            None => finding.help(format!(
                "define it in `http` before this line with `log_format {name} …`, or leave the name out"
            )),
        };
    }
}
