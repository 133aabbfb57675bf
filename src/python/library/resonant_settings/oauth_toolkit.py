from _kilter import unknown
from resonant_settings._env import since as _since

OAUTH2_PROVIDER = {
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "ALLOW_URI_WILDCARDS": _since((0, 46), True),
    "REQUEST_APPROVAL_PROMPT": "auto",
    "ERROR_RESPONSE_WITH_SCOPES": True,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 300.0,
    "ACCESS_TOKEN_EXPIRE_SECONDS": unknown("how long tokens live is left to the library"),
    "REFRESH_TOKEN_EXPIRE_SECONDS": unknown("how long tokens live is left to the library"),
}
