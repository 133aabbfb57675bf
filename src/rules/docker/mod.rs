//! Dockerfiles by themselves.

use crate::rules::Group;

mod syntax;

pub(super) const GROUP: Group =
    Group { name: "docker", title: "Dockerfiles by themselves", rules: &[&syntax::RULE] };
