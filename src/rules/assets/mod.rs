//! Static and media files: collected, mounted and served from the same place.

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
