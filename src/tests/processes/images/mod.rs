//! Images that one file builds and another runs by their names.

mod builds;
mod fronts;
mod names;
mod signs;

use crate::tests::processes::processes;

/// A service of which nobody knows what it runs, beside the project's own settings.
const UNKNOWN: &str = "config.settings ?  …web ?  … (no settings)";

const STARTS: &str = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCOPY start.sh /start\nUSER app\nCMD [\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]\n";

/// Whether the service `web` runs what the tree's Dockerfile starts, where more files are there.
fn is_run(compose: &str, more: &[(&str, &str)]) -> bool {
    let own = [("docker-compose.yml", compose), ("Dockerfile", STARTS)];
    let files: Vec<_> = own.iter().chain(more).copied().collect();
    processes(&files).contains(&"web app 0.0.0.0:9000".to_owned())
}
