//! Where supervisord takes commands.

use crate::fact::Fact;

/// The `[inet_http_server]` of a supervisord: who reaches it may start, stop and restart what that runs, and
/// read its logs (supervisord's manual, "[inet_http_server] Section Settings").
#[derive(Clone, Debug)]
pub struct ControlPort {
    /// `port`, as it is written.
    pub port: Fact<String>,
    /// It asks for a name and a password.
    pub guarded: bool,
}

impl ControlPort {
    /// Whether it listens on every address: "to listen on all interfaces in the machine, use :9001 or *:9001".
    pub fn is_open(&self) -> bool {
        let host = self.port.value.rsplit_once(':').map_or("", |(host, _)| host);
        !self.guarded && matches!(host, "" | "*" | "0.0.0.0" | "[::]")
    }
}
