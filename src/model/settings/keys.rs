//! The settings that kilter asks for, under their Django names, with the types it reads them as.

use crate::fact::Fact;
use crate::model::Setting;
use crate::python::Value;
use camino::Utf8PathBuf;

pub const ALLOWED_HOSTS: Setting<Vec<Fact<String>>> = list("ALLOWED_HOSTS");
pub const AUTH_PASSWORD_VALIDATORS: Setting<Value> = whole("AUTH_PASSWORD_VALIDATORS");
pub const AUTH_USER_MODEL: Setting<String> = text("AUTH_USER_MODEL");
pub const AUTHENTICATION_BACKENDS: Setting<Vec<Fact<String>>> = list("AUTHENTICATION_BACKENDS");
/// The broker of Celery, as it is called without a namespace.
pub const BROKER_URL: Setting<String> = text("BROKER_URL");
pub const CACHES: Setting<Value> = whole("CACHES");
pub const CELERY_ACCEPT_CONTENT: Setting<Vec<Fact<String>>> = list("CELERY_ACCEPT_CONTENT");
pub const CELERY_BEAT_SCHEDULE: Setting<Value> = whole("CELERY_BEAT_SCHEDULE");
pub const CELERY_BROKER_URL: Setting<String> = text("CELERY_BROKER_URL");
pub const CELERY_RESULT_BACKEND: Setting<String> = text("CELERY_RESULT_BACKEND");
pub const CHANNEL_LAYERS: Setting<Value> = whole("CHANNEL_LAYERS");
pub const CORS_ALLOW_ALL_ORIGINS: Setting<bool> = switch("CORS_ALLOW_ALL_ORIGINS");
pub const CORS_ALLOW_CREDENTIALS: Setting<bool> = switch("CORS_ALLOW_CREDENTIALS");
pub const CORS_ALLOWED_ORIGINS: Setting<Vec<Fact<String>>> = list("CORS_ALLOWED_ORIGINS");
pub const CORS_ALLOWED_ORIGIN_REGEXES: Setting<Vec<Fact<String>>> =
    list("CORS_ALLOWED_ORIGIN_REGEXES");
/// The old name of `CORS_ALLOW_ALL_ORIGINS`, which is still read.
pub const CORS_ORIGIN_ALLOW_ALL: Setting<bool> = switch("CORS_ORIGIN_ALLOW_ALL");
/// The old name of `CORS_ALLOWED_ORIGINS`, which is still read.
pub const CORS_ORIGIN_WHITELIST: Setting<Vec<Fact<String>>> = list("CORS_ORIGIN_WHITELIST");
/// The old name of `CORS_ALLOWED_ORIGIN_REGEXES`, which is still read.
pub const CORS_ORIGIN_REGEX_WHITELIST: Setting<Vec<Fact<String>>> =
    list("CORS_ORIGIN_REGEX_WHITELIST");
pub const CORS_URLS_REGEX: Setting<String> = text("CORS_URLS_REGEX");
pub const CSRF_COOKIE_DOMAIN: Setting<String> = text("CSRF_COOKIE_DOMAIN");
pub const CSRF_COOKIE_SAMESITE: Setting<String> = text("CSRF_COOKIE_SAMESITE");
pub const CSRF_COOKIE_SECURE: Setting<bool> = switch("CSRF_COOKIE_SECURE");
pub const CSRF_USE_SESSIONS: Setting<bool> = switch("CSRF_USE_SESSIONS");
pub const CSRF_TRUSTED_ORIGINS: Setting<Vec<Fact<String>>> = list("CSRF_TRUSTED_ORIGINS");
pub const DATABASE_ROUTERS: Setting<Vec<Fact<String>>> = list("DATABASE_ROUTERS");
pub const DATABASES: Setting<Value> = whole("DATABASES");
pub const DATA_UPLOAD_MAX_MEMORY_SIZE: Setting<u64> = size("DATA_UPLOAD_MAX_MEMORY_SIZE");
pub const DEBUG: Setting<bool> = switch("DEBUG");
pub const DEBUG_TOOLBAR_CONFIG: Setting<Value> = whole("DEBUG_TOOLBAR_CONFIG");
pub const DEFAULT_FILE_STORAGE: Setting<String> = text("DEFAULT_FILE_STORAGE");
pub const EMAIL_BACKEND: Setting<String> = text("EMAIL_BACKEND");
pub(in crate::model) const EMAIL_HOST: Setting<String> = text("EMAIL_HOST");
/// Python's smtplib takes a text as well.
pub const EMAIL_PORT: Setting<i128> = Setting {
    name: "EMAIL_PORT",
    read: |value| value.int().or_else(|| value.text()?.trim().parse().ok()),
};
pub const EMAIL_USE_SSL: Setting<bool> = switch("EMAIL_USE_SSL");
pub const EMAIL_USE_TLS: Setting<bool> = switch("EMAIL_USE_TLS");
pub const INSTALLED_APPS: Setting<Vec<Fact<String>>> = list("INSTALLED_APPS");
pub const INTERNAL_IPS: Setting<Vec<Fact<String>>> = list("INTERNAL_IPS");
pub const LANGUAGE_COOKIE_SAMESITE: Setting<String> = text("LANGUAGE_COOKIE_SAMESITE");
pub const LANGUAGE_COOKIE_SECURE: Setting<bool> = switch("LANGUAGE_COOKIE_SECURE");
pub const MEDIA_ROOT: Setting<Utf8PathBuf> = path("MEDIA_ROOT");
pub const MEDIA_URL: Setting<String> = url("MEDIA_URL");
pub const MIDDLEWARE: Setting<Vec<Fact<String>>> = list("MIDDLEWARE");
pub const PASSWORD_HASHERS: Setting<Vec<Fact<String>>> = list("PASSWORD_HASHERS");
pub const REST_FRAMEWORK: Setting<Value> = whole("REST_FRAMEWORK");
pub const SECRET_KEY: Setting<String> = text("SECRET_KEY");
pub const SECURE_CONTENT_TYPE_NOSNIFF: Setting<bool> = switch("SECURE_CONTENT_TYPE_NOSNIFF");
pub const SECURE_HSTS_PRELOAD: Setting<bool> = switch("SECURE_HSTS_PRELOAD");
pub const SECURE_HSTS_SECONDS: Setting<i128> = number("SECURE_HSTS_SECONDS");
pub const SECURE_PROXY_SSL_HEADER: Setting<(String, String)> =
    Setting { name: "SECURE_PROXY_SSL_HEADER", read: pair };
pub const SECURE_SSL_REDIRECT: Setting<bool> = switch("SECURE_SSL_REDIRECT");
pub const SESSION_CACHE_ALIAS: Setting<String> = text("SESSION_CACHE_ALIAS");
pub const SESSION_COOKIE_DOMAIN: Setting<String> = text("SESSION_COOKIE_DOMAIN");
pub const SESSION_COOKIE_HTTPONLY: Setting<bool> = switch("SESSION_COOKIE_HTTPONLY");
pub const SESSION_COOKIE_SAMESITE: Setting<String> = text("SESSION_COOKIE_SAMESITE");
pub const SESSION_COOKIE_SECURE: Setting<bool> = switch("SESSION_COOKIE_SECURE");
pub const SILKY_AUTHENTICATION: Setting<bool> = switch("SILKY_AUTHENTICATION");
pub const SESSION_ENGINE: Setting<String> = text("SESSION_ENGINE");
/// Of djangorestframework-simplejwt.
pub const SIMPLE_JWT: Setting<Value> = whole("SIMPLE_JWT");
pub const STATICFILES_STORAGE: Setting<String> = text("STATICFILES_STORAGE");
/// An empty one is none, and `collectstatic` refuses it (`StaticFilesStorage.path`).
pub const STATIC_ROOT: Setting<Utf8PathBuf> = Setting {
    name: "STATIC_ROOT",
    read: |value| as_path(value).filter(|it| !it.as_str().is_empty()),
};
pub const STATIC_URL: Setting<String> = url("STATIC_URL");
pub const STORAGES: Setting<Value> = whole("STORAGES");
pub const USE_X_FORWARDED_HOST: Setting<bool> = switch("USE_X_FORWARDED_HOST");
pub const WSGI_APPLICATION: Setting<String> = text("WSGI_APPLICATION");
pub const X_FRAME_OPTIONS: Setting<String> = text("X_FRAME_OPTIONS");

/// Addresses that links for others are made of, by the names that packages and projects use.
pub const PUBLIC_URLS: [Setting<String>; 12] = [
    text("APP_BASE_URL"),
    text("APP_URL"),
    text("BASE_URL"),
    text("FRONTEND_BASE_URL"),
    text("FRONTEND_URL"),
    text("PUBLIC_APP_URL"),
    text("PUBLIC_BASE_URL"),
    text("PUBLIC_URL"),
    text("SITE_BASE_URL"),
    text("SITE_URL"),
    text("WAGTAILADMIN_BASE_URL"),
    text("WEBSITE_URL"),
];

const fn text(name: &'static str) -> Setting<String> {
    Setting { name, read: |value| value.text().map(str::to_owned) }
}

/// Django puts what it is mounted at before a relative URL (since 3.1), which is `/` here.
const fn url(name: &'static str) -> Setting<String> {
    let read = |value: &Value| {
        let text = value.text()?;
        let is_whole = text.is_empty() || text.starts_with('/') || text.contains("://");
        Some(if is_whole { text.to_owned() } else { format!("/{text}") })
    };
    Setting { name, read }
}

const fn path(name: &'static str) -> Setting<Utf8PathBuf> {
    Setting { name, read: as_path }
}

fn as_path(value: &Value) -> Option<Utf8PathBuf> {
    value.text().filter(|it| !is_of_windows(it)).map(Utf8PathBuf::from)
}

/// Whether a path is one of the machine that somebody develops on: `C:\shop\static`. What a server has
/// instead, nobody knows.
fn is_of_windows(path: &str) -> bool {
    let drive = path.as_bytes();
    drive.len() > 2
        && drive[0].is_ascii_alphabetic()
        && drive[1] == b':'
        && b"\\/".contains(&drive[2])
}

const fn switch(name: &'static str) -> Setting<bool> {
    Setting::switch(name)
}

const fn number(name: &'static str) -> Setting<i128> {
    Setting { name, read: Value::int }
}

const fn whole(name: &'static str) -> Setting<Value> {
    Setting::whole(name)
}

const fn size(name: &'static str) -> Setting<u64> {
    let read = |value: &Value| match value {
        Value::Int(bytes) => u64::try_from(*bytes).ok(),
        _ => None,
    };
    Setting { name, read }
}

const fn list(name: &'static str) -> Setting<Vec<Fact<String>>> {
    Setting { name, read: strings }
}

/// All members as strings; none if one of them is not known.
fn strings(value: &Value) -> Option<Vec<Fact<String>>> {
    let each = value.items()?.iter();
    each.map(|item| item.try_map(|item| item.text().map(str::to_owned))).collect()
}

fn pair(value: &Value) -> Option<(String, String)> {
    let [first, second] = value.items()? else { return None };
    Some((first.value.text()?.to_owned(), second.value.text()?.to_owned()))
}

/// Settings that Django takes as a list or a tuple only, and does not start with anything else
/// (`django.conf.Settings`).
pub const LIST_SETTINGS: [&str; 4] =
    ["ALLOWED_HOSTS", "INSTALLED_APPS", "LOCALE_PATHS", "SECRET_KEY_FALLBACKS"];
