//! What a line of a shell only shows to people: `echo "Try: psql -c …"` runs nothing.

/// Words in the names of commands, and of functions that people write for themselves, that print
/// what they are given: `print_warning`, `log`.
const OUTPUT: &[&str] =
    &["echo", "printf", "print", "say", "log", "msg", "info", "warn", "warning"];

/// Words that a command may stand behind.
const BEFORE: &[&str] = &["then", "else", "do", "{", "-", "run:", "!"];

/// Whether what stands here in a line is a part of what a command prints. What is handed on to
/// another or written to a file may run there, and so may what goes on in the next line.
pub(super) fn is_said(line: &str, at: usize) -> bool {
    let Some((start, end)) = command_around(line, at) else { return false };
    let command = &line[start..end];
    let mut words = command.split_whitespace().map(|it| it.trim_start_matches(['@', '"', '\'']));
    let name = words.find(|it| !it.is_empty() && !BEFORE.contains(it)).unwrap_or_default();
    let prints =
        name.split(['_', '-']).any(|it| OUTPUT.contains(&it.to_ascii_lowercase().as_str()));
    let substitutes = line[start..at].contains("$(") || line[start..at].contains('`');
    let handed_on = line[end..].starts_with('|') && !line[end..].starts_with("||");
    prints && !substitutes && !handed_on && !writes(command)
}

/// Where the command begins and ends that has this place among its words, if it ends in this line.
fn command_around(line: &str, at: usize) -> Option<(usize, usize)> {
    let (mut start, mut open, mut escaped) = (0, None, false);
    for (here, char) in line.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' if open != Some('\'') => escaped = true,
            _ if open == Some(char) => open = None,
            '"' | '\'' if open.is_none() => open = Some(char),
            // `>&2` parts nothing.
            ';' | '|' | '&' if open.is_none() && !line[..here].ends_with('>') => {
                if here >= at {
                    return Some((start, here));
                }
                start = here + 1;
            }
            _ => {}
        }
    }
    (open.is_none() && !escaped).then_some((start, line.len()))
}

/// Whether a command's output goes to a file, by what stands behind its last quote.
fn writes(command: &str) -> bool {
    let behind = command.rfind(['"', '\'']).map_or(command, |at| &command[at..]);
    behind.replace(">&", "").contains('>')
}
