//! Calls that may never come back: made by another thread, and given up after a while.
//!
//! A system call on a dead NFS server cannot be interrupted, so the thread that made it is left
//! behind, and nothing else is asked of that path or below it. Where two paths of one folder hang,
//! the folder is what is dead.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

type Job = Box<dyn FnOnce() + Send>;

pub(super) struct Patience {
    end: Instant,
    call: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    worker: Option<Sender<Job>>,
    hung: Vec<PathBuf>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Late {
    #[error("no answer came in time")]
    Hung,
    #[error("the time for all questions was over")]
    Over,
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patience").field("end", &self.end).finish_non_exhaustive()
    }
}

impl Patience {
    pub(super) fn new(total: Duration, call: Duration) -> Self {
        Self { end: Instant::now() + total, call, state: Mutex::default() }
    }

    /// What is left of the time for all.
    pub(super) fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// The answer of a call about this path. One call at a time: a second would
    /// wait behind a first that hangs, and be blamed for it.
    pub(super) fn run<T: Send + 'static>(
        &self,
        path: &Path,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Late> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.hung.iter().any(|hung| path.starts_with(hung)) {
            return Err(Late::Hung);
        }
        if self.left().is_zero() {
            return Err(Late::Over);
        }
        let (answer, answered) = mpsc::channel();
        let job: Job = Box::new(move || _ = answer.send(job()));
        state.worker.get_or_insert_with(worker).send(job).map_err(|_| Late::Hung)?;
        answered.recv_timeout(self.call.min(self.left())).map_err(|_| {
            state.worker = None;
            let folder = path.parent().filter(|it| it.parent().is_some());
            let again = |it: &Path| state.hung.iter().any(|hung| hung.parent() == Some(it));
            let dead = folder.filter(|it| again(it)).unwrap_or(path).to_owned();
            state.hung.push(dead);
            Late::Hung
        })
    }
}

fn worker() -> Sender<Job> {
    let (jobs, waiting) = mpsc::channel::<Job>();
    thread::spawn(move || waiting.into_iter().for_each(|job| job()));
    jobs
}
