"""Imports a settings module for real, and prints what it holds as JSON.

Runs in the interpreter that has Django, inside what `sandbox.py` closes off. What it is to do comes
as JSON on standard input. Values are written as `kilter settings --format json` writes them.
"""

import datetime
import decimal
import enum
import importlib.abc
import importlib.machinery
import json
import os
import pathlib
import re
import resource
import sys
import traceback
import types
import uuid
import warnings

STUB = "\x00stub:"
PLAIN = (bool, int, float, str, bytes, list, tuple, dict, set, frozenset)


def qualified(it):
    module = getattr(it, "__module__", None)
    name = getattr(it, "__qualname__", None) or getattr(it, "__name__", None) or "?"
    return f"{module}.{name}" if isinstance(module, str) and module != "builtins" else str(name)


def compact(encoded):
    return json.dumps(encoded, sort_keys=True, separators=(",", ":"))


def encode(value, around=()):
    if id(value) in around or len(around) > 60:
        return {"$cycle": True}
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is str:
        return text(value)
    if kind is int:
        return value if abs(value) < 2**53 else {"$int": str(value)}
    if kind is float:
        return {"$float": repr(value)}
    if kind is bytes:
        return {"$bytes": value.hex()}

    def inner(it):
        return encode(it, (*around, id(value)))

    if kind is list:
        return [inner(it) for it in value]
    if kind is tuple:
        return {"$tuple": [inner(it) for it in value]}
    if kind in (set, frozenset):
        items = sorted((inner(it) for it in value), key=compact)
        return {"$set" if kind is set else "$frozenset": items}
    if kind is dict:
        if all(type(key) is str and not key.startswith("$") and STUB not in key for key in value):
            return {key: inner(it) for key, it in value.items()}
        return {"$dict": [[inner(key), inner(it)] for key, it in value.items()]}
    return encode_object(value, kind, inner)


def text(value):
    if STUB in value:
        return {"$stub": value.split(STUB, 1)[1].split("\x00", 1)[0]}
    try:
        value.encode()
    except UnicodeEncodeError:
        return {"$surrogates": value.encode("utf-8", "surrogateescape").hex()}
    return value


def encode_object(value, kind, inner):
    if getattr(kind, "is_stub", False) or isinstance(value, type) and "is_stub" in value.__dict__:
        return {"$stub": getattr(value, "_name", qualified(value))}
    if isinstance(value, types.ModuleType):
        return {"$ref": f"module:{value.__name__}"}
    if isinstance(value, pathlib.PurePath):
        return {"$path": str(value)}
    if kind is datetime.timedelta:
        return {"$timedelta": [value.days, value.seconds, value.microseconds]}
    for name, of in (("datetime", datetime.datetime), ("date", datetime.date), ("time", datetime.time)):
        if kind is of:
            return {f"${name}": value.isoformat()}
    if kind in (decimal.Decimal, uuid.UUID):
        return {f"${kind.__name__.lower()}": str(value)}
    if kind is range:
        return {"$range": [value.start, value.stop, value.step]}
    if isinstance(value, re.Pattern):
        return {"$regex": inner(value.pattern), "$flags": int(value.flags)}
    if kind.__name__ == "__proxy__":
        function, args, kwargs = value.__reduce__()[1][:3]
        kwargs = {name: inner(it) for name, it in kwargs.items()}
        return {"$lazy": qualified(function), "$args": [inner(it) for it in args], "$kwargs": kwargs}
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
        return {"$ref": qualified(value)}
    if isinstance(value, enum.Enum):
        return {"$type": qualified(kind), "$value": inner(value.value)}
    for base in PLAIN:
        if isinstance(value, base):
            plain = str.__str__(value) if base is str else base(value)
            return {"$type": qualified(kind), "$value": inner(plain)}
    return {"$type": qualified(kind)}


def stand_in(names):
    """Lets modules be imported that are not installed. Whatever comes out of them is marked."""

    class Meta(type):
        is_stub = True

        def __getattr__(cls, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return Stub(f"{cls.__name__}.{name}")

    class Stub(metaclass=Meta):
        is_stub = True

        def __init__(self, name="?", *args, **kwargs):
            object.__setattr__(self, "_name", name if isinstance(name, str) else type(self).__name__)

        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return Stub(f"{self._name}.{name}")

        def __call__(self, *args, **kwargs):
            return Stub(f"{self._name}()")

        def __getitem__(self, key):
            return Stub(f"{self._name}[]")

        def __iter__(self):
            return iter([Stub(f"{self._name}[*]")])

        def __str__(self):
            return f"{STUB}{self._name}\x00"

        def __format__(self, specification):
            return str(self)

        def __enter__(self):
            return Stub(f"{self._name}.__enter__()")

        def __exit__(self, *args):
            return False

        def __mro_entries__(self, bases):
            return (Base,)

        def __contains__(self, item):
            return False

        def __setattr__(self, name, value):
            pass

        def __setitem__(self, key, value):
            pass

        def operate(self, *args):
            return Stub(f"{self._name}<op>")

        __repr__ = __fspath__ = __str__
        __add__ = __radd__ = __or__ = __ror__ = __mod__ = __mul__ = __truediv__ = operate

    class Base:
        def __init_subclass__(cls, **kwargs):
            pass

    class Failure(Exception):
        pass

    class Module(types.ModuleType):
        def __getattr__(self, name):
            if name == "__all__":
                return []
            if name.startswith("__"):
                raise AttributeError(name)
            if name.endswith(("Error", "Exception", "DoesNotExist")):
                return Failure
            return Stub(f"{self.__name__}.{name}")

    class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
        def find_spec(self, name, path=None, target=None):
            if name.split(".")[0] in names:
                return importlib.machinery.ModuleSpec(name, self, is_package=True)
            return None

        def create_module(self, spec):
            module = Module(spec.name)
            module.__path__ = []
            return module

        def exec_module(self, module):
            pass

    sys.meta_path.append(Finder())


def error_of(error, root):
    """What an exception is called, and the innermost line of the project that it went through."""
    inside = [
        (os.path.relpath(frame.filename, root), frame.lineno)
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(root + "/") and "site-packages" not in frame.filename
    ]
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(root + "/"):
        inside.append((os.path.relpath(error.filename, root), error.lineno))
    file, line = inside[-1] if inside else (None, None)
    told = {"type": qualified(type(error)), "message": str(error)[:2000], "file": file, "line": line}
    if isinstance(error, ImportError):
        told["name"] = error.name
    return told


def own_names(module, configuration):
    """The settings that the project says, without those that django-configurations copies."""
    names = [name for name in dir(module) if name.isupper()]
    holder = getattr(module, configuration or "", None)
    if not isinstance(holder, type) or not hasattr(module, "CONFIGURATION"):
        return names
    from django.conf import global_settings

    own = set()
    for kind in holder.__mro__:
        if not kind.__module__.startswith("configurations.") and kind is not object:
            own |= {name for name in vars(kind) if name.isupper()}

    def copied(name):
        default = getattr(global_settings, name, own)
        return default is getattr(module, name) if name in own else default is not own

    return [name for name in names if name != "CONFIGURATION" and not copied(name)]


def imported(task):
    configuration = os.environ.get("DJANGO_CONFIGURATION")
    try:
        if configuration:
            import configurations.importer

            configurations.importer.install()
        __import__(task["settings"])
        module = sys.modules[task["settings"]]
        return {name: encode(getattr(module, name)) for name in own_names(module, configuration)}
    except BaseException as error:  # whatever leaves the module keeps the process from starting
        return {"error": error_of(error, task["root"])}


def main():
    task = json.load(sys.stdin)
    for limit, most in ((resource.RLIMIT_CPU, 60), (resource.RLIMIT_FSIZE, 64 << 20)):
        resource.setrlimit(limit, (most, most))
    out = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    warnings.simplefilter("ignore")
    os.environ.clear()
    os.environ.update(task["env"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", task["settings"])
    here = os.path.dirname(os.path.abspath(__file__))
    sys.argv = ["manage.py", "measured"]
    sys.path[:] = [task["project"], *(it for it in sys.path if it and os.path.abspath(it) != here)]
    os.chdir(task["project"])
    stand_in(set(task["stubs"]))
    with os.fdopen(out, "w") as stream:
        json.dump(imported(task), stream)
        stream.flush()
        os._exit(0)


if __name__ == "__main__":
    main()
