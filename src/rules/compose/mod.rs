//! Compose files by themselves.

use crate::rules::Group;

mod env_list_quotes;
mod reference_unknown;
mod schema_violation;
mod syntax;

pub(super) const GROUP: Group = Group {
    name: "compose",
    title: "compose files by themselves",
    rules: &[
        &env_list_quotes::RULE,
        &reference_unknown::RULE,
        &schema_violation::RULE,
        &syntax::RULE,
    ],
};
