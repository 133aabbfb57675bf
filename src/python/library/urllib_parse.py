from _kilter import quote, unquote, unquote_plus


def quote_plus(text, safe="", *args):
    if " " in text:
        return quote(text, safe + " ").replace(" ", "+")
    return quote(text, safe)


class _Split:
    def __init__(self, scheme, netloc, path, params, query, fragment):
        self.scheme = scheme
        self.netloc = netloc
        self.path = path
        self.params = params
        self.query = query
        self.fragment = fragment

    def _parts(self):
        return tuple(getattr(self, name) for name in self._fields)

    def __iter__(self):
        return iter(self._parts())

    def __getitem__(self, index):
        return self._parts()[index]

    def __len__(self):
        return len(self._fields)

    def __eq__(self, other):
        return self._parts() == (other._parts() if isinstance(other, _Split) else other)

    @property
    def username(self):
        info, at, _ = self.netloc.rpartition("@")
        return info.partition(":")[0] if at else None

    @property
    def password(self):
        info, at, _ = self.netloc.rpartition("@")
        if not at:
            return None
        _, colon, password = info.partition(":")
        return password if colon else None

    def _hostinfo(self):
        info = self.netloc.rpartition("@")[2]
        _, bracket, bracketed = info.partition("[")
        if bracket:
            hostname, _, port = bracketed.partition("]")
            _, _, port = port.partition(":")
        else:
            hostname, _, port = info.partition(":")
        return hostname, port or None

    @property
    def hostname(self):
        hostname = self._hostinfo()[0]
        if not hostname:
            return None
        head, percent, zone = hostname.partition("%")
        return head.lower() + percent + zone

    @property
    def port(self):
        port = self._hostinfo()[1]
        if port is None:
            return None
        if not (port.isdigit() and port.isascii()):
            # Where the `@` is missing, this is the password, which is not to be shown.
            shown = "" if ":" in port else f" as {port!r}"
            raise ValueError(f"Port could not be cast to integer value{shown}")
        number = int(port)
        if not 0 <= number <= 65535:
            raise ValueError("Port out of range 0-65535")
        return number

    def geturl(self):
        url = self.path
        if self.params:
            url = url + ";" + self.params
        if self.netloc:
            if url and url[:1] != "/":
                url = "/" + url
            url = "//" + self.netloc + url
        elif self.scheme and self.scheme in _NETLOC and (not url or url[:1] == "/") and url[:2] != "//":
            url = "//" + url
        if self.scheme:
            url = self.scheme + ":" + url
        if self.query:
            url = url + "?" + self.query
        if self.fragment:
            url = url + "#" + self.fragment
        return url

    def _replace(self, **changes):
        parts = {name: getattr(self, name) for name in self._fields}
        parts.update(changes)
        return type(self)(**parts)


class ParseResult(_Split):
    _fields = ("scheme", "netloc", "path", "params", "query", "fragment")


class SplitResult(_Split):
    _fields = ("scheme", "netloc", "path", "query", "fragment")

    def __init__(self, scheme, netloc, path, query, fragment):
        super().__init__(scheme, netloc, path, "", query, fragment)


_NETLOC = ("", "ftp", "http", "gopher", "nntp", "telnet", "imap", "wais", "file", "mms", "https",
           "shttp", "snews", "prospero", "rtsp", "rtsps", "rtspu", "rsync", "svn", "svn+ssh",
           "sftp", "nfs", "git", "git+ssh", "ws", "wss", "itms-services")
_PARAMS = ("", "ftp", "hdl", "prospero", "http", "imap", "https", "shttp", "rtsp", "rtsps",
           "rtspu", "sip", "sips", "mms", "sftp", "tel")
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-."


def _parts(url, scheme, allow_fragments):
    url = url.lstrip("\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f ")
    url = url.replace("\t", "").replace("\r", "").replace("\n", "")
    netloc = query = fragment = ""
    before, colon, rest = url.partition(":")
    if colon and before and before[0].isascii() and before[0].isalpha() and all(c in _LETTERS for c in before):
        scheme, url = before.lower(), rest
    if url[:2] == "//":
        end = len(url)
        for c in "/?#":
            at = url[2:].find(c)
            if at >= 0 and at + 2 < end:
                end = at + 2
        netloc, url = url[2:end], url[end:]
        if ("[" in netloc and "]" not in netloc) or ("]" in netloc and "[" not in netloc):
            raise ValueError("Invalid IPv6 URL")
    if allow_fragments and "#" in url:
        url, _, fragment = url.partition("#")
    if "?" in url:
        url, _, query = url.partition("?")
    return scheme, netloc, url, query, fragment


def urlsplit(url, scheme="", allow_fragments=True):
    scheme, netloc, path, query, fragment = _parts(url, scheme, allow_fragments)
    return SplitResult(scheme, netloc, path, query, fragment)


def urlparse(url, scheme="", allow_fragments=True):
    scheme, netloc, path, query, fragment = _parts(url, scheme, allow_fragments)
    params = ""
    if scheme in _PARAMS and ";" in path:
        head, slash, tail = path.rpartition("/")
        if ";" in tail:
            tail, _, params = tail.partition(";")
            path = head + slash + tail
    return ParseResult(scheme, netloc, path, params, query, fragment)


def parse_qsl(qs, keep_blank_values=False, strict_parsing=False, **kwargs):
    pairs = []
    for pair in qs.split("&"):
        if not pair:
            continue
        name, equals, value = pair.partition("=")
        if value or keep_blank_values:
            pairs.append((unquote_plus(name), unquote_plus(value)))
    return pairs


def parse_qs(qs, keep_blank_values=False, strict_parsing=False, **kwargs):
    result = {}
    for name, value in parse_qsl(qs, keep_blank_values):
        result.setdefault(name, []).append(value)
    return result


def urlunparse(parts):
    return ParseResult(*parts).geturl()


def urlunsplit(parts):
    return SplitResult(*parts).geturl()


def urlencode(query, **kwargs):
    items = query.items() if isinstance(query, dict) else query
    return "&".join(quote_plus(str(k)) + "=" + quote_plus(str(v)) for k, v in items)
