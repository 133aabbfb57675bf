//! Who can reach it.

use crate::rules::Group;

mod admin_ui_published;
mod autoindex;
mod docker_socket;
mod published_datastore;
mod status_page;

pub(super) const GROUP: Group = Group {
    name: "exposure",
    title: "who can reach it",
    rules: &[
        &admin_ui_published::RULE,
        &autoindex::RULE,
        &docker_socket::RULE,
        &published_datastore::RULE,
        &status_page::RULE,
    ],
};
