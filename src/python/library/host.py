from _kilter import unknown


def _host(*args, **kwargs):
    return unknown("every host has its own")


gethostname = getfqdn = gethostbyname = gethostbyname_ex = _host
getuser = getpass = _host


class gaierror(OSError): pass


error = OSError


gettempdir = mkdtemp = mkstemp = NamedTemporaryFile = _host
