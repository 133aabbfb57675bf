from logging import _Logger
import structlog.processors as processors
import structlog.stdlib as stdlib
import structlog.dev as dev
import structlog.contextvars as contextvars


class _BoundLogger(_Logger):
    def bind(self, **values):
        return self

    new = try_unbind = unbind = bind


def get_logger(*args, **initial_values):
    return _BoundLogger()


getLogger = get_logger


def configure(*args, **kwargs): pass
def configure_once(*args, **kwargs): pass
