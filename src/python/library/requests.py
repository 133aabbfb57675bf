from _kilter import unknown, opaque


class _RequestException(OSError): pass


class _ConnectionError(_RequestException): pass


RequestException = _RequestException
ConnectionError = _ConnectionError


def get(url, *args, **kwargs):
    if unknown("nothing is asked over the network"):
        raise ConnectionError(unknown("nothing is asked over the network"))
    return opaque("requests.get()")


def request(method, url, *args, **kwargs):
    return get(url)


post = put = head = options = get
