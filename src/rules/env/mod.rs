//! Variables, from file to process to setting.

use crate::rules::Group;

mod credential_mismatch;
mod debug_on;
mod insecure_secret_fallback;
mod required_missing;
mod settings_module_dev;

pub(super) const GROUP: Group = Group {
    name: "env",
    title: "variables, from file to process to setting",
    rules: &[
        &credential_mismatch::RULE,
        &debug_on::RULE,
        &insecure_secret_fallback::RULE,
        &required_missing::RULE,
        &settings_module_dev::RULE,
    ],
};
