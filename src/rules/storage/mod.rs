//! What survives, what is shared, what overflows.

use crate::rules::Group;

mod broker_node_unnamed;
mod channel_layer_in_memory;
mod database_in_vcs;
mod datastore_tag_floating;
mod db_ephemeral;
mod evicting_redis;
mod locmem_multiprocess;
mod log_path_unwritable;
mod media_ephemeral;
mod mount_path_wrong;
mod persistent_connections_asgi;
mod redis_db_shared;
mod rotating_log_multiprocess;
mod sqlite_in_production;
mod volumes_deleted;

pub(super) const GROUP: Group = Group {
    name: "storage",
    title: "what survives, what is shared, what overflows",
    rules: &[
        &broker_node_unnamed::RULE,
        &channel_layer_in_memory::RULE,
        &database_in_vcs::RULE,
        &datastore_tag_floating::RULE,
        &db_ephemeral::RULE,
        &evicting_redis::RULE,
        &locmem_multiprocess::RULE,
        &log_path_unwritable::RULE,
        &media_ephemeral::RULE,
        &mount_path_wrong::RULE,
        &persistent_connections_asgi::RULE,
        &redis_db_shared::RULE,
        &rotating_log_multiprocess::RULE,
        &sqlite_in_production::RULE,
        &volumes_deleted::RULE,
    ],
};
