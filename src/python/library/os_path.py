from _kilter import join, dirname, basename, normpath, abspath, expanduser, expandvars
from _kilter import relpath, exists, isfile, isdir, unknown

sep = "/"
pardir = ".."
curdir = "."
extsep = "."
pathsep = ":"

realpath_ = abspath
lexists = exists


def realpath(path, *, strict=False):
    return abspath(path)


def split(path):
    return (dirname(path), basename(path))


def splitext(path):
    path = str(path)
    name = basename(path)
    stripped = name.lstrip(".")
    if "." not in stripped:
        return (path, "")
    extension = "." + stripped.rpartition(".")[2]
    return (path.removesuffix(extension), extension)


def isabs(path):
    return str(path).startswith("/")


def islink(path):
    return unknown("which files are links is not known")


def getmtime(path):
    return unknown("when files were changed is not known")


def getsize(path):
    return unknown("how large files are is not known")


def commonprefix(paths):
    return unknown("it is not modelled")


def normcase(path):
    return str(path)
