//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::text::Text;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/env-list-quotes",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/env-list-quotes.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, _) in deployment.services() {
        for variable in service.environment.iter().filter(|it| it.is_quoted()) {
            let Some(value) = &variable.value else { continue };
            let name = &variable.name.value;
            let is_empty = matches!(value.to_string().as_str(), "''" | "\"\"");
            if is_empty && deployment.surroundings.knows_of_quotes {
                continue;
            }
            out.report(
                process,
                format!("the quotes are part of the value of `{name}`"),
                Fact::at((), value.place).label("a list takes all behind the `=` as it is"),
            )
            .help(format!("write `{name}` without quotes, or quote the whole item"))
            // What was made with them, as a password in a database, has them still.
            .mend(Safety::Unsafe, "take the quotes away", without_quotes(value));
        }
    }
}

fn without_quotes(value: &Text) -> Vec<Edit> {
    let text = value.fact();
    let end = text.value.len();
    let quote = |from: usize| text.part(from..from + 1).map(|at| Edit::replace(at, ""));
    let both = [quote(0), end.checked_sub(1).and_then(quote)];
    if both.iter().all(Option::is_some) { both.into_iter().flatten().collect() } else { Vec::new() }
}
