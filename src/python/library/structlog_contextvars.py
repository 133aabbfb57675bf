def merge_contextvars(logger, method_name, event_dict): pass
