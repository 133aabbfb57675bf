//! Who listens where, and who connects where.

use crate::rules::Group;

mod activation_path_mismatch;
mod bind_upstream_mismatch;

pub(super) const GROUP: Group = Group {
    name: "sockets",
    title: "who listens where, and who connects where",
    rules: &[&activation_path_mismatch::RULE, &bind_upstream_mismatch::RULE],
};
