//! Variables, from file to process to setting.

use crate::rules::Group;

mod bool_truthy_string;
mod credential_default;
mod credential_mismatch;
mod debug_fallback;
mod debug_on;
mod insecure_secret_fallback;
mod never_forwarded;
mod override_defeated;
mod placeholder_value;
mod required_missing;
mod secret_hardcoded;
mod secret_in_compose;
mod secret_in_image;
mod secret_in_vcs;
mod secret_random_per_process;
mod secret_weak;
mod settings_module_dev;
mod settings_module_unusable;
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
        &insecure_secret_fallback::RULE,
        &never_forwarded::RULE,
        &override_defeated::RULE,
        &placeholder_value::RULE,
        &required_missing::RULE,
        &secret_hardcoded::RULE,
        &secret_in_compose::RULE,
        &secret_in_image::RULE,
        &secret_in_vcs::RULE,
        &secret_random_per_process::RULE,
        &secret_weak::RULE,
        &settings_module_dev::RULE,
        &settings_module_unusable::RULE,
        &unguarded_interpolation::RULE,
        &value_unparsable::RULE,
    ],
};
