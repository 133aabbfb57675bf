//! Users, groups and modes.

use crate::rules::Group;

mod container_root;
mod runs_as_root;

pub(super) const GROUP: Group = Group {
    name: "identity",
    title: "users, groups and modes",
    rules: &[&container_root::RULE, &runs_as_root::RULE],
};
