from _kilter import is_known, unknown, opaque

_MISSING = object()
_TRUE = ("1", "on", "t", "true", "y", "yes")
_FALSE = ("0", "off", "f", "false", "n", "no")


class ValidationError(ValueError): pass


class _Field:
    def __init__(self, default=_MISSING, default_factory=None, alias=None, validation_alias=None, **options):
        self.default = default
        self.default_factory = default_factory
        self.alias = alias
        self.validation_alias = validation_alias

    def get(self):
        if self.default_factory is not None:
            return self.default_factory()
        return _MISSING if self.default is ... else self.default


def Field(default=_MISSING, **options):
    return _Field(default, **options)


def _convert(text, kind):
    if kind is str:
        return text
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise ValidationError("Input should be a valid integer")
    if kind is float:
        try:
            return float(text)
        except ValueError:
            raise ValidationError("Input should be a valid number")
    if kind is bool:
        lower = text.lower()
        # Worked out of a text that is known, so that the answer comes from where that does.
        if lower in _TRUE:
            return lower in _TRUE if is_known(lower) else True
        if lower in _FALSE:
            return lower not in _FALSE if is_known(lower) else False
        raise ValidationError("Input should be a valid boolean")
    return unknown("the type of the field is not followed")


BaseModel = opaque("pydantic.BaseModel")
