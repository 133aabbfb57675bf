//! What becomes of a log file that several handlers rotate.

use crate::tests::tool;
use std::process::Command;

/// Lets handlers of Python's write 60 lines in turn, midnight being after half of them, and counts what the
/// folder has of them, and what the newest file has.
const KEPT: &str = "\
import logging.handlers, pathlib, sys, tempfile
kind, count, backups = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
folder = pathlib.Path(tempfile.mkdtemp())
file = folder / 'app.log'
def handler():
    if kind == 'size':
        return logging.handlers.RotatingFileHandler(file, maxBytes=400, backupCount=backups)
    return logging.handlers.TimedRotatingFileHandler(file, 'midnight', backupCount=backups)
handlers = [handler() for _ in range(count)]
for number in range(60):
    if kind == 'time' and number == 30:
        for each in handlers:
            each.rolloverAt -= 86400
    text = f'{number:03} is a line of thirty letters'
    handlers[number % count].emit(logging.LogRecord('a', 20, 'a', 1, text, (), None))
lines = lambda path: len(path.read_text().splitlines())
print(sum(lines(it) for it in folder.iterdir()), lines(file))
";

/// The lines that are left, and those of them in the newest file.
fn kept(kind: &str, handlers: &str, backups: &str) -> (u32, u32) {
    let python = tool("python/bin/python");
    let output = Command::new(&python).args(["-c", KEPT, kind, handlers, backups]).output();
    let output = output.expect("python runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (all, newest) = said.trim().split_once(' ').expect("two numbers");
    (all.parse().expect("a number"), newest.parse().expect("a number"))
}

#[test]
fn handlers_that_rotate_one_file_lose_lines_or_leave_them_in_an_old_one() {
    assert_eq!(kept("size", "1", "5").0, 60, "issue 7: one handler, by its size");
    assert!(kept("size", "3", "5").0 < 60, "issue 7: three handlers, by its size");
    assert_eq!(kept("time", "1", "5"), (60, 30), "issue 7: one handler, at midnight");
    assert!(kept("time", "3", "5").1 < 30, "issue 7: three handlers, at midnight");
    // Without a number of files to keep nothing is renamed, and three may write.
    assert_eq!(kept("size", "3", "0"), (60, 60), "issue 7: nothing rotates");
    println!("5 folders compared");
}
