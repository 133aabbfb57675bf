from _kilter import cached_property


def wraps(wrapped, *args, **kwargs):
    def decorate(function):
        return function
    return decorate


def lru_cache(maxsize=128, typed=False):
    if callable(maxsize):
        return maxsize

    def decorate(function):
        return function
    return decorate


def cache(function):
    return function


def reduce(function, iterable, *initial):
    items = list(iterable)
    if initial:
        result = initial[0]
    else:
        if not items:
            raise TypeError("reduce() of empty iterable with no initial value")
        result = items.pop(0)
    for item in items:
        result = function(result, item)
    return result


def partial(function, *args, **kwargs):
    def call(*more, **others):
        return function(*args, *more, **{**kwargs, **others})
    return call
