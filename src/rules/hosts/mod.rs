//! Names, origins and the Host header.

use crate::rules::Group;

mod server_name_not_allowed;

pub(super) const GROUP: Group = Group {
    name: "hosts",
    title: "names, origins and the Host header",
    rules: &[&server_name_not_allowed::RULE],
};
