//! Env files as each of their readers takes them.

use crate::rules::Group;

mod broken_substitution;
mod duplicate_key;
mod extra_blank_line;
mod invalid_key;
mod key_without_value;
mod leading_character;
mod lowercase_key;
mod missing_final_newline;
mod needless_quotes;
mod space_around_equals;
mod syntax;
mod trailing_whitespace;
mod unclosed_quote;
mod unordered_keys;
mod unquoted_space;

pub(super) const GROUP: Group = Group {
    name: "dotenv",
    title: "env files as each of their readers takes them",
    rules: &[
        &broken_substitution::RULE,
        &duplicate_key::RULE,
        &extra_blank_line::RULE,
        &invalid_key::RULE,
        &key_without_value::RULE,
        &leading_character::RULE,
        &lowercase_key::RULE,
        &missing_final_newline::RULE,
        &needless_quotes::RULE,
        &space_around_equals::RULE,
        &syntax::RULE,
        &trailing_whitespace::RULE,
        &unclosed_quote::RULE,
        &unordered_keys::RULE,
        &unquoted_space::RULE,
    ],
};
