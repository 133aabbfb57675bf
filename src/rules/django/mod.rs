//! One settings module at a time.

use crate::rules::Group;

mod app_not_importable;
mod asgi_import_order;
mod auth_user_model_missing;
mod cache_client_missing;
mod cache_options_invalid;
mod cookie_open_to_scripts;
mod database_driver_missing;
mod email_backend_dev;
mod email_tls_and_ssl;
mod eol_version;
mod improperly_configured;
mod middleware_misordered;
mod no_csrf_middleware;
mod no_frame_middleware;
mod no_security_middleware;
mod password_policy;
mod removed_setting;
mod samesite_none_insecure;
mod security_behind_debug;
mod security_value_invalid;
mod setting_missing;
mod setting_overwritten;
mod settings_include_missing;
mod settings_module_shadowed;
mod sniffing_allowed;
mod storages_invalid;
mod syntax;
mod unknown_setting;
mod url_without_slash;

pub(super) const GROUP: Group = Group {
    name: "django",
    title: "one settings module at a time",
    rules: &[
        &app_not_importable::RULE,
        &asgi_import_order::RULE,
        &auth_user_model_missing::RULE,
        &cache_client_missing::RULE,
        &cache_options_invalid::RULE,
        &cookie_open_to_scripts::RULE,
        &database_driver_missing::RULE,
        &email_backend_dev::RULE,
        &email_tls_and_ssl::RULE,
        &eol_version::RULE,
        &improperly_configured::RULE,
        &middleware_misordered::RULE,
        &no_csrf_middleware::RULE,
        &no_frame_middleware::RULE,
        &no_security_middleware::RULE,
        &password_policy::RULE,
        &removed_setting::RULE,
        &samesite_none_insecure::RULE,
        &security_behind_debug::RULE,
        &security_value_invalid::RULE,
        &setting_missing::RULE,
        &setting_overwritten::RULE,
        &settings_include_missing::RULE,
        &settings_module_shadowed::RULE,
        &sniffing_allowed::RULE,
        &storages_invalid::RULE,
        &syntax::RULE,
        &unknown_setting::RULE,
        &url_without_slash::RULE,
    ],
};
