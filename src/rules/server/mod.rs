//! The flags of application servers.

use crate::rules::Group;

mod reload_in_production;

pub(super) const GROUP: Group = Group {
    name: "server",
    title: "the flags of application servers",
    rules: &[&reload_in_production::RULE],
};
