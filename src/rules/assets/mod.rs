//! Static and media files: collected, mounted and served from the same place.

use crate::rules::Group;

mod location_path_wrong;
mod location_shadowed;
mod media_root_not_served;
mod no_root;
mod root_not_served;
mod whitenoise_misplaced;

pub(super) const GROUP: Group = Group {
    name: "assets",
    title: "static and media files: collected, mounted and served from the same place",
    rules: &[
        &location_path_wrong::RULE,
        &location_shadowed::RULE,
        &media_root_not_served::RULE,
        &no_root::RULE,
        &root_not_served::RULE,
        &whitenoise_misplaced::RULE,
    ],
};
