//! Dockerfiles by themselves.

use crate::rules::Group;

mod healthcheck_tool_missing;
mod syntax;

pub(super) const GROUP: Group = Group {
    name: "docker",
    title: "Dockerfiles by themselves",
    rules: &[&healthcheck_tool_missing::RULE, &syntax::RULE],
};
