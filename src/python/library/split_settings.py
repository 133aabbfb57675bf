from _kilter import run_file, glob_files, caller_names, dirname, join, unknown


class _Optional(str): pass


def optional(filename):
    return _Optional(filename) if filename else ""


def include(*args, scope=None):
    names = caller_names() if scope is None else scope
    included = names.get("__included_file__") or names["__file__"]
    folder = dirname(included)
    for conf_file in args:
        if isinstance(conf_file, _Optional) and not conf_file:
            continue
        pattern = join(folder, str(conf_file))
        files = glob_files(pattern)
        if not files and not isinstance(conf_file, _Optional):
            raise OSError(f"No such file: {pattern}")
        for path in files:
            if path == names.get("__included_file__"):
                continue
            names["__included_file__"] = path
            run_file(path, names)
    if "__included_file__" in names:
        names["__included_file__"] = included
