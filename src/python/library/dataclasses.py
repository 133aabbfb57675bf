from _kilter import annotations, unknown

_MISSING = object()


class Field:
    def __init__(self, default=_MISSING, default_factory=_MISSING, init=True, kw_only=False):
        self.default = default
        self.default_factory = default_factory
        self.init = init


def field(*, default=_MISSING, default_factory=_MISSING, init=True, repr=True, hash=None,
          compare=True, metadata=None, kw_only=False):
    return Field(default, default_factory, init)


def dataclass(cls=None, **options):
    def wrap(cls):
        names = list(annotations(cls))
        defaults = {}
        for name in names:
            if hasattr(cls, name):
                defaults[name] = getattr(cls, name)
                if isinstance(defaults[name], Field) and defaults[name].default is not _MISSING:
                    setattr(cls, name, defaults[name].default)
        post = hasattr(cls, "__post_init__")

        def __init__(self, *args, **kwargs):
            given = list(args)
            for name in names:
                default = defaults.get(name, _MISSING)
                if isinstance(default, Field) and not default.init:
                    value = _default(cls, name, default)
                elif given:
                    value = given.pop(0)
                elif name in kwargs:
                    value = kwargs.pop(name)
                elif default is _MISSING:
                    raise TypeError(f"__init__() missing 1 required positional argument: '{name}'")
                else:
                    value = _default(cls, name, default)
                object.__setattr__(self, name, value)
            if kwargs:
                raise TypeError(f"__init__() got an unexpected keyword argument '{list(kwargs)[0]}'")
            if given:
                raise TypeError("__init__() takes fewer positional arguments")
            if post:
                self.__post_init__()

        cls.__init__ = __init__
        cls.__dataclass_fields__ = names
        return cls

    return wrap if cls is None else wrap(cls)


def _default(cls, name, default):
    if isinstance(default, Field):
        if default.default_factory is not _MISSING:
            return default.default_factory()
        if default.default is not _MISSING:
            return default.default
        raise TypeError(f"__init__() missing 1 required positional argument: '{name}'")
    return default


def asdict(instance):
    return {name: _plain(getattr(instance, name)) for name in instance.__dataclass_fields__}


def _plain(value):
    if hasattr(value, "__dataclass_fields__"):
        return asdict(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def replace(instance, **changes):
    values = {name: getattr(instance, name) for name in instance.__dataclass_fields__}
    values.update(changes)
    return type(instance)(**values)


def is_dataclass(value):
    return hasattr(value, "__dataclass_fields__")
