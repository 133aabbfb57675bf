from _kilter import join, dirname, abspath, exists
from unipath.errors import UnsafePathError
import os.path as _path


# A text, as every path of unipath is.
class Path(str):
    def __new__(cls, *args, norm=False):
        parts = [join(*it) if isinstance(it, list) else str(it) for it in args]
        path = join(*parts) if parts else "."
        return str.__new__(cls, _path.normpath(path) if norm else path)

    def __add__(self, more):
        return self.__class__(str(self) + more)

    @classmethod
    def cwd(cls):
        return cls(abspath("."))

    @property
    def parent(self):
        return self.__class__(dirname(str(self)))

    @property
    def name(self):
        return self.__class__(_path.basename(str(self)))

    @property
    def stem(self):
        return self.__class__(_path.splitext(self.name)[0])

    @property
    def ext(self):
        return self.__class__(_path.splitext(str(self))[1])

    def ancestor(self, n):
        path = self
        for _ in range(n):
            path = path.parent
        return path

    def child(self, *children):
        for it in children:
            if "/" in it:
                raise UnsafePathError(f"arg '{it}' contains path separator '/'")
            if it == "..":
                raise UnsafePathError("arg '..' is parent directory specifier '..'")
            if it == ".":
                raise UnsafePathError("arg '.' is current directory specifier '.'")
        return self.__class__(join(str(self), *children))

    def norm(self):
        return self.__class__(_path.normpath(str(self)))

    def absolute(self):
        return self.__class__(abspath(str(self)))

    # Links are not followed, as those of the server are not known.
    def resolve(self):
        return self.absolute()

    def expand_user(self):
        return self.__class__(_path.expanduser(str(self)))

    def exists(self):
        return exists(str(self))

    def isdir(self):
        return _path.isdir(str(self))

    def isfile(self):
        return _path.isfile(str(self))


FSPath = Path
