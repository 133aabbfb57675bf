"""Evaluates each program as a settings module in a process of its own, and prints what its names hold."""
import json
import os
import pathlib
import re
import datetime
import subprocess
import sys
import tempfile
import types


def encode(value):
    if value is None or isinstance(value, bool):
        return value
    kind = type(value)
    if kind is str:
        return value
    if kind is int:
        return value if abs(value) < 2**53 else {"$int": str(value)}
    if kind is float:
        return {"$float": repr(value)}
    if kind is bytes:
        return {"$bytes": value.hex()}
    if kind is list:
        return [encode(item) for item in value]
    if kind is tuple:
        return {"$tuple": [encode(item) for item in value]}
    if kind in (set, frozenset):
        items = sorted((encode(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True, separators=(",", ":")))
        return {"$set" if kind is set else "$frozenset": items}
    if kind is dict:
        if all(type(key) is str and not key.startswith("$") for key in value):
            return {key: encode(item) for key, item in value.items()}
        return {"$dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, tuple):
        return {"$tuple": [encode(item) for item in value]}
    if isinstance(value, pathlib.PurePath):
        return {"$path": str(value)}
    if kind is datetime.timedelta:
        return {"$timedelta": [value.days, value.seconds, value.microseconds]}
    if kind is range:
        return {"$range": [value.start, value.stop, value.step]}
    if isinstance(value, re.Pattern):
        return {"$regex": value.pattern, "$flags": value.flags}
    if kind.__name__ == "__proxy__":
        function, args = value.__reduce__()[1][:2]
        return {"$lazy": f"{function.__module__}.{function.__qualname__}", "$args": [encode(a) for a in args], "$kwargs": {}}
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
        return {"$ref": value.__qualname__}
    return {"$type": f"{kind.__module__}.{kind.__qualname__}"}


def run(folder):
    sys.path.insert(0, folder)
    os.chdir(folder)
    try:
        import settings
    except BaseException as error:
        kind = type(error)
        name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        return {"error": {"type": name, "message": str(error)}}
    return {name: encode(value) for name, value in vars(settings).items() if name.isupper()}


def main():
    """Programs come as JSON: files, variables and texts. Each is run in a child forked from here."""
    import django, django_heroku, environ, environs, decouple, dotenv, dj_database_url, configurations  # noqa: read once

    given = json.load(sys.stdin)
    results = []
    for text in given["programs"]:
        with tempfile.TemporaryDirectory() as folder:
            folder = os.path.realpath(folder)
            for name, content in {**given["files"], "settings.py": text}.items():
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(content)
            reader, writer = os.pipe()
            child = os.fork()
            if child == 0:
                sys.stdout = open(os.devnull, "w")
                sys.stderr = sys.stdout
                sys.dont_write_bytecode = True
                os.environ.clear()
                os.environ.update(given["variables"])
                result = json.dumps(run(folder)).replace(folder, "/srv/app")
                with os.fdopen(writer, "w") as pipe:
                    pipe.write(result)
                os._exit(0)
            os.close(writer)
            with os.fdopen(reader) as pipe:
                results.append(json.loads(pipe.read() or '{"error": {"type": "Crash", "message": ""}}'))
            os.waitpid(child, 0)
    json.dump(results, sys.stdout)


main()
