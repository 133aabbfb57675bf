//! See the page.

use crate::diagnostic::{Edit, Findings, Kind, Safety, Severity};
use crate::fact::Fact;
use crate::model::{EnvFile, Model};
use crate::rules::several::several;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/example-stale",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Model(check),
    page: include_str!("../../../rules/env/example-stale.md"),
};

/// Further lines that are pointed at; all are counted.
const MOST_SHOWN: usize = 8;

fn check(model: &Model, out: &mut Findings) {
    for file in model.surroundings.env_files.iter().filter(|file| file.documents) {
        let mut stale = model.stale(file);
        let mut otherwise = Vec::new();
        stale.retain(|(name, at)| match model.nearly_asked(file, name) {
            Some(asked) => {
                otherwise.push((*name, at.clone(), asked));
                false
            }
            None => true,
        });
        called_otherwise(file, &otherwise, out);
        let Some(((_, first), also)) = stale.split_first() else { continue };
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in &stale {
            if !names.contains(name) {
                names.push(name);
            }
        }
        let them = if names.len() == 1 { "it" } else { "them" };
        let finding = out.report(
            &file.start,
            format!("`{}` offers {}, and nothing reads {them}", file.name(), several(&names)),
            first.label("whoever fills this in changes nothing"),
        );
        for (_, at) in also.iter().take(MOST_SHOWN) {
            finding.also(at.label("nor here"));
        }
        finding.help(format!("take {them} out of the example, or let the settings read {them}"));
        let line = |(_, at): &(_, Fact<()>)| at.written_at();
        let edit = |place| Edit::Remove { place, of: Kind::Statement };
        // A package may read it without anybody's naming it, or code by the beginning of its name.
        finding.mend(
            Safety::Unsafe,
            format!("take {them} out"),
            stale.iter().filter_map(line).map(edit),
        );
    }
}

/// Names that are nearly those that are asked for: who fills the example in gives nobody what it is
/// for.
fn called_otherwise(file: &EnvFile, all: &[(&str, Fact<()>, String)], out: &mut Findings) {
    let [(name, at, asked), more @ ..] = all else { return };
    let others = match more.len() {
        0 => String::new(),
        1 => ", and so is one other".to_owned(),
        more => format!(", and so are {more} others"),
    };
    let finding = out.report(
        &file.start,
        format!("`{}` offers `{name}`, which is asked for as `{asked}`{others}", file.name()),
        at.label("whoever fills this in changes nothing"),
    );
    for (_, at, asked) in more {
        finding.also(at.label(format!("asked for as `{asked}`")));
    }
    let rename = |(name, _, asked): &(&str, Fact<()>, String)| {
        let mut keys = file.assignments().map(|it| &it.key);
        keys.find(|it| it.value == *name).map(|it| Edit::replace(it.place, asked))
    };
    let call = match more {
        [] => format!("call it `{asked}`"),
        _ => "call each as it is asked for".to_owned(),
    };
    finding.help(call.clone()).mend(Safety::Unsafe, call, all.iter().filter_map(rename));
}
