//! Order, commands and supervision.

use crate::rules::Group;

mod timer_without_service;

pub(super) const GROUP: Group = Group {
    name: "startup",
    title: "order, commands and supervision",
    rules: &[&timer_without_service::RULE],
};
