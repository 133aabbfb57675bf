from _kilter import variable, dotenv as _read, find_up, expected_up, caller_file, dirname, exists, unknown, Path, timedelta, getcwd, is_known, literal
from urllib.parse import urlparse
from environs.exceptions import EnvError, EnvNotSetError, EnvValidationError, EnvSealedError, ParserConflictError, ValidationError
import json as _json
import logging as _logging

_TRUE = ("t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES", "1")
_FALSE = ("f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO", "0")
_MISSING = object()


def _bool(value):
    if isinstance(value, bool):
        return value
    # Worked out of a text that is known, so that the answer comes from where that does.
    if value in _TRUE:
        return value in _TRUE if is_known(value) else True
    if value in _FALSE:
        return value not in _FALSE if is_known(value) else False
    raise ValidationError("Not a valid boolean.")


def _int(value):
    try:
        return int(value)
    except ValueError:
        raise ValidationError("Not a valid integer.")


def _float(value):
    try:
        return float(value)
    except ValueError:
        raise ValidationError("Not a valid number.")


def _inner(subcast):
    if subcast is None:
        return lambda value: value
    if subcast is bool:
        return _bool
    if subcast is int:
        return _int
    if subcast is float:
        return _float
    return subcast


def _list(value, subcast=None, delimiter=","):
    cast = _inner(subcast)
    if not isinstance(value, str):
        return [cast(item) for item in value]
    return [cast(item) for item in value.split(delimiter)] if value != "" else []


def _dict(value, subcast_keys=None, subcast_values=None, subcast=None, delimiter=",", key_value_delimiter="="):
    keys, values = _inner(subcast_keys), _inner(subcast_values)
    if not isinstance(value, str):
        return value
    pairs = [item.split(key_value_delimiter, 1) for item in value.split(delimiter) if value]
    return {keys(pair[0].strip()): values(pair[1].strip()) for pair in pairs}


def _json_value(value):
    if not isinstance(value, str):
        return value
    try:
        return _json.loads(value)
    except ValueError:
        raise ValidationError("Not valid JSON.")


def _log_level(value):
    if isinstance(value, int):
        return value
    names = {"CRITICAL": 50, "FATAL": 50, "ERROR": 40, "WARNING": 30, "WARN": 30, "INFO": 20, "DEBUG": 10, "NOTSET": 0}
    if value.isdigit():
        return int(value)
    if value.upper() in names:
        return names[value.upper()]
    raise ValidationError("Not a valid log level.")


def _timedelta(value, precision="seconds"):
    if value.isdigit() and precision == "seconds":
        return timedelta(seconds=int(value))
    return unknown("the duration is not parsed")


def _not_modelled(value, **options):
    return unknown("the type is not modelled")


class Env:
    def __init__(self, *, eager=True, expand_vars=False, prefix=None):
        self.eager = eager
        self.expand_vars = expand_vars
        self._prefix = prefix
        self._environ = {}
        self._parsers = {}

    def _raw(self, name, default, cast):
        key = self._prefix + name if self._prefix else name
        has_default = default is not ...
        value = variable("environs", key, has_default, None if default is ... else default, cast, not has_default)
        if value is None and key in self._environ:
            value = self._environ[key]
        if value is not None and self.expand_vars and "$" in value:
            return unknown("variables in variables are not expanded")
        return value

    def _get(self, name, default, cast, convert, validate=None, always=False):
        value = self._raw(name, default, cast)
        if value is None:
            if default is not ...:
                if always:
                    return convert(default)
                return default
            if not self.eager:
                return None
            key = self._prefix + name if self._prefix else name
            raise EnvNotSetError(f'Environment variable "{key}" not set')
        try:
            value = convert(value)
        except ValidationError as error:
            key = self._prefix + name if self._prefix else name
            raise EnvValidationError(f'Environment variable "{key}" invalid: {error}')
        if validate is not None:
            return self._validated(value, validate)
        return value

    def _validated(self, value, validate):
        for check in (validate if isinstance(validate, (list, tuple)) else [validate]):
            check(value)
        return value

    def __call__(self, name, default=..., subcast=None, *, validate=None, **kwargs):
        return self._get(name, default, None, lambda value: value, validate)

    def str(self, name, default=..., subcast=None, *, validate=None, **kwargs):
        return self._get(name, default, "str", lambda value: value, validate)

    def bool(self, name, default=..., subcast=None, *, validate=None, **kwargs):
        return self._get(name, default, "bool", _bool, validate)

    def int(self, name, default=..., subcast=None, *, validate=None, **kwargs):
        return self._get(name, default, "int", _int, validate)

    def float(self, name, default=..., subcast=None, *, validate=None, **kwargs):
        return self._get(name, default, "float", _float, validate)

    def list(self, name, default=..., subcast=None, *, validate=None, delimiter=",", **kwargs):
        return self._get(name, default, "list", lambda value: _list(value, subcast, delimiter), validate)

    def dict(self, name, default=..., *, validate=None, **kwargs):
        return self._get(name, default, "dict", lambda value: _dict(value, **kwargs), validate)

    def json(self, name, default=..., subcast=None, *, validate=None, **kwargs):
        return self._get(name, default, "json", _json_value, validate)

    def path(self, name, default=..., subcast=None, *, validate=None, **kwargs):
        return self._get(name, default, "path", lambda value: Path(value), validate)

    def log_level(self, name, default=..., subcast=None, *, validate=None, **kwargs):
        return self._get(name, default, "log_level", _log_level, validate)

    def timedelta(self, name, default=..., subcast=None, *, validate=None, **kwargs):
        return self._get(name, default, "timedelta", lambda value: _timedelta(value, **kwargs), validate)

    def url(self, name, default=..., subcast=None, *, validate=None, **kwargs):
        return self._get(name, default, "url", urlparse, validate)

    def decimal(self, name, default=..., **kwargs):
        return self._get(name, default, "decimal", _not_modelled)

    datetime = date = time = uuid = decimal

    def enum(self, name, default=..., *, enum=None, by_value=False, **kwargs):
        return self._get(name, default, "enum", lambda value: enum(value) if by_value else enum[value])

    def dj_db_url(self, name, default=..., **kwargs):
        import dj_database_url
        return self._get(name, default, "db_url", lambda value: dj_database_url.parse(value, **kwargs), always=True)

    def dj_email_url(self, name, default=..., **kwargs):
        import dj_email_url
        return self._get(name, default, "email_url", lambda value: dj_email_url.parse(value, **kwargs), always=True)

    def dj_cache_url(self, name, default=..., **kwargs):
        import django_cache_url
        return self._get(name, default, "cache_url", lambda value: django_cache_url.parse(value, **kwargs), always=True)

    def read_env(self, path=None, *, recurse=True, override=False, verbose=False, return_path=False):
        if path is None:
            path = dirname(caller_file()) + "/.env"
        path = str(path)
        folder, name = dirname(path), path.split("/")[-1]
        found = find_up(name, folder or getcwd()) if recurse else (path if exists(path) else None)
        expected = expected_up(name, folder or getcwd()) if recurse and found is None else None
        if expected is not None:
            _read("override", expected)
        if found is not None:
            for key, value in _read("override", found) or []:
                # Loading asks for nothing.
                if override:
                    self._environ[key] = value
                else:
                    self._environ.setdefault(key, value)
        return found if return_path else found is not None

    def prefixed(self, prefix):
        return _Prefixed(self, prefix)

    def seal(self):
        pass

    def add_parser(self, name, function):
        self._parsers[name] = function

    def parser_for(self, name):
        def decorate(function):
            self.add_parser(name, function)
            return function
        return decorate

    def __getattr__(self, name):
        if name in self._parsers:
            function = self._parsers[name]
            return lambda key, default=..., **kwargs: self._get(key, default, name, lambda value: function(value, **kwargs), always=True)
        raise AttributeError(f"Env has no attribute {name}")


class _Prefixed:
    def __init__(self, env, prefix):
        self._env = env
        self._before = env._prefix
        self._new = prefix if env._prefix is None else env._prefix + prefix

    def __enter__(self):
        self._env._prefix = self._new
        return self._env

    def __exit__(self, *args):
        self._env._prefix = self._before


class FileAwareEnv(Env):
    def __init__(self, *, file_suffix="_FILE", eager=True, expand_vars=False, prefix=None, strip_whitespace=False):
        super().__init__(eager=eager, expand_vars=expand_vars, prefix=prefix)
        self.file_suffix = file_suffix
        self.strip_whitespace = strip_whitespace

    def _raw(self, name, default, cast):
        key = self._prefix + name if self._prefix else name
        path = variable("environs", key + self.file_suffix, True, None, None, False) or self._environ.get(key + self.file_suffix)
        if path:
            with open(path) as file:
                text = file.read()
            return text.strip() if self.strip_whitespace else text
        return super()._raw(name, default, cast)


env = Env()
