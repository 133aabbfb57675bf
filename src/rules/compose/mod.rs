//! Compose files by themselves.

use crate::diagnostic::{Diagnostic, Findings};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::compose::{Fault, FaultKind};
use crate::rules::Group;

mod bind_source_missing;
mod code_bind_mounted;
mod dockerfile_missing;
mod duplicate_container_name;
mod duplicate_mount;
mod empty_list_ignored;
mod env_list_quotes;
mod image_tag_floating;
mod interpolation_invalid;
mod mount_target_relative;
mod no_image;
mod reference_unknown;
mod schema_violation;
mod syntax;
mod unused_volume;
mod version_obsolete;

pub(super) const GROUP: Group = Group {
    name: "compose",
    title: "compose files by themselves",
    rules: &[
        &bind_source_missing::RULE,
        &code_bind_mounted::RULE,
        &dockerfile_missing::RULE,
        &duplicate_container_name::RULE,
        &duplicate_mount::RULE,
        &empty_list_ignored::RULE,
        &env_list_quotes::RULE,
        &image_tag_floating::RULE,
        &interpolation_invalid::RULE,
        &mount_target_relative::RULE,
        &no_image::RULE,
        &reference_unknown::RULE,
        &schema_violation::RULE,
        &syntax::RULE,
        &unused_volume::RULE,
        &version_obsolete::RULE,
    ],
};

/// What is wrong with a deployment's compose files, of one kind.
fn faults(deployment: &Deployment, kind: FaultKind) -> impl Iterator<Item = &Fault> {
    let faults = deployment.compose.iter().flat_map(|it| &it.faults);
    faults.filter(move |it| it.kind == kind)
}

/// Reports a fault with all that is known of it.
fn report<'o>(fault: &Fault, label: &str, out: &'o mut Findings) -> &'o mut Diagnostic {
    let here = Fact::at((), fault.problem.place);
    let finding = out.report(&here, &fault.problem.message, here.label(label));
    if let Some((place, text)) = &fault.problem.also {
        finding.also(Fact::at((), *place).label(text));
    }
    if let Some(fix) = &fault.problem.fix {
        finding.fix((**fix).clone());
    }
    finding
}
