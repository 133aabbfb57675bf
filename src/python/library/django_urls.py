from _kilter import lazy


def reverse_lazy(viewname, *args, **kwargs):
    return lazy("django.urls.base.reverse", viewname, *args, **kwargs)
