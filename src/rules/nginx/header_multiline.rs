//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Config, quoted};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/header-multiline",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/header-multiline.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for line in config.levels().flat_map(|level| level.lines()) {
        let values = match line.name.as_str() {
            "add_header" | "proxy_set_header" => line.args.get(1..).unwrap_or_default(),
            "more_set_headers" => line.args.as_slice(),
            _ => continue,
        };
        // An option's own value names types and statuses, and is sent to nobody.
        let is_option = |at: usize| {
            let before = at.checked_sub(1).and_then(|at| values.get(at));
            before.is_some_and(|it| it.value == "-t" || it.value == "-s")
        };
        let broken = values
            .iter()
            .enumerate()
            .find(|(at, value)| value.value.trim_end().contains(['\n', '\r']) && !is_option(*at));
        let Some((_, value)) = broken else { continue };
        out.report(
            value,
            "the value of a header goes over several lines, which HTTP does not know",
            value.label("the break is sent as it is"),
        )
        .help("write the value on one line")
        .mend(Safety::Safe, "write it on one line", one_line(value));
    }
}

fn one_line(value: &Fact<String>) -> Option<Edit> {
    let words: Vec<&str> = value.value.split_whitespace().collect();
    Some(Edit::replace(value.written_at()?, quoted(&words.join(" "))))
}
