class ConsoleRenderer:
    def __init__(self, *args, **kwargs): pass


def set_exc_info(logger, method_name, event_dict): pass
