//! See the page.

use crate::diagnostic::{Edit, Findings, Fix, Kind, Safety, Severity};
use crate::fact::Fact;
use crate::model::{EnvFile, EnvLine};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/extra-blank-line",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/extra-blank-line.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    let pairs = file.tree.lines.windows(2).filter_map(|pair| match pair {
        [EnvLine::Blank(_), EnvLine::Blank(place)] => Some(*place),
        _ => None,
    });
    let extra: Vec<_> = pairs.collect();
    let Some(first) = extra.first() else { return };
    let message = format!("`{}` has more than one blank line in a row", file.name());
    let at = Fact::at((), *first).label("one too many");
    let edits =
        extra.iter().map(|place| Edit::Remove { place: *place, of: Kind::Statement }).collect();
    let title = "leave one blank line".to_owned();
    out.report(&file.start, message, at).help("leave one").fix(Fix {
        safety: Safety::Safe,
        title,
        edits,
    });
}
