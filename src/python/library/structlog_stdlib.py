class BoundLogger:
    def __init__(self, *args, **kwargs): pass


class LoggerFactory:
    def __init__(self, *args, **kwargs): pass


class PositionalArgumentsFormatter:
    def __init__(self, *args, **kwargs): pass


class ProcessorFormatter:
    def __init__(self, *args, **kwargs): pass


class ExtraAdder:
    def __init__(self, *args, **kwargs): pass


class AsyncBoundLogger:
    def __init__(self, *args, **kwargs): pass


def add_logger_name(logger, method_name, event_dict): pass
def filter_by_level(logger, method_name, event_dict): pass
def render_to_log_kwargs(logger, method_name, event_dict): pass


from structlog.processors import add_log_level

ProcessorFormatter.wrap_for_formatter = staticmethod(lambda logger, name, event_dict: event_dict)
ProcessorFormatter.remove_processors_meta = staticmethod(lambda logger, name, event_dict: event_dict)
