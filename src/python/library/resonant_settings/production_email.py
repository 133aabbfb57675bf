import django as _django
from resonant_settings._env import env as _env, since as _since

_email = _env.email_url("DJANGO_EMAIL_URL")
_backend = "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = _env.str("DJANGO_DEFAULT_FROM_EMAIL")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAILERS = _since(
    (0, 52, 1),
    {
        "default": {
            "BACKEND": _backend,
            "OPTIONS": {
                "host": _email["EMAIL_HOST"],
                "port": _email["EMAIL_PORT"],
                "username": _email["EMAIL_HOST_USER"],
                "password": _email["EMAIL_HOST_PASSWORD"],
                "use_tls": _email.get("EMAIL_USE_TLS", False),
                "use_ssl": _email.get("EMAIL_USE_SSL", False),
            },
        },
    },
)

# Django 6.1 refuses these beside MAILERS, and earlier releases know nothing else.
if _django.VERSION < (6, 1):
    EMAIL_BACKEND = _since((0, 52, 1), _backend)
    EMAIL_HOST = _email["EMAIL_HOST"]
    EMAIL_PORT = _email["EMAIL_PORT"]
    EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _since((0, 52, 1), _email.get("EMAIL_USE_TLS", False))
    EMAIL_USE_SSL = _since((0, 52, 1), _email.get("EMAIL_USE_SSL", False))
