from _kilter import unknown
from _kilter.version import Version

VERSION = Version("django")
__version__ = unknown("the version of Django is not known")


def get_version(*args):
    return unknown("the version of Django is not known")


def setup(set_prefix=True):
    pass
