//! Whether systemd-timesyncd has ever set the clock.

use crate::doctor::transcript::Transcript;
use crate::fact::Fact;
use crate::host::Host;
use crate::source::Sources;
use camino::Utf8Path;

/// There while the service runs, which touches the file below with each synchronization
/// (systemd-timesyncd.service(8)).
const FOLDER: &str = "/run/systemd/timesync";

/// It takes a while to find a server.
const PATIENCE: i64 = 600;

/// Nothing where something else may set the clock, or where it was started only now.
pub(super) fn is_set(host: &dyn Host, sources: &mut Sources) -> Option<Fact<bool>> {
    let stat = |path: &str| host.stat(Utf8Path::new(path)).ok();
    let folder = stat(FOLDER)??;
    let is_set = stat(&format!("{FOLDER}/synchronized"))?.is_some();
    if !is_set && host.now() - folder.modified < PATIENCE {
        return None;
    }
    let mut transcript = Transcript::new("systemd-timesyncd");
    let part = transcript.line(match is_set {
        true => "has set the clock",
        false => "has not set the clock since it was started",
    });
    Some(transcript.keep(sources).fact(is_set, part))
}
