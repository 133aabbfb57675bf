class Enum: pass
class IntEnum(int, Enum): pass


class StrEnum(str, Enum):
    def __str__(self):
        return self.value


class auto: pass


def unique(cls):
    return cls
