//! What the service manager says of a deployment's units.

use crate::doctor::transcript::Transcript;
use crate::host::Host;
use crate::model::contract::Contract;
use crate::model::observed::{Seen, UnitState};
use crate::model::{Deployment, UnitKind};
use crate::source::Sources;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn states(
    deployment: &Deployment,
    host: &dyn Host,
    sources: &mut Sources,
) -> BTreeMap<String, Seen<UnitState>> {
    let kinds = [UnitKind::Service, UnitKind::Socket, UnitKind::Timer, UnitKind::Path];
    let units = deployment.units.iter().filter(|unit| kinds.contains(&unit.name.kind));
    // A template is nothing that runs, and which instances there are is not told by its file.
    let names = units.map(|unit| unit.name.to_string()).filter(|name| !name.contains("@."));
    let declared = deployment.contract.iter().flat_map(Contract::unit_names);
    let names: BTreeSet<String> = names.chain(declared.map(|it| it.value)).collect();
    names.into_iter().map(|name| (name.clone(), state(&name, host, sources))).collect()
}

fn state(name: &str, host: &dyn Host, sources: &mut Sources) -> Seen<UnitState> {
    let properties = host.unit(name)?;
    let mut transcript = Transcript::new(format!("systemctl show {name}"));
    let mut parts = BTreeMap::new();
    for (key, value) in &properties {
        parts.insert(key.as_str(), transcript.line(&format!("{key}={value}")));
    }
    let whole = transcript.say("");
    let kept = transcript.keep(sources);
    let text = |key: &str| {
        let value = properties.get(key).cloned().unwrap_or_default();
        kept.fact(value, parts.get(key).copied().unwrap_or(whole))
    };
    let is =
        |key, value: &str| Some(text(key)).filter(|it| it.value == value).map(|it| it.map(|_| ()));
    Ok(UnitState {
        active: text("ActiveState"),
        result: text("Result"),
        enabled: Some(text("UnitFileState")).filter(|it| !it.value.is_empty()),
        kind: Some(text("Type")).filter(|it| !it.value.is_empty()),
        stale: is("NeedDaemonReload", "yes"),
        unknown: is("LoadState", "not-found"),
    })
}
