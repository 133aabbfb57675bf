//! Caddyfiles by themselves.

use crate::rules::Group;

mod site_not_imported;
mod syntax;

pub(super) const GROUP: Group = Group {
    name: "caddy",
    title: "Caddyfiles by themselves",
    rules: &[&site_not_imported::RULE, &syntax::RULE],
};
