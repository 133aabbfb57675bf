//! Order, commands and supervision.

use crate::rules::Group;

mod condition_without_healthcheck;
mod depends_on_missing;
mod dev_server;
mod no_restart;
mod timer_without_service;

pub(super) const GROUP: Group = Group {
    name: "startup",
    title: "order, commands and supervision",
    rules: &[
        &condition_without_healthcheck::RULE,
        &depends_on_missing::RULE,
        &dev_server::RULE,
        &no_restart::RULE,
        &timer_without_service::RULE,
    ],
};
