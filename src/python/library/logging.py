from _kilter import opaque

CRITICAL = FATAL = 50
ERROR = 40
WARNING = WARN = 30
INFO = 20
DEBUG = 10
NOTSET = 0


class _Logger:
    def debug(self, *args, **kwargs): pass
    def info(self, *args, **kwargs): pass
    def warning(self, *args, **kwargs): pass
    def warn(self, *args, **kwargs): pass
    def error(self, *args, **kwargs): pass
    def exception(self, *args, **kwargs): pass
    def critical(self, *args, **kwargs): pass
    def log(self, *args, **kwargs): pass
    def setLevel(self, level): pass
    def addHandler(self, handler): pass
    def addFilter(self, filter): pass


root = _Logger()


def getLogger(name=None):
    return _Logger()


def basicConfig(**kwargs): pass
def disable(level=50): pass
def captureWarnings(capture): pass
def debug(*args, **kwargs): pass
def info(*args, **kwargs): pass
def warning(*args, **kwargs): pass
def error(*args, **kwargs): pass
def exception(*args, **kwargs): pass
def critical(*args, **kwargs): pass


def getLevelName(level):
    return {50: "CRITICAL", 40: "ERROR", 30: "WARNING", 20: "INFO", 10: "DEBUG", 0: "NOTSET",
            "CRITICAL": 50, "ERROR": 40, "WARNING": 30, "INFO": 20, "DEBUG": 10}.get(level, f"Level {level}")


class Filter:
    def __init__(self, name=""):
        self.name = name


class Formatter:
    def __init__(self, *args, **kwargs): pass


class Handler:
    def __init__(self, *args, **kwargs): pass
    def setLevel(self, level): pass
    def setFormatter(self, formatter): pass
    def addFilter(self, filter): pass


class StreamHandler(Handler): pass
class FileHandler(StreamHandler): pass
class NullHandler(Handler): pass
