//! A real nginx: asked what it makes of a configuration, and run on loopback.
//!
//! `scripts/tools/nginx` installs it. Where it is missing these tests fail, they never skip.

use std::path::{Path, PathBuf};
use std::process::{Command, id};
use std::{env, fs};

/// A folder of a test's own, gone when it ends.
pub(super) struct Folder(PathBuf);

pub(super) fn folder(name: &str) -> Folder {
    let path = env::temp_dir().join(format!("kilter-nginx-{name}-{}", id()));
    fs::create_dir_all(&path).unwrap();
    Folder(path)
}

impl Folder {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(super) fn nginx() -> Command {
    Command::new(env::var_os("KILTER_NGINX").unwrap_or_else(|| "nginx".into()))
}

/// What `nginx -t` says of a configuration.
pub(super) fn check(config: &Path) -> String {
    let pid = format!("pid {};", config.with_file_name("nginx.pid").display());
    let output = nginx().arg("-t").arg("-c").arg(config).args(["-g", &pid]).output();
    let output = output.expect("nginx is installed by scripts/tools/nginx");
    String::from_utf8_lossy(&output.stderr).into_owned()
}
