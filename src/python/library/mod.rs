//! Models of libraries, written in Python against their documentation.
//!
//! They are evaluated by the same machine as the project's own modules, so that unknown values,
//! undecided branches and trails pass through them as they do everywhere. What a model does not
//! define is opaque: it exists, and nothing is known of it.

use crate::source::{File, Sources};
use crate::syntax::python::ast::Module;
use crate::syntax::python::{Import, imports, parse};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::HashMap;
use std::sync::LazyLock;
use std::sync::OnceLock;

mod standard;

macro_rules! models {
    ($($name:literal => $file:literal),* $(,)?) => {
        const MODELS: &[(&str, &str)] = &[$(($name, include_str!($file))),*];
    };
}

models! {
    "_kilter" => "_kilter.py",
    "_kilter.version" => "_version.py",
    "builtins" => "builtins.py",
    "os" => "os.py",
    "os.path" => "os_path.py",
    "sys" => "sys.py",
    "pathlib" => "pathlib.py",
    "json" => "json.py",
    "tomllib" => "tomllib.py",
    "tomli" => "tomllib.py",
    "re" => "re.py",
    "ast" => "ast.py",
    "datetime" => "datetime.py",
    "configparser" => "configparser.py",
    "copy" => "copy.py",
    "itertools" => "itertools.py",
    "functools" => "functools.py",
    "collections" => "collections.py",
    "contextlib" => "contextlib.py",
    "dataclasses" => "dataclasses.py",
    "enum" => "enum.py",
    "abc" => "abc.py",
    "typing" => "typing.py",
    "logging" => "logging.py",
    "logging.config" => "logging_config.py",
    "warnings" => "warnings.py",
    "importlib" => "importlib.py",
    "importlib.util" => "importlib_util.py",
    "distutils" => "empty.py",
    "distutils.util" => "distutils_util.py",
    "str2bool" => "str2bool.py",
    "ipaddress" => "ipaddress.py",
    "locale" => "locale.py",
    "urllib" => "empty.py",
    "urllib.parse" => "urllib_parse.py",
    "urllib.error" => "urllib_error.py",
    "urllib.request" => "urllib_request.py",
    "requests" => "requests.py",
    "secrets" => "secrets.py",
    "random" => "secrets.py",
    "uuid" => "secrets.py",
    "time" => "secrets.py",
    "socket" => "host.py",
    "platform" => "platform.py",
    "getpass" => "host.py",
    "email" => "empty.py",
    "email.utils" => "email_utils.py",
    "string" => "string.py",
    "django" => "django.py",
    "django.conf" => "django_conf.py",
    "django.conf.global_settings" => "django_global_settings.py",
    "django.core" => "empty.py",
    "django.core.exceptions" => "django_exceptions.py",
    "django.core.management" => "empty.py",
    "django.core.management.utils" => "django_management_utils.py",
    "django.utils.crypto" => "django_crypto.py",
    "django.contrib" => "empty.py",
    "django.contrib.messages" => "django_messages.py",
    "django.contrib.messages.constants" => "django_messages.py",
    "django_heroku" => "django_heroku.py",
    "django.urls" => "django_urls.py",
    "django.utils" => "empty.py",
    "django.utils.translation" => "django_translation.py",
    "django.utils.functional" => "django_functional.py",
    "environ" => "environ.py",
    "environ.environ" => "environ.py",
    "decouple" => "decouple.py",
    "prettyconf" => "prettyconf.py",
    "dotenv" => "dotenv.py",
    "dynaconf" => "dynaconf.py",
    "corsheaders" => "empty.py",
    "corsheaders.defaults" => "corsheaders_defaults.py",
    "yaml" => "yaml.py",
    "celery" => "celery.py",
    "celery.schedules" => "celery_schedules.py",
    "structlog" => "structlog.py",
    "structlog.processors" => "structlog_processors.py",
    "structlog.stdlib" => "structlog_stdlib.py",
    "structlog.dev" => "structlog_dev.py",
    "structlog.contextvars" => "structlog_contextvars.py",
    "tempfile" => "host.py",
    "configurations" => "configurations.py",
    "configurations.values" => "configurations_values.py",
    "pydantic" => "pydantic.py",
    "pydantic_settings" => "pydantic_settings.py",
    "environs.exceptions" => "environs_exceptions.py",
    "environs" => "environs.py",
    "dj_database_url" => "dj_database_url.py",
    "resonant_settings" => "empty.py",
    "resonant_settings._env" => "resonant_settings/env.py",
    "resonant_settings.allauth" => "resonant_settings/allauth.py",
    "resonant_settings.celery" => "resonant_settings/celery.py",
    "resonant_settings.development" => "empty.py",
    "resonant_settings.development.celery" => "resonant_settings/development_celery.py",
    "resonant_settings.development.debug_toolbar" => "resonant_settings/development_debug_toolbar.py",
    "resonant_settings.development.minio_storage" => "resonant_settings/development_minio_storage.py",
    "resonant_settings.django" => "resonant_settings/django.py",
    "resonant_settings.django_extensions" => "resonant_settings/django_extensions.py",
    "resonant_settings.logging" => "resonant_settings/logging.py",
    "resonant_settings.oauth_toolkit" => "resonant_settings/oauth_toolkit.py",
    "resonant_settings.production" => "empty.py",
    "resonant_settings.production.email" => "resonant_settings/production_email.py",
    "resonant_settings.production.https" => "resonant_settings/production_https.py",
    "resonant_settings.production.s3_storage" => "resonant_settings/production_s3_storage.py",
    "resonant_settings.rest_framework" => "resonant_settings/rest_framework.py",
    "mezzanine" => "empty.py",
    "mezzanine.utils" => "empty.py",
    "mezzanine.utils.conf" => "mezzanine_conf.py",
    "split_settings" => "empty.py",
    "split_settings.tools" => "split_settings.py",
    "unipath" => "unipath.py",
    "unipath.errors" => "unipath_errors.py",
}

/// Each model, parsed when it is first imported.
static PARSED: LazyLock<HashMap<&'static str, (&'static str, OnceLock<Module>)>> =
    LazyLock::new(|| MODELS.iter().map(|(name, text)| (*name, (*text, OnceLock::new()))).collect());

/// The model of a module.
pub(crate) fn module(dotted: &str) -> Option<&'static Module> {
    let (text, parsed) = PARSED.get(dotted)?;
    Some(parsed.get_or_init(|| {
        let mut sources = Sources::default();
        sources.add(vec![File { path: "model".into(), bytes: text.as_bytes().to_vec() }]);
        parse(sources.ids().remove(0), text).0
    }))
}

/// Parses the models of what a module imports, and of what those import, side by side: evaluation
/// would wait for one after the other.
pub(crate) fn read_ahead(module: &Module) {
    let names: Vec<String> = named(module).chain(["builtins".to_owned()]).collect();
    names.into_par_iter().for_each(|name| {
        let is_new = PARSED.get(name.as_str()).is_some_and(|(_, parsed)| parsed.get().is_none());
        if is_new && let Some(model) = self::module(&name) {
            read_ahead(model);
        }
    });
}

/// What a module imports, be it a module or one of its names.
fn named(module: &Module) -> impl Iterator<Item = String> {
    let of = |import: Import| {
        let within = import.names.iter().map(|name| format!("{}.{name}", import.module));
        within.chain([import.module.clone()]).collect::<Vec<_>>()
    };
    imports(module).into_iter().filter(|import| import.level == 0).flat_map(of)
}

/// Whether further names of a module may exist.
pub(crate) fn is_partial(dotted: &str) -> bool {
    PARSED.contains_key(dotted)
}

/// A top-level module of Python's own library.
pub(crate) fn is_standard(top: &str) -> bool {
    standard::MODULES.binary_search(&top).is_ok()
}

/// The models that a test asks for their own faults.
#[cfg(test)]
pub(crate) fn broken() -> Vec<&'static str> {
    let names = MODELS.iter().map(|(name, _)| *name);
    names.filter(|name| module(name).is_none_or(|module| module.broken.is_some())).collect()
}
