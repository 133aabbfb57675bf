from _kilter import variable, unknown
from urllib.parse import urlsplit, parse_qs, unquote

DEFAULT_ENV = "DATABASE_URL"
_ENGINES = {
    "spatialite": "django.contrib.gis.db.backends.spatialite",
    "mysql-connector": "mysql.connector.django",
    "mysqlgis": "django.contrib.gis.db.backends.mysql",
    "oraclegis": "django.contrib.gis.db.backends.oracle",
    "cockroach": "django_cockroachdb",
    "sqlite": "django.db.backends.sqlite3",
    "oracle": "django.db.backends.oracle",
    "mssqlms": "mssql",
    "mssql": "sql_server.pyodbc",
    "mysql": "django.db.backends.mysql",
    "mysql2": "django.db.backends.mysql",
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
    "pgsql": "django.db.backends.postgresql",
    "postgis": "django.contrib.gis.db.backends.postgis",
    "redshift": "django_redshift_backend",
    "timescale": "timescale.db.backends.postgresql",
    "timescalegis": "timescale.db.backends.postgis",
}
_SEARCH_PATH = ("postgres", "postgresql", "pgsql", "postgis", "redshift", "timescale", "timescalegis")
_registered = {}


class ParseError(ValueError):
    def __str__(self):
        return ("This string is not a valid url, possibly because some of its parts"
                " is not properly urllib.parse.quote()'ed.")


class UnknownSchemeError(ValueError):
    def __init__(self, scheme):
        self.scheme = scheme

    def __str__(self):
        schemes = ", ".join(sorted(_ENGINES))
        return (f"Scheme '{self.scheme}://' is unknown."
                " Did you forget to register custom backend?"
                f" Following schemes have registered backends: {schemes}.")


def register(scheme, backend):
    _ENGINES[scheme] = backend

    def inner(function):
        _registered[scheme] = function
        return function

    return inner


def config(env=DEFAULT_ENV, default=None, engine=None, conn_max_age=0, conn_health_checks=False,
           disable_server_side_cursors=False, ssl_require=False, test_options=None):
    url = variable("dj_database_url", env, True, default, "db_url", False)
    if url is None:
        url = default
    if url:
        return parse(url, engine, conn_max_age, conn_health_checks, disable_server_side_cursors,
                     ssl_require, test_options)
    return {}


def _option(value):
    if value.isdigit():
        return int(value)
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    return value


def parse(url, engine=None, conn_max_age=0, conn_health_checks=False,
          disable_server_side_cursors=False, ssl_require=False, test_options=None):
    if url == "sqlite://:memory:":
        return {"ENGINE": _ENGINES["sqlite"], "NAME": ":memory:"}
    try:
        split = urlsplit(url)
        if split.scheme not in _ENGINES:
            raise UnknownSchemeError(split.scheme)
        options = {}
        for key, values in parse_qs(split.query).items():
            values = [_option(value) for value in values]
            options[key] = values[0] if len(values) == 1 else values
        parsed = {
            "ENGINE": _ENGINES[split.scheme],
            "USER": unquote(split.username or ""),
            "PASSWORD": unquote(split.password or ""),
            "HOST": unquote(split.hostname or ""),
            "PORT": split.port or "",
            "NAME": unquote(split.path[1:]),
            "OPTIONS": options,
        }
    except UnknownSchemeError:
        raise
    except ValueError:
        raise ParseError()
    _finish(split.scheme, parsed, options)
    if ssl_require:
        options["sslmode"] = "require"
    parsed["CONN_MAX_AGE"] = conn_max_age
    parsed["CONN_HEALTH_CHECKS"] = conn_health_checks
    parsed["DISABLE_SERVER_SIDE_CURSORS"] = disable_server_side_cursors
    if engine:
        parsed["ENGINE"] = engine
    if test_options:
        parsed["TEST"] = test_options
    if not parsed["OPTIONS"]:
        parsed.pop("OPTIONS")
    return parsed


def _finish(scheme, parsed, options):
    if scheme in _registered:
        _registered[scheme](parsed)
    elif scheme == "sqlite":
        if not parsed["NAME"]:
            parsed["NAME"] = ":memory:"
    elif scheme in ("oracle", "mssqlms", "mssql"):
        parsed["PORT"] = str(parsed["PORT"])
    elif scheme in ("mysql", "mysql2"):
        ca = options.pop("ssl-ca", None)
        if ca:
            options["ssl"] = {"ca": ca}
    elif scheme in _SEARCH_PATH:
        schema = options.pop("currentSchema", None)
        if schema:
            options["options"] = f"-c search_path={schema}"
