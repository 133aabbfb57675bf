from _kilter import is_known, version_at_least

default_methods = ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")
default_headers = (
    "accept",
    "authorization",
    "content-type",
    "user-agent",
    "x-csrftoken",
    "x-requested-with",
)

# 4.0 took out what browsers let no script set.
_is_current = version_at_least("django-cors-headers", (4,))
if is_known(_is_current) and not _is_current:
    default_headers = (
        "accept",
        "accept-encoding",
        "authorization",
        "content-type",
        "dnt",
        "origin",
        "user-agent",
        "x-csrftoken",
        "x-requested-with",
    )
