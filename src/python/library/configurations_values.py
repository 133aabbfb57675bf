from _kilter import variable, unknown, literal, exists, expanduser, abspath, is_known
from importlib import import_module

_MISSING = object()


class Value:
    multiple = False
    late_binding = False
    environ_required = False
    environ_name = None

    def __new__(cls, *args, **kwargs):
        instance = object.__new__(cls)
        if "late_binding" in kwargs:
            instance.late_binding = kwargs.get("late_binding")
        if not instance.late_binding:
            instance.__init__(*args, **kwargs)
            if (instance.environ and instance.environ_name) or (not instance.environ and instance.default):
                return instance.setup(instance.environ_name)
        return instance

    def __init__(self, default=None, environ=True, environ_name=None, environ_prefix="DJANGO",
                 environ_required=False, *args, **kwargs):
        if isinstance(default, Value) and default.default is not None:
            self.default = default.default
        else:
            self.default = default
        self.environ = environ
        if environ_prefix and environ_prefix.endswith("_"):
            environ_prefix = environ_prefix[:-1]
        self.environ_prefix = environ_prefix
        self.environ_name = environ_name
        self.environ_required = environ_required

    @property
    def value(self):
        if not hasattr(self, "_value") and self.environ_name:
            self.setup(self.environ_name)
        if hasattr(self, "_value"):
            return self._value
        return self.default

    def __str__(self):
        return str(self.value)

    def __eq__(self, other):
        return self.value == other

    def __bool__(self):
        return bool(self.value)

    def full_environ_name(self, name):
        full = self.environ_name if self.environ_name else name.upper()
        return f"{self.environ_prefix}_{full}" if self.environ_prefix else full

    def setup(self, name):
        value = self.default
        if self.environ:
            full = self.full_environ_name(name)
            required = self.environ_required
            found = variable("configurations", full, not required, self.default, type(self).__name__, required)
            if found is not None:
                value = self.to_python(found)
            elif required:
                raise ValueError(f"Value {name!r} is required to be set as the environment variable {full!r}")
        self._value = value
        return value

    def to_python(self, value):
        return value


class BooleanValue(Value):
    true_values = ("yes", "y", "true", "1")
    false_values = ("no", "n", "false", "0", "")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.default not in (True, False):
            raise ValueError(f"Default value {self.default!r} is not a boolean value")

    def to_python(self, value):
        normal = value.strip().lower()
        # Worked out of a text that is known, so that the answer comes from where that does.
        if normal in self.true_values:
            return normal in self.true_values if is_known(normal) else True
        if normal in self.false_values:
            return normal not in self.false_values if is_known(normal) else False
        raise ValueError(f"Cannot interpret boolean value {value!r}")


class MultipleMixin:
    multiple = True


class CastingMixin:
    exception = (TypeError, ValueError)
    message = "Cannot interpret value {0!r}"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        caster = self.caster
        if isinstance(caster, str):
            module, _, name = caster.rpartition(".")
            caster = getattr(import_module(module), name)
        self._caster = caster
        self._params = {}
        if caster is not int and caster is not float:
            self._params = {name: kwargs[name] for name in kwargs if name in (
                "engine", "conn_max_age", "conn_health_checks", "ssl_require", "test_options",
                "disable_server_side_cursors")}

    def to_python(self, value):
        try:
            return self._caster(value, **self._params)
        except self.exception:
            raise ValueError(self.message.format(value))


class IntegerValue(CastingMixin, Value):
    caster = int


class PositiveIntegerValue(IntegerValue):
    def to_python(self, value):
        number = super().to_python(value)
        if number < 0:
            raise ValueError(self.message.format(value))
        return number


class FloatValue(CastingMixin, Value):
    caster = float


class DecimalValue(Value):
    def to_python(self, value):
        return unknown("decimals are not modelled")


class SequenceValue(Value):
    sequence_type = None
    converter = None

    def __init__(self, *args, **kwargs):
        self.message = "Cannot interpret item {0!r}"
        self.separator = kwargs.pop("separator", ",")
        converter = kwargs.pop("converter", None)
        if converter is not None:
            self.converter = converter
        super().__init__(*args, **kwargs)
        if self.default is None:
            self.default = self.sequence_type()
        else:
            self.default = self.sequence_type(self.default)
        if self.converter is not None:
            self.default = self._convert(self.default)

    def _convert(self, sequence):
        converted = []
        for value in sequence:
            try:
                converted.append(self.converter(value))
            except (TypeError, ValueError):
                raise ValueError(self.message.format(value))
        return self.sequence_type(converted)

    def to_python(self, value):
        parts = [part.strip() for part in value.strip().split(self.separator)]
        values = self.sequence_type([part for part in parts if part])
        if self.converter is not None:
            values = self._convert(values)
        return self.sequence_type(values)


class ListValue(SequenceValue):
    sequence_type = list


class TupleValue(SequenceValue):
    sequence_type = tuple


class SingleNestedSequenceValue(SequenceValue):
    def __init__(self, *args, **kwargs):
        self.seq_separator = kwargs.pop("seq_separator", ";")
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        parts = [part.strip() for part in value.strip().split(self.seq_separator)]
        return self.sequence_type([SequenceValue.to_python(self, part) for part in parts if part])


class SingleNestedListValue(SingleNestedSequenceValue):
    sequence_type = list


class SingleNestedTupleValue(SingleNestedSequenceValue):
    sequence_type = tuple


class BackendsValue(ListValue):
    pass


class SetValue(ListValue):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.default = set(self.default or ())

    def to_python(self, value):
        return set(super().to_python(value))


class DictValue(Value):
    message = "Cannot interpret dict value {0!r}"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.default = {} if self.default is None else dict(self.default)

    def to_python(self, value):
        if not value:
            return {}
        result = literal(value)
        if not isinstance(result, dict):
            raise ValueError(self.message.format(value))
        return result


class _Validated(Value):
    def to_python(self, value):
        return unknown("the value is validated") if not is_known(value) else value


class EmailValue(_Validated): pass
class URLValue(_Validated): pass
class IPValue(_Validated): pass


class RegexValue(_Validated):
    def __init__(self, *args, **kwargs):
        kwargs.pop("regex", None)
        super().__init__(*args, **kwargs)


class PathValue(Value):
    def __init__(self, *args, **kwargs):
        self.check_exists = kwargs.pop("check_exists", True)
        super().__init__(*args, **kwargs)

    def setup(self, name):
        value = expanduser(super().setup(name))
        if self.check_exists and not exists(value):
            raise ValueError(f"Path {value!r} does not exist.")
        return abspath(value)


class SecretValue(Value):
    def __init__(self, *args, **kwargs):
        kwargs["environ"] = True
        kwargs["environ_required"] = True
        super().__init__(*args, **kwargs)
        if self.default is not None:
            raise ValueError("Secret values are only allowed to be set as environment variables")

    def setup(self, name):
        value = super().setup(name)
        if not value:
            raise ValueError(f"Secret value {name!r} is not set")
        return value


class EmailURLValue(CastingMixin, MultipleMixin, Value):
    caster = "dj_email_url.parse"
    late_binding = True

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("environ", True)
        kwargs.setdefault("environ_prefix", None)
        kwargs.setdefault("environ_name", "EMAIL_URL")
        super().__init__(*args, **kwargs)
        self.default = {} if self.default is None else self.to_python(self.default)


class DictBackendMixin(Value):
    default_alias = "default"

    def __init__(self, *args, **kwargs):
        self.alias = kwargs.pop("alias", self.default_alias)
        kwargs.setdefault("environ", True)
        kwargs.setdefault("environ_prefix", None)
        kwargs.setdefault("environ_name", self.environ_name)
        super().__init__(*args, **kwargs)
        self.default = {} if self.default is None else self.to_python(self.default)

    def to_python(self, value):
        return {self.alias: super().to_python(value)}


class DatabaseURLValue(DictBackendMixin, CastingMixin, Value):
    caster = "dj_database_url.parse"
    environ_name = "DATABASE_URL"
    late_binding = True


class CacheURLValue(DictBackendMixin, CastingMixin, Value):
    caster = "django_cache_url.parse"
    environ_name = "CACHE_URL"
    late_binding = True


class SearchURLValue(DictBackendMixin, CastingMixin, Value):
    caster = "dj_search_url.parse"
    environ_name = "SEARCH_URL"
    late_binding = True
