from _kilter import toml_loads as loads


def load(fp):
    return loads(fp.read())


class TOMLDecodeError(ValueError): pass
