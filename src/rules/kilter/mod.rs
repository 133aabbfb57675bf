//! What kilter itself has to say.

use crate::rules::Group;

mod include_cycle;
mod limit_reached;
mod nothing_understood;
mod skipped;
mod unknown_rule;
mod unreadable;
mod unused_ignore;

pub(super) const GROUP: Group = Group {
    name: "kilter",
    title: "what kilter itself has to say",
    rules: &[
        &include_cycle::RULE,
        &limit_reached::RULE,
        &nothing_understood::RULE,
        &skipped::RULE,
        &unknown_rule::RULE,
        &unreadable::RULE,
        &unused_ignore::RULE,
    ],
};
