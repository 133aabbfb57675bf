from _kilter import run_file, glob_files, caller_names, dirname, join, unknown


class _Optional(str): pass


def optional(filename):
    return _Optional(filename) if filename else ""


# Each file once, even where a pattern finds the module that calls.
def include(*args, scope=None):
    names = caller_names() if scope is None else scope
    done = names.setdefault("__included_files__", [])
    folder = dirname(names.get("__included_file__") or names["__file__"])
    for conf_file in args:
        if isinstance(conf_file, _Optional) and not conf_file:
            continue
        saved = names.get("__included_file__")
        pattern = join(folder, str(conf_file))
        files = glob_files(pattern)
        if not files and not isinstance(conf_file, _Optional):
            raise OSError(f"No such file: {pattern}")
        for path in files:
            if path in done:
                continue
            done.append(path)
            names["__included_file__"] = path
            run_file(path, names)
        if saved:
            names["__included_file__"] = saved
        elif "__included_file__" in names:
            del names["__included_file__"]
