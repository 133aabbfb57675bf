from _kilter import variable, answered, dotenv as _read, find_up, expected_up, caller_file, dirname, join, abspath, is_known, unknown, ini_load, glob_files
import ast
import json as _json


class UnknownConfiguration(Exception): pass
class InvalidConfiguration(Exception): pass
class InvalidConfigurationCast(Exception): pass


UnknownConfigurationError = UnknownConfiguration
InvalidConfigurationError = InvalidConfiguration


class _NotGiven: pass


_not_given = _NotGiven()


class NotSet(str): pass


NOT_SET = NotSet()


class Boolean:
    name = "bool"
    true = {"1", "true", "yes", "y", "on", "t"}
    false = {"0", "false", "no", "n", "off", "f"}

    def __call__(self, value):
        if isinstance(value, bool):
            return value
        value = str(value).lower()
        # Worked out of a text that is known, so that the answer comes from where that does.
        if value in self.true:
            return value in self.true if is_known(value) else True
        if value in self.false:
            return value not in self.false if is_known(value) else False
        raise InvalidConfiguration("Value is not a valid boolean")


def _parts(value):
    # It joins what it goes through, and a list has no characters.
    if not isinstance(value, str):
        return unknown("a list that is parted again is not modelled") if value else []
    if value == "":
        return []
    # Quotes stay, and a delimiter within them parts nothing.
    if "'" in value or '"' in value:
        return unknown("a list with quotes is not modelled")
    parts = [part.strip() for part in value.split(",")]
    return parts[:-1] if is_known(value) and value.endswith(",") else parts


class List:
    name = "list"

    def __call__(self, value):
        return list(_parts(value))


class Tuple:
    name = "tuple"

    def __call__(self, value):
        return tuple(_parts(value))


class Option:
    name = "option"

    def __init__(self, options):
        self.options = options

    def __call__(self, value):
        return self.options[value]


class JSON:
    name = "json"

    def __call__(self, value):
        return _json.loads(value) if isinstance(value, str) else value


def _name_of(cast):
    if isinstance(cast, _NotGiven):
        return None
    if isinstance(cast, (Boolean, List, Tuple, Option, JSON)):
        return cast.name
    return getattr(cast, "__name__", None) or type(cast).__name__


def _plain(value):
    # Quotes are taken away and backslashes heeded wherever they stand, and a comment ends the value.
    if is_known(value) and ("'" in value or '"' in value or "\\" in value or "#" in value):
        return unknown("how prettyconf reads quotes, comments and backslashes is not modelled")
    return value


class EnvFile:
    def __init__(self, filename=".env", var_format=None):
        pairs = _read("decouple", filename)
        self.data = {} if pairs is None else dict(pairs)

    def __contains__(self, item):
        return item.upper() in self.data

    def __getitem__(self, item):
        return _plain(self.data[item.upper()])


class IniFile:
    def __init__(self, filename, section="settings", var_format=None):
        sections = ini_load(filename)
        self.data = sections.get(section, {}) if is_known(sections) else {}

    def __contains__(self, item):
        return item.lower() in self.data

    def __getitem__(self, item):
        return self.data[item.lower()]


class Environment:
    def __init__(self, var_format=None): pass


class RecursiveSearch:
    def __init__(self, starting_path=None, filetypes=None, root_path="/"):
        self.starting_path = starting_path
        self.config_files = None

    def discover(self, folder):
        self.config_files = []
        folder = abspath(folder)
        env = find_up(".env", folder)
        if env is not None:
            self.config_files.append(EnvFile(env))
        else:
            expected = expected_up(".env", folder)
            if expected is not None:
                _read("decouple", expected)
        ini = find_up("settings.ini", folder)
        if ini is not None:
            ahead = env is None or len(dirname(ini).split("/")) > len(dirname(env).split("/"))
            self.config_files.insert(0 if ahead else 1, IniFile(ini))


class CommandLine:
    def __init__(self, parser=None, get_args=None):
        self.data = unknown("what a command line says is not in view")


class AwsParameterStore:
    def __init__(self, *args, **kwargs):
        self.data = unknown("what AWS keeps is not in view")


class Configuration:
    boolean = Boolean()
    list = List()
    tuple = Tuple()
    eval = ast.literal_eval
    json = JSON()

    @staticmethod
    def option(options):
        return Option(options)

    def __init__(self, loaders=None):
        self.search = RecursiveSearch()
        self.is_default = loaders is None

    def __call__(self, item, cast=_not_given, default=_not_given):
        has_default = not isinstance(default, _NotGiven)
        if not self.is_default:
            return unknown("loaders that a project chooses are not modelled")
        # Looked for whether or not a file is asked, so that no condition decides what is found.
        if self.search.config_files is None:
            self.search.discover(dirname(caller_file()))
        value = variable("prettyconf", item.upper(), has_default, default, _name_of(cast), not has_default)
        if value is None:
            value = self._of_files(item, default)
        return value if isinstance(cast, _NotGiven) else cast(value)

    def _of_files(self, item, default):
        for file in self.search.config_files:
            if item in file:
                value = file[item]
                answered(item.upper(), value)
                return value
        if isinstance(default, _NotGiven):
            raise UnknownConfiguration(f"Configuration '{item}' not found")
        return default


config = Configuration()
