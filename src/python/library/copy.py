from _kilter import deepcopy


def copy(value):
    if isinstance(value, (list, dict, set)):
        return value.copy()
    return value
