from _kilter import json_loads as loads, json_dumps as dumps

JSONDecodeError = _JSONDecodeError


def load(fp, **options):
    return loads(fp.read(), **options)
