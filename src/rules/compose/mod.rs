//! Compose files by themselves.

use crate::rules::Group;

mod syntax;

pub(super) const GROUP: Group =
    Group { name: "compose", title: "compose files by themselves", rules: &[&syntax::RULE] };
