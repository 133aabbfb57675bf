//! See the page.

use crate::diagnostic::{Edit, Kind, Safety, Subject};
use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
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
        finding.help("mount it where it was meant to be, or take the declaration away");
        // A bind of the same name may be the mistake, and this what was meant.
        let safety = if bind.is_some() { Safety::Unsafe } else { Safety::Safe };
        if project.volumes.len() > 1 {
            let edit = Edit::Remove { place: volume.place, of: Kind::Entry };
            finding.mend(safety, "take the declaration away", [edit]);
        }
    }
}
