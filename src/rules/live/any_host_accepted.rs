//! See the page.

use crate::diagnostic::Subject;
use crate::diagnostic::{Area, Findings, Severity};
use crate::model::Deployment;
use crate::model::observed::{Asked, Observed};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/any-host-accepted",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Live(Area::Answers, check),
    page: include_str!("../../../rules/live/any-host-accepted.md"),
};

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    let strangers = observed.answers.iter().filter(|it| it.asked == Asked::Stranger);
    for answered in strangers {
        let page = match &answered.page {
            Ok(Some(page)) => page,
            Ok(None) => continue,
            Err(unseen) => {
                let what = format!("whether `{}` answers under any name", answered.by);
                out.unknown(what, &unseen.why, unseen.remedy);
                continue;
            }
        };
        let name = &answered.by;
        if !(200..400).contains(&page.value.status) {
            out.passed(format!("`{name}` refuses names that it does not have"));
            continue;
        }
        out.report(
            Subject::Process(name.clone()),
            format!("`{name}` answers under a name that nobody has"),
            page.label("a host of nobody's was answered"),
        )
        .also(answered.named.label("asked here"))
        .help("list the site's names in ALLOWED_HOSTS, and no `*`");
    }
}
