//! What sets machines up: the files of Salt, Puppet and Ansible.

use crate::model::Files;
use crate::source::extension;
use camino::Utf8Path;

const OF_ANSIBLE: [&str; 6] = ["ansible", "roles", "group_vars", "host_vars", "playbooks", "tasks"];

/// Every line of such files that has a text.
pub(super) fn lines<'f>(files: &Files<'f>, text: &str) -> Vec<&'f str> {
    let provisions = |path: &Utf8Path| {
        let mut above = path.components().map(|it| it.as_str());
        matches!(extension(path), Some("sls" | "pp")) || above.any(|it| OF_ANSIBLE.contains(&it))
    };
    let paths = files.ending_in(&["sls", "pp", "yml", "yaml"]).into_iter();
    let read = paths.filter(|path| provisions(path)).filter_map(|path| files.skim(path).read());
    read.flat_map(|it| it.text.lines()).filter(|line| line.contains(text)).collect()
}
