from _kilter import is_known, unknown, version_at_least
from environ import Env

env = Env()


def since(release, value):
    """What a setting is from a release on. Without a version in view, the library is a current one."""
    has = version_at_least("django-resonant-settings", release)
    if is_known(has) and not has:
        return unknown("earlier releases of the library have another value")
    return value
