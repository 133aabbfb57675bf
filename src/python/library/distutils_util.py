from _kilter import is_known

TRUE_VALUES = ("y", "yes", "t", "true", "on", "1")
FALSE_VALUES = ("n", "no", "f", "false", "off", "0")


def strtobool(val):
    val = val.lower()
    # Worked out of a text that is known, so that the answer comes from where that does.
    if val in TRUE_VALUES:
        return int(val in TRUE_VALUES) if is_known(val) else 1
    if val in FALSE_VALUES:
        return int(val not in FALSE_VALUES) if is_known(val) else 0
    raise ValueError(f"invalid truth value {val!r}")
