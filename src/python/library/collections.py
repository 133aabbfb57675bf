class OrderedDict(dict):
    def move_to_end(self, key, last=True):
        value = self.pop(key)
        self[key] = value


class defaultdict(dict):
    def __init__(self, default_factory=None, *args, **kwargs):
        self.default_factory = default_factory
        self.update(*args, **kwargs)

    def __getitem__(self, key):
        if key in self:
            return self.get(key)
        if self.default_factory is None:
            raise KeyError(key)
        value = self.default_factory()
        self.update({key: value})
        return value
