//! Dockerfiles by themselves.

use crate::fact::{Fact, Label};
use crate::model::image::debian::Debian;
use crate::rules::Group;

mod archived_base;
mod build_env_missing;
mod copy_source_missing;
mod entrypoint_not_executable;
mod entrypoint_tool_missing;
mod exec_form_invalid;
mod healthcheck_tool_missing;
mod no_dockerignore;
mod no_workdir;
mod package_gone;
mod package_manager_missing;
mod python_unsupported;
mod requirements_left_out;
mod settings_path_not_copied;
mod syntax;

pub(super) const GROUP: Group = Group {
    name: "docker",
    title: "Dockerfiles by themselves",
    rules: &[
        &archived_base::RULE,
        &build_env_missing::RULE,
        &copy_source_missing::RULE,
        &entrypoint_not_executable::RULE,
        &entrypoint_tool_missing::RULE,
        &exec_form_invalid::RULE,
        &healthcheck_tool_missing::RULE,
        &no_dockerignore::RULE,
        &no_workdir::RULE,
        &package_gone::RULE,
        &package_manager_missing::RULE,
        &python_unsupported::RULE,
        &requirements_left_out::RULE,
        &settings_path_not_copied::RULE,
        &syntax::RULE,
    ],
};

/// An image's name, with the release that it is built on.
fn built_on(base: &Fact<Debian>) -> Label {
    base.label(format!("is built on Debian {}, \"{}\"", base.value.number(), base.value.name()))
}
