class JSONRenderer:
    def __init__(self, *args, **kwargs): pass


class KeyValueRenderer:
    def __init__(self, *args, **kwargs): pass


class LogfmtRenderer:
    def __init__(self, *args, **kwargs): pass


class TimeStamper:
    def __init__(self, *args, **kwargs): pass


class StackInfoRenderer:
    def __init__(self, *args, **kwargs): pass


class ExceptionRenderer:
    def __init__(self, *args, **kwargs): pass


class ExceptionPrettyPrinter:
    def __init__(self, *args, **kwargs): pass


class UnicodeDecoder:
    def __init__(self, *args, **kwargs): pass


class UnicodeEncoder:
    def __init__(self, *args, **kwargs): pass


class CallsiteParameterAdder:
    def __init__(self, *args, **kwargs): pass


class EventRenamer:
    def __init__(self, *args, **kwargs): pass


def add_log_level(logger, method_name, event_dict): pass


format_exc_info = ExceptionRenderer()
dict_tracebacks = ExceptionRenderer()
