from _kilter import variable, answered, environ, dotenv as _read, find_up, expected_up, caller_file, dirname, basename, isfile, is_known, join, abspath, unknown, ini_load
import string


TRUE_VALUES = {"y", "yes", "t", "true", "on", "1"}
FALSE_VALUES = {"n", "no", "f", "false", "off", "0"}


def strtobool(value):
    if isinstance(value, bool):
        return value
    value = value.lower()
    # Worked out of a text that is known, so that the answer comes from where that does.
    if value in TRUE_VALUES:
        return value in TRUE_VALUES if is_known(value) else True
    if value in FALSE_VALUES:
        return value not in FALSE_VALUES if is_known(value) else False
    raise ValueError("Invalid truth value: " + value)


class UndefinedValueError(Exception): pass
class Undefined: pass


undefined = Undefined()


def _name_of(cast):
    if isinstance(cast, Undefined):
        return None
    return getattr(cast, "__name__", None) or type(cast).__name__


class RepositoryEmpty:
    def __init__(self, source="", encoding="UTF-8"):
        self.data = {}

    def __contains__(self, key):
        return key in environ or key in self.data

    def __getitem__(self, key):
        return self.data[key]


class RepositoryEnv(RepositoryEmpty):
    def __init__(self, source, encoding="UTF-8"):
        pairs = _read("decouple", source)
        if pairs is None:
            raise FileNotFoundError(f"[Errno 2] No such file or directory: {str(source)!r}")
        self.data = dict(pairs)


class RepositoryIni(RepositoryEmpty):
    def __init__(self, source, encoding="UTF-8"):
        sections = ini_load(source)
        self.data = sections.get("settings", {})

    def __contains__(self, key):
        return key in environ or key.lower() in self.data

    def __getitem__(self, key):
        return self.data[key.lower()]


class RepositorySecret(RepositoryEmpty):
    def __init__(self, source="/run/secrets/"):
        self.data = unknown("the secrets of the host are not in view")


class Config:
    def __init__(self, repository):
        self.repository = repository

    def get(self, option, default=undefined, cast=undefined):
        has_default = not isinstance(default, Undefined)
        value = variable("decouple", option, has_default, default, _name_of(cast), not has_default)
        if value is None:
            if option in self.repository:
                value = self.repository[option]
                answered(option, value)
            elif not has_default:
                raise UndefinedValueError(f"{option} not found. Declare it as envvar or define a default value.")
            else:
                value = default
        if isinstance(cast, Undefined):
            return value
        if cast is bool:
            value = str(value)
            return bool(value) if value == "" else strtobool(value)
        return cast(value)

    def __call__(self, *args, **kwargs):
        return self.get(*args, **kwargs)


class AutoConfig:
    SUPPORTED = {"settings.ini": RepositoryIni, ".env": RepositoryEnv}
    encoding = "UTF-8"

    def __init__(self, search_path=None):
        self.search_path = search_path
        self.config = None

    def _load(self, path):
        folder = abspath(path)
        ini = find_up("settings.ini", folder)
        env = find_up(".env", folder)
        if ini is not None and (env is None or len(dirname(ini).split("/")) >= len(dirname(env).split("/"))):
            self.config = Config(RepositoryIni(ini))
        elif env is not None:
            self.config = Config(RepositoryEnv(env))
        else:
            expected = expected_up(".env", folder)
            if expected is not None:
                _read("decouple", expected)
            self.config = Config(RepositoryEmpty())

    def __call__(self, *args, **kwargs):
        if self.config is None:
            self._load(self.search_path or dirname(caller_file()))
        return self.config(*args, **kwargs)


config = AutoConfig()


class Csv:
    def __init__(self, cast=str, delimiter=",", strip=string.whitespace, post_process=list):
        self.cast = cast
        self.delimiter = delimiter
        self.strip = strip
        self.post_process = post_process

    def __call__(self, value):
        if value is None:
            return self.post_process()
        return self.post_process([self.cast(part.strip(self.strip)) for part in _split(value, self.delimiter)])


def _split(value, delimiter):
    # shlex in POSIX mode: quotes and backslashes are taken away, empty words are none.
    if "'" in value or '"' in value or "\\" in value or "#" in value or len(delimiter) != 1:
        return _shlex(value, delimiter)
    return [word for word in value.split(delimiter) if word]


def _shlex(value, delimiter):
    words = []
    word = None
    quote = ""
    escaped = False
    for c in value:
        if escaped:
            if quote and c != quote and c != "\\":
                word += "\\"
            word += c
            escaped = False
        elif quote:
            if c == quote:
                quote = ""
            elif c == "\\" and quote == '"':
                escaped = True
            else:
                word += c
        elif c in delimiter:
            if word is not None:
                words.append(word)
            word = None
        elif c == "#":
            break
        elif c in "'\"":
            quote = c
            word = word or ""
        elif c == "\\":
            escaped = True
            word = word or ""
        else:
            word = (word or "") + c
    if quote:
        raise ValueError("No closing quotation")
    if escaped:
        raise ValueError("No escaped character")
    if word is not None:
        words.append(word)
    return words


class Choices:
    def __init__(self, flat=None, cast=str, choices=None):
        self.flat = flat or []
        self.cast = cast
        self.choices = choices or []
        self._valid_values = list(self.flat) + [value for value, _ in self.choices]

    def __call__(self, value):
        transform = self.cast(value)
        if transform not in self._valid_values:
            raise ValueError(f"Value not in list: {value!r}; valid values are {self._valid_values!r}")
        return transform
