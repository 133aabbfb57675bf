//! What kilter itself has to say.

use crate::rules::Group;

mod skipped;
mod unknown_rule;
mod unreadable;
mod unused_ignore;

pub(super) const GROUP: Group = Group {
    name: "kilter",
    title: "what kilter itself has to say",
    rules: &[&skipped::RULE, &unknown_rule::RULE, &unreadable::RULE, &unused_ignore::RULE],
};
