from _kilter import modules, unknown, known_object, opaque, version_part
from _kilter.version import Version

platform = "linux"
# What loads the settings of a deployment serves it, or does work for it: it is no run of the tests.
_TESTS = ("test", "tests", "pytest", "py.test")


class _Argument:
    def __eq__(self, other):
        return False if other in _TESTS else unknown("how the process was started is not known")

    def __getattr__(self, name):
        return unknown("how the process was started is not known")

    def __contains__(self, part):
        return False if part in _TESTS else unknown("how the process was started is not known")

    def __str__(self):
        return unknown("how the process was started is not known")


class _Arguments:
    def __contains__(self, word):
        return False if word in _TESTS else unknown("how the process was started is not known")

    def __getitem__(self, index):
        if isinstance(index, int):
            return _Argument()
        return unknown("how the process was started is not known")

    def __iter__(self):
        return iter(unknown("how the process was started is not known"))

    def __len__(self):
        return unknown("how the process was started is not known")

    def __bool__(self):
        return True


argv = _Arguments()
executable = unknown("which Python runs is not known")
prefix = unknown("which Python runs is not known")
base_prefix = unknown("which Python runs is not known")
exec_prefix = unknown("which Python runs is not known")
path = known_object("the import path is not known")
byteorder = unknown("every host has its own")
maxsize = 9223372036854775807
stdout = opaque("sys.stdout")
stderr = opaque("sys.stderr")
stdin = opaque("sys.stdin")
flags = opaque("sys.flags")
implementation = opaque("sys.implementation")
version = unknown("the version of Python is not known to the letter")
hexversion = unknown("the version of Python is not known to the letter")
dont_write_bytecode = unknown("how the process was started is not known")


class _VersionInfo(Version):
    releaselevel = "final"
    serial = 0

    def __init__(self):
        super().__init__("python")
        self.major, self.minor, self.micro = (version_part("python", index) for index in range(3))


version_info = _VersionInfo()


def exit(status=None):
    raise SystemExit(status)


def getdefaultencoding():
    return "utf-8"


def exc_info():
    return unknown("what was raised is not followed here")


def getrecursionlimit():
    return unknown("the limit is not known")


def setrecursionlimit(limit):
    pass


def intern(text):
    return text
