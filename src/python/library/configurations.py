from _kilter import repeats_default, environ, unknown, class_names, exists, dotenv as _read
from configurations.values import Value


def pristinemethod(function):
    function.pristine = True
    return staticmethod(function)


def _is_uppercase(name):
    return name == name.upper() and not name.startswith("_")


def _names(cls):
    found = []
    for base in cls.__mro__:
        if base is not object:
            found += [name for name in class_names(base) if _is_uppercase(name) and name not in found]
    return sorted(found)


class Configuration:
    DOTENV_LOADED = None

    def __getattr__(self, name):
        if _is_uppercase(name):
            return unknown("it is a default of Django's own")
        raise AttributeError(name)

    @classmethod
    def load_dotenv(cls):
        path = getattr(cls, "DOTENV", None)
        if not path:
            return
        pairs = _read("environ", path)
        if pairs is None:
            from django.core.exceptions import ImproperlyConfigured
            raise ImproperlyConfigured(f"Couldn't read .env file with the path {path}.")
        for name, value in pairs:
            environ.setdefault(name, value)
        cls.DOTENV_LOADED = path

    @classmethod
    def pre_setup(cls):
        if cls.DOTENV_LOADED is None:
            cls.load_dotenv()

    @classmethod
    def post_setup(cls):
        pass

    @classmethod
    def setup(cls):
        for name in _names(cls):
            value = getattr(cls, name)
            if isinstance(value, Value):
                _set_up(cls, name, value)


def _set_up(target, name, value):
    result = value.setup(name)
    setattr(target, name, value.value)
    if value.multiple:
        for key, item in result.items():
            setattr(target, key, item)


def _load(names, name, module):
    cls = names[name]
    if not issubclass(cls, Configuration):
        return
    cls.pre_setup()
    cls.setup()
    instance = cls()
    for attribute in _names(cls):
        value = getattr(instance, attribute)
        if callable(value) and not getattr(value, "pristine", False):
            value = value()
            if isinstance(value, Value):
                result = value.setup(attribute)
                names[attribute] = value.value
                continue
        # Every default of Django's is an attribute, too: one that is only repeated says nothing.
        if not repeats_default(attribute, value):
            names[attribute] = value
    cls.post_setup()
