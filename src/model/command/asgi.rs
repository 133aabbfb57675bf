//! uvicorn 0.54, daphne 4.2, hypercorn 0.18 and granian 2.8: their options, as `--help` lists
//! them.

use crate::model::Endpoint;
use crate::model::command::gunicorn::log_files;
use crate::model::command::options::{Grammar, Options};
use crate::model::command::servers::{Address, Defaults};
use crate::model::command::{AppTarget, Bind, Started};

pub(super) const UVICORN: Grammar = Grammar {
    valued: &[
        "--host",
        "--port",
        "--uds",
        "--fd",
        "--reload-dir",
        "--reload-include",
        "--reload-exclude",
        "--reload-delay",
        "--workers",
        "--loop",
        "--http",
        "--ws",
        "--ws-max-size",
        "--ws-max-queue",
        "--ws-ping-interval",
        "--ws-ping-timeout",
        "--ws-per-message-deflate",
        "--lifespan",
        "--interface",
        "--env-file",
        "--log-config",
        "--log-level",
        "--forwarded-allow-ips",
        "--root-path",
        "--limit-concurrency",
        "--backlog",
        "--limit-max-requests",
        "--limit-max-requests-jitter",
        "--timeout-keep-alive",
        "--timeout-graceful-shutdown",
        "--timeout-worker-healthcheck",
        "--ssl-keyfile",
        "--ssl-certfile",
        "--ssl-keyfile-password",
        "--ssl-version",
        "--ssl-cert-reqs",
        "--ssl-ca-certs",
        "--ssl-ciphers",
        "--header",
        "--app-dir",
        "--h11-max-incomplete-event-size",
    ],
    switches: &[
        "--reload",
        "--proxy-headers",
        "--no-proxy-headers",
        "--access-log",
        "--no-access-log",
        "--use-colors",
        "--no-use-colors",
        "--server-header",
        "--no-server-header",
        "--date-header",
        "--no-date-header",
        "--factory",
        "--version",
        "--help",
        "--http2",
        "--reset-contextvars",
        "--debug",
    ],
};

pub(super) const DAPHNE: Grammar = Grammar {
    valued: &[
        "-p --port",
        "-b --bind",
        "--websocket_timeout",
        "--websocket_connect_timeout",
        "-u --unix-socket",
        "--fd",
        "-e --endpoint",
        "-v --verbosity",
        "-t --http-timeout",
        "--access-log",
        "--log-fmt",
        "--ping-interval",
        "--ping-timeout",
        "--websocket-max-message-size",
        "--websocket-max-frame-size",
        "--application-close-timeout",
        "--root-path",
        "--proxy-headers-host",
        "--proxy-headers-port",
        "-s --server-name",
    ],
    switches: &["-h --help", "--proxy-headers", "--no-server-name"],
};

pub(super) const HYPERCORN: Grammar = Grammar {
    valued: &[
        "--access-log --access-logfile",
        "--access-logformat",
        "--backlog",
        "-b --bind",
        "--ca-certs",
        "--certfile",
        "--cert-reqs",
        "--ciphers",
        "-c --config",
        "--error-log --log-file --error-logfile",
        "--graceful-timeout",
        "--read-timeout",
        "--max-requests",
        "--max-requests-jitter",
        "-g --group",
        "-k --worker-class",
        "--keep-alive",
        "--keyfile",
        "--keyfile-password",
        "--insecure-bind",
        "--log-config",
        "--log-level",
        "-p --pid",
        "--quic-bind",
        "--root-path",
        "--server-name",
        "--statsd-host",
        "--statsd-prefix",
        "-m --umask",
        "-u --user",
        "--verify-mode",
        "--websocket-ping-interval",
        "-w --workers",
    ],
    switches: &["-h --help", "-D --daemon", "--debug", "--reload"],
};

pub(super) const GRANIAN: Grammar = Grammar {
    valued: &[
        "--host",
        "--port",
        "--uds",
        "--uds-permissions",
        "--interface",
        "--http",
        "--workers",
        "--blocking-threads",
        "--blocking-threads-idle-timeout",
        "--runtime-threads",
        "--runtime-blocking-threads",
        "--runtime-mode",
        "--loop",
        "--task-impl",
        "--backlog",
        "--backpressure",
        "--http1-buffer-size",
        "--http1-header-read-timeout",
        "--http2-initial-connection-window-size",
        "--http2-initial-stream-window-size",
        "--http2-keep-alive-interval",
        "--http2-keep-alive-timeout",
        "--http2-max-concurrent-streams",
        "--http2-max-frame-size",
        "--http2-max-headers-size",
        "--http2-max-send-buffer-size",
        "--log-level",
        "--log-config",
        "--access-log-fmt",
        "--ssl-certificate",
        "--ssl-keyfile",
        "--ssl-keyfile-password",
        "--ssl-protocol-min",
        "--ssl-ca",
        "--ssl-crl",
        "--url-path-prefix",
        "--respawn-interval",
        "--rss-sample-interval",
        "--rss-samples",
        "--workers-lifetime",
        "--workers-max-rss",
        "--workers-kill-timeout",
        "--working-dir",
        "--env-files",
        "--static-path-route",
        "--static-path-mount",
        "--static-path-dir-to-file",
        "--static-path-expires",
        "--metrics-scrape-interval",
        "--metrics-address",
        "--metrics-port",
        "--reload-paths",
        "--reload-ignore-dirs",
        "--reload-ignore-patterns",
        "--reload-ignore-paths",
        "--reload-tick",
        "--process-name",
        "--pid-file",
        "--threads",
    ],
    switches: &[
        "--ws",
        "--no-ws",
        "--http1-keep-alive",
        "--no-http1-keep-alive",
        "--http1-pipeline-flush",
        "--no-http1-pipeline-flush",
        "--http2-adaptive-window",
        "--no-http2-adaptive-window",
        "--log",
        "--no-log",
        "--access-log",
        "--no-access-log",
        "--ssl-client-verify",
        "--no-ssl-client-verify",
        "--respawn-failed-workers",
        "--no-respawn-failed-workers",
        "--factory",
        "--no-factory",
        "--metrics",
        "--no-metrics",
        "--reload",
        "--no-reload",
        "--reload-ignore-worker-failure",
        "--no-reload-ignore-worker-failure",
        "--version",
        "--help",
    ],
};

impl Started {
    pub(super) fn uvicorn(&mut self, options: &Options) {
        self.app = options.first().and_then(|word| word.try_map(|it| AppTarget::parse(it)));
        self.python_path = options.value("--app-dir");
        self.interface = options.value("--interface");
        self.number_of_workers(options);
        self.forwarded_allow_ips = options.value("--forwarded-allow-ips");
        self.proxy_headers = options.toggle("--proxy-headers", "--no-proxy-headers");
        self.reload = options.switch("--reload");
        self.certificate = options.value("--ssl-certfile");
        self.env_files = options.values("--env-file");
        if let Some(descriptor) = options.value("--fd") {
            self.binds.extend(descriptor.try_map(|it| it.parse().ok().map(Bind::Descriptor)));
            self.binds_known = !options.unknown && !self.binds.is_empty();
            return;
        }
        let address = Address { host: "--host", port: "--port", socket: "--uds" };
        let source = "uvicorn's settings, \"Socket Binding\"";
        let defaults = Defaults { bind: "127.0.0.1:8000", of: "uvicorn", source };
        self.address(options, address, defaults);
    }

    /// Sockets and endpoints are opened beside the port, which is left out only if one of them
    /// is given and neither host nor port is (`cli.py`).
    pub(super) fn daphne(&mut self, options: &Options) {
        self.app = options.first().and_then(|word| word.try_map(|it| AppTarget::parse(it)));
        self.proxy_headers = options.switch("--proxy-headers").map(|it| it.map(|()| true));
        self.log_files = log_files(options.value("--access-log").into_iter());
        let endpoints = options.values("--endpoint");
        self.certificate = endpoints.iter().find(|it| it.value.starts_with("ssl:")).cloned();
        let socket = options.value("--unix-socket");
        let descriptor = options.value("--fd");
        let has_port = options.value("--bind").or(options.value("--port")).is_some();
        if has_port || (endpoints.is_empty() && socket.is_none() && descriptor.is_none()) {
            let address = Address { host: "--bind", port: "--port", socket: "" };
            let source = "daphne's `--help`";
            let defaults = Defaults { bind: "127.0.0.1:8000", of: "daphne", source };
            self.address(options, address, defaults);
        }
        self.binds_known &= !options.unknown && endpoints.is_empty();
        self.binds.extend(socket.map(|it| it.map(|it| Bind::Endpoint(Endpoint::Unix(it.into())))));
        self.binds.extend(
            descriptor.and_then(|it| it.try_map(|it| it.parse().ok().map(Bind::Descriptor))),
        );
    }

    pub(super) fn hypercorn(&mut self, options: &Options) {
        self.app = options.first().and_then(|word| word.try_map(|it| AppTarget::parse(it)));
        self.config_file = options.value("--config");
        self.number_of_workers(options);
        self.worker_class = options.value("--worker-class");
        self.user = options.value("--user").or(self.user.take());
        self.group = options.value("--group").or(self.group.take());
        self.reload = options.switch("--reload");
        self.daemon = options.switch("--daemon");
        self.pid_file = options.value("--pid");
        self.certificate = options.value("--certfile");
        let logs = ["--access-logfile", "--error-logfile"];
        self.log_files = log_files(logs.iter().filter_map(|name| options.value(name)));
        let source = "hypercorn's configuration options";
        let defaults = Defaults { bind: "127.0.0.1:8000", of: "hypercorn", source };
        self.bind(options, "--bind", defaults);
    }

    pub(super) fn granian(&mut self, options: &Options) {
        self.app = options.first().and_then(|word| word.try_map(|it| AppTarget::parse(it)));
        self.number_of_workers(options);
        self.threads = options.number("--blocking-threads");
        self.chdir = options.value("--working-dir");
        self.reload = options.switch("--reload");
        self.interface = options.value("--interface");
        self.env_files = options.values("--env-files");
        self.pid_file = options.value("--pid-file");
        self.certificate = options.value("--ssl-certificate");
        let address = Address { host: "--host", port: "--port", socket: "--uds" };
        let source = "granian's `--help`";
        let defaults = Defaults { bind: "127.0.0.1:8000", of: "granian", source };
        self.address(options, address, defaults);
    }
}
