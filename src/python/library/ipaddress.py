from _kilter import opaque


class AddressValueError(ValueError): pass
class NetmaskValueError(ValueError): pass


def _checked(kind, text):
    if isinstance(text, str) and (not text or any(c not in "0123456789abcdefABCDEF:./%" for c in text)):
        raise ValueError(f"{text!r} does not appear to be an IPv4 or IPv6 {kind}")
    return opaque("ipaddress." + kind + "()")


def ip_address(address):
    return _checked("address", address)


def ip_network(address, strict=True):
    return _checked("network", address)


def ip_interface(address):
    return _checked("interface", address)
