//! The other images: servers, tools, and what programs are put on.

use crate::model::image::stock::{PLAIN, Role, Stock, System, Tool, all};

pub(super) static OTHERS: &[Stock] = &[
    Stock {
        // The second is its name at Amazon's public registry, where nginx itself publishes it.
        names: &["nginx", "nginx/nginx"],
        role: Role::Proxy,
        ports: &[80],
        sets: &[
            "PATH",
            "NGINX_VERSION",
            "NJS_VERSION",
            "NJS_RELEASE",
            "PKG_RELEASE",
            "DYNPKG_RELEASE",
            "ACME_VERSION",
        ],
        entrypoint: &["/docker-entrypoint.sh"],
        command: &["nginx", "-g", "daemon off;"],
        tools: &[Tool::Curl],
        ..PLAIN
    },
    // nginx with certbot beside it, which obtains what the sites name.
    Stock {
        names: &["jonasal/nginx-certbot", "staticfloat/nginx-certbot"],
        role: Role::Proxy,
        ports: &[80, 443],
        sets: &["PATH", "NGINX_VERSION", "NJS_VERSION", "PKG_RELEASE", "NGINX_ENVSUBST_OUTPUT_DIR"],
        command: &["nginx", "-g", "daemon off;"],
        tools: &[Tool::Curl],
        ..PLAIN
    },
    // Ubuntu's package, with `daemon off;` in its `nginx.conf` (Dockerfile of tutumcloud/nginx): what
    // guides to Django in containers built on for years.
    Stock {
        names: &["tutum/nginx"],
        role: Role::Proxy,
        ports: &[80],
        command: &["/usr/sbin/nginx"],
        ended: true,
        ..PLAIN
    },
    Stock {
        names: &["pagespeed/nginx-pagespeed", "lagun4ik/nginx-pagespeed"],
        role: Role::Proxy,
        ports: &[80, 443],
        command: &["nginx", "-g", "daemon off;"],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        // The second at GitHub's registry, since the project moved there.
        names: &["nginxinc/nginx-unprivileged", "nginx/nginx-unprivileged"],
        role: Role::Proxy,
        user: "101",
        ports: &[8080],
        sets: &[
            "PATH",
            "NGINX_VERSION",
            "NJS_VERSION",
            "NJS_RELEASE",
            "PKG_RELEASE",
            "DYNPKG_RELEASE",
            "ACME_VERSION",
        ],
        entrypoint: &["/docker-entrypoint.sh"],
        command: &["nginx", "-g", "daemon off;"],
        tools: &[Tool::Curl],
        ..PLAIN
    },
    Stock {
        names: &["nginxproxy/nginx-proxy", "jwilder/nginx-proxy", "nginx-proxy/nginx-proxy"],
        role: Role::Proxy,
        ports: &[80],
        tools: &[Tool::Curl],
        ..PLAIN
    },
    Stock {
        names: &["jc21/nginx-proxy-manager"],
        role: Role::Proxy,
        ports: &[80],
        tools: &[Tool::Curl],
        ..PLAIN
    },
    Stock {
        names: &["caddy"],
        role: Role::Proxy,
        workdir: "/srv",
        ports: &[80, 443, 2019],
        data: &[all("/data")],
        sets: &["PATH", "CADDY_VERSION", "XDG_CONFIG_HOME", "XDG_DATA_HOME"],
        command: &["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"],
        system: System::Alpine,
        ..PLAIN
    },
    // Caddy 1.
    Stock {
        names: &["abiosoft/caddy", "zzrot/alpine-caddy"],
        role: Role::Proxy,
        workdir: "/srv",
        ports: &[80, 443, 2015],
        data: &[all("/root/.caddy")],
        sets: &["PATH", "CADDYPATH", "ACME_AGREE"],
        command: &["caddy", "--conf", "/etc/Caddyfile", "--log", "stdout"],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["traefik"],
        role: Role::Proxy,
        ports: &[80],
        entrypoint: &["/entrypoint.sh"],
        command: &["traefik"],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["haproxy"],
        role: Role::Proxy,
        user: "haproxy",
        workdir: "/var/lib/haproxy",
        entrypoint: &["docker-entrypoint.sh"],
        command: &["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"],
        sets: &["PATH", "HAPROXY_VERSION", "HAPROXY_URL", "HAPROXY_SHA256"],
        ..PLAIN
    },
    Stock {
        names: &["httpd"],
        role: Role::Proxy,
        workdir: "/usr/local/apache2",
        ports: &[80],
        sets: &["PATH", "HTTPD_PREFIX", "HTTPD_VERSION", "HTTPD_SHA256", "HTTPD_PATCHES"],
        command: &["httpd-foreground"],
        ..PLAIN
    },
    Stock {
        names: &["mailhog/mailhog", "jcalonso/mailhog"],
        role: Role::MailCatcher,
        user: "mailhog",
        workdir: "/home/mailhog",
        ports: &[1025, 8025],
        entrypoint: &["MailHog"],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["axllent/mailpit"],
        role: Role::MailCatcher,
        ports: &[1025, 8025],
        entrypoint: &["/mailpit"],
        healthcheck: true,
        system: System::Alpine,
        ..PLAIN
    },
    // Its README, "Ports".
    Stock { names: &["marlonb/mailcrab"], role: Role::MailCatcher, ports: &[1025, 1080], ..PLAIN },
    Stock {
        names: &["maildev/maildev"],
        role: Role::MailCatcher,
        user: "node",
        ports: &[1025, 1080],
        healthcheck: true,
        tools: &[Tool::Node],
        system: System::Alpine,
        ..PLAIN
    },
    // Before it moved, it listened on the ports of mail and of pages (maildev's changelog, 2.0).
    Stock {
        names: &["djfarrelly/maildev"],
        role: Role::MailCatcher,
        ports: &[25, 80],
        tools: &[Tool::Node],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["schickling/mailcatcher", "sj26/mailcatcher", "dockage/mailcatcher"],
        role: Role::MailCatcher,
        ports: &[1025, 1080],
        system: System::Alpine,
        ..PLAIN
    },
    Stock { names: &["rnwood/smtp4dev"], role: Role::MailCatcher, ports: &[25, 80, 143], ..PLAIN },
    Stock {
        names: &["adminer"],
        role: Role::AdminUi,
        user: "adminer",
        workdir: "/var/www/html",
        ports: &[8080],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["dpage/pgadmin4", "elestio/pgadmin"],
        role: Role::AdminUi,
        user: "5050",
        workdir: "/pgadmin4",
        ports: &[80, 443],
        data: &[all("/var/lib/pgadmin")],
        demands: &["PGADMIN_DEFAULT_EMAIL"],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &[
            "phpmyadmin",
            "phpmyadmin/phpmyadmin",
            "bitnami/phppgadmin",
            "dockage/phppgadmin",
            "einfallstoll/phppgadmin",
        ],
        role: Role::AdminUi,
        ports: &[80],
        ..PLAIN
    },
    Stock {
        names: &["rediscommander/redis-commander", "joeferner/redis-commander"],
        role: Role::AdminUi,
        ports: &[8081],
        healthcheck: true,
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["tenstartups/redis-commander", "redis/redisinsight", "redislabs/redisinsight"],
        role: Role::AdminUi,
        ports: &[8081, 5540, 8001],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["mongo-express"],
        role: Role::AdminUi,
        ports: &[8081],
        tools: &[Tool::Bash, Tool::Node],
        system: System::Alpine,
        ..PLAIN
    },
    // MQTT plain and with TLS, the same through WebSockets, and the dashboard (its Dockerfile, `EXPOSE`).
    Stock {
        names: &["emqx/emqx", "emqx"],
        role: Role::AdminUi,
        user: "emqx",
        ports: &[1883, 8883, 8083, 8084, 18083, 4370, 5369],
        ..PLAIN
    },
    Stock {
        names: &["mher/flower"],
        role: Role::AdminUi,
        user: "flower",
        ports: &[5555],
        tools: &[Tool::Python],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["kibana", "kibana/kibana", "opensearchproject/opensearch-dashboards"],
        role: Role::AdminUi,
        ports: &[5601],
        tools: &[Tool::Bash, Tool::Curl],
        ..PLAIN
    },
    Stock {
        names: &["portainer/portainer-ce", "portainer/portainer"],
        role: Role::AdminUi,
        ports: &[8000, 9000, 9443],
        data: &[all("/data")],
        system: System::Bare,
        ..PLAIN
    },
    Stock {
        names: &["grafana/grafana", "grafana/grafana-oss", "grafana/grafana-enterprise"],
        role: Role::Monitor,
        user: "472",
        workdir: "/usr/share/grafana",
        ports: &[3000],
        data: &[all("/var/lib/grafana")],
        tools: &[Tool::Bash, Tool::Curl],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["prom/prometheus", "prometheus/prometheus"],
        role: Role::Monitor,
        user: "nobody",
        workdir: "/prometheus",
        ports: &[9090],
        data: &[all("/prometheus")],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["prom/alertmanager", "prometheus/alertmanager"],
        role: Role::Monitor,
        user: "nobody",
        workdir: "/alertmanager",
        ports: &[9093],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["browserless/chrome"],
        role: Role::Monitor,
        user: "blessuser",
        ports: &[3000],
        tools: &[Tool::Bash, Tool::Curl],
        ..PLAIN
    },
    Stock {
        names: &["grafana/loki"],
        role: Role::Monitor,
        user: "10001",
        ports: &[3100],
        // Alpine's, and none at all since 3: what it has for health checks depends on that.
        system: System::DebianFull,
        ..PLAIN
    },
    Stock {
        names: &["cadvisor/cadvisor", "google/cadvisor"],
        role: Role::Monitor,
        ports: &[8080],
        healthcheck: true,
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["certbot/certbot", "certbot/dns-cloudflare", "certbot/dns-route53"],
        role: Role::Certificates,
        workdir: "/opt/certbot",
        data: &[all("/etc/letsencrypt")],
        entrypoint: &["certbot"],
        tools: &[Tool::Python],
        system: System::Alpine,
        ..PLAIN
    },
    Stock {
        names: &["python"],
        sets: &["PATH", "LANG", "GPG_KEY", "PYTHON_VERSION", "PYTHON_SHA256"],
        command: &["python3"],
        tools: &[Tool::Python],
        system: System::DebianFull,
        ..PLAIN
    },
    Stock {
        names: &["astral-sh/uv"],
        sets: &["PATH", "LANG", "GPG_KEY", "PYTHON_VERSION", "PYTHON_SHA256", "UV_TOOL_BIN_DIR"],
        command: &["python3"],
        tools: &[Tool::Python],
        system: System::DebianFull,
        ..PLAIN
    },
    Stock {
        names: &["node"],
        sets: &["PATH", "NODE_VERSION", "YARN_VERSION"],
        entrypoint: &["docker-entrypoint.sh"],
        command: &["node"],
        tools: &[Tool::Node],
        system: System::DebianFull,
        ..PLAIN
    },
    Stock { names: &["debian", "ubuntu"], command: &["bash"], ..PLAIN },
    Stock { names: &["alpine", "busybox"], command: &["/bin/sh"], system: System::Alpine, ..PLAIN },
];
