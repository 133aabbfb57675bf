//! Variables, from file to process to setting.

use crate::rules::Group;

mod bool_truthy_string;
mod credential_default;
mod credential_mismatch;
mod debug_fallback;
mod debug_on;
mod dialect_divergence;
mod example_stale;
mod example_unsafe_default;
mod file_missing;
mod file_path_divergence;
mod insecure_secret_fallback;
mod name_near_miss;
mod never_forwarded;
mod no_example;
mod none_as_string;
mod override_defeated;
mod placeholder_value;
mod process_divergence;
mod required_missing;
mod secret_hardcoded;
mod secret_in_compose;
mod secret_in_example;
mod secret_in_image;
mod secret_in_script;
mod secret_in_vcs;
mod secret_random_per_process;
mod secret_weak;
mod settings_module_dev;
mod settings_module_divergent;
mod settings_module_unusable;
mod source_conflict;
mod supplied_never_read;
mod undocumented;
mod unguarded_interpolation;
mod value_unparsable;

pub(super) const GROUP: Group = Group {
    name: "env",
    title: "variables, from file to process to setting",
    rules: &[
        &bool_truthy_string::RULE,
        &credential_default::RULE,
        &credential_mismatch::RULE,
        &debug_fallback::RULE,
        &debug_on::RULE,
        &dialect_divergence::RULE,
        &example_stale::RULE,
        &example_unsafe_default::RULE,
        &file_missing::RULE,
        &file_path_divergence::RULE,
        &insecure_secret_fallback::RULE,
        &name_near_miss::RULE,
        &never_forwarded::RULE,
        &no_example::RULE,
        &none_as_string::RULE,
        &override_defeated::RULE,
        &placeholder_value::RULE,
        &process_divergence::RULE,
        &required_missing::RULE,
        &secret_hardcoded::RULE,
        &secret_in_compose::RULE,
        &secret_in_example::RULE,
        &secret_in_image::RULE,
        &secret_in_script::RULE,
        &secret_in_vcs::RULE,
        &secret_random_per_process::RULE,
        &secret_weak::RULE,
        &settings_module_dev::RULE,
        &settings_module_divergent::RULE,
        &settings_module_unusable::RULE,
        &source_conflict::RULE,
        &supplied_never_read::RULE,
        &undocumented::RULE,
        &unguarded_interpolation::RULE,
        &value_unparsable::RULE,
    ],
};
