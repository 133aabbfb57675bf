from resonant_settings._env import env as _env, since as _since

_url = _env.url("DJANGO_MINIO_STORAGE_URL")
MINIO_STORAGE_USE_HTTPS = _url.scheme == "https"
MINIO_STORAGE_ENDPOINT = f"{_url.hostname}:{_url.port}" if _url.port else _url.hostname
MINIO_STORAGE_ACCESS_KEY = _url.username
MINIO_STORAGE_SECRET_KEY = _url.password
MINIO_STORAGE_MEDIA_BUCKET_NAME = _url.path.lstrip("/")
MINIO_STORAGE_MEDIA_URL = _env.str("DJANGO_MINIO_STORAGE_MEDIA_URL", default=None)
MINIO_STORAGE_AUTO_CREATE_MEDIA_BUCKET = True
MINIO_STORAGE_AUTO_CREATE_MEDIA_POLICY = _since((0, 53), False)
MINIO_STORAGE_MEDIA_USE_PRESIGNED = True
