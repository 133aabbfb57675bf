from _kilter import django_defaults

globals().update(django_defaults())
