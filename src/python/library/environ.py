from _kilter import variable, environ as _environ, dotenv as _read, join, dirname, caller_file, exists, abspath, literal, is_known, unknown
from urllib.parse import parse_qs, urlparse, urlunparse, unquote, unquote_plus, quote, ParseResult
from django.core.exceptions import ImproperlyConfigured
import json as _json
import re


class NoValue: pass


def _name_of(cast):
    if cast is None:
        return None
    if isinstance(cast, list):
        return "list"
    if isinstance(cast, tuple):
        return "tuple"
    if isinstance(cast, dict):
        return "dict"
    return getattr(cast, "__name__", None)


def _cast(value):
    try:
        return literal(value)
    except (ValueError, SyntaxError):
        return value


def _cast_int(value):
    return int(value) if hasattr(value, "isdigit") and value.isdigit() else value


def _cast_urlstr(value):
    return unquote(value) if isinstance(value, str) else value


_POSTGRES = ["postgres", "postgresql", "psql", "pgsql", "postgis"]


class Env:
    ENVIRON = _environ
    NOTSET = NoValue()
    BOOLEAN_TRUE_STRINGS = ("true", "on", "ok", "y", "yes", "1")
    URL_CLASS = ParseResult
    POSTGRES_FAMILY = _POSTGRES
    DEFAULT_DATABASE_ENV = "DATABASE_URL"
    DEFAULT_CACHE_ENV = "CACHE_URL"
    DEFAULT_EMAIL_ENV = "EMAIL_URL"
    DEFAULT_SEARCH_ENV = "SEARCH_URL"
    DEFAULT_CHANNELS_ENV = "CHANNELS_URL"
    CLOUDSQL = "cloudsql"
    DB_SCHEMES = {
        "postgres": "django.db.backends.postgresql",
        "postgresql": "django.db.backends.postgresql",
        "psql": "django.db.backends.postgresql",
        "pgsql": "django.db.backends.postgresql",
        "postgis": "django.contrib.gis.db.backends.postgis",
        "prometheus_postgresql": "django_prometheus.db.backends.postgresql",
        "prometheus_postgis": "django_prometheus.db.backends.postgis",
        "cockroachdb": "django_cockroachdb",
        "mysql": "django.db.backends.mysql",
        "mysql2": "django.db.backends.mysql",
        "mysql-connector": "mysql.connector.django",
        "mysqlgis": "django.contrib.gis.db.backends.mysql",
        "prometheus_mysql": "django_prometheus.db.backends.mysql",
        "mssql": "mssql",
        "oracle": "django.db.backends.oracle",
        "pyodbc": "sql_server.pyodbc",
        "redshift": "django_redshift_backend",
        "spatialite": "django.contrib.gis.db.backends.spatialite",
        "prometheus_spatialite": "django_prometheus.db.backends.spatialite",
        "sqlite": "django.db.backends.sqlite3",
        "prometheus_sqlite": "django_prometheus.db.backends.sqlite3",
        "ldap": "ldapdb.backends.ldap",
    }
    CACHE_SCHEMES = {
        "dbcache": "django.core.cache.backends.db.DatabaseCache",
        "dummycache": "django.core.cache.backends.dummy.DummyCache",
        "filecache": "django.core.cache.backends.filebased.FileBasedCache",
        "locmemcache": "django.core.cache.backends.locmem.LocMemCache",
        "memcache": "django.core.cache.backends.memcached.MemcachedCache",
        "pymemcache": "django.core.cache.backends.memcached.PyMemcacheCache",
        "pylibmc": "django.core.cache.backends.memcached.PyLibMCCache",
    }
    EMAIL_SCHEMES = {
        "smtp": "django.core.mail.backends.smtp.EmailBackend",
        "smtps": "django.core.mail.backends.smtp.EmailBackend",
        "smtp+tls": "django.core.mail.backends.smtp.EmailBackend",
        "smtp+ssl": "django.core.mail.backends.smtp.EmailBackend",
        "consolemail": "django.core.mail.backends.console.EmailBackend",
        "filemail": "django.core.mail.backends.filebased.EmailBackend",
        "memorymail": "django.core.mail.backends.locmem.EmailBackend",
        "dummymail": "django.core.mail.backends.dummy.EmailBackend",
    }
    CHANNELS_SCHEMES = {
        "inmemory": "channels.layers.InMemoryChannelLayer",
        "redis": "channels_redis.core.RedisChannelLayer",
        "rediss": "channels_redis.core.RedisChannelLayer",
        "redis+pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "rediss+pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
    }
    # With django-redis installed the driver is its own (django-environ, compat.py).
    REDIS_DRIVER = None
    _from_files = False

    def __init__(self, **scheme):
        self.smart_cast = True
        self.escape_proxy = False
        self.warn_on_default = False
        self.prefix = ""
        self.scheme = scheme

    def __call__(self, var, cast=None, default=NOTSET, parse_default=False):
        return self.get_value(var, cast=cast, default=default, parse_default=parse_default)

    def __contains__(self, var):
        return var in self.ENVIRON

    def str(self, var, default=NOTSET, multiline=False, choices=NOTSET):
        value = self.get_value(var, cast=str, default=default)
        if multiline:
            return value.replace("\\r\\n", "\n").replace("\\n", "\n")
        if choices is not self.NOTSET and value not in choices:
            raise ImproperlyConfigured(f"Invalid value: {value} not in {choices}")
        return value

    unicode = str

    def bytes(self, var, default=NOTSET, encoding="utf8"):
        value = self.get_value(var, cast=str, default=default)
        if hasattr(value, "encode"):
            return value.encode(encoding)
        return value

    def bool(self, var, default=NOTSET):
        return self.get_value(var, cast=bool, default=default)

    def int(self, var, default=NOTSET):
        return self.get_value(var, cast=int, default=default)

    def float(self, var, default=NOTSET):
        return self.get_value(var, cast=float, default=default)

    def json(self, var, default=NOTSET):
        return self.get_value(var, cast=_json.loads, default=default)

    def list(self, var, cast=None, default=NOTSET):
        return self.get_value(var, cast=list if not cast else [cast], default=default)

    def tuple(self, var, cast=None, default=NOTSET):
        return self.get_value(var, cast=tuple if not cast else (cast,), default=default)

    def dict(self, var, cast=dict, default=NOTSET):
        return self.get_value(var, cast=cast, default=default)

    def url(self, var, default=NOTSET):
        return self.get_value(var, cast=urlparse, default=default, parse_default=True)

    def db_url(self, var=DEFAULT_DATABASE_ENV, default=NOTSET, engine=None):
        return self.db_url_config(self._url_text(var, default, "db_url"), engine=engine)

    db = db_url

    def cache_url(self, var=DEFAULT_CACHE_ENV, default=NOTSET, backend=None):
        return self.cache_url_config(self.url(var, default=default), backend=backend)

    cache = cache_url

    def email_url(self, var=DEFAULT_EMAIL_ENV, default=NOTSET, backend=None):
        return self.email_url_config(self.url(var, default=default), backend=backend)

    email = email_url

    def search_url(self, var=DEFAULT_SEARCH_ENV, default=NOTSET, engine=None):
        return unknown("search URLs are not parsed")

    def channels_url(self, var=DEFAULT_CHANNELS_ENV, default=NOTSET, backend=None):
        return self.channels_url_config(self.url(var, default=default), backend=backend)

    channels = channels_url

    def path(self, var, default=NOTSET, **kwargs):
        return Path(self.get_value(var, default=default), **kwargs)

    def _url_text(self, var, default, cast):
        return self.get_value(var, default=default)

    def get_value(self, var, cast=None, default=NOTSET, parse_default=False):
        name = f"{self.prefix}{var}"
        if name in self.scheme:
            info = self.scheme[name]
            if isinstance(info, (tuple, list, str, dict)) and len(info) == 2:
                if not cast:
                    cast = info[0]
                if default is self.NOTSET:
                    default = info[1]
            elif not cast:
                cast = info
        has_default = default is not self.NOTSET
        value = self._look_up(name, has_default, default, _name_of(cast))
        if value is None:
            if not has_default:
                raise ImproperlyConfigured(f"Set the {name} environment variable")
            value = default
        # What is not known, or known for some outcomes only, is not followed: it would name itself
        # again and again.
        if is_known(value) and isinstance(value, str) and value.startswith("$"):
            value = self.get_value(value.lstrip("$"), cast=cast, default=default)
        if self.escape_proxy and hasattr(value, "replace"):
            value = value.replace("\\$", "$")
        if self.smart_cast and cast is None and has_default and default is not None:
            cast = type(default)
        if default is None and value == "":
            value = None
        if value != default or (parse_default and value is not None):
            value = self.parse_value(value, cast)
        return value

    def _look_up(self, name, has_default, default, cast):
        if self._from_files:
            path = variable("environ", name + "_FILE", True, None, None, False)
            if path is not None:
                with open(path) as file:
                    return file.read()
        return variable("environ", name, has_default, default, cast, not has_default)

    @classmethod
    def parse_value(cls, value, cast):
        if cast is None:
            return value
        if cast is bool:
            try:
                return int(value) != 0
            except ValueError:
                return value.lower().strip() in cls.BOOLEAN_TRUE_STRINGS
        if isinstance(cast, list):
            return list(map(cast[0], [x for x in value.split(",") if x]))
        if isinstance(cast, tuple):
            return tuple(map(cast[0], [x for x in value.strip("(").strip(")").split(",") if x]))
        if isinstance(cast, dict):
            key_cast = cast.get("key", str)
            value_cast = cast.get("value", str)
            by_key = cast.get("cast", {})
            pairs = [item.split("=") for item in value.split(";") if item]
            return {key_cast(p[0]): cls.parse_value(p[1], by_key.get(p[0], value_cast)) for p in pairs}
        if cast is dict:
            return dict([item.split("=", 1) for item in value.split(",") if item])
        if cast is list:
            return [x for x in value.split(",") if x]
        if cast is tuple:
            return tuple([x for x in value.strip("(").strip(")").split(",") if x])
        if cast is float:
            digits = "".join([c for c in value if c.isdigit() or c in ",.-"])
            parts = digits.replace(",", ".").split(".")
            if len(parts) > 1:
                return float("".join(parts[:-1]) + "." + parts[-1])
            return float(parts[0])
        return cast(value)

    @classmethod
    def db_url_config(cls, url, engine=None):
        if not isinstance(url, cls.URL_CLASS):
            if url == "sqlite://:memory:":
                return {"ENGINE": cls.DB_SCHEMES["sqlite"], "NAME": ":memory:"}
            try:
                url = urlparse(url)
            except ValueError:
                return unknown("the URL is not well formed")
        config = {}
        if not url.path:
            url = urlparse(quote(url.geturl(), safe=":/?&=@")) if url.netloc else url
        path = unquote_plus(url.path[1:].split("?", 2)[0])
        if url.scheme == "sqlite" and path == "":
            path = ":memory:"
        if url.scheme == "ldap":
            path = f"{url.scheme}://{url.hostname}"
            if url.port:
                path += f":{url.port}"
        netloc = unquote(url.netloc.rsplit("@", 1)[-1])
        if url.scheme in cls.POSTGRES_FAMILY and "," in netloc:
            parts = [host.rsplit(":", 1) for host in netloc.split(",")]
            hostname = ",".join([part[0] for part in parts])
            port = ",".join([part[1] for part in parts if len(part) == 2])
        else:
            hostname = url.hostname
            port = url.port
        config.update({
            "NAME": path or "",
            "USER": _cast_urlstr(url.username) or "",
            "PASSWORD": _cast_urlstr(url.password) or "",
            "HOST": hostname or "",
            "PORT": _cast_int(port) or "",
        })
        if path.startswith("/") and (url.scheme in cls.POSTGRES_FAMILY or cls.CLOUDSQL in path):
            config["HOST"], config["NAME"] = path.rsplit("/", 1)
        if url.scheme == "oracle":
            if path == "":
                config["NAME"] = config["HOST"]
                config["HOST"] = ""
            if not config["PORT"]:
                del config["PORT"]
            else:
                config["PORT"] = str(config["PORT"])
        if url.query:
            options = {}
            for key, values in parse_qs(url.query).items():
                if key.upper() in ("CONN_MAX_AGE", "ATOMIC_REQUESTS", "AUTOCOMMIT",
                                   "DISABLE_SERVER_SIDE_CURSORS", "CONN_HEALTH_CHECKS"):
                    config[key.upper()] = _cast(values[0])
                else:
                    options[key] = _cast_int(values[0])
            config["OPTIONS"] = options
        config["ENGINE"] = engine or url.scheme
        if config["ENGINE"] in cls.DB_SCHEMES:
            config["ENGINE"] = cls.DB_SCHEMES[config["ENGINE"]]
        if not config.get("ENGINE", False):
            return {}
        return config

    @classmethod
    def cache_url_config(cls, url, backend=None):
        if not isinstance(url, cls.URL_CLASS):
            if not url:
                return {}
            url = urlparse(url)
        if url.scheme in ("rediscache", "redis", "rediss", "valkey", "valkeys"):
            try:
                import django_redis
                driver = "django_redis.cache.RedisCache"
            except ImportError:
                driver = "django.core.cache.backends.redis.RedisCache"
        elif url.scheme in cls.CACHE_SCHEMES:
            driver = cls.CACHE_SCHEMES[url.scheme]
        else:
            raise ImproperlyConfigured(f"Invalid cache schema {url.scheme}")
        location = url.netloc.split(",")
        if len(location) == 1:
            location = location[0]
        config = {"BACKEND": driver, "LOCATION": location}
        if url.scheme == "filecache":
            config["LOCATION"] = url.netloc + url.path
        if not url.netloc and url.scheme in ("memcache", "pymemcache"):
            config["LOCATION"] = "unix:" + url.path
        elif url.scheme.startswith("redis"):
            scheme = url.scheme.replace("cache", "") if url.hostname else "unix"
            locations = [scheme + "://" + host + url.path for host in url.netloc.split(",")]
            config["LOCATION"] = locations[0] if len(locations) == 1 else locations
        if backend:
            config["BACKEND"] = backend
        if url.query:
            options = {}
            lower = config["BACKEND"] == "django.core.cache.backends.redis.RedisCache"
            for key, values in parse_qs(url.query).items():
                name = key.lower() if lower else key.upper()
                if key.upper() in ("TIMEOUT", "KEY_PREFIX", "VERSION", "KEY_FUNCTION", "BINARY"):
                    config[name] = _cast(values[0])
                else:
                    options[name] = _cast(values[0])
            config["OPTIONS"] = options
        return config

    @classmethod
    def email_url_config(cls, url, backend=None):
        url = urlparse(url) if not isinstance(url, cls.URL_CLASS) else url
        config = {
            "EMAIL_FILE_PATH": unquote_plus(url.path[1:].split("?", 2)[0]),
            "EMAIL_HOST_USER": _cast_urlstr(url.username),
            "EMAIL_HOST_PASSWORD": _cast_urlstr(url.password),
            "EMAIL_HOST": url.hostname,
            "EMAIL_PORT": _cast_int(url.port),
        }
        if backend:
            config["EMAIL_BACKEND"] = backend
        elif not is_known(url.scheme):
            config["EMAIL_BACKEND"] = unknown("the URL says which")
        elif url.scheme not in cls.EMAIL_SCHEMES:
            raise ImproperlyConfigured(f"Invalid email schema {url.scheme}")
        else:
            config["EMAIL_BACKEND"] = cls.EMAIL_SCHEMES[url.scheme]
        if url.scheme in ("smtps", "smtp+tls"):
            config["EMAIL_USE_TLS"] = True
        elif url.scheme == "smtp+ssl":
            config["EMAIL_USE_SSL"] = True
        if not is_known(url.query):
            # Which keys it may bring is known, and so `vars().update()` leaves the other names alone.
            for key in ("EMAIL_USE_TLS", "EMAIL_USE_SSL", "OPTIONS"):
                config[key] = unknown("the URL may say so")
        elif url.query:
            options = {}
            for key, values in parse_qs(url.query).items():
                if key.upper() in ("EMAIL_USE_TLS", "EMAIL_USE_SSL"):
                    config[key.upper()] = _cast_int(values[0])
                else:
                    options[key.upper()] = _cast_int(values[0])
            config["OPTIONS"] = options
        return config

    @classmethod
    def channels_url_config(cls, url, backend=None):
        url = urlparse(url) if not isinstance(url, cls.URL_CLASS) else url
        if backend:
            return {"BACKEND": backend}
        if url.scheme not in cls.CHANNELS_SCHEMES:
            raise ImproperlyConfigured(f"Invalid channels schema {url.scheme}")
        config = {"BACKEND": cls.CHANNELS_SCHEMES[url.scheme]}
        if url.scheme.startswith("redis"):
            config["CONFIG"] = {"hosts": [url._replace(scheme=url.scheme.split("+")[0]).geturl()]}
        return config

    @classmethod
    def read_env(cls, env_file=None, overwrite=False, parse_comments=False, encoding="utf8", **overrides):
        if env_file is None:
            env_file = join(dirname(caller_file()), ".env")
            if not exists(env_file):
                return
        pairs = _read("environ", env_file)
        if pairs is None:
            return
        if parse_comments:
            pairs = [(name, unknown("comments in env files are not modelled")) for name, value in pairs]
        for name, value in pairs:
            overrides[name] = value
        for name, value in overrides.items():
            # Loading asks for nothing.
            if overwrite:
                cls.ENVIRON[name] = str(value)
            else:
                cls.ENVIRON.setdefault(name, str(value))


class FileAwareEnv(Env):
    _from_files = True


class Path:
    def __init__(self, start="", *paths, **kwargs):
        if kwargs.get("is_file", False):
            start = dirname(start)
        self.__root__ = self._absolute_join(start, *paths, **kwargs)

    @staticmethod
    def _absolute_join(base, *paths, **kwargs):
        path = abspath(join(str(base), *paths))
        if kwargs.get("required", False) and not exists(path):
            raise ImproperlyConfigured(f"Create required path: {path}")
        return path

    def path(self, *paths, **kwargs):
        return self.__class__(self.__root__, *paths, **kwargs)

    def file(self, name, *args, **kwargs):
        return open(self(name), *args, **kwargs)

    @property
    def root(self):
        return self.__root__

    def __call__(self, *paths, **kwargs):
        return self._absolute_join(self.__root__, *paths, **kwargs)

    def __eq__(self, other):
        if isinstance(other, Path):
            return self.__root__ == other.__root__
        return self.__root__ == other

    def __add__(self, other):
        if not isinstance(other, Path):
            return Path(self.__root__, other)
        return Path(self.__root__, other.__root__)

    def __sub__(self, other):
        if isinstance(other, int):
            return self.path("../" * other)
        if isinstance(other, str) and self.__root__.endswith(other):
            return Path(self.__root__.rstrip(other))
        raise TypeError("unsupported operand type(s) for -")

    def __contains__(self, item):
        return item.__root__.startswith(join(self.__root__, ""))

    def __str__(self):
        return self.__root__

    def __fspath__(self):
        return self.__root__

    def __getitem__(self, index):
        return self.__root__[index]

    def rfind(self, *args):
        return self.__root__.rfind(*args)

    def find(self, *args):
        return self.__root__.find(*args)
