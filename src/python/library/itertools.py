def chain(*iterables):
    return iter([item for iterable in iterables for item in iterable])
