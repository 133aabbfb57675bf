//! From what was said to what holds: rules chosen, patterns anchored, contracts typed.

use crate::config::check::Fault;
use crate::config::contract;
use crate::config::value::{By, Stated, Table};
use crate::config::{Config, Override, Severities};
use crate::diagnostic::Severity;
use crate::report::{self, Format};
use crate::rules::{self, Rule};
use crate::source::{File, Globs, Sources};
use camino::{Utf8Path, Utf8PathBuf};

/// Where patterns and paths begin: at the file in which they stand, or where kilter was started.
#[derive(Clone, Copy)]
pub(super) struct Anchor<'a> {
    pub(super) here: &'a Utf8Path,
    pub(super) sources: &'a Sources,
    /// An option names a file that lies apart from all that is checked: it speaks of what is here.
    pub(super) from_elsewhere: bool,
}

impl<'a> Anchor<'a> {
    pub(super) fn folder(self, by: &By) -> &'a Utf8Path {
        let path = by.place().map(|place| self.sources.get(place.file).path().as_path());
        let path = path.filter(|_| !self.from_elsewhere);
        path.and_then(Utf8Path::parent).unwrap_or(Utf8Path::new(""))
    }

    pub(super) fn globs(self, patterns: &[Stated]) -> Result<Globs, Fault> {
        let each = patterns.iter().filter_map(|it| Some((self.folder(&it.by), it.text()?)));
        Globs::new(self.here, each).map_err(|error| {
            let by = patterns.first().map_or(By::Option(String::new()), |it| it.by.clone());
            Fault { by, message: error.to_string() }
        })
    }
}

pub(super) fn settle(stated: Table, files: Vec<File>, anchor: Anchor) -> Result<Config, Fault> {
    let default = Config::default();
    let pedantic = stated.get("pedantic").and_then(Stated::flag).unwrap_or(default.pedantic);
    let format = stated.text("format").and_then(named_format);
    let overrides = stated.list("override").iter().filter_map(Stated::table);
    let contracts = stated.below("deployment");
    Ok(Config {
        files,
        rules: rules::all().filter(|rule| is_selected(rule, &stated, pedantic)).collect(),
        pedantic,
        exclude: anchor.globs(stated.list("exclude"))?,
        fail_on: stated.text("fail-on").and_then(named_severity).unwrap_or(default.fail_on),
        format: format.unwrap_or(default.format),
        baseline: stated.get("baseline").and_then(|it| path(anchor, it)),
        severities: severities(&stated),
        overrides: overrides.map(|it| overriding(it, anchor)).collect::<Result<_, _>>()?,
        contracts: contracts
            .filter_map(|(name, entry)| contract::read(name, entry, anchor).transpose())
            .collect::<Result<_, _>>()?,
        deployments: Vec::new(),
        follows_views: false,
        stated,
    })
}

fn path(anchor: Anchor, stated: &Stated) -> Option<Utf8PathBuf> {
    Some(anchor.folder(&stated.by).join(stated.text()?))
}

fn overriding(table: &Table, anchor: Anchor) -> Result<Override, Fault> {
    Ok(Override {
        paths: anchor.globs(table.list("paths"))?,
        ignore: table.texts("ignore").map(str::to_owned).collect(),
        severities: severities(table),
    })
}

fn severities(table: &Table) -> Severities {
    let each = table
        .below("severity")
        .filter_map(|(name, entry)| Some((name.to_owned(), named_severity(entry.stated.text()?)?)));
    Severities(each.collect())
}

/// The more specific word wins, and of two about the same, no. A group means those of its rules
/// that are no matter of taste, unless `pedantic` asks for those as well.
fn is_selected(rule: &'static Rule, stated: &Table, pedantic: bool) -> bool {
    let named =
        |key: &str| stated.texts(key).filter_map(|name| rules::specificity(name, rule.id)).max();
    let all = rules::specificity("all", rule.id);
    let base = if stated.get("select").is_some() { named("select") } else { all };
    let chosen = base.max(named("extend-select"));
    let taste = rule.pedantic && !pedantic && chosen < rules::specificity(rule.id, rule.id);
    chosen > named("ignore") && !taste
}

fn named_format(name: &str) -> Option<Format> {
    Format::named(name)
}

fn named_severity(name: &str) -> Option<Severity> {
    let all = [Severity::Advice, Severity::Warning, Severity::Error];
    all.into_iter().find(|severity| report::severity(*severity) == name)
}
