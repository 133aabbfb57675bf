//! gunicorn's options (its settings page; the list is that of 27.0).

use crate::fact::Fact;
use crate::model::command::options::{Grammar, Options};
use crate::model::command::servers::Defaults;
use crate::model::command::{AppTarget, Started};

pub(super) const GRAMMAR: Grammar = Grammar {
    valued: &[
        "-c --config",
        "-b --bind",
        "--backlog",
        "-w --workers",
        "-k --worker-class",
        "--threads",
        "--worker-connections",
        "--max-requests",
        "--max-requests-jitter",
        "-t --timeout",
        "--graceful-timeout",
        "--keep-alive",
        "--limit-request-line",
        "--limit-request-fields",
        "--limit-request-field_size",
        "--reload-engine",
        "--reload-extra-file",
        "--chdir",
        "-e --env",
        "-p --pid",
        "--worker-tmp-dir",
        "-u --user",
        "-g --group",
        "-m --umask",
        "--forwarded-allow-ips",
        "--access-logfile",
        "--access-logformat",
        "--log-file --error-logfile",
        "--log-level",
        "--logger-class",
        "--log-config",
        "--log-config-json",
        "--log-syslog-to",
        "--log-syslog-prefix",
        "--log-syslog-facility",
        "--statsd-host",
        "--dogstatsd-tags",
        "--statsd-prefix",
        "-n --name",
        "--pythonpath",
        "--paste",
        "--paster",
        "--proxy-protocol",
        "--proxy-allow-from",
        "--protocol",
        "--uwsgi-allow-from",
        "--keyfile",
        "--certfile",
        "--ssl-version",
        "--cert-reqs",
        "--ca-certs",
        "--ciphers",
        "--http-protocols",
        "--paste-global",
        "--forwarder-headers",
        "--header-map",
        "--asgi-loop",
        "--asgi-lifespan",
        "--asgi-disconnect-grace-period",
        "--websocket-max-message-size",
        "--http-parser",
        "--root-path",
        "--dirty-app",
        "--dirty-workers",
        "--dirty-timeout",
        "--dirty-threads",
        "--dirty-graceful-timeout",
        "--control-socket",
        "--control-socket-mode",
        "--http2-max-concurrent-streams",
        "--http2-initial-window-size",
        "--http2-max-frame-size",
        "--http2-max-header-list-size",
        "--http2-cleartext",
    ],
    switches: &[
        "-h --help",
        "-v --version",
        "--reload",
        "--spew",
        "--check-config",
        "--print-config",
        "--preload",
        "--no-sendfile",
        "--reuse-port",
        "-D --daemon",
        "--initgroups",
        "--disable-redirect-access-to-syslog",
        "--capture-output",
        "--log-syslog",
        "-R --enable-stdio-inheritance",
        "--enable-backlog-metric",
        "--suppress-ragged-eofs",
        "--do-handshake-on-connect",
        "--permit-obsolete-folding",
        "--strip-header-spaces",
        "--permit-unconventional-http-method",
        "--permit-unconventional-http-version",
        "--casefold-http-method",
        "--no-control-socket",
    ],
};

pub(super) const DEFAULTS: Defaults =
    Defaults { bind: "127.0.0.1:8000", of: "gunicorn", source: "gunicorn's settings, `bind`" };

impl Started {
    pub(super) fn gunicorn(&mut self, options: &Options) {
        self.app = options.first().and_then(|word| word.try_map(|it| AppTarget::parse(it)));
        self.config_file = options.value("--config");
        self.chdir = options.value("--chdir");
        self.user = options.value("--user").or(self.user.take());
        self.group = options.value("--group").or(self.group.take());
        self.umask = options.value("--umask").and_then(|it| it.try_map(|it| umask(it)));
        self.number_of_workers(options);
        self.threads = options.number("--threads");
        self.timeout = options.number("--timeout");
        self.worker_class = options.value("--worker-class");
        self.forwarded_allow_ips = options.value("--forwarded-allow-ips");
        self.reload = options.switch("--reload");
        self.daemon = options.switch("--daemon");
        self.pid_file = options.value("--pid");
        self.certificate = options.value("--certfile");
        self.protocol = options.value("--protocol");
        self.python_path = options.value("--pythonpath");
        let logs = ["--access-logfile", "--error-logfile"];
        self.log_files = log_files(logs.iter().filter_map(|name| options.value(name)));
        self.preload = options.switch("--preload");
        for assignment in options.values("--env") {
            let Some((name, value)) = assignment.value.split_once('=') else { continue };
            // Options are read again once a configuration file is.
            if self.sets.iter().all(|(it, held)| it != name || held.value != value) {
                self.sets.push((name.to_owned(), assignment.map(|_| value.to_owned())));
            }
        }
        self.bind(options, "--bind", DEFAULTS);
    }
}

/// Paths only: `-` is a stream.
pub(super) fn log_files(files: impl Iterator<Item = Fact<String>>) -> Vec<Fact<String>> {
    files.filter(|file| file.value != "-").collect()
}

/// `auto_int` of config.py: octal if it starts with a zero.
fn umask(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("0o").unwrap_or(text);
    match text.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None if text.starts_with('0') => u32::from_str_radix(digits, 8).ok(),
        None => text.parse().ok(),
    }
}
