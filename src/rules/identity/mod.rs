//! Users, groups and modes.

use crate::rules::Group;

mod runs_as_root;

pub(super) const GROUP: Group =
    Group { name: "identity", title: "users, groups and modes", rules: &[&runs_as_root::RULE] };
