//! Order, commands and supervision.

use crate::rules::Group;

mod after_missing;
mod app_interface_mismatch;
mod app_target_missing;
mod broken_continuation;
mod broker_default;
mod celery_app_missing;
mod celery_beat_duplicated;
mod celery_beat_missing;
mod celery_beat_unscheduled;
mod celery_each_minute;
mod celery_queue_unconsumed;
mod celery_worker_missing;
mod collectstatic_asks;
mod command_ignored;
mod command_shell_syntax;
mod condition_without_healthcheck;
mod config_file_missing;
mod contract_process_missing;
mod depends_on_missing;
mod depends_on_not_healthy;
mod dev_server;
mod entrypoint_no_exec;
mod exec_path_mismatch;
mod flush_at_start;
mod healthcheck_not_found;
mod makemigrations_at_start;
mod migrate_at_build;
mod migrate_failure_ignored;
mod migrate_never;
mod migrate_race;
mod no_command;
mod no_install_section;
mod no_restart;
mod option_refused;
mod requirements_syntax;
mod server_not_installed;
mod timer_without_service;
mod type_mismatch;
mod unit_unknown;
mod wants_without_after;
mod workdir_mismatch;

pub(super) const GROUP: Group = Group {
    name: "startup",
    title: "order, commands and supervision",
    rules: &[
        &after_missing::RULE,
        &app_interface_mismatch::RULE,
        &app_target_missing::RULE,
        &broker_default::RULE,
        &broken_continuation::RULE,
        &celery_app_missing::RULE,
        &celery_beat_duplicated::RULE,
        &celery_beat_missing::RULE,
        &celery_beat_unscheduled::RULE,
        &celery_each_minute::RULE,
        &celery_queue_unconsumed::RULE,
        &celery_worker_missing::RULE,
        &collectstatic_asks::RULE,
        &command_ignored::RULE,
        &command_shell_syntax::RULE,
        &condition_without_healthcheck::RULE,
        &config_file_missing::RULE,
        &contract_process_missing::RULE,
        &depends_on_missing::RULE,
        &depends_on_not_healthy::RULE,
        &dev_server::RULE,
        &entrypoint_no_exec::RULE,
        &exec_path_mismatch::RULE,
        &flush_at_start::RULE,
        &healthcheck_not_found::RULE,
        &makemigrations_at_start::RULE,
        &migrate_at_build::RULE,
        &migrate_failure_ignored::RULE,
        &migrate_never::RULE,
        &migrate_race::RULE,
        &no_command::RULE,
        &no_install_section::RULE,
        &no_restart::RULE,
        &option_refused::RULE,
        &requirements_syntax::RULE,
        &server_not_installed::RULE,
        &timer_without_service::RULE,
        &type_mismatch::RULE,
        &unit_unknown::RULE,
        &wants_without_after::RULE,
        &workdir_mismatch::RULE,
    ],
};
