//! Caddyfiles by themselves.

use crate::rules::Group;

mod syntax;

pub(super) const GROUP: Group =
    Group { name: "caddy", title: "Caddyfiles by themselves", rules: &[&syntax::RULE] };
