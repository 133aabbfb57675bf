//! `kilter doctor [PATH…]`: judges a server, live, as a folder, or as it was recorded.

use crate::cli::check::{self, Asked};
use crate::cli::options::{Judging, Options};
use crate::cli::{Exit, Failure, Terminal, output};
use crate::doctor::{self, Key};
use crate::host::{Facts, Host, Recorded, Recording};
use crate::report::Format;
use crate::run;
use crate::source;
use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Args)]
pub(super) struct Arguments {
    /// Folders of projects, besides those that units name
    paths: Vec<PathBuf>,
    /// A folder that stands for `/`: an image, or the host's disk in a container
    #[arg(long, value_name = "DIR", conflicts_with = "facts")]
    root: Option<PathBuf>,
    /// Judge what was recorded elsewhere, instead of this machine; can be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "record")]
    facts: Vec<PathBuf>,
    /// Keep all answers in a file, without any secret; `-` prints them instead of findings
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Open no connection
    #[arg(long)]
    no_probe: bool,
    /// What may be asked beside what listens on this machine
    #[arg(long, value_name = "WHAT", conflicts_with = "no_probe")]
    probe: Option<Beyond>,
    #[command(flatten)]
    judging: Judging,
}

/// How far probes go.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Beyond {
    /// Where the names of sites lead
    External,
}

/// What may be asked of the machine.
#[derive(Clone, Copy)]
struct Probing {
    any: bool,
    external: bool,
}

pub(super) fn run(
    arguments: Arguments,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let Arguments { paths, root, facts, record, no_probe, probe, judging } = arguments;
    let probing = Probing { any: !no_probe, external: probe == Some(Beyond::External) };
    let folders = paths.iter().map(|path| folder(path)).collect::<Result<Vec<_>, _>>()?;
    let options = Options { paths, judging, ..Options::default() };
    let asked = check::asked(options, terminal)?;
    if !facts.is_empty() {
        return replay(&facts, &folders, &asked, terminal, out);
    }
    let Some(target) = record else {
        let host = live(root, probing)?;
        let outcome = run::examine(&host, &folders, &asked.config);
        return check::tell(&asked, &outcome, terminal, out);
    };
    let recording = Arc::new(Recording::of(live(root, probing)?));
    let host: Arc<dyn Host> = recording.clone();
    let outcome = run::examine(&host, &folders, &asked.config);
    let text = doctor::redact(recording.facts(), &outcome.sources, &key()?).to_json();
    if target.as_os_str() == "-" {
        out.write_all(text.as_bytes())?;
        return Ok(Exit::Clean);
    }
    output::write(vec![(&target, text)])?;
    check::tell(&asked, &outcome, terminal, out)
}

/// How many recordings are judged before what was found is told: however many there are, no more
/// are in memory.
const AT_ONCE: usize = 64;

/// Judges recordings side by side, and tells of them in the order in which they were named. One
/// that cannot be used is told at the end; the rest is judged all the same.
fn replay(
    files: &[PathBuf],
    folders: &[Utf8PathBuf],
    asked: &Asked,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let format = asked.config.format;
    let several = files.len() > 1;
    if several && !(asked.options.judging.output.is_empty() && TELLS_OF_SEVERAL.contains(&format)) {
        let which = "of several recordings tell `full`, `concise` and `json`, and no `--output`";
        return Err(Failure::Asked(which.to_owned()));
    }
    let judge = |path: &PathBuf| {
        let outcome = run::examine(&recorded(path)?, folders, &asked.config);
        let mut told = Vec::new();
        let exit = check::tell(asked, &outcome, terminal, &mut told)?;
        Ok((told, exit))
    };
    let (mut worst, mut unusable) = (Exit::Clean, Vec::new());
    for files in files.chunks(AT_ONCE) {
        let each: Vec<Result<_, Failure>> = files.par_iter().map(judge).collect();
        for (path, result) in files.iter().zip(each) {
            match result {
                Ok((told, exit)) => {
                    tell_of(path, &told, format, several, out)?;
                    worst = worse(worst, exit);
                }
                Err(Failure::Facts { path, why }) => unusable.push((path, why)),
                Err(failure) => return Err(failure),
            }
        }
    }
    match unusable.as_slice() {
        [] => Ok(worst),
        [(path, why)] => Err(Failure::Facts { path: path.clone(), why: why.clone() }),
        [(path, why), others @ ..] => {
            let why = format!("{why}; nor {} others", others.len());
            Err(Failure::Facts { path: path.clone(), why })
        }
    }
}

/// Formats that can go on with another report.
const TELLS_OF_SEVERAL: &[Format] = &[Format::Full, Format::Concise, Format::Json];

fn recorded(path: &Path) -> Result<Arc<dyn Host>, Failure> {
    let failed = |why: String| Failure::Facts { path: path.display().to_string(), why };
    let text = match source::read_one(path) {
        Some(Ok(file)) => String::from_utf8_lossy(&file.bytes).into_owned(),
        Some(Err(why)) => return Err(failed(why.to_string())),
        None => return Err(failed("it is not there".to_owned())),
    };
    let facts = Facts::parse(&text).map_err(|why| failed(why.to_string()))?;
    Ok(Arc::new(Recorded::new(facts)))
}

/// One of several: under the recording's name, or as a line of JSON that has it.
fn tell_of(
    path: &Path,
    told: &[u8],
    format: Format,
    several: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let name = path.display().to_string();
    if !several {
        out.write_all(told)?;
    } else if format == Format::Json {
        let mut report: serde_json::Value = serde_json::from_slice(told).unwrap_or_default();
        report["facts"] = name.into();
        writeln!(out, "{report}")?;
    } else {
        writeln!(out, "== {name}")?;
        out.write_all(told)?;
    }
    Ok(())
}

fn worse(one: Exit, other: Exit) -> Exit {
    let weight = |exit: Exit| match exit {
        Exit::Clean => 0,
        Exit::Untold => 1,
        Exit::Found => 2,
        Exit::Failed => 3,
    };
    if weight(other) > weight(one) { other } else { one }
}

/// A folder by its absolute path, as units name it.
fn folder(path: &Path) -> Result<Utf8PathBuf, Failure> {
    let absolute = std::path::absolute(path).map_err(Failure::Here)?;
    Ok(absolute.to_string_lossy().into_owned().into())
}

#[cfg(target_os = "linux")]
fn live(root: Option<PathBuf>, probing: Probing) -> Result<Arc<dyn Host>, Failure> {
    use crate::host::{Limits, Live};
    if let Some(root) = &root
        && !root.is_dir()
    {
        return Err(Failure::Asked(format!("`{}` is no folder", root.display())));
    }
    let mut limits = Limits { external: probing.external, ..Limits::default() };
    if !probing.any {
        limits.probe = std::time::Duration::ZERO;
    }
    Ok(Arc::new(Live::new(root, limits)))
}

#[cfg(target_os = "linux")]
fn key() -> Result<Key, Failure> {
    let random = crate::host::random()?;
    Ok(Key::new(random))
}

#[cfg(not(target_os = "linux"))]
fn key() -> Result<Key, Failure> {
    Err(Failure::Asked("nothing is recorded here".to_owned()))
}

#[cfg(not(target_os = "linux"))]
fn live(_: Option<PathBuf>, _: Probing) -> Result<Arc<dyn Host>, Failure> {
    Err(Failure::Asked("servers that run Linux can be looked at; give `--facts`".to_owned()))
}
