from _kilter import environ, getenv, getcwd, listdir, unknown, opaque
import os.path as path

name = "posix"
sep = "/"
pardir = ".."
curdir = "."
extsep = "."
pathsep = ":"
linesep = "\n"
devnull = "/dev/null"
altsep = None
F_OK = 0
R_OK = 4
W_OK = 2
X_OK = 1
PathLike = opaque("os.PathLike")
error = OSError


def fspath(path):
    return str(path)


def fsdecode(path):
    return str(path)


def putenv(key, value):
    pass


def makedirs(name, mode=0o777, exist_ok=False):
    opaque("os.makedirs")(0)


def mkdir(path, mode=0o777):
    opaque("os.mkdir")(0)


def chmod(path, mode):
    opaque("os.chmod")(0)


def umask(mask):
    return unknown("the umask of the process is not known")


def uname():
    return unknown("every host has its own")


def getpid():
    return unknown("every process has its own")


def getuid():
    return unknown("every process has its own")


def getlogin():
    return unknown("every process has its own")


def cpu_count():
    return unknown("every host has its own")


def urandom(size):
    return unknown("it is random")


def access(path, mode):
    return unknown("the permissions of files are not known")


def getpgid(pid):
    return unknown("every process has its own")
