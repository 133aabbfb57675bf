import os
import sys

from _kilter import unknown
from django.conf import global_settings

SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
CACHING = ("UpdateCacheMiddleware", "FetchFromCacheMiddleware")


def real_project_name(project_name):
    return "project_name" if project_name == "{{ project_name }}" else project_name


def _moved(s, app, last):
    apps = s["INSTALLED_APPS"]
    if app not in apps:
        return False
    apps.remove(app)
    apps.insert(len(apps) if last else 0, app)
    return True


def _of_apps(s):
    for app in s.get("OPTIONAL_APPS", []):
        if app not in s["INSTALLED_APPS"] and unknown("whether it is installed"):
            s["INSTALLED_APPS"].append(app)
    if s["TESTING"] and "django_extensions" in s["INSTALLED_APPS"]:
        s["INSTALLED_APPS"].remove("django_extensions")
    if not s.get("USE_MODELTRANSLATION", False) or s["TESTING"]:
        s["USE_MODELTRANSLATION"] = False
        if "modeltranslation" in s["INSTALLED_APPS"]:
            s["INSTALLED_APPS"].remove("modeltranslation")
    else:
        s["USE_MODELTRANSLATION"] = unknown("whether it is installed")
    s["GRAPPELLI_INSTALLED"] = _moved(s, s.get("PACKAGE_NAME_GRAPPELLI"), True)
    for app in ("django.contrib.admin", "django.contrib.staticfiles"):
        _moved(s, app, True)
    if "mezzanine.blog" in s["INSTALLED_APPS"] and "mezzanine.generic" not in s["INSTALLED_APPS"]:
        s["INSTALLED_APPS"].append("mezzanine.generic")
    if "mezzanine.generic" in s["INSTALLED_APPS"]:
        s.setdefault("COMMENTS_APP", "mezzanine.generic")
        if "django_comments" not in s["INSTALLED_APPS"]:
            s["INSTALLED_APPS"].append("django_comments")
    _moved(s, "mezzanine.boot", False)


def _of_middleware(s, name):
    if "debug_toolbar" in s["INSTALLED_APPS"]:
        s["DEBUG_TOOLBAR_PATCH_SETTINGS"] = False
        toolbar = "debug_toolbar.middleware.DebugToolbarMiddleware"
        if toolbar not in s[name]:
            s[name].append(toolbar)
        s.setdefault("INTERNAL_IPS", ("127.0.0.1",))
    if not (s.get("CACHE_BACKEND") or s.get("CACHES")):
        s[name] = [it for it in s[name] if not it.endswith(CACHING)]
    has_locale = [it for it in s[name] if it.endswith("LocaleMiddleware")]
    if s.get("USE_I18N") and SESSION in s[name] and not has_locale:
        s[name].insert(s[name].index(SESSION) + 1, "django.middleware.locale.LocaleMiddleware")


def set_dynamic_settings(s):
    if not s.get("ALLOWED_HOSTS", []):
        s["ALLOWED_HOSTS"] = unknown("Mezzanine asks the database for the domains of its sites")
    if s.get("TIME_ZONE", None) is None:
        s["TIME_ZONE"] = unknown("Mezzanine takes that of the machine")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    s["TESTING"] = command in ("test", "testserver")
    s["DEV_SERVER"] = command.startswith(("runserver", "harvest"))
    s.setdefault("AUTHENTICATION_BACKENDS", global_settings.AUTHENTICATION_BACKENDS)
    s.setdefault("STATICFILES_FINDERS", global_settings.STATICFILES_FINDERS)
    s.setdefault("MESSAGE_STORAGE", "django.contrib.messages.storage.cookie.CookieStorage")
    middleware = "MIDDLEWARE" if s.get("MIDDLEWARE") is not None else "MIDDLEWARE_CLASSES"
    listed = ("AUTHENTICATION_BACKENDS", "INSTALLED_APPS", middleware, "STATICFILES_FINDERS")
    tuples = [it for it in listed if not isinstance(s.get(it, []), list)]
    for name in tuples:
        s[name] = list(s[name])
    _of_apps(s)
    _of_middleware(s, middleware)
    backend = "mezzanine.core.auth_backends.MezzanineBackend"
    if "mezzanine.accounts" in s["INSTALLED_APPS"] and backend not in s["AUTHENTICATION_BACKENDS"]:
        s["AUTHENTICATION_BACKENDS"].insert(0, backend)
    for name in tuples:
        s[name] = tuple(s[name])
    for database in s["DATABASES"].values():
        if database["ENGINE"].split(".")[-1] == "sqlite3" and os.sep not in database.get("NAME", os.sep):
            database["NAME"] = os.path.join(s.get("PROJECT_ROOT", ""), database["NAME"])
