from _kilter import blur, caller_names, unknown


# The extension for Django puts what its files and `DJANGO_…` say in place of whatever the module
# set (dynaconf's documentation, "Django Extension").
def DjangoDynaconf(module_name=None, **options):
    blur(caller_names(), "dynaconf puts other values in its place")
    return unknown("dynaconf reads it from its files and the environment")
