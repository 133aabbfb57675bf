from _kilter import configured


class _LazySettings:
    def __getattr__(self, name):
        return configured(name)


settings = _LazySettings()
ENVIRONMENT_VARIABLE = "DJANGO_SETTINGS_MODULE"
