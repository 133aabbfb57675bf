//! Django's own defaults (`django/conf/global_settings.py`), by version.

use crate::fact::{Fact, Origin};
use crate::python::{Dict, Entry, Value};
use crate::source::{File, Sources, alike};
use crate::syntax::python::ast::{
    Constant, Expression, ExpressionKind, Item, StatementKind, UnaryOperator,
};
use crate::syntax::python::parse;
use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

/// The oldest and the newest version that kilter knows.
const OLDEST: (u32, u32) = (3, 2);
const NEWEST: (u32, u32) = (6, 0);

/// The default that Django gives a setting; none if it has no such setting, or if the version is
/// not known and versions disagree.
pub fn django_default(name: &str, version: Option<(u32, u32)>) -> Option<Fact<Value>> {
    let origin = Origin::Default {
        of: "Django",
        version: "3.2 to 6.0",
        source: "django/conf/global_settings.py",
    };
    let before = BEFORE.iter().find(|it| it.0 == name && version.is_some_and(|known| known < it.1));
    if let Some((_, _, literal)) = before {
        let origin = Origin::Default {
            of: "Django",
            version: "1.4 to 3.0",
            source: "django/conf/global_settings.py",
        };
        return Some(Fact::new(read(literal, origin)?, origin));
    }
    let literal = match CHANGED.iter().any(|it| it.0 == name) {
        true => changed(name, version)?,
        false => ALWAYS.iter().find(|it| it.0 == name)?.1,
    };
    Some(Fact::new(read(literal, origin)?, origin))
}

/// Every setting that Django itself knows.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let told = ALWAYS.iter().map(|it| it.0).chain(CHANGED.iter().map(|it| it.0));
    told.chain(UNTOLD)
}

/// The releases from which on some default is another, the first of all before them.
pub fn django_steps() -> Vec<(u32, u32)> {
    let changed = CHANGED.iter().map(|it| it.1);
    let steps: BTreeSet<_> = changed.chain(BEFORE.iter().map(|it| it.1)).chain([(1, 0)]).collect();
    steps.into_iter().collect()
}

/// The release since which a setting has the default of today; none if it was never another.
pub fn default_since(name: &str) -> Option<(u32, u32)> {
    let changed = CHANGED.iter().filter(|it| it.0 == name).map(|it| it.1);
    changed.chain(BEFORE.iter().filter(|it| it.0 == name).map(|it| it.1)).max()
}

/// The defaults that a version has, as Python writes them; none for what depends on the version
/// where that is not known. Whoever asks for a default has a version that has it.
pub(crate) fn literals(
    version: Option<(u32, u32)>,
) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    let always = ALWAYS.iter().map(|it| (it.0, Some(it.1)));
    let of = move |name: &'static str| {
        let mut texts = CHANGED.iter().filter(|it| it.0 == name).filter_map(|it| it.2);
        match version {
            Some(_) => changed(name, version).map(|it| (name, Some(it))),
            None => {
                let first = texts.next();
                Some((name, first.filter(|_| texts.all(|it| Some(it) == first))))
            }
        }
    };
    let mut names: Vec<&'static str> = CHANGED.iter().map(|it| it.0).collect();
    names.dedup();
    let untold = UNTOLD.into_iter().map(|name| (name, None));
    always.chain(names.into_iter().filter_map(of)).chain(untold)
}

fn changed(name: &str, version: Option<(u32, u32)>) -> Option<&'static str> {
    let at = |version: (u32, u32)| {
        let known = version.clamp(OLDEST, NEWEST);
        CHANGED.iter().rfind(|it| it.0 == name && it.1 <= known).and_then(|it| it.2)
    };
    match version {
        Some(version) => at(version),
        None => {
            let starts = CHANGED.iter().filter(|it| it.0 == name).map(|it| it.1);
            alike(starts.chain([OLDEST]).map(at)).flatten()
        }
    }
}

/// Whether a value is one and the same object as some version's default: `None`, a truth value, a
/// small number, a word.
pub(crate) fn repeats(name: &str, value: &Value) -> bool {
    let literals = ALWAYS.iter().filter(|it| it.0 == name).map(|it| it.1);
    let literals = literals.chain(CHANGED.iter().filter(|it| it.0 == name).filter_map(|it| it.2));
    let origin = Origin::UNSEEN;
    literals.filter_map(|it| read(it, origin)).any(|default| match (&default, value) {
        (Value::None, Value::None) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b && (-5..=256).contains(a),
        (Value::Str(a), Value::Str(b)) => {
            a == b && a.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
        }
        _ => false,
    })
}

/// What a literal of the tables below is, read once: rules ask for a default hundreds of times.
fn read(literal: &'static str, origin: Origin) -> Option<Value> {
    type Known = HashMap<(&'static str, Origin), Option<Value>>;
    static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry((literal, origin)).or_insert_with(|| evaluated(literal, origin)).clone()
}

fn evaluated(literal: &str, origin: Origin) -> Option<Value> {
    let mut sources = Sources::default();
    sources.add(vec![File { path: "default".into(), bytes: literal.as_bytes().to_vec() }]);
    let (module, _) = parse(*sources.ids().first()?, literal);
    match &module.body.first()?.kind {
        StatementKind::Expression(expression) => value(expression, origin),
        _ => None,
    }
}

fn value(expression: &Expression, origin: Origin) -> Option<Value> {
    let facts = |items: &[Expression]| -> Option<Vec<Fact<Value>>> {
        items.iter().map(|it| Some(Fact::new(value(it, origin)?, origin))).collect()
    };
    Some(match &expression.kind {
        ExpressionKind::Constant(constant) => match constant {
            Constant::None => Value::None,
            Constant::Bool(it) => Value::Bool(*it),
            Constant::Int(it) => Value::Int(*it),
            Constant::Float(it) => Value::Float(*it),
            Constant::Str(it) => Value::Str(it.clone()),
            _ => return None,
        },
        ExpressionKind::Unary { operator: UnaryOperator::Minus, operand } => {
            Value::Int(-value(operand, origin)?.int()?)
        }
        ExpressionKind::List(items) => Value::List(facts(items)?),
        ExpressionKind::Tuple(items) => Value::Tuple(facts(items)?),
        ExpressionKind::Dict(items) => {
            let entries = items.iter().map(|item| match item {
                Item::Pair(key, inner) => Some(Entry {
                    key: value(key, origin)?,
                    value: Fact::new(value(inner, origin)?, origin),
                    perhaps: false,
                }),
                Item::Spread(_) => None,
            });
            Value::Dict(Dict { entries: entries.collect::<Option<_>>()?, more: None })
        }
        _ => return None,
    })
}

/// Settings whose defaults are long lists, or lists of texts that are translated.
const UNTOLD: [&str; 7] = [
    "DATETIME_INPUT_FORMATS",
    "DATE_INPUT_FORMATS",
    "FORMS_URLFIELD_ASSUME_HTTPS",
    "LANGUAGES",
    "LANGUAGES_BIDI",
    "PASSWORD_HASHERS",
    "TIME_INPUT_FORMATS",
];

/// From which version on which default holds; none where the setting is gone (release notes of
/// 4.0, 4.2, 5.0, 5.1 and 6.0).
const CHANGED: &[(&str, (u32, u32), Option<&str>)] = &[
    ("DEFAULT_AUTO_FIELD", (3, 2), Some(r#""django.db.models.AutoField""#)),
    ("DEFAULT_AUTO_FIELD", (6, 0), Some(r#""django.db.models.BigAutoField""#)),
    ("DEFAULT_FILE_STORAGE", (3, 2), Some(r#""django.core.files.storage.FileSystemStorage""#)),
    ("DEFAULT_FILE_STORAGE", (5, 1), None),
    ("SECURE_BROWSER_XSS_FILTER", (3, 2), Some("False")),
    ("SECURE_BROWSER_XSS_FILTER", (4, 0), None),
    ("SECURE_CROSS_ORIGIN_OPENER_POLICY", (4, 0), Some(r#""same-origin""#)),
    (
        "STATICFILES_STORAGE",
        (3, 2),
        Some(r#""django.contrib.staticfiles.storage.StaticFilesStorage""#),
    ),
    ("STATICFILES_STORAGE", (5, 1), None),
    (
        "STORAGES",
        (4, 2),
        Some(
            r#"{"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}"#,
        ),
    ),
    ("USE_L10N", (3, 2), Some("False")),
    ("USE_L10N", (4, 0), Some("True")),
    ("USE_L10N", (5, 0), None),
    ("USE_TZ", (3, 2), Some("False")),
    ("USE_TZ", (5, 0), Some("True")),
];

/// What held before a version older than those, where somebody may still have it (release notes of
/// 1.4.4, 1.5, 2.1, 3.0 and 3.1).
const BEFORE: &[(&str, (u32, u32), &str)] = &[
    ("ALLOWED_HOSTS", (1, 5), "['*']"),
    ("CSRF_COOKIE_SAMESITE", (2, 1), "None"),
    ("FILE_UPLOAD_PERMISSIONS", (3, 0), "None"),
    ("SECURE_CONTENT_TYPE_NOSNIFF", (3, 0), "False"),
    ("SECURE_REFERRER_POLICY", (3, 1), "None"),
    ("SESSION_COOKIE_SAMESITE", (2, 1), "None"),
    ("X_FRAME_OPTIONS", (3, 0), r#""SAMEORIGIN""#),
];

/// What `django.conf.global_settings` had once, and the version that has it no more (release notes of
/// 1.10 and 2.0).
pub(super) const FORMER: &[(&str, (u32, u32))] = &[
    ("ALLOWED_INCLUDE_ROOTS", (1, 10)),
    ("MIDDLEWARE_CLASSES", (2, 0)),
    ("TEMPLATE_CONTEXT_PROCESSORS", (1, 10)),
    ("TEMPLATE_DEBUG", (1, 10)),
    ("TEMPLATE_DIRS", (1, 10)),
    ("TEMPLATE_LOADERS", (1, 10)),
    ("TEMPLATE_STRING_IF_INVALID", (1, 10)),
];

/// The same in every version from 3.2 to 6.0.
const ALWAYS: &[(&str, &str)] = &[
    ("ABSOLUTE_URL_OVERRIDES", r#"{}"#),
    ("ADMINS", r#"[]"#),
    ("ALLOWED_HOSTS", r#"[]"#),
    ("APPEND_SLASH", r#"True"#),
    ("AUTHENTICATION_BACKENDS", r#"['django.contrib.auth.backends.ModelBackend']"#),
    ("AUTH_PASSWORD_VALIDATORS", r#"[]"#),
    ("AUTH_USER_MODEL", r#""auth.User""#),
    ("CACHES", r#"{'default': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}}"#),
    ("CACHE_MIDDLEWARE_ALIAS", r#""default""#),
    ("CACHE_MIDDLEWARE_KEY_PREFIX", r#""""#),
    ("CACHE_MIDDLEWARE_SECONDS", r#"600"#),
    ("CSRF_COOKIE_AGE", r#"31449600"#),
    ("CSRF_COOKIE_DOMAIN", r#"None"#),
    ("CSRF_COOKIE_HTTPONLY", r#"False"#),
    ("CSRF_COOKIE_NAME", r#""csrftoken""#),
    ("CSRF_COOKIE_PATH", r#""/""#),
    ("CSRF_COOKIE_SAMESITE", r#""Lax""#),
    ("CSRF_COOKIE_SECURE", r#"False"#),
    ("CSRF_FAILURE_VIEW", r#""django.views.csrf.csrf_failure""#),
    ("CSRF_HEADER_NAME", r#""HTTP_X_CSRFTOKEN""#),
    ("CSRF_TRUSTED_ORIGINS", r#"[]"#),
    ("CSRF_USE_SESSIONS", r#"False"#),
    ("DATABASES", r#"{}"#),
    ("DATABASE_ROUTERS", r#"[]"#),
    ("DATA_UPLOAD_MAX_MEMORY_SIZE", r#"2621440"#),
    ("DATA_UPLOAD_MAX_NUMBER_FIELDS", r#"1000"#),
    ("DATA_UPLOAD_MAX_NUMBER_FILES", r#"100"#),
    ("DATETIME_FORMAT", r#""N j, Y, P""#),
    ("DATE_FORMAT", r#""N j, Y""#),
    ("DEBUG", r#"False"#),
    ("DEBUG_PROPAGATE_EXCEPTIONS", r#"False"#),
    ("DECIMAL_SEPARATOR", r#"".""#),
    ("DEFAULT_CHARSET", r#""utf-8""#),
    ("DEFAULT_EXCEPTION_REPORTER", r#""django.views.debug.ExceptionReporter""#),
    ("DEFAULT_EXCEPTION_REPORTER_FILTER", r#""django.views.debug.SafeExceptionReporterFilter""#),
    ("DEFAULT_FROM_EMAIL", r#""webmaster@localhost""#),
    ("DEFAULT_INDEX_TABLESPACE", r#""""#),
    ("DEFAULT_TABLESPACE", r#""""#),
    ("DISALLOWED_USER_AGENTS", r#"[]"#),
    ("EMAIL_BACKEND", r#""django.core.mail.backends.smtp.EmailBackend""#),
    ("EMAIL_HOST", r#""localhost""#),
    ("EMAIL_HOST_PASSWORD", r#""""#),
    ("EMAIL_HOST_USER", r#""""#),
    ("EMAIL_PORT", r#"25"#),
    ("EMAIL_SSL_CERTFILE", r#"None"#),
    ("EMAIL_SSL_KEYFILE", r#"None"#),
    ("EMAIL_SUBJECT_PREFIX", r#""[Django] ""#),
    ("EMAIL_TIMEOUT", r#"None"#),
    ("EMAIL_USE_LOCALTIME", r#"False"#),
    ("EMAIL_USE_SSL", r#"False"#),
    ("EMAIL_USE_TLS", r#"False"#),
    ("FILE_UPLOAD_DIRECTORY_PERMISSIONS", r#"None"#),
    (
        "FILE_UPLOAD_HANDLERS",
        r#"['django.core.files.uploadhandler.MemoryFileUploadHandler', 'django.core.files.uploadhandler.TemporaryFileUploadHandler']"#,
    ),
    ("FILE_UPLOAD_MAX_MEMORY_SIZE", r#"2621440"#),
    ("FILE_UPLOAD_PERMISSIONS", r#"420"#),
    ("FILE_UPLOAD_TEMP_DIR", r#"None"#),
    ("FIRST_DAY_OF_WEEK", r#"0"#),
    ("FIXTURE_DIRS", r#"[]"#),
    ("FORCE_SCRIPT_NAME", r#"None"#),
    ("FORMAT_MODULE_PATH", r#"None"#),
    ("FORM_RENDERER", r#""django.forms.renderers.DjangoTemplates""#),
    ("IGNORABLE_404_URLS", r#"[]"#),
    ("INSTALLED_APPS", r#"[]"#),
    ("INTERNAL_IPS", r#"[]"#),
    ("LANGUAGE_CODE", r#""en-us""#),
    ("LANGUAGE_COOKIE_AGE", r#"None"#),
    ("LANGUAGE_COOKIE_DOMAIN", r#"None"#),
    ("LANGUAGE_COOKIE_HTTPONLY", r#"False"#),
    ("LANGUAGE_COOKIE_NAME", r#""django_language""#),
    ("LANGUAGE_COOKIE_PATH", r#""/""#),
    ("LANGUAGE_COOKIE_SAMESITE", r#"None"#),
    ("LANGUAGE_COOKIE_SECURE", r#"False"#),
    ("LOCALE_PATHS", r#"[]"#),
    ("LOGGING", r#"{}"#),
    ("LOGGING_CONFIG", r#""logging.config.dictConfig""#),
    ("LOGIN_REDIRECT_URL", r#""/accounts/profile/""#),
    ("LOGIN_URL", r#""/accounts/login/""#),
    ("LOGOUT_REDIRECT_URL", r#"None"#),
    ("MANAGERS", r#"[]"#),
    ("MEDIA_ROOT", r#""""#),
    ("MEDIA_URL", r#""""#),
    ("MESSAGE_STORAGE", r#""django.contrib.messages.storage.fallback.FallbackStorage""#),
    ("MIDDLEWARE", r#"[]"#),
    ("MIGRATION_MODULES", r#"{}"#),
    ("MONTH_DAY_FORMAT", r#""F j""#),
    ("NUMBER_GROUPING", r#"0"#),
    ("PASSWORD_RESET_TIMEOUT", r#"259200"#),
    ("PREPEND_WWW", r#"False"#),
    ("SECRET_KEY", r#""""#),
    ("SECRET_KEY_FALLBACKS", r#"[]"#),
    ("SECURE_CONTENT_TYPE_NOSNIFF", r#"True"#),
    ("SECURE_HSTS_INCLUDE_SUBDOMAINS", r#"False"#),
    ("SECURE_HSTS_PRELOAD", r#"False"#),
    ("SECURE_HSTS_SECONDS", r#"0"#),
    ("SECURE_PROXY_SSL_HEADER", r#"None"#),
    ("SECURE_REDIRECT_EXEMPT", r#"[]"#),
    ("SECURE_REFERRER_POLICY", r#""same-origin""#),
    ("SECURE_SSL_HOST", r#"None"#),
    ("SECURE_SSL_REDIRECT", r#"False"#),
    ("SERVER_EMAIL", r#""root@localhost""#),
    ("SESSION_CACHE_ALIAS", r#""default""#),
    ("SESSION_COOKIE_AGE", r#"1209600"#),
    ("SESSION_COOKIE_DOMAIN", r#"None"#),
    ("SESSION_COOKIE_HTTPONLY", r#"True"#),
    ("SESSION_COOKIE_NAME", r#""sessionid""#),
    ("SESSION_COOKIE_PATH", r#""/""#),
    ("SESSION_COOKIE_SAMESITE", r#""Lax""#),
    ("SESSION_COOKIE_SECURE", r#"False"#),
    ("SESSION_ENGINE", r#""django.contrib.sessions.backends.db""#),
    ("SESSION_EXPIRE_AT_BROWSER_CLOSE", r#"False"#),
    ("SESSION_FILE_PATH", r#"None"#),
    ("SESSION_SAVE_EVERY_REQUEST", r#"False"#),
    ("SESSION_SERIALIZER", r#""django.contrib.sessions.serializers.JSONSerializer""#),
    ("SHORT_DATETIME_FORMAT", r#""m/d/Y P""#),
    ("SHORT_DATE_FORMAT", r#""m/d/Y""#),
    ("SIGNED_COOKIE_LEGACY_SALT_FALLBACK", r#"True"#),
    ("SIGNING_BACKEND", r#""django.core.signing.TimestampSigner""#),
    ("SILENCED_SYSTEM_CHECKS", r#"[]"#),
    ("STATICFILES_DIRS", r#"[]"#),
    (
        "STATICFILES_FINDERS",
        r#"['django.contrib.staticfiles.finders.FileSystemFinder', 'django.contrib.staticfiles.finders.AppDirectoriesFinder']"#,
    ),
    ("STATIC_ROOT", r#"None"#),
    ("STATIC_URL", r#"None"#),
    ("TEMPLATES", r#"[]"#),
    ("TEST_NON_SERIALIZED_APPS", r#"[]"#),
    ("TEST_RUNNER", r#""django.test.runner.DiscoverRunner""#),
    ("THOUSAND_SEPARATOR", r#"",""#),
    ("TIME_FORMAT", r#""P""#),
    ("TIME_ZONE", r#""America/Chicago""#),
    ("USE_I18N", r#"True"#),
    ("USE_THOUSAND_SEPARATOR", r#"False"#),
    ("USE_X_FORWARDED_HOST", r#"False"#),
    ("USE_X_FORWARDED_PORT", r#"False"#),
    ("WSGI_APPLICATION", r#"None"#),
    ("X_FRAME_OPTIONS", r#""DENY""#),
    ("YEAR_MONTH_FORMAT", r#""F Y""#),
];
