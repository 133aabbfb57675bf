def dictConfig(config): pass
def fileConfig(fname, **kwargs): pass
