//! Env files as each of their readers takes them.

use crate::rules::Group;

mod broken_substitution;
mod duplicate_key;
mod invalid_key;
mod key_without_value;
mod leading_character;
mod syntax;
mod unclosed_quote;
mod unquoted_space;

pub(super) const GROUP: Group = Group {
    name: "dotenv",
    title: "env files as each of their readers takes them",
    rules: &[
        &broken_substitution::RULE,
        &duplicate_key::RULE,
        &invalid_key::RULE,
        &key_without_value::RULE,
        &leading_character::RULE,
        &syntax::RULE,
        &unclosed_quote::RULE,
        &unquoted_space::RULE,
    ],
};
