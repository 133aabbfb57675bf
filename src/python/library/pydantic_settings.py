from _kilter import annotations, variable, dotenv as _read, unknown, is_known, deepcopy
from pydantic import _Field, _MISSING, ValidationError, _convert


def SettingsConfigDict(**options):
    return options


class BaseSettings:
    model_config = {}

    def __init__(self, _env_file=_MISSING, **values):
        config = dict(self.model_config)
        inner = getattr(type(self), "Config", None)
        if inner is not None:
            for name in ("env_prefix", "env_file", "case_sensitive"):
                if hasattr(inner, name):
                    config[name] = getattr(inner, name)
        env_file = config.get("env_file") if _env_file is _MISSING else _env_file
        loaded = {}
        for path in (env_file if isinstance(env_file, (list, tuple)) else [env_file]):
            if path:
                loaded.update(dict(_read("override", path) or []))
        lowered = {name.lower(): value for name, value in loaded.items()}
        prefix = config.get("env_prefix", "")
        exact = config.get("case_sensitive", False)
        for name, kind in annotations(type(self)).items():
            if name == "model_config" or name.startswith("_"):
                continue
            default = getattr(type(self), name) if hasattr(type(self), name) else _MISSING
            keys = [prefix + name]
            if isinstance(default, _Field):
                alias = default.validation_alias or default.alias
                if alias is not None:
                    keys = [alias] if isinstance(alias, str) else [unknown("the alias is not followed")]
                default = default.get()
            object.__setattr__(self, name, self._value(name, kind, keys, default, values, lowered, exact))

    def _value(self, name, kind, keys, default, values, lowered, exact):
        if name in values:
            return values[name]
        has_default = default is not _MISSING
        for key in keys:
            for spelling in ([key] if exact else [key.upper(), key, key.lower()]):
                text = variable("pydantic_settings", spelling, has_default, default, getattr(kind, "__name__", None), not has_default)
                if text is not None:
                    return _convert(text, kind)
            if key.lower() in lowered:
                return _convert(lowered[key.lower()], kind)
        if not has_default:
            raise ValidationError("Field required")
        return deepcopy(default)
