//! Who can reach it.

use crate::rules::Group;

mod admin_ui_published;
mod app_bind_public;
mod app_port_published;
mod autoindex;
mod contract_loopback_broken;
mod contract_port_exceeded;
mod debug_toolbar;
mod dev_service_in_production;
mod docker_socket;
mod env_file_in_image;
mod filesystem_root;
mod postgres_trust;
mod published_datastore;
mod redis_public;
mod source_served;
mod status_page;

pub(super) const GROUP: Group = Group {
    name: "exposure",
    title: "who can reach it",
    rules: &[
        &admin_ui_published::RULE,
        &app_bind_public::RULE,
        &app_port_published::RULE,
        &autoindex::RULE,
        &contract_loopback_broken::RULE,
        &contract_port_exceeded::RULE,
        &debug_toolbar::RULE,
        &dev_service_in_production::RULE,
        &docker_socket::RULE,
        &env_file_in_image::RULE,
        &filesystem_root::RULE,
        &postgres_trust::RULE,
        &published_datastore::RULE,
        &redis_public::RULE,
        &source_served::RULE,
        &status_page::RULE,
    ],
};
