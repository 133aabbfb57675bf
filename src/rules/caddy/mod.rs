//! Caddyfiles by themselves.

use crate::rules::Group;

mod global_options_in_import;
mod site_not_imported;
mod syntax;
mod tls_disabled;

pub(super) const GROUP: Group = Group {
    name: "caddy",
    title: "Caddyfiles by themselves",
    rules: &[
        &global_options_in_import::RULE,
        &site_not_imported::RULE,
        &syntax::RULE,
        &tls_disabled::RULE,
    ],
};
