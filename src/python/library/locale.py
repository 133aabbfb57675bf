from _kilter import unknown


class Error(Exception): pass


LC_CTYPE = 0
LC_NUMERIC = 1
LC_TIME = 2
LC_COLLATE = 3
LC_MONETARY = 4
LC_MESSAGES = 5
LC_ALL = 6


def setlocale(category, locale=None):
    if locale not in (None, "", "C", "POSIX", "C.UTF-8") and unknown("every host has its own locales"):
        raise Error("unsupported locale setting")
    return unknown("every host has its own locale")


def _host(*args, **kwargs):
    return unknown("every host has its own locale")


getlocale = getdefaultlocale = getpreferredencoding = localeconv = getencoding = _host
