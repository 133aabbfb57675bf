from _kilter import lazy, unknown


def gettext_lazy(message):
    return lazy("django.utils.translation.gettext", message)


def pgettext_lazy(context, message):
    return lazy("django.utils.translation.pgettext", context, message)


ugettext_lazy = gettext_lazy


def gettext(message):
    return unknown("a text is translated while the settings are loaded")


ugettext = gettext
