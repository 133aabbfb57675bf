//! Arguments in, exit code out.

use kilter::cli::{self, Exit, Terminal};
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// Parsing makes and drops small nodes on all threads, which the allocators of glibc and, far more,
/// of musl, in the static build, take turns at. Without huge pages: with them a run over thirty
/// files had 42 MB for 21, and was not faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::hide_payloads();
    // This thread is one of those that work side by side. A pool beside it would spin while this one
    // is at what cannot be shared, on cores that are no more than the pool's threads. Without the pool
    // all is done as well, by one that is made when it is asked for.
    _ = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
    let columns = io::stdout()
        .is_terminal()
        .then(|| terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0)));
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let terminal = Terminal { columns, variables: variables.collect() };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let exit = cli::run(std::env::args_os(), &terminal, &mut out, &mut io::stderr());
    let flushed = out.flush();
    // A reader that went away has seen enough; what failed before was told then.
    let lost = flushed.err().filter(|it| it.kind() != io::ErrorKind::BrokenPipe);
    match lost.filter(|_| exit != Exit::Failed) {
        Some(error) => {
            _ = writeln!(io::stderr(), "kilter: cannot write: {error}");
            ExitCode::from(Exit::Failed as u8)
        }
        None => ExitCode::from(exit as u8),
    }
}
