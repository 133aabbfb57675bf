//! Who listens where, and who connects where.

use crate::rules::Group;

mod activation_fd_bind;
mod activation_path_mismatch;
mod bind_loopback_in_container;
mod bind_upstream_mismatch;
mod healthcheck_port_mismatch;
mod localhost_in_container;
mod publish_port_mismatch;
mod runtime_dir_shared;
mod service_host_unknown;
mod service_port_mismatch;
mod unix_dir_not_writable;

pub(super) const GROUP: Group = Group {
    name: "sockets",
    title: "who listens where, and who connects where",
    rules: &[
        &activation_fd_bind::RULE,
        &activation_path_mismatch::RULE,
        &bind_loopback_in_container::RULE,
        &bind_upstream_mismatch::RULE,
        &healthcheck_port_mismatch::RULE,
        &localhost_in_container::RULE,
        &publish_port_mismatch::RULE,
        &runtime_dir_shared::RULE,
        &service_host_unknown::RULE,
        &service_port_mismatch::RULE,
        &unix_dir_not_writable::RULE,
    ],
};
