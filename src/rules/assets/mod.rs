//! Static and media files: collected, mounted and served from the same place.

use crate::rules::Group;

mod no_root;
mod root_not_served;

pub(super) const GROUP: Group = Group {
    name: "assets",
    title: "static and media files: collected, mounted and served from the same place",
    rules: &[&no_root::RULE, &root_not_served::RULE],
};
