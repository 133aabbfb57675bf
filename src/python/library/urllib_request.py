from _kilter import unknown, opaque
from urllib.error import URLError


def urlopen(url, data=None, timeout=None, context=None):
    if unknown("nothing is asked over the network"):
        raise URLError(unknown("nothing is asked over the network"))
    return opaque("urllib.request.urlopen()")
