from _kilter import re_compile as compile, re_escape as escape, Pattern

IGNORECASE = I = 2
LOCALE = L = 4
MULTILINE = M = 8
DOTALL = S = 16
UNICODE = U = 32
VERBOSE = X = 64
ASCII = A = 256
NOFLAG = 0


class error(Exception): pass


def match(pattern, string, flags=0):
    return compile(pattern, flags).match(string)


def search(pattern, string, flags=0):
    return compile(pattern, flags).search(string)


def fullmatch(pattern, string, flags=0):
    return compile(pattern, flags).fullmatch(string)


def findall(pattern, string, flags=0):
    return compile(pattern, flags).findall(string)


def split(pattern, string, maxsplit=0, flags=0):
    if maxsplit:
        return compile(pattern, flags).split(string, maxsplit)
    return compile(pattern, flags).split(string)


def sub(pattern, repl, string, count=0, flags=0):
    if count:
        return compile(pattern, flags).sub(repl, string, count)
    return compile(pattern, flags).sub(repl, string)
