//! What Python says to people, and does not do: `"""Then: python manage.py migrate"""`, `print("… migrate")`.

/// Whether a command stands in a text of its own, which is a docstring or a note and runs nothing, or in what
/// is printed or raised for whoever reads it.
pub(super) fn is_said(before: &str) -> bool {
    const SAYS: [&str; 7] =
        ["print(", "raise ", "help = ", "help=", "logger.", "logging.", "self.assert"];
    const WRITES: [&str; 2] = ["stdout.write(", "stderr.write("];
    let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
    SAYS.iter().any(|it| line.starts_with(it))
        || WRITES.iter().any(|it| line.contains(it))
        || ["\"\"\"", "'''"].iter().any(|quotes| is_in_note(before, quotes))
}

/// Whether a text between such quotes is open, and nothing takes it: it is a statement by itself.
fn is_in_note(before: &str, quotes: &str) -> bool {
    if before.matches(quotes).count().is_multiple_of(2) {
        return false;
    }
    let Some(outside) = before.rsplit(quotes).nth(1) else { return false };
    let mut lines = outside.rsplit('\n');
    let own = lines.next().unwrap_or_default().trim();
    let above = lines.map(str::trim).find(|it| !it.is_empty() && !it.starts_with('#'));
    let goes_on = |it: &str| it.ends_with(['(', ',', '[', '{', '\\', '=', '+', '%']);
    matches!(own, "" | "r" | "R" | "u" | "U") && !above.is_some_and(goes_on)
}
