//! What the name of a variable says: what it is about, and which programs read it by themselves.

use crate::fact::secret::is_secret_name;

/// What goes wrong where a variable is not what its owner believes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    Secret,
    Transport,
    Mail,
    /// Databases, caches and brokers.
    Service,
    /// Nothing that would not be noticed, or matter.
    Other,
}

/// Whole words of a name.
const TRANSPORT: &[&str] = &["SSL", "HTTPS", "HSTS", "COOKIE", "COOKIES", "CSRF", "HOSTS", "CORS"];

const MAIL: &[&str] = &["EMAIL", "SMTP", "MAIL", "MAILGUN", "SENDGRID"];

const SERVICE: &[&str] = &[
    "DATABASE",
    "DB",
    "POSTGRES",
    "POSTGRESQL",
    "MYSQL",
    "REDIS",
    "CACHE",
    "BROKER",
    "RABBITMQ",
    "CELERY",
    "MONGO",
    "MEMCACHED",
];

/// What holds the name of an environment: `ENVIRONMENT`, `DJANGO_ENV`.
pub(in crate::model) fn names_an_environment(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    // `MODE` by itself may be that of anything.
    ["ENV", "ENVIRONMENT", "STAGE"].contains(&last) || name == "DEPLOYMENT_MODE"
}

impl Concern {
    pub fn of(name: &str) -> Self {
        let upper = name.to_ascii_uppercase();
        let has = |words: &[&str]| upper.split('_').any(|word| words.contains(&word));
        // Tuning is no connection.
        let tunes = ["TIMEOUT", "AGE", "POOL", "CONNECTIONS", "EAGER", "SECONDS", "LIMIT", "SIZE"];
        match () {
            () if is_secret_name(name) => Self::Secret,
            () if has(TRANSPORT) => Self::Transport,
            () if has(MAIL) => Self::Mail,
            () if has(SERVICE) && !has(&tunes) => Self::Service,
            () => Self::Other,
        }
    }

    /// Whether only those who answer requests need it.
    pub fn is_of_web(self) -> bool {
        self == Self::Transport
    }
}

/// Variables that programs and libraries read without being told to, by how their names begin.
/// From their documentation; what only one project reads is in its own code.
const READ_BY_PROGRAMS: &[&str] = &[
    // The system, and every container.
    "LANG",
    "LC_",
    "TZ",
    "PATH",
    "HOME",
    "USER",
    "SHELL",
    "TERM",
    "HOSTNAME",
    "TMPDIR",
    "LD_",
    "MALLOC_",
    "XDG_",
    "SSL_CERT",
    "CURL_",
    "SSH_",
    "GIT_",
    "DEBIAN_",
    "CI",
    "UID",
    "GID",
    "PUID",
    "PGID",
    "UMASK",
    "COLUMNS",
    "NO_COLOR",
    "FORCE_COLOR",
    // Python, its installers and servers.
    "PYTHON",
    "PIP_",
    "UV_",
    "POETRY_",
    "PIPENV_",
    "VIRTUAL_ENV",
    "PDM_",
    "IPYTHON",
    "RUST_",
    "JUPYTER_",
    "FLASK_",
    "GUNICORN_",
    "UVICORN_",
    "HYPERCORN_",
    "DAPHNE_",
    "GRANIAN_",
    "UWSGI_",
    "WEB_CONCURRENCY",
    "FORWARDED_ALLOW_IPS",
    "PORT",
    "SCRIPT_NAME",
    "CELERY",
    "C_FORCE_ROOT",
    "FLOWER_",
    "KOMBU_",
    "DRAMATIQ_",
    // Django and what it is deployed with.
    "DJANGO_SETTINGS_MODULE",
    "DJANGO_CONFIGURATION",
    // Its own `os.environ`, in `django/utils` and `django/core/management` of 4.2 to 6.0.
    "DJANGO_SUPERUSER_",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "DJANGO_RUNSERVER_HIDE_WARNING",
    "DJANGO_AUTO_COMPLETE",
    "DJANGO_COLORS",
    "DJANGO_TEST_PROCESSES",
    "DJANGO_WATCHMAN_TIMEOUT",
    "SENTRY_",
    "OTEL_",
    "NEW_RELIC_",
    "DD_",
    "ELASTIC_APM_",
    "SCOUT_",
    "HONEYBADGER_",
    "LOGFIRE_",
    "PROMETHEUS_",
    // Clients.
    "PG",
    "AWS_",
    "BOTO_",
    "S3_",
    "GOOGLE_",
    "GCLOUD_",
    "GCP_",
    "GCS_",
    "AZURE_",
    "REDISCLI_AUTH",
    "MYSQL_PWD",
    "REQUESTS_CA_BUNDLE",
    "OAUTHLIB_",
    "OPENAI_",
    "ANTHROPIC_",
    "GROQ_",
    "GEMINI_",
    "MISTRAL_",
    "COHERE_",
    "OLLAMA_",
    "HF_",
    "HUGGING",
    "TRANSFORMERS_",
    "TORCH_",
    "CUDA_",
    "NVIDIA_",
    "OMP_",
    "MKL_",
    "OPENBLAS_",
    "TF_",
    "LANGCHAIN_",
    "LANGSMITH_",
    "TIKTOKEN_",
    "TWILIO_",
    "STRIPE_API_KEY",
    "CLOUDINARY_",
    "GDAL_",
    "GEOS_",
    "PROJ_",
    "SPATIALITE_",
    "PLAYWRIGHT_",
    "PUPPETEER_",
    "CHROME_",
    "DISPLAY",
    "QT_",
    "FONTCONFIG_",
    "MAGICK_",
    "NLTK_",
    "MPLCONFIGDIR",
    "VAULT_",
    "DOPPLER_",
    "INFISICAL_",
    // Docker and what runs beside.
    "COMPOSE_",
    "DOCKER_",
    "BUILDKIT_",
    "ACME_",
    "WAIT_",
    "TRAEFIK_",
    "WATCHTOWER_",
    "POSTGRES_",
    "POSTGRESQL_",
    "MYSQL_",
    "MARIADB_",
    "MONGO_",
    "RABBITMQ_",
    "REDIS_ARGS",
    "ALLOW_EMPTY_PASSWORD",
    "MINIO_",
    "ELASTIC_",
    "ES_",
    "discovery.",
    "OPENSEARCH_",
    "MEILI_",
    "NGINX_",
    "CADDY_ADMIN",
    "GF_",
    "PGADMIN_",
    "PMA_",
    "KEYCLOAK_",
    "KC_",
    "JAVA_",
    "JVM_",
    "CLICKHOUSE_",
    "KAFKA_",
    "ZOOKEEPER_",
    "VALKEY_",
    "TUNNEL_",
    "CLOUDFLARED_",
    "CF_",
    "FLY_",
    "RENDER",
    "RAILWAY_",
    "HEROKU_",
    "DYNO",
    "GOSU_",
    // Every option of OAuth2 Proxy (its documentation, "Environment variables"), which stands beside a site.
    "OAUTH2_PROXY_",
    // Front ends: a build puts in what begins so, whoever asks.
    "NODE_",
    "NPM_",
    "YARN_",
    "PNPM_",
    "CHOKIDAR_",
    "WATCHPACK_",
    "WDS_",
    "VITE_",
    "REACT_APP_",
    "NEXT_",
    "NUXT_",
    "VUE_APP_",
    "PUBLIC_",
    "GATSBY_",
    "EXPO_",
    "FAST_REFRESH",
    "BROWSER",
    "GENERATE_SOURCEMAP",
];

/// Whether some program may read it that no file of the tree mentions.
pub fn is_read_by_programs(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let by = |known: &&&str| match known.ends_with('_') || known.ends_with('.') {
        true => upper.starts_with(&known.to_ascii_uppercase()),
        // `PG` and the like begin names without a further word.
        false
            if known.len() <= 8
                && matches!(
                    **known,
                    "PG" | "PYTHON" | "IPYTHON" | "CELERY" | "LANG" | "HUGGING" | "SSL_CERT"
                ) =>
        {
            upper.starts_with(**known)
        }
        false => upper == **known,
    };
    is_read_from_beside(name)
        || upper.ends_with("_PROXY")
        || READ_BY_PROGRAMS.iter().any(|known| by(&known))
}

/// Whether only the image of a database reads it by itself, where it makes the database.
pub(super) fn is_read_by_databases(name: &str) -> bool {
    const OF_IMAGES: [&str; 4] = ["POSTGRES_", "POSTGRESQL_", "MYSQL_", "MARIADB_"];
    OF_IMAGES.iter().any(|it| name.starts_with(it))
}

/// What others take from the environment of the containers beside them, whatever those run: nginx-proxy and
/// its companion for certificates (their READMEs), and registrator.
pub(super) fn is_read_from_beside(name: &str) -> bool {
    ["VIRTUAL_", "LETSENCRYPT_"].iter().any(|it| name.starts_with(it))
        || ["CERT_NAME", "NETWORK_ACCESS"].contains(&name)
        || is_read_by_registrator(name)
}

/// `SERVICE_NAME`, `SERVICE_8090_TAGS` (registrator's documentation, "Services").
fn is_read_by_registrator(name: &str) -> bool {
    const ENDS: [&str; 4] = ["NAME", "TAGS", "IGNORE", "ID"];
    let Some(rest) = name.strip_prefix("SERVICE_") else { return false };
    let rest = rest.trim_start_matches(|it: char| it.is_ascii_digit()).trim_start_matches('_');
    ENDS.contains(&rest) || rest.starts_with("CHECK_")
}
