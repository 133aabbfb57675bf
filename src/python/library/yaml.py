from _kilter import yaml_load, unknown, opaque


class YAMLError(Exception): pass


class BaseLoader: pass
class SafeLoader: pass
class FullLoader: pass
class Loader: pass


CSafeLoader = CLoader = SafeLoader


def safe_load(stream):
    return yaml_load(stream if isinstance(stream, (str, bytes)) else stream.read())


def full_load(stream):
    return safe_load(stream)


def load(stream, Loader=None):
    if Loader is SafeLoader or Loader is FullLoader:
        return safe_load(stream)
    return unknown("what this loader makes of YAML is not known")


def dump(data, stream=None, **options):
    return unknown("`yaml.dump` is not modelled")


safe_dump = dump
