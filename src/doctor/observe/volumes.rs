//! How full the volumes are that the deployment writes to.

use crate::doctor::transcript::Transcript;
use crate::fact::Fact;
use crate::host::Host;
use crate::model::Deployment;
use crate::model::observed::{Free, Seen, Volume};
use crate::source::Sources;
use camino::{Utf8Path, Utf8PathBuf};

pub(super) fn of_writers(
    deployment: &Deployment,
    host: &dyn Host,
    sources: &mut Sources,
) -> Vec<Volume> {
    let mut paths: Vec<Fact<Utf8PathBuf>> = Vec::new();
    for process in deployment.daemons().filter(|it| it.kind.is_app()) {
        let written = process.fact().written_paths().into_iter().map(|it| it.path);
        for path in written.chain(process.cwd.clone()).filter(|it| it.value.is_absolute()) {
            if !paths.iter().any(|known| known.value == path.value) {
                paths.push(path);
            }
        }
    }
    // What is not there yet will be on the volume of the folder above.
    let exists = |path: &Fact<Utf8PathBuf>| host.stat(&path.value).is_ok_and(|it| it.is_some());
    let each = paths.into_iter().filter(exists);
    each.map(|path| Volume { free: free(&path.value, host, sources), path }).collect()
}

fn free(path: &Utf8Path, host: &dyn Host, sources: &mut Sources) -> Seen<Free> {
    let volume = host.volume(path)?;
    let percent = |part: u64, of: u64| match of {
        // Some file systems count no inodes.
        0 => 100,
        _ => (u128::from(part) * 100 / u128::from(of)).min(100) as u8,
    };
    let bytes = percent(volume.free, volume.bytes);
    let inodes = percent(volume.free_inodes, volume.inodes);
    let mut transcript = Transcript::new(format!("the volume of {path}"));
    let bytes_at = transcript.line(&format!("{bytes} % of its bytes are free"));
    let inodes_at = transcript.line(&format!("{inodes} % of its inodes are free"));
    let kept = transcript.keep(sources);
    Ok(Free { bytes: kept.fact(bytes, bytes_at), inodes: kept.fact(inodes, inodes_at) })
}
