from _kilter import unknown

VERSION = unknown("the version of Django is not known")
__version__ = unknown("the version of Django is not known")


def get_version(*args):
    return unknown("the version of Django is not known")


def setup(set_prefix=True):
    pass
