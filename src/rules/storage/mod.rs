//! What survives, what is shared, what overflows.

use crate::rules::Group;

mod datastore_tag_floating;
mod db_ephemeral;
mod mount_path_wrong;

pub(super) const GROUP: Group = Group {
    name: "storage",
    title: "what survives, what is shared, what overflows",
    rules: &[&datastore_tag_floating::RULE, &db_ephemeral::RULE, &mount_path_wrong::RULE],
};
