//! Units as systemd reads them.

use crate::rules::Group;

mod assignment_outside_section;
mod deprecated_key;
mod environment_unquoted;
mod exec_shell_syntax;
mod inline_comment;
mod invalid_value;
mod no_exec;
mod no_listen;
mod path_not_absolute;
mod path_replaced;
mod placeholder;
mod restart_refused;
mod secret_in_unit;
mod several_commands;
mod syntax;
mod timer_without_trigger;
mod unclosed_quote;
mod unknown_key;
mod unknown_target;
mod variable_unset;
mod wrong_section;

pub(super) const GROUP: Group = Group {
    name: "systemd",
    title: "units as systemd reads them",
    rules: &[
        &assignment_outside_section::RULE,
        &deprecated_key::RULE,
        &environment_unquoted::RULE,
        &exec_shell_syntax::RULE,
        &inline_comment::RULE,
        &invalid_value::RULE,
        &no_exec::RULE,
        &no_listen::RULE,
        &path_not_absolute::RULE,
        &path_replaced::RULE,
        &placeholder::RULE,
        &restart_refused::RULE,
        &secret_in_unit::RULE,
        &several_commands::RULE,
        &syntax::RULE,
        &timer_without_trigger::RULE,
        &unclosed_quote::RULE,
        &unknown_key::RULE,
        &unknown_target::RULE,
        &variable_unset::RULE,
        &wrong_section::RULE,
    ],
};
