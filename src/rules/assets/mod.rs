//! Static and media files: collected, mounted and served from the same place.

use crate::fact::{Fact, Label};
use crate::model::{Unserved, Way};
use crate::rules::Group;

mod build_collect_divergent;
mod collect_failure_hidden;
mod contract_root_differs;
mod immutable_unhashed;
mod location_path_wrong;
mod location_shadowed;
mod media_root_not_served;
mod media_unserved;
mod never_collected;
mod no_root;
mod no_url;
mod parent_not_traversable;
mod partial_prefix;
mod root_not_served;
mod root_relative;
mod source_contains_root;
mod source_dir_missing;
mod source_dirs_malformed;
mod unserved;
mod url_prefix_mismatch;
mod volume_masks_image;
mod volume_not_shared;
mod whitenoise_misplaced;

pub(super) const GROUP: Group = Group {
    name: "assets",
    title: "static and media files: collected, mounted and served from the same place",
    rules: &[
        &build_collect_divergent::RULE,
        &collect_failure_hidden::RULE,
        &contract_root_differs::RULE,
        &immutable_unhashed::RULE,
        &location_path_wrong::RULE,
        &location_shadowed::RULE,
        &media_root_not_served::RULE,
        &media_unserved::RULE,
        &never_collected::RULE,
        &no_root::RULE,
        &no_url::RULE,
        &parent_not_traversable::RULE,
        &partial_prefix::RULE,
        &root_not_served::RULE,
        &root_relative::RULE,
        &source_contains_root::RULE,
        &source_dir_missing::RULE,
        &source_dirs_malformed::RULE,
        &unserved::RULE,
        &url_prefix_mismatch::RULE,
        &volume_masks_image::RULE,
        &volume_not_shared::RULE,
        &whitenoise_misplaced::RULE,
    ],
};

/// What becomes of files that a site looks for nowhere. `off` says what Django does with DEBUG off,
/// where that is why.
fn passed_on(unserved: &Unserved<'_>, off: Option<&str>) -> Label {
    unserved.at().label(match unserved {
        Unserved::ByApp(_) => {
            off.unwrap_or("passed on to Django, whose URLconf has nothing for them")
        }
        Unserved::ByOther(_) => "passed on to another program, as all that has no location",
        Unserved::Nowhere(_) => "looks where nginx has its own pages",
    })
}

/// How files are asked of the process itself.
fn asked(way: &Fact<Way>) -> Label {
    way.label(match way.value {
        Way::Published => "this port is asked for them",
        Way::Routed => "this service is asked for them, by way of Traefik",
        Way::Platform => "this process is asked for them, by the platform",
    })
}

/// The page of a front end that is the answer for whatever is not there.
fn answered_with(page: &Fact<String>) -> Label {
    let name = page.value.rsplit('/').next().unwrap_or_default();
    page.label(format!("answered with `{name}`, as all that has no location"))
}
