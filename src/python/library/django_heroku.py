import os

import dj_database_url

MAX_CONN_AGE = 600


def settings(config, *, db_colors=False, databases=True, test_runner=True, staticfiles=True, allowed_hosts=True, logging=True, secret_key=True):
    if databases:
        if "DATABASES" not in config:
            config["DATABASES"] = {"default": None}
        if db_colors:
            for name, url in os.environ.items():
                if name.startswith("HEROKU_POSTGRESQL"):
                    color = name[len("HEROKU_POSTGRESQL_"):].split("_")[0]
                    config["DATABASES"][color] = dj_database_url.parse(url, conn_max_age=MAX_CONN_AGE, ssl_require=True)
        if "DATABASE_URL" in os.environ:
            config["DATABASES"]["default"] = dj_database_url.config(conn_max_age=MAX_CONN_AGE, ssl_require=True)
            if "CI" in os.environ:
                config["DATABASES"]["default"]["TEST"] = config["DATABASES"]["default"]
    if test_runner and "CI" in os.environ:
        config["TEST_RUNNER"] = "django_heroku.HerokuDiscoverRunner"
    if staticfiles:
        config["STATIC_ROOT"] = os.path.join(config["BASE_DIR"], "staticfiles")
        config["STATIC_URL"] = "/static/"
        os.makedirs(config["STATIC_ROOT"], exist_ok=True)
        before = ["whitenoise.middleware.WhiteNoiseMiddleware"]
        try:
            config["MIDDLEWARE_CLASSES"] = tuple(before + list(config["MIDDLEWARE_CLASSES"]))
        except KeyError:
            config["MIDDLEWARE"] = tuple(before + list(config["MIDDLEWARE"]))
        config["STATICFILES_STORAGE"] = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if allowed_hosts:
        config["ALLOWED_HOSTS"] = ["*"]
    if logging:
        config["LOGGING"] = {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "verbose": {
                    "format": "%(asctime)s [%(process)d] [%(levelname)s] pathname=%(pathname)s lineno=%(lineno)s funcname=%(funcName)s %(message)s",
                    "datefmt": "%Y-%m-%d %H:%M:%S",
                },
                "simple": {"format": "%(levelname)s %(message)s"},
            },
            "handlers": {
                "null": {"level": "DEBUG", "class": "logging.NullHandler"},
                "console": {"level": "DEBUG", "class": "logging.StreamHandler", "formatter": "verbose"},
            },
            "loggers": {"testlogger": {"handlers": ["console"], "level": "INFO"}},
        }
    if secret_key and "SECRET_KEY" in os.environ:
        config["SECRET_KEY"] = os.environ["SECRET_KEY"]
