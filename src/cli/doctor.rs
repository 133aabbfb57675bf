//! `kilter doctor [PATH…]`: judges a server, live, as a folder, or as it was recorded.

use crate::cli::check;
use crate::cli::options::{Judging, Options};
use crate::cli::{Exit, Failure, Terminal};
use crate::host::Host;
use crate::run;
use camino::Utf8PathBuf;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Args)]
pub(super) struct Arguments {
    /// Folders of projects, besides those that units name
    paths: Vec<PathBuf>,
    /// A folder that stands for `/`: an image, or the host's disk in a container
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(flatten)]
    judging: Judging,
}

pub(super) fn run(
    arguments: Arguments,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let Arguments { paths, root, judging } = arguments;
    let folders = paths.iter().map(|path| folder(path)).collect::<Result<Vec<_>, _>>()?;
    let options = Options { paths, judging, ..Options::default() };
    let asked = check::asked(options, terminal)?;
    let host = live(root)?;
    let outcome = run::examine(&host, &folders, &asked.config);
    check::tell(&asked, &outcome, terminal, out)
}

/// A folder by its absolute path, as units name it.
fn folder(path: &Path) -> Result<Utf8PathBuf, Failure> {
    let absolute = std::path::absolute(path).map_err(Failure::Here)?;
    Ok(absolute.to_string_lossy().into_owned().into())
}

#[cfg(target_os = "linux")]
fn live(root: Option<PathBuf>) -> Result<Arc<dyn Host>, Failure> {
    use crate::host::{Limits, Live};
    if let Some(root) = &root
        && !root.is_dir()
    {
        return Err(Failure::Asked(format!("`{}` is no folder", root.display())));
    }
    Ok(Arc::new(Live::new(root, Limits::default())))
}

#[cfg(not(target_os = "linux"))]
fn live(_: Option<PathBuf>) -> Result<Arc<dyn Host>, Failure> {
    Err(Failure::Asked("servers that run Linux can be looked at; give `--facts`".to_owned()))
}
