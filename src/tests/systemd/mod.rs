//! Units as systemd reads them. What is expected was measured with systemd 252.

use super::source;
use crate::syntax::systemd;
use crate::syntax::systemd::{Fault, Manager, UnitFile, UnitName};

mod exec;
#[cfg(feature = "oracles")]
mod homes;
mod lines;
#[cfg(feature = "oracles")]
mod merged;
mod names;
#[cfg(feature = "oracles")]
pub(crate) mod oracle;
#[cfg(feature = "oracles")]
mod refused;
mod units;
mod values;

fn parse(text: &str) -> (UnitFile, Vec<systemd::Problem>) {
    let (sources, id) = source("t.service", text);
    systemd::parse(id, sources.get(id).text())
}

fn unit(name: &str) -> UnitName {
    UnitName::parse(name).expect("a unit's name")
}

/// What is wrong with a line of `[Service]`, and the text each problem points at.
fn faults(line: &str) -> Vec<(Fault, String)> {
    let text = format!("[Service]\n{line}\n");
    let (file, mut problems) = parse(&text);
    problems.extend(systemd::check(&file, &unit("t.service"), Manager::System));
    let at = |place: crate::source::Place| text[place.span.range()].to_owned();
    problems.into_iter().map(|it| (it.fault, at(it.place))).collect()
}
