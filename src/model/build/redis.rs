//! Redis servers, where their configuration is in the tree.

use crate::fact::Fact;
use crate::model::{Files, Found, Kind, Process, RedisServer};
use camino::{Utf8Path, Utf8PathBuf};

/// The machine's own, in a copy of its `/etc`.
pub(super) fn of_host(files: &Files) -> Option<RedisServer> {
    let installed = |path: &Utf8Path| path.as_str().ends_with("etc/redis/redis.conf");
    let read = files.of(Kind::Redis).into_iter().find(|read| installed(read.path))?;
    Some(RedisServer::parse(read.id, read.text))
}

/// That of a container, by its command and the file that this names. `None` if it is no Redis, or
/// is told by what is not in view.
pub(super) fn of_container(
    files: &Files,
    process: &Process,
    tree: &dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>,
) -> Option<RedisServer> {
    let words = &process.started.as_ref()?.words;
    let executable = &process.started.as_ref()?.executable.value;
    let servers = ["redis-server", "valkey-server"];
    let at = words.iter().position(|word| servers.iter().any(|it| word.value.ends_with(it)));
    if at.is_none() && !servers.iter().any(|it| executable.ends_with(it)) {
        return None;
    }
    let options = &words[at.map_or(0, |at| at + 1)..];
    let named = options.first().filter(|it| !it.value.starts_with('-'));
    let mut server = match named {
        None => RedisServer::default(),
        Some(path) => file(files, path, tree)?,
    };
    server.told(options);
    Some(server)
}

fn file(
    files: &Files,
    path: &Fact<String>,
    tree: &dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>,
) -> Option<RedisServer> {
    match files.find(&tree(Utf8Path::new(&path.value))?) {
        Found::Read(read) => Some(RedisServer::parse(read.id, read.text)),
        Found::Wanted | Found::Folder | Found::Absent => None,
    }
}
