//! What Django takes where a settings module says nothing (`django/conf/global_settings.py`).
//!
//! Only settings whose default is the same in every supported version; the others are asked for
//! with a version.

use crate::fact::{Fact, Origin};
use crate::python::Value;

const ORIGIN: Origin = Origin::Default {
    of: "Django",
    version: "4.2 to 5.2",
    source: "django/conf/global_settings.py",
};

/// Django's own value of a setting; `None` for what it does not know or what versions differ in.
pub(super) fn django(name: &str) -> Option<Fact<Value>> {
    let text = |text: &str| Value::Str(text.to_owned());
    let value = match name {
        "ALLOWED_HOSTS"
        | "CSRF_TRUSTED_ORIGINS"
        | "INSTALLED_APPS"
        | "MIDDLEWARE"
        | "SECURE_REDIRECT_EXEMPT"
        | "STATICFILES_DIRS" => Value::List(Vec::new()),
        "DEBUG"
        | "SECURE_SSL_REDIRECT"
        | "SESSION_COOKIE_SECURE"
        | "CSRF_COOKIE_SECURE"
        | "USE_X_FORWARDED_HOST"
        | "USE_X_FORWARDED_PORT"
        | "EMAIL_USE_TLS"
        | "EMAIL_USE_SSL"
        | "SECURE_HSTS_INCLUDE_SUBDOMAINS"
        | "SECURE_HSTS_PRELOAD"
        | "CSRF_USE_SESSIONS"
        | "CSRF_COOKIE_HTTPONLY" => Value::Bool(false),
        "APPEND_SLASH" | "SESSION_COOKIE_HTTPONLY" | "SECURE_CONTENT_TYPE_NOSNIFF" => {
            Value::Bool(true)
        }
        "STATIC_ROOT"
        | "STATIC_URL"
        | "SECURE_PROXY_SSL_HEADER"
        | "SECURE_SSL_HOST"
        | "SESSION_COOKIE_DOMAIN"
        | "CSRF_COOKIE_DOMAIN"
        | "FORCE_SCRIPT_NAME" => Value::None,
        "MEDIA_ROOT" | "MEDIA_URL" | "SECRET_KEY" => text(""),
        "SECURE_HSTS_SECONDS" => Value::Int(0),
        "EMAIL_HOST" => text("localhost"),
        "EMAIL_BACKEND" => text("django.core.mail.backends.smtp.EmailBackend"),
        "SESSION_ENGINE" => text("django.contrib.sessions.backends.db"),
        "X_FRAME_OPTIONS" => text("DENY"),
        _ => return None,
    };
    Some(Fact::new(value, ORIGIN))
}
