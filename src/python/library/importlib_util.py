from _kilter import is_importable


class _ModuleSpec:
    def __init__(self, name):
        self.name = name


def find_spec(name, package=None):
    return _ModuleSpec(name) if is_importable(name) else None
