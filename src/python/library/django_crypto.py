from _kilter import unknown


def get_random_string(*args, **kwargs):
    return unknown("it is random")


def _hashed(*args, **kwargs):
    return unknown("it is made of a key")


salted_hmac = pbkdf2 = constant_time_compare = _hashed
