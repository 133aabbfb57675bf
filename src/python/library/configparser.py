from _kilter import exists, ini_load, is_known, unknown


class Error(Exception): pass


class NoSectionError(Error):
    def __init__(self, section):
        self.section = section
        self.args = (f"No section: {section!r}",)


class NoOptionError(Error):
    def __init__(self, option, section):
        self.option = option
        self.section = section
        self.args = (f"No option {option!r} in section: {section!r}",)


class DuplicateSectionError(Error): pass
class ParsingError(Error): pass


_UNSET = object()
_STATES = {"1": True, "yes": True, "true": True, "on": True,
           "0": False, "no": False, "false": False, "off": False}


class _Section:
    def __init__(self, parser, name):
        self._parser = parser
        self.name = name

    def get(self, option, fallback=None, **kwargs):
        return self._parser.get(self.name, option, fallback=fallback)

    def getint(self, option, fallback=None, **kwargs):
        return self._parser.getint(self.name, option, fallback=fallback)

    def getfloat(self, option, fallback=None, **kwargs):
        return self._parser.getfloat(self.name, option, fallback=fallback)

    def getboolean(self, option, fallback=None, **kwargs):
        return self._parser.getboolean(self.name, option, fallback=fallback)

    def __getitem__(self, option):
        if not self._parser.has_option(self.name, option):
            raise KeyError(option)
        return self._parser.get(self.name, option)

    def __setitem__(self, option, value):
        self._parser.set(self.name, option, value)

    def __contains__(self, option):
        return self._parser.has_option(self.name, option)

    def __iter__(self):
        return iter(self._parser.options(self.name))

    def keys(self):
        return self._parser.options(self.name)

    def items(self):
        return self._parser.items(self.name)


class RawConfigParser:
    def __init__(self, defaults=None, *args, **kwargs):
        self._defaults = dict(defaults or {})
        self._sections = {}

    def optionxform(self, option):
        return option.lower()

    def read(self, filenames, encoding=None):
        if isinstance(filenames, str) or not isinstance(filenames, (list, tuple)):
            filenames = [filenames]
        return [name for name in filenames if self._read(str(name))]

    def _read(self, name):
        if not exists(name):
            return False
        self._merge(ini_load(name))
        return True

    def read_file(self, f, source=None):
        self._merge(ini_load(f.name))

    readfp = read_file

    def read_dict(self, dictionary, source="<dict>"):
        self._merge({
            section: {self.optionxform(option): str(value) for option, value in options.items()}
            for section, options in dictionary.items()
        })

    def read_string(self, string, source="<string>"):
        self._sections = unknown("it is read from a text")

    def _merge(self, sections):
        if not is_known(sections) or not is_known(self._sections):
            self._sections = unknown("not all that is read is known")
            return
        for section, options in sections.items():
            if section == "DEFAULT":
                self._defaults.update(options)
            else:
                self._sections.setdefault(section, {}).update(options)

    def sections(self):
        return list(self._sections)

    def has_section(self, section):
        return section in self._sections

    def options(self, section):
        return list(self._options(section))

    def has_option(self, section, option):
        option = self.optionxform(option)
        if not section or section == "DEFAULT":
            return option in self._defaults
        return section in self._sections and option in self._options(section)

    def items(self, section):
        return list(self._options(section).items())

    def _options(self, section):
        if section == "DEFAULT":
            return self._defaults
        if section not in self._sections:
            raise NoSectionError(section)
        return {**self._defaults, **self._sections[section]}

    def get(self, section, option, *, raw=False, vars=None, fallback=_UNSET):
        option = self.optionxform(option)
        if section != "DEFAULT" and section not in self._sections:
            if fallback is _UNSET:
                raise NoSectionError(section)
            return fallback
        options = self._options(section)
        if option not in options:
            if fallback is _UNSET:
                raise NoOptionError(option, section)
            return fallback
        return options[option]

    def _converted(self, section, option, convert, fallback):
        if fallback is not _UNSET and not self.has_option(section, option):
            return fallback
        return convert(self.get(section, option))

    def getint(self, section, option, *, raw=False, vars=None, fallback=_UNSET):
        return self._converted(section, option, int, fallback)

    def getfloat(self, section, option, *, raw=False, vars=None, fallback=_UNSET):
        return self._converted(section, option, float, fallback)

    def getboolean(self, section, option, *, raw=False, vars=None, fallback=_UNSET):
        return self._converted(section, option, _boolean, fallback)

    def set(self, section, option, value=None):
        options = self._defaults if section == "DEFAULT" else self._sections[section]
        options[self.optionxform(option)] = value

    def add_section(self, section):
        self._sections[section] = {}

    def __getitem__(self, section):
        if section != "DEFAULT" and section not in self._sections:
            raise KeyError(section)
        return _Section(self, section)

    def __setitem__(self, section, options):
        self._sections[section] = {}
        self.read_dict({section: options})

    def write(self, fp, space_around_delimiters=True):
        return None

    def __contains__(self, section):
        return section == "DEFAULT" or section in self._sections

    def __iter__(self):
        return iter(["DEFAULT", *self._sections])


def _boolean(value):
    if value.lower() not in _STATES:
        raise ValueError(f"Not a boolean: {value}")
    return _STATES[value.lower()]


class ConfigParser(RawConfigParser): pass


SafeConfigParser = ConfigParser
