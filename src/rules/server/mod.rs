//! The flags of application servers.

use crate::rules::Group;

mod celery_pickle;
mod config_overridden;
mod forwarded_allow_any;
mod reload_in_production;
mod unknown_option;

pub(super) const GROUP: Group = Group {
    name: "server",
    title: "the flags of application servers",
    rules: &[
        &celery_pickle::RULE,
        &config_overridden::RULE,
        &forwarded_allow_any::RULE,
        &reload_in_production::RULE,
        &unknown_option::RULE,
    ],
};
