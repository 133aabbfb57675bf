//! How messages say that the folder which is served is to be the one that is filled.

use crate::fact::Fact;
use crate::model::{Deployment, Dir, Storage};

/// A path means nothing in another container, so there it is no value for a setting: what holds the
/// files is mounted in both.
pub(super) fn made_one(
    deployment: &Deployment,
    served: &Fact<Dir>,
    filled: &Fact<Dir>,
    setting: &str,
) -> String {
    let (to, from) = (&served.value, &filled.value);
    if to.view == from.view {
        let bare = |dir: &Dir| dir.path.as_str().trim_end_matches('/').to_owned();
        return format!("serve `{}/`, or set {setting} to `{}`", bare(from), bare(to));
    }
    if to.container.is_none() {
        return format!("mount a folder of the host at {}, and serve that", from.shown());
    }
    if let Some(at) = deployment.at_in(filled, to.view) {
        return format!("serve `{}/`, where the files are in that container", at.value);
    }
    match deployment.located(filled) {
        Some(Storage::Volume { name, below }) if below.as_str().is_empty() => {
            format!("mount the volume `{name}` at {} as well", to.shown())
        }
        _ => format!("mount one volume at {} and at {}", from.shown(), to.shown()),
    }
}
