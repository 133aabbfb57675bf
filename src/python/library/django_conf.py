from _kilter import unknown, opaque

settings = unknown("the settings are being evaluated")
ENVIRONMENT_VARIABLE = "DJANGO_SETTINGS_MODULE"
