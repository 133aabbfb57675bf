//! Who listens where, and who connects where.

use crate::rules::Group;

mod activation_fd_bind;
mod activation_path_mismatch;
mod activation_unpaired;
mod bind_loopback_in_container;
mod bind_upstream_mismatch;
mod healthcheck_port_mismatch;
mod localhost_in_container;
mod port_collision;
mod private_tmp_socket;
mod publish_port_mismatch;
mod runtime_dir_shared;
mod server_socket_closed_to_proxy;
mod server_socket_world_writable;
mod service_host_unknown;
mod service_port_mismatch;
mod socket_in_tmp;
mod socket_unit_closed_to_proxy;
mod unix_dir_not_traversable;
mod unix_dir_not_writable;

pub(super) const GROUP: Group = Group {
    name: "sockets",
    title: "who listens where, and who connects where",
    rules: &[
        &activation_fd_bind::RULE,
        &activation_path_mismatch::RULE,
        &activation_unpaired::RULE,
        &bind_loopback_in_container::RULE,
        &bind_upstream_mismatch::RULE,
        &healthcheck_port_mismatch::RULE,
        &localhost_in_container::RULE,
        &port_collision::RULE,
        &private_tmp_socket::RULE,
        &publish_port_mismatch::RULE,
        &runtime_dir_shared::RULE,
        &server_socket_closed_to_proxy::RULE,
        &server_socket_world_writable::RULE,
        &service_host_unknown::RULE,
        &service_port_mismatch::RULE,
        &socket_in_tmp::RULE,
        &socket_unit_closed_to_proxy::RULE,
        &unix_dir_not_traversable::RULE,
        &unix_dir_not_writable::RULE,
    ],
};
