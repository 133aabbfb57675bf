//! The host itself.

use crate::rules::Group;

mod any_host_accepted;
mod backing_service_down;
mod backup_stale;
mod cert_expiring;
mod cert_stale;
mod clock_unsynchronised;
mod container_not_running;
mod contract_host_differs;
mod contract_process_missing;
mod contract_unit_differs;
mod debug_page_served;
mod disk_space;
mod exec_missing;
mod firewall_open;
mod name_unresolved;
mod path_mode_differs;
mod path_not_traversable;
mod port_not_listening;
mod port_public;
mod process_env_drift;
mod process_user_differs;
mod route_unreachable;
mod site_differs;
mod static_stale;
mod unit_differs;
mod unit_not_running;
mod unit_stale;

pub(super) const GROUP: Group = Group {
    name: "live",
    title: "the host itself",
    rules: &[
        &any_host_accepted::RULE,
        &backing_service_down::RULE,
        &backup_stale::RULE,
        &cert_expiring::RULE,
        &cert_stale::RULE,
        &clock_unsynchronised::RULE,
        &container_not_running::RULE,
        &contract_host_differs::RULE,
        &contract_process_missing::RULE,
        &contract_unit_differs::RULE,
        &debug_page_served::RULE,
        &disk_space::RULE,
        &exec_missing::RULE,
        &firewall_open::RULE,
        &name_unresolved::RULE,
        &path_mode_differs::RULE,
        &path_not_traversable::RULE,
        &port_not_listening::RULE,
        &port_public::RULE,
        &process_env_drift::RULE,
        &process_user_differs::RULE,
        &route_unreachable::RULE,
        &site_differs::RULE,
        &static_stale::RULE,
        &unit_differs::RULE,
        &unit_not_running::RULE,
        &unit_stale::RULE,
    ],
};
