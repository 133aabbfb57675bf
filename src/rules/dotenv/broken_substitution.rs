//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Assignment, EnvFile};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/broken-substitution",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/broken-substitution.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    for it in file.assignments().filter(|it| it.quote.is_none_or(|quote| quote.char != '\'')) {
        let Some((fault, brace, at)) = broken(it) else { continue };
        let finding = out.report(
            &file.start,
            format!("`{}` refers to a variable and {fault}", it.key.value),
            Fact::at((), it.value.place)
                .label("docker compose and shells refuse it, others keep it as text"),
        );
        finding.help(format!("add the `{brace}`, or put the value in single quotes"));
        let value = Fact::at(it.inner().to_owned(), it.value.place);
        let at = at.and_then(|at| value.part(at..at));
        finding.mend(
            Safety::Unsafe,
            format!("add the `{brace}`"),
            at.map(|at| Edit::replace(at, brace)),
        );
        if file.documents {
            finding.at_most(Severity::Advice);
        }
    }
}

/// A brace that is missing, which, and where it has to stand if that can be told.
fn broken(it: &Assignment) -> Option<(&'static str, char, Option<usize>)> {
    let value = it.inner();
    for (at, _) in value.match_indices('$') {
        if value[..at].ends_with(['\\', '$']) {
            continue;
        }
        let behind = &value[at + 1..];
        let inner = behind.strip_prefix('{').unwrap_or(behind);
        let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
        let length = inner.find(|char| !is_name(char)).unwrap_or(inner.len());
        let named = inner.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_');
        let (opened, rest) = (behind.starts_with('{'), &inner[length..]);
        if named && opened && !rest.contains('}') {
            let end = at + "${".len() + length;
            // An operator behind the name has an operand, and nobody can tell where that ends.
            let operators = [':', '-', '+', '?', '=', '#', '%', '^', ',', '@', '['];
            let named_only = !rest.starts_with(operators);
            return Some(("never closes the brace", '}', named_only.then_some(end)));
        }
        // What may follow the name: an operator, an index.
        if named
            && opened
            && !rest.starts_with(['}', ':', '-', '+', '?', '=', '#', '%', '/', '^', ',', '@', '['])
        {
            return Some(("does not close the brace behind the name", '}', None));
        }
        if named && !opened && rest.starts_with('}') && !value[..at].contains('{') {
            return Some(("closes a brace that is not open", '{', Some(at + 1)));
        }
    }
    None
}
