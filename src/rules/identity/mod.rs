//! Users, groups and modes.

use crate::rules::Group;

mod container_root;
mod contract_user_differs;
mod owned_path_unwritable;
mod protect_home_hides;
mod read_only_path;
mod runs_as_root;
mod user_missing;
mod workdir_not_traversable;
mod writer_user_divergence;

pub(super) const GROUP: Group = Group {
    name: "identity",
    title: "users, groups and modes",
    rules: &[
        &container_root::RULE,
        &contract_user_differs::RULE,
        &owned_path_unwritable::RULE,
        &protect_home_hides::RULE,
        &read_only_path::RULE,
        &runs_as_root::RULE,
        &user_missing::RULE,
        &workdir_not_traversable::RULE,
        &writer_user_divergence::RULE,
    ],
};
