from _kilter import lazy, unknown, version_at_least


def gettext_lazy(message):
    return lazy("django.utils.translation.gettext", message)


def pgettext_lazy(context, message):
    return lazy("django.utils.translation.pgettext", context, message)


def gettext(message):
    return unknown("a text is translated while the settings are loaded")


if version_at_least("django", (4,)):
    _absent = ("ugettext", "ugettext_lazy", "ugettext_noop", "ungettext", "ungettext_lazy")
else:
    ugettext = gettext
    ugettext_lazy = gettext_lazy
