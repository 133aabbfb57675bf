from _kilter import is_known as _is_known, version_at_least as _at_least

SECURE_SSL_REDIRECT = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_HSTS_PRELOAD = False

_trusts_no_header = _at_least("django-resonant-settings", (0, 46))
if _is_known(_trusts_no_header) and not _trusts_no_header:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
