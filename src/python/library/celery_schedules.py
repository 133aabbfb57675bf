class schedule:
    def __init__(self, *args, **kwargs): pass


class crontab:
    def __init__(self, *args, **kwargs): pass


class solar:
    def __init__(self, *args, **kwargs): pass
