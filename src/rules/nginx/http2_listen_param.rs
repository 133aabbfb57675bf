//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Config, Line};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/http2-listen-param",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/http2-listen-param.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let mut old = Vec::new();
    let mut edits = Vec::new();
    for server in config.servers() {
        let level = server.level();
        let (words, cuts): (Vec<_>, Vec<_>) =
            level.own("listen").filter_map(|line| without(line, "http2")).unzip();
        let Some(listen) = level.own("listen").find(|line| line.has_arg("http2")) else { continue };
        old.extend(words);
        edits.extend(cuts.into_iter().flatten());
        if let Some(place) =
            listen.fact(()).written_at().filter(|_| level.own("http2").next().is_none())
        {
            edits.push(Edit::InsertAfter { after: place, text: "http2 on;".to_owned() });
        }
    }
    let Some((first, more)) = old.split_first() else { return };
    let finding = out.report(
        *first,
        "`listen … http2` is deprecated since nginx 1.25.1",
        first.label("newer versions warn of this each time they start"),
    );
    for more in more {
        finding.also(more.label("and of this"));
    }
    finding.help("write `http2 on;` into the server, and leave `http2` out here");
    // Versions before know no such directive, and which one runs is not in view.
    finding.mend(Safety::Unsafe, "write `http2 on;`", edits);
}

/// A word of a line behind its first, and the edit that leaves it out.
fn without<'l>(line: &'l Line, word: &str) -> Option<(&'l Fact<String>, Option<Edit>)> {
    let at = line.args.iter().skip(1).position(|it| it.value == word)? + 1;
    let places = line.args[at - 1].written_at().zip(line.args[at].written_at());
    Some((&line.args[at], places.map(|(before, it)| Edit::drop_word(before, it))))
}
