def str2bool(value, raise_exc=False):
    if isinstance(value, str):
        value = value.lower()
        if value in ("yes", "true", "t", "y", "1"):
            return True
        if value in ("no", "false", "f", "n", "0"):
            return False
    if raise_exc:
        raise ValueError('Expected "%s"' % '", "'.join(("yes", "true", "t", "y", "1")))
    return None


def str2bool_exc(value):
    return str2bool(value, raise_exc=True)
