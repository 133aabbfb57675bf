//! nginx configuration by itself.

use crate::rules::Group;

mod syntax;
mod unquoted_brace;

pub(super) const GROUP: Group = Group {
    name: "nginx",
    title: "nginx configuration by itself",
    rules: &[&syntax::RULE, &unquoted_brace::RULE],
};
