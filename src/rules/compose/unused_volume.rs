//! See the page.

use crate::diagnostic::{Edit, Kind, Safety, Subject};
use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Kept};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/unused-volume",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/unused-volume.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(project) = &deployment.compose else { return };
    // A part of the project that is not in view may mount it.
    let may_be_more = !project.elsewhere.is_empty() && !project.others_stand_alone;
    if !project.missing.is_empty() || may_be_more {
        return;
    }
    for volume in &project.volumes {
        let key = &volume.key.value;
        if volume.mounted_beside || project.services.iter().any(|it| it.may_mount(key)) {
            continue;
        }
        let finding = out.report(
            Subject::Nothing,
            format!("the volume `{key}` is declared, and nothing mounts it"),
            volume.key.label("keeps nothing"),
        );
        let bind = project.services.iter().find_map(|service| service.bind_named(key));
        if let Some(bind) = &bind {
            finding.also(bind.label("a folder of the same name is mounted here"));
        }
        let undeclared = project.services.iter().find_map(|it| project.mounts_undeclared(it));
        if let Some(undeclared) = &undeclared {
            let label = format!("`{}` is declared nowhere", undeclared.value);
            finding.also(undeclared.label(label));
        }
        let lost = match bind.is_none() && undeclared.is_none() {
            true => lost(deployment, key),
            false => None,
        };
        if let Some((name, folder)) = &lost {
            finding.also(name.label("keeps its data in no volume")).help(format!(
                "mount it at `{folder}` of `{}`, or take the declaration away",
                name.value
            ));
        } else {
            finding.help("mount it where it was meant to be, or take the declaration away");
        }
        // What is mounted in its place, or nothing, may be the mistake, and this what was meant.
        let doubted = bind.is_some() || undeclared.is_some() || lost.is_some();
        let safety = if doubted { Safety::Unsafe } else { Safety::Safe };
        if project.volumes.len() > 1 {
            let edit = Edit::Remove { place: volume.place, of: Kind::Entry };
            finding.mend(safety, "take the declaration away", [edit]);
        }
    }
}

/// A service whose data no volume keeps and whose name the volume has, with the folder of the data.
fn lost(deployment: &Deployment, volume: &str) -> Option<(Fact<String>, &'static str)> {
    let mut services = deployment.services().into_iter();
    services.find_map(|(service, process, container)| {
        let name = service.name.value.as_str();
        let mut words = volume.split(['_', '-']);
        let is_meant = words.any(|word| word == name) && !volume.contains("backup");
        match deployment.kept(service, process, container) {
            Kept::Lost(folder, _) if is_meant => Some((service.name.clone(), folder.value)),
            _ => None,
        }
    })
}
