from _kilter import dotenv as _read, environ, find_up, expected_up, caller_file
from _kilter import unknown, is_known, getcwd, dirname, isdir, isfile


def find_dotenv(filename=".env", raise_error_if_not_found=False, usecwd=False):
    folder = getcwd() if usecwd else dirname(caller_file())
    found = find_up(filename, folder)
    if found is None:
        # It may be on the server.
        found = expected_up(filename, folder)
        if found is not None and isfile(found):
            return found
        if raise_error_if_not_found:
            raise OSError("File not found")
        return ""
    return found


def load_dotenv(dotenv_path=None, stream=None, verbose=False, override=False, interpolate=True,
                encoding="utf-8"):
    path = dotenv_path or find_dotenv()
    pairs = _read("override" if override else "dotenv", path) if path else None
    if pairs is None:
        return isfile(path) if path else False
    for name, value in pairs:
        if override:
            environ[name] = value
        else:
            # Loading asks for nothing.
            environ.setdefault(name, value)
    return len(pairs) > 0


# django-dotenv, which is imported by the same name: a folder stands for its `.env`, and the caller's
# own is meant where none is named (its 1.4.2, `dotenv.py`).
def read_dotenv(dotenv=None, override=False):
    path = dirname(caller_file()) if dotenv is None else dotenv
    if isdir(path):
        path = f"{path}/.env"
    return load_dotenv(path, override=override)


def dotenv_values(dotenv_path=None, stream=None, verbose=False, interpolate=True, encoding="utf-8"):
    path = dotenv_path or find_dotenv()
    pairs = _read("override", path) if path else None
    if path and pairs is None and not is_known(isfile(path)):
        return unknown("the env file may be on the server")
    return dict(pairs or [])
