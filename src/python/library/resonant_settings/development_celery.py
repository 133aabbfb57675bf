from resonant_settings._env import env as _env, since as _since

CELERY_TASK_ACKS_LATE = False
CELERY_TASK_ALWAYS_EAGER = _env.bool("DJANGO_CELERY_TASK_ALWAYS_EAGER", default=False)
CELERY_TASK_EAGER_PROPAGATES = _since((0, 46), True)
CELERY_WORKER_POOL = _since((0, 52, 1), "solo")
CELERY_WORKER_CONCURRENCY = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = _since((0, 52, 1), False)
CELERY_BROKER_CONNECTION_TIMEOUT = _since((0, 52, 1), 5)
