import structlog.processors as processors
import structlog.stdlib as stdlib
import structlog.dev as dev
import structlog.contextvars as contextvars


def configure(*args, **kwargs): pass
def configure_once(*args, **kwargs): pass
